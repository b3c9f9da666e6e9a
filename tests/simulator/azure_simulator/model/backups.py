# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups and the recovery points they make."""

import random
from collections.abc import Callable
from functools import partial

from ..clock import DAY, SECOND, Clock, Ticks
from ..errors import Failed, Refusal, soft_deleted
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .vault import Job, Operation, ProtectedItem, RecoveryPoint, Vault

_ON_DEMAND_DAYS = 30
"""How long the az CLI lets an on-demand backup live, and so do we without a policy."""


class Backups:
    def __init__(self, clock: Clock, operations: Operations, *, backups: DailyBudget, snapshots: int) -> None:
        self._clock = clock
        self._operations = operations
        self.backups = backups
        self._snapshots = snapshots

    def start(self, vault: Vault, item: ProtectedItem, expiry: Ticks | None) -> Operation:
        """Start a backup. The operation succeeds as soon as there is a job; the job runs on."""
        if item.deleted_at is not None:
            raise soft_deleted()
        if item.state in ("ProtectionStopped", "BackupsSuspended"):
            raise Refusal(
                400,
                "UserErrorProtectionStoppedForItem",  # inferred
                "Backup cannot be triggered because the protection of the item is stopped.",
            )
        if not self.backups.spend(item.key):
            raise Refusal(
                400,
                "UserErrorOnDemandBackupLimitReached",  # inferred
                f"The limit of {self.backups.limit} on-demand backups a day for a file share is reached.",
            )
        job = Job(
            "Backup",
            self._clock.now(),
            item.container.account.name,
            item.share.name,
            {
                "Data Transferred (in MB)": "0",
                "File Share Name": item.share.name,
                "Whether job is adhoc or scheduled.": "True",
            },
            version="MicrosoftStorage",
            tasks=[{"taskId": "Take Snapshot", "taskType": "Normal", "status": "InProgress"}],
            item_key=item.key,
        )
        subject = Subject(vault.name, item.container.account.name, item.share.name)

        def started(operation: Operation) -> None:
            operation.job = job
            # Inferred: a second backup is refused by its job and not by its operation.
            parallel = any(
                other.running and other.operation == "Backup" and other.item_key == item.key
                for other in vault.jobs.values()
            )
            finish = _parallel if parallel else partial(self._finish, vault, item, job, expiry)
            self._operations.go_on(vault, operation, "backup", subject, finish)

        return self._operations.begin(vault, "backup_start", subject, started)

    def _finish(self, vault: Vault, item: ProtectedItem, job: Job, expiry: Ticks | None, _warned: bool) -> None:
        state = item.share.resource_state
        if vault.items.get(item.key) is not item:
            raise Failed("BMSUserErrorDataSourceObjectNotFound", "Item not found.")
        if state != "Active":
            code = {
                "SoftDeleted": "UserErrorBackupAFSInSoftDeleteState",
                "Deleted": "UserErrorBackupAFSInDeleteState",
            }
            text = "soft-deleted" if state == "SoftDeleted" else "permanently deleted"
            raise Failed(code[state], f"Backup failed as the file share is {text}.")
        if len(item.points) >= self._snapshots:
            raise Failed(
                "AFSMaxSnapshotReached",
                "You have reached the max limit of snapshots for this file share; "
                "you'll be able to take more once the older ones expire.",
            )
        self.add_point(item, self._clock.now(), expiry)
        item.last_backup_status = "Completed"
        item.last_backup_time = job.started
        if item.state == "IRPending":
            item.state = "Protected"

    def add_point(self, item: ProtectedItem, moment: Ticks, expiry: Ticks | None = None) -> RecoveryPoint:
        """A recovery point is a snapshot of the share, named by 19 digits which do not sort by time.

        Under a vault-tier policy it has a copy in the vault too, and the snapshot goes earlier.
        """
        moment -= moment % SECOND
        name = str(random.randrange(10**18, 10**19))  # noqa: S311 - a name, not a secret
        policy = item.policy
        point = RecoveryPoint(name, moment, vaulted=policy is not None and policy.vaulted)
        item.points.append(point)
        item.share.snapshots.append(moment)
        if policy and policy.vaulted:
            self._at(moment + policy.snapshot_days * DAY, partial(_drop_snapshot, item, point))
        days = policy.days if policy else _ON_DEMAND_DAYS
        self._at(moment + days * DAY if expiry is None else expiry, partial(_expire, item, point))
        return point

    def _at(self, moment: Ticks, action: Callable[[], None]) -> None:
        self._clock.after(max(0, moment - self._clock.now()) / SECOND, action)


def _drop_snapshot(item: ProtectedItem, point: RecoveryPoint) -> None:
    point.snapshot = False
    if point.time in item.share.snapshots:
        item.share.snapshots.remove(point.time)


def _expire(item: ProtectedItem, point: RecoveryPoint) -> None:
    """Recovery points expire, but not those of an item whose protection is stopped: they stay for good."""
    if item.state != "ProtectionStopped" and point in item.points:
        item.points.remove(point)
        _drop_snapshot(item, point)


def _parallel(_warned: bool) -> None:
    raise Failed("ParallelSnapshotRequest", "A backup job is already in progress for this file share.")
