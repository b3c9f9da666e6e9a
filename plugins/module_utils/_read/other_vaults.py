# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other vaults are doing to the shares of this one."""

from __future__ import annotations

from collections.abc import Collection

from .._azure.errors import BackupError
from .._azure.ids import VaultId
from .._records.job import Job
from .._run.parallel import side_by_side
from .._session import Session
from .._vault.vault import Vault
from .._vault.vaults import list_vaults

AT_ONCE = 10  # vaults
ShareKey = tuple[str, str]


def running_elsewhere(
    session: Session, operation: str, shares: Collection[ShareKey]
) -> dict[ShareKey, tuple[VaultId, Job]]:
    """The jobs on these shares that run in other vaults of the subscription and region, as far as they may be read.

    A job names its storage account, but not by its id; such names are unique in all of Azure. Costs a list of vaults,
    and a list of jobs for each of them.
    """
    mine = session.vault.id.key
    try:
        listed = list_vaults(session.client, session.vault.subscription, session.api_version)
    except BackupError:
        return {}
    regions = {each.location for each in listed if each.id.key == mine}
    others = [each for each in listed if each.id.key != mine and each.location in regions]

    def jobs(vault: VaultId) -> list[Job]:
        place = Vault(session.client, vault.subscription, vault.resource_group, vault.name, session.api_version)
        return place.jobs(operation, "InProgress")

    answers = side_by_side(jobs, [each.id for each in others], AT_ONCE)
    found: dict[ShareKey, tuple[VaultId, Job]] = {}
    for vault, answer in zip(others, answers, strict=True):
        for job in answer if isinstance(answer, list) else []:
            key = (job.account_name.lower(), job.share.lower())
            if key in shares:
                found[key] = (vault.id, job)
    return found
