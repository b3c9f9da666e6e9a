# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups and the recovery points they make."""

import random
from functools import partial

from ..clock import DAY, SECOND, Clock, Ticks
from ..errors import Failed, Refusal, soft_deleted
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .schedule import is_last_of_day, kept_until
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
        vaulted = item.policy is not None and item.policy.vaulted
        job = _job(item, self._clock.now(), adhoc=True, vaulted=vaulted)
        subject = Subject(vault.name, item.container.account.name, item.share.name)

        def started(operation: Operation) -> None:
            operation.job = job
            # Inferred: a second backup is refused by its job and not by its operation.
            parallel = item.is_backed_up_now
            if not parallel:
                item.last_backup = job
            finish = _parallel if parallel else partial(self._finish, vault, item, job, expiry)
            self._operations.go_on(
                vault, operation, "backup", subject, finish, lambda: None if parallel else _fail(item, job)
            )

        return self._operations.begin(vault, "backup_start", subject, started)

    def run(self, vault: Vault, item: ProtectedItem) -> None:
        """A scheduled backup: a job without an operation. Where a backup is running already, there is none.

        Of a day's backups the last one is copied into the vault: recorded is that not every one is, inferred which.
        """
        if item.is_backed_up_now:
            return
        assert item.policy, "only items with a policy are backed up by it"
        started = self._clock.now()
        vaulted = item.policy.vaulted and is_last_of_day(item.policy.properties, started)
        job = _job(item, started, adhoc=False, vaulted=vaulted)
        item.last_backup = job
        subject = Subject(vault.name, item.container.account.name, item.share.name)
        finish = partial(self._finish_scheduled, vault, item, job, vaulted)
        self._operations.run(vault, job, "backup", subject, finish, partial(_fail, item, job))

    def _finish_scheduled(self, vault: Vault, item: ProtectedItem, job: Job, vaulted: bool, _warned: bool) -> None:
        self._check(vault, item)
        self.add_point(item, self._clock.now(), scheduled=True, vaulted=vaulted)
        _succeed(item, job.started)

    def _finish(self, vault: Vault, item: ProtectedItem, job: Job, expiry: Ticks | None, _warned: bool) -> None:
        self._check(vault, item)
        self.add_point(item, self._clock.now(), expiry)
        _succeed(item, job.started)

    def _check(self, vault: Vault, item: ProtectedItem) -> None:
        """Whether a backup can be taken of an item."""
        state = item.share.resource_state
        if vault.items.get(item.key) is not item:
            raise Failed("BMSUserErrorDataSourceObjectNotFound", "Item not found.")
        if state != "Active":
            # As documented; the second from a heading.
            raise Failed(*_GONE[state])
        if len(item.points) >= self._snapshots:
            raise Failed(
                "AFSMaxSnapshotReached",
                "You have reached the max limit of snapshots for this file share; "
                "you will be able to take more once the older ones expire.",
            )

    def add_point(
        self,
        item: ProtectedItem,
        moment: Ticks,
        expiry: Ticks | None = None,
        *,
        scheduled: bool = False,
        vaulted: bool = True,
    ) -> RecoveryPoint:
        """A recovery point is a snapshot of the share, named by 19 digits which do not sort by time.

        Under a vault-tier policy it can be ``vaulted``, with a copy in the vault, where the snapshot goes earlier.
        """
        moment -= moment % SECOND
        policy = item.policy
        vaulted = vaulted and policy is not None and policy.vaulted
        until, rule = moment + _ON_DEMAND_DAYS * DAY, None
        if policy and scheduled:
            until, rule = kept_until(policy.properties, moment)
        elif policy:
            until = moment + policy.days * DAY
        snapshot_until = moment + policy.snapshot_days * DAY if policy and policy.vaulted else None
        if snapshot_until and not vaulted:
            until = snapshot_until
        name = str(random.randrange(10**18, 10**19))  # noqa: S311 - a name, not a secret
        point = RecoveryPoint(name, moment, until if expiry is None else expiry, rule, vaulted=vaulted)
        point.snapshot_until = snapshot_until if vaulted else None
        item.points.append(point)
        item.share.snapshots.append(moment)
        if snapshot_until and vaulted:
            self._clock.at(snapshot_until, partial(_drop_snapshot, item, point))
        self._clock.at(point.expiry, partial(_expire, item, point))
        return point


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


_GONE = {
    "SoftDeleted": (
        "UserErrorBackupAFSInSoftDeleteState",
        "Backup failed as the Azure File Share is in soft-deleted state",
    ),
    "Deleted": (
        "UserErrorBackupAFSInDeleteState",
        "Backup failed as the associated Azure File Share is permanently deleted",
    ),
}


def _job(item: ProtectedItem, started: Ticks, *, adhoc: bool, vaulted: bool) -> Job:
    """With a copy into the vault it has a task more, and counts in hundredths (recorded in 2025)."""
    tasks = ["Take Snapshot", "Transfer data to vault"] if vaulted else ["Take Snapshot"]
    return Job(
        "Backup",
        started,
        item.container.account.name,
        item.share.name,
        {
            "Data Transferred (in MB)": "0.00" if vaulted else "0",
            "File Share Name": item.share.name,
            "Whether job is adhoc or scheduled.": str(adhoc),
        },
        version="MicrosoftStorage",
        tasks=[{"taskId": task, "taskType": "Normal", "status": "InProgress"} for task in tasks],
        item_key=item.key,
    )


def _succeed(item: ProtectedItem, started: Ticks) -> None:
    item.last_backup_status = "Completed"
    item.last_backup_time = started
    if item.state == "IRPending":
        item.state = "Protected"


def _fail(item: ProtectedItem, job: Job) -> None:
    """A failed backup shows on its item; what that was protected like, it stays (recorded in 2026, for IRPending)."""
    item.last_backup_status = "Failed"
    item.last_backup_time = job.started
