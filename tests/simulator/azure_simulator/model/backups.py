# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups and the recovery points they make."""

import random
from functools import partial

from ..clock import DAY, SECOND, Clock, Ticks
from ..errors import Failed, Refusal
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .vault import Job, Operation, ProtectedItem, RecoveryPoint, Vault


class Backups:
    def __init__(self, clock: Clock, operations: Operations, *, backups: DailyBudget, snapshots: int) -> None:
        self._clock = clock
        self._operations = operations
        self.backups = backups
        self._snapshots = snapshots

    def start(self, vault: Vault, item: ProtectedItem, expiry: Ticks | None) -> Operation:
        """Start a backup. The operation succeeds as soon as there is a job; the job runs on."""
        if item.deleted_at is not None or item.state in ("ProtectionStopped", "BackupsSuspended"):
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

    def _finish(self, vault: Vault, item: ProtectedItem, job: Job, expiry: Ticks | None) -> None:
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
        point = self.add_point(item, self._clock.now())
        item.last_backup_status = "Completed"
        item.last_backup_time = job.started
        if item.state == "IRPending":
            item.state = "Protected"
        expires = expiry if expiry is not None else point.time + 30 * DAY
        remaining = max(0, expires - self._clock.now()) / SECOND
        self._clock.after(remaining, partial(_expire, item, point))

    def add_point(self, item: ProtectedItem, moment: Ticks) -> RecoveryPoint:
        """A recovery point is a snapshot of the share, named by 19 digits which do not sort by time."""
        moment -= moment % SECOND
        name = str(random.randrange(10**18, 10**19))  # noqa: S311 - a name, not a secret
        point = RecoveryPoint(name, moment, vaulted=item.policy is not None and item.policy.vaulted)
        item.points.append(point)
        item.share.snapshots.append(moment)
        return point


def _expire(item: ProtectedItem, point: RecoveryPoint) -> None:
    if point in item.points:
        item.points.remove(point)
        if point.time in item.share.snapshots:
            item.share.snapshots.remove(point.time)


def _parallel() -> None:
    raise Failed("ParallelSnapshotRequest", "A backup job is already in progress for this file share.")
