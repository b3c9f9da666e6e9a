# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other region of a vault: its copy of items and recovery points, and restores from there."""

import secrets
from dataclasses import dataclass
from functools import partial

from ..clock import DAY, SECOND, Clock, Ticks
from ..dotnet import us_time
from ..errors import Failed, Refusal
from ..faults import Subject
from ..names import guid
from ..regions import region
from .operations import Operations
from .restores import Restores, Wanted
from .vault import Job, Operation, ProtectedItem, RecoveryPoint, Vault

TOKEN_LIFE = DAY
TASK_AFTER = 90.0
"""Seconds until a restore shows its task and its recovery point (recorded)."""
COMMIT_AFTER = 13 * SECOND
"""How long after its moment a recovery point was committed, which is the time that these jobs tell (recorded)."""
HANGS_FOR = 7200.0
"""Seconds until a restore fails that was asked for in the name of another principal (how long it hangs is inferred)."""


@dataclass(frozen=True)
class Grant:
    """The right to read one recovery point, given to one principal."""

    token: str
    vault: Vault
    item: ProtectedItem
    point: RecoveryPoint
    principal: str
    until: Ticks


class Secondary:
    def __init__(self, clock: Clock, operations: Operations, restores: Restores) -> None:
        self._clock = clock
        self._operations = operations
        self._restores = restores
        self._grants: dict[str, Grant] = {}

    def check(self, vault: Vault) -> None:
        if not vault.has_secondary:
            raise Refusal(
                400,
                "BMSUserErrorCrossRegionRestoreNotEnabledInThisVault",
                "Cross Region Restore is not enabled in this vault. Please enable Cross Region Restore in this vault.",
            )

    def points(self, vault: Vault, item: ProtectedItem) -> list[RecoveryPoint]:
        """The recovery points with a copy in the vault, as soon as that has reached the other region."""
        arrived = self._clock.now() - int(vault.secondary_lag * SECOND)
        return [point for point in item.points if point.vaulted and point.time <= arrived]

    def items(self, vault: Vault) -> list[ProtectedItem]:
        """Those of which something has arrived (inferred: all that are recorded had recovery points)."""
        return [item for item in vault.items.values() if self.points(vault, item)]

    def grant(self, vault: Vault, item: ProtectedItem, point: RecoveryPoint, principal: str) -> Grant:
        until = self._clock.now() + TOKEN_LIFE
        token = "eyJ" + ".".join(secrets.token_urlsafe(size) for size in (150, 600, 256))  # as a JSON web token looks
        self._grants[token] = Grant(token, vault, item, point, principal, until)
        return self._grants[token]

    def tokens(self) -> list[str]:
        return list(self._grants)

    def granted(self, token: str) -> Grant | None:
        """None for a token that is unknown or has ended."""
        grant = self._grants.get(token)
        return grant if grant and grant.until > self._clock.now() else None

    def start(self, grant: Grant, wanted: Wanted, principal: str) -> Operation:
        """Start a restore. ``principal`` is the one that carries it out, whatever the token was made for."""
        vault, item = grant.vault, grant.item
        self._restores.spend(item)
        job = self._job(grant, wanted)
        subject = Subject(vault.name, item.container.account.name, item.share.name)

        def started(operation: Operation) -> None:
            operation.job = job
            job.started, job.activity = self._clock.now(), operation.activity
            same_target = self._restores.runs_to(vault, job.restores_to)
            vault.secondary.jobs[job.id] = job
            self._clock.after(TASK_AFTER, partial(_show_task, job, grant.point))
            if grant.principal != principal:
                self._clock.after(HANGS_FOR, lambda: job.fail(_WRONG_PRINCIPAL, self._clock.now()))
                return
            finish = partial(self._finish, item, wanted, job, same_target=same_target)
            self._operations.run(vault.secondary, job, "secondary_restore", subject, finish, lambda: None)

        return self._operations.begin(vault.secondary, "secondary_restore_start", subject, started)

    def _job(self, grant: Grant, wanted: Wanted) -> Job:
        job = self._restores.job(grant.item, wanted)
        job.operation = "CrossRegionRestore"
        del job.bag["Recovery Point Time in UTC"]
        job.bag |= {
            "Subscription Id of the vault": grant.vault.subscription,
            "Resource Group Name of the vault": grant.vault.group,
            "Vault name": grant.vault.name,
        }
        return job

    def _finish(self, item: ProtectedItem, wanted: Wanted, job: Job, warned: bool, *, same_target: bool) -> None:
        _show_task(job, wanted.point)
        if same_target:
            raise self._restores.same_target()
        self._restores.fill(item, wanted, failed=warned)
        job.bag |= {
            "Data Transferred (in MB)": str(item.share.usage // 2**20),
            "Number Of Restored Files": "0" if warned else "1",
            "Number Of Failed Files": "1" if warned else "0",
        }


def principal_of(location: str, management: str | None) -> str:
    """The principal by which a region reads, another one for each kind of backup."""
    return guid(f"{region(location).short}/{management or 'AzureIaasVM'}")


def _show_task(job: Job, point: RecoveryPoint) -> None:
    if job.running and not job.tasks:
        job.tasks = [{"taskId": "Transfer data from vault", "taskType": "Normal", "status": "InProgress"}]
        job.bag["Recovery Point Time in UTC"] = us_time(point.time + COMMIT_AFTER)


_WRONG_PRINCIPAL = Failed(  # inferred, as no failed restore from the other region is recorded
    "UserErrorCrossRegionRestoreAccessDenied", "The recovery point cannot be read by the principal of this region."
)
