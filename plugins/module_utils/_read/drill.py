# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What earlier drills have left behind: shares with their mark, and restores into such shares."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .._azure.errors import BackupError
from .._azure.ids import AccountId, same
from .._records.drill import PREFIX, Mark
from .._records.job import Job
from .._run.parallel import all_side_by_side
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .inventory import listed_shares
from .jobs import CROSS_REGION_RESTORE

RESTORE = "Restore"
AT_ONCE = 10


def operation_of(source: Source) -> str:
    """What the jobs of these restores are called."""
    return CROSS_REGION_RESTORE if isinstance(source, SecondaryRegion) else RESTORE


@dataclass(frozen=True)
class Leftover:
    """A share that an earlier drill has made and not deleted."""

    name: str
    mark: Mark


def read_leftovers(session: Session, target: AccountId) -> list[Leftover]:
    """Those of this vault's drills; such as were to be kept are none.

    Raises BackupError where the account's shares may not be read: then no drill could clean up after itself.
    """
    listed = listed_shares(session, target)
    if listed is None:
        raise BackupError(
            f"The shares of the storage account '{target.name}' may not be read, or it is gone. The drill makes a "
            "share there, reads and deletes it: it needs the role 'Storage Account Contributor' on that account."
        )
    names = [share.name for share in listed.values() if not share.deleted and share.name.startswith(PREFIX)]
    details = all_side_by_side(lambda name: session.storage.share(target, name), names, AT_ONCE)
    marks = [Mark.read(each.metadata, session.vault.id) if each else None for each in details]
    return [Leftover(name, mark) for name, mark in zip(names, marks, strict=True) if mark and not mark.kept]


def drill_restores(source: Source, target: AccountId, since: datetime, known: Collection[str | None] = ()) -> list[Job]:
    """The restores to shares of drills in this account that began since then, with their details.

    Only a single job tells where it restores to; those that are ``known`` by their ids are not read.
    """
    listed = [job for job in source.jobs(operation_of(source), since=since) if job.id not in known]
    return [
        job
        for job in all_side_by_side(lambda job: source.job(job.id), listed, AT_ONCE)
        if same(target_of(job)[0], target.name) and target_of(job)[1].startswith(PREFIX)
    ]


def target_of(job: Job) -> tuple[str, str]:
    """The account and the share that a job restores to, as far as it tells."""
    details = job.details or {}
    return details.get("target_storage_account_name", ""), details.get("target_file_share_name", "")
