# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shares need a backup now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from .._azure.errors import BackupError
from .._azure.times import minutes
from .._options.backup import WantedBackups
from .._options.shares import Selection, not_found
from .._records.protected_item import ACTIVE_STATES, ProtectedItem


@dataclass(frozen=True)
class BackupStep:
    """What is to be done about one share: ``triggered``, ``attached`` to the backup that runs already, or ``fresh``."""

    share: str
    action: str
    item: ProtectedItem | None = None
    job_id: str | None = None
    problem: BackupError | None = None


def plan_backups(
    account: str,
    items: Mapping[str, ProtectedItem],
    wanted: WantedBackups,
    now: datetime,
    soon: Collection[str] = (),
) -> list[BackupStep]:
    """One step for each share.

    ``soon`` names, in lower case, shares that are taken to be protected by the time of the backup.
    """
    selection = wanted.selection
    names = selection.names
    if selection.all_shares:
        active = (item.share for item in items.values() if item.state in ACTIVE_STATES)
        names = tuple(sorted(share for share in active if selection.wants(share)))
    return [
        _due(share, items.get(share.lower()), wanted.max_age, now)
        if share.lower() in soon
        else _step(share, account, items, wanted.max_age, now)
        for share in names
    ]


def not_active(items: Mapping[str, ProtectedItem], selection: Selection) -> list[str]:
    """The shares asked for by name that no policy backs up."""
    return [
        share
        for share in selection.names
        if share.lower() not in items or items[share.lower()].state not in ACTIVE_STATES
    ]


def _step(share: str, account: str, items: Mapping[str, ProtectedItem], max_age: int, now: datetime) -> BackupStep:
    item = items.get(share.lower())
    if item is None:
        problem = not_found(share, account, [each.share for each in items.values()])
        return BackupStep(
            share,
            "none",
            problem=BackupError(problem.message.replace("There is no share", "There is no protected share")),
        )
    if item.state not in ACTIVE_STATES:
        words = f"The share '{share}' cannot be backed up: its state is {item.state}. Protect it again first."
        return BackupStep(share, "none", item, problem=BackupError(words))
    return _due(share, item, max_age, now)


def _due(share: str, item: ProtectedItem | None, max_age: int, now: datetime) -> BackupStep:
    """A share that was protected before can have recovery points, also if its protection is still to be resumed."""
    latest = item.latest_recovery_point if item else None
    if max_age and latest and now - latest < minutes(max_age):
        return BackupStep(share, "fresh", item)
    return BackupStep(share, "triggered", item)
