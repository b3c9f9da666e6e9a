# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores: of a share or of files, to where they came from or to another share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..clock import Clock
from ..dotnet import us_time
from ..errors import Failed, Refusal, invalid_input, soft_deleted
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .storage import Share, StorageAccount
from .vault import Job, Operation, ProtectedItem, RecoveryPoint, Vault

AccountLookup = Callable[[str], StorageAccount | None]


@dataclass(frozen=True)
class Target:
    account_id: str
    share: str


@dataclass(frozen=True)
class Wanted:
    """What a restore request asks for."""

    point: RecoveryPoint
    target: Target | None
    """None is the original location."""
    folder: str
    files: int | None
    """How many files or folders; None is the full share."""
    overwrite: bool


class Restores:
    def __init__(
        self, clock: Clock, operations: Operations, account_by_id: AccountLookup, *, restores: DailyBudget
    ) -> None:
        self._clock = clock
        self._operations = operations
        self._account_by_id = account_by_id
        self.restores = restores

    def start(self, vault: Vault, item: ProtectedItem, wanted: Wanted) -> Operation:
        """Start a restore. As with backups, the operation ends once there is a job, and the job runs on."""
        if item.deleted_at is not None:
            raise soft_deleted()
        if not wanted.point.snapshot and (wanted.target is None or wanted.files is not None or not wanted.overwrite):
            # Documented for the vault tier; the refusal is inferred.
            raise invalid_input("A recovery point of the vault tier restores a full share to another one, overwriting.")
        self.spend(item)
        job = self.job(item, wanted)
        subject = Subject(vault.name, item.container.account.name, item.share.name)

        def started(operation: Operation) -> None:
            job.id = operation.id  # they differed in 2019 and are equal in 2026
            operation.job = job
            same_target = self.runs_to(vault, job.restores_to)
            finish = self._refuse_same_target if same_target else partial(self._finish, item, wanted, job)
            self._operations.go_on(vault, operation, "restore", subject, finish)

        return self._operations.begin(vault, "restore_start", subject, started)

    def spend(self, item: ProtectedItem) -> None:
        if not self.restores.spend(item.key):
            raise Refusal(
                400,
                "UserErrorRestoreLimitReached",  # inferred
                f"The limit of {self.restores.limit} restores a day for a file share is reached.",
            )

    def runs_to(self, vault: Vault, place: str | None) -> bool:
        """Whether a restore is writing there, from whichever region."""
        jobs = [*vault.jobs.values(), *vault.secondary.jobs.values()]
        return any(job.running and job.restores_to == place for job in jobs)

    def job(self, item: ProtectedItem, wanted: Wanted) -> Job:
        source = item.container.account.name
        account, share = source, item.share.name
        kind = "Recovering to the original file share"
        if wanted.target:
            account, share = wanted.target.account_id.rpartition("/")[2], wanted.target.share
            kind = "Recover to an alternate file share"
        bag = {
            "Source File Share Name": item.share.name,
            "Source Storage Account Name": source,
            "Job Type": kind,
            "RestoreDestination": f"{account}/{share}/{wanted.folder.lstrip('/')}",
            "Recovery Point Time in UTC": us_time(wanted.point.time),
            "Data Transferred (in MB)": "0",
            "Number Of Restored Files": "0",
            "Number Of Skipped Files": "0",
            "Number Of Failed Files": "0",
        }
        if wanted.target:
            bag |= {"Target File Share Name": share, "Target Storage Account Name": account}
        job = Job("Restore", self._clock.now(), source, item.share.name, bag, version="ClassicCompute")
        job.cancellable = True
        job.item_key = item.key
        job.restores_to = f"{account}/{share}".lower()
        return job

    def _finish(self, item: ProtectedItem, wanted: Wanted, job: Job, warned: bool) -> None:
        if wanted.target is None:
            _check_original(item)
        # What has a copy in the vault outlives its snapshots, and their account.
        from_snapshot = wanted.point.snapshot and not (wanted.point.vaulted and wanted.files is None and wanted.target)
        if from_snapshot and wanted.point.time not in item.share.snapshots:
            raise Failed(
                "UserErrorAFSSourceSnapshotNotFound",
                "Azure file share snapshot corresponding to recovery point cannot be found",
            )
        # A share of the simulator holds one file; a request for files names them.
        files = max(1, wanted.files or 1)
        failed = 1 if warned else 0
        if wanted.target:
            self.fill(item, wanted, failed=bool(failed))
        job.bag |= {
            "Data Transferred (in MB)": str(item.share.usage // 2**20),
            "Number Of Restored Files": str(files - failed),
            "Number Of Failed Files": str(failed),
            "Number Of Restored Directories": "0",
            "Number Of Skipped Directories": "0",
            "Number Of Failed Directories": "0",
        }

    def fill(self, item: ProtectedItem, wanted: Wanted, *, failed: bool) -> None:
        """Raises Failed where there is no share to restore to."""
        target = self._target_of(wanted)
        if not failed:
            target.usage += item.share.usage

    def _target_of(self, wanted: Wanted) -> Share:
        assert wanted.target, "the original location is no target"
        account = self._account_by_id(wanted.target.account_id)
        if account is None:
            raise Failed("UserErrorDTSStorageAccountNotFound", "The storage account details provided are incorrect.")
        share = account.share(wanted.target.share)
        if share is None:
            raise Failed("TargetFileShareNotFound", "Target file share not found.")
        return share

    @staticmethod
    def same_target() -> Failed:
        return Failed(
            "UserErrorAnotherRestoreInProgressOnSameTarget",
            "Another restore job is in progress on the same target file share",
        )

    def _refuse_same_target(self, _warned: bool) -> None:
        raise self.same_target()


def _check_original(item: ProtectedItem) -> None:
    state = item.share.resource_state
    if state != "Active":
        code = "InSoftDeleteState" if state == "SoftDeleted" else "InDeleteState"
        raise Failed(f"UserErrorRestoreAFS{code}", _GONE[state])


_GONE = {
    "SoftDeleted": "This restore point is not available as the snapshot associated with this point is in a File Share "
    "that is in soft-deleted state.",
    "Deleted": "Listed restore points are not available as the associated file share containing the restore point "
    "snapshots has been deleted permanently",
}
"""As documented."""
