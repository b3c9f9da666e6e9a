# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying drills out: make a share, restore to it, measure that, delete the share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

from .._azure.errors import BackupError, OperationFailed, unexpected
from .._azure.ids import AccountId, same
from .._azure.words import sentences
from .._options.drill import DrillLimits
from .._plan.drill import measured, problems, remarks
from .._read.drill import AT_ONCE, drill_restores, operation_of, target_of
from .._read.secondary import waiter_for
from .._records.container import Access
from .._records.drill import UNFINISHED, DrillKey, Mark, PastDrill
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .._records.restore import RestoreOrder, RestoreTarget
from .._records.safeguards import Approval
from .._records.storage_account import ShareDetails
from .._result.drill import DELETED, KEPT, LEFT, DrillResult
from .._result.job_failure import job_failure, job_warning
from .._run.parallel import Turn, in_turns, side_by_side
from .._session import Session
from .._vault.secondary import Source
from .._wait.obstacles import persist
from .restore import ask_for_restore

# The service's front ends do not agree on the time to the second.
SKEW = timedelta(seconds=2)
UNKNOWN = "Whether it has begun is not known: the next drill looks for it, and cleans up."


def restore_to(source: Source, target: AccountId, share: str, since: datetime) -> Job | None:
    """The restore to a share of a drill that has begun since then, if it shows."""
    jobs = drill_restores(source, target, since - SKEW)
    return next((job for job in jobs if same(target_of(job)[1], share)), None)


@dataclass(frozen=True)
class DrillOrder:
    """What it takes to begin a drill. ``quota``, in GiB, is that of the share which is restored.

    ``approval`` is a resource guard's, where one watches over restores.
    """

    result: DrillResult
    item: ProtectedItem
    point: RecoveryPoint
    account: AccountId
    access: Access | None
    quota: int | None
    approval: Approval | None = None


@dataclass
class DrillWork:
    """The drills of a run, side by side. ``left`` are shares of earlier runs that could not be deleted."""

    session: Session
    source: Source
    target: AccountId
    limits: DrillLimits
    keep: bool
    before: Mapping[DrillKey, PastDrill]
    results: Sequence[DrillResult]
    orders: Sequence[DrillOrder]
    deleted: list[str] = field(default_factory=list)
    left: list[tuple[str, BackupError]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.waiter = waiter_for(self.session, self.source)

    def carry_out(self, abandoned: Sequence[str]) -> None:
        name = self.session.vault.name
        with self.session.progress.counting(name, "drilled", lambda: [result.stage for result in self.results]):
            self._clear_away(abandoned)
            for order, end in zip(self.orders, in_turns(self._begin, self.orders, AT_ONCE), strict=True):
                if isinstance(end, Exception):
                    order.result.error = unexpected(end)
            if self.session.wait:
                self._follow([result for result in self.results if result.job_id and not result.error])
            for result, end in zip(self.results, side_by_side(self._finish, self.results, AT_ONCE), strict=True):
                if isinstance(end, Exception):
                    result.cleanup, result.cleanup_error = LEFT, unexpected(end)

    def _clear_away(self, abandoned: Sequence[str]) -> None:
        """Shares of earlier runs that no restore has come to."""
        for name, end in zip(abandoned, side_by_side(self._delete, abandoned, AT_ONCE), strict=True):
            if isinstance(end, Exception):
                self.left.append((name, self._left(name, unexpected(end))))
            else:
                self.deleted.append(name)

    # Begin

    def _begin(self, order: DrillOrder, turn: Turn) -> None:
        """Make the share, and restore to it, up to the point where there is a job."""
        result = order.result
        result.started = self.session.vault.client.service_time()
        mark = Mark.of(self.session.vault.id, order.item, order.point, result.started)
        with result.may_change():
            self._make(result, mark, order.quota)
        target = RestoreTarget(self.target, mark.share_name, "")
        restore = RestoreOrder(order.account, (), target, True, order.access, order.approval)
        self._start(order, restore, turn)

    def _make(self, result: DrillResult, mark: Mark, quota: int | None) -> None:
        result.made = name = mark.share_name
        try:
            self.session.storage.make_share(self.target, name, mark.to_metadata(), quota)
        except BackupError as error:
            result.made = name if error.in_doubt else None
            words = f"The share '{name}' could not be made in the storage account '{self.target.name}': {error.message}"
            raise BackupError(words, error.fault, in_doubt=error.in_doubt) from error

    def _start(self, order: DrillOrder, restore: RestoreOrder, turn: Turn) -> None:
        """Up to the point where there is a job. What may have begun is looked for, and never asked for again."""
        session, source, result, made = self.session, self.source, order.result, str(order.result.made)
        title = f"The restore of the share '{order.item.share}' to {self.target.name}/{made}"
        problem = BackupError(f"{title} has begun, but no job of it shows.", in_doubt=True)
        asked_at = source.client.service_time()

        def attempt() -> str | None:
            with turn:
                result.started = source.client.service_time()
                address, activity = order.item.address, str(uuid4())
                operation = ask_for_restore(session, source, title, address, order.point, restore, activity)
            return self.waiter.operation(operation)

        try:
            result.job_id = persist(self.waiter, attempt)
        except OperationFailed as error:
            result.job_id = error.job_id
            raise
        except BackupError as error:
            if not error.in_doubt:
                raise
            problem = error
        if result.job_id is None:
            job = session.look_for(lambda: restore_to(source, self.target, made, asked_at))
            if job is None:
                raise BackupError(sentences(problem.message, UNKNOWN), problem.fault, in_doubt=True) from problem
            result.job_id = job.id

    # Follow

    def _follow(self, results: Sequence[DrillResult]) -> None:
        followed = {str(result.job_id): result for result in results}

        def see(job: Job) -> None:
            followed[job.id].job = job

        since = min((result.started for result in results if result.started), default=None)
        kind = operation_of(self.source)
        jobs = self.waiter.jobs(list(followed), kind, see, since - SKEW if since else None)
        for job_id, job in jobs.items():
            result = followed[job_id]
            if isinstance(job, BackupError):
                words = f"What became of the restore (job {job_id}) cannot be learned: {job.message}"
                result.error = BackupError(words, job.fault, in_doubt=True)
            elif job.running:
                result.error = self.waiter.timeout(f"The restore (job {job.id})", job.status)

    # Measure, and clean up

    def _finish(self, result: DrillResult) -> None:
        """What has not ended is left to the next run."""
        if result.job and not result.job.running and result.job.details is None:
            result.job = self.source.job(result.job.id)
        if result.outcome == UNFINISHED:
            result.cleanup = LEFT if result.made else None
            return
        self.measure(result, self._clean_up(result))

    def measure(self, result: DrillResult, arrived: int | None = None) -> None:
        """What a restore that has ended has shown; ``arrived`` is how many bytes were in the drill's share."""
        job = result.job
        if job is None or job.running:
            return
        result.numbers = measured(job, result.point_time, result.started, result.numbers.source_size, arrived)
        if not job.good:
            result.error = job_failure(f"The restore (job {job.id})", job)
        if result.error is None:
            result.problems = problems(result.numbers, self.limits)
            result.remarks = remarks(result.numbers, self.before.get(result.key))
            if job.status == "CompletedWithWarnings":
                warning = job_warning(f"The restore (job {job.id})", job)
                result.remarks = {**result.remarks, "warnings": warning}

    def _clean_up(self, result: DrillResult) -> int | None:
        """Delete the drill's share, or mark it as one to be kept; returns how many bytes were in it."""
        if result.made is None:
            return None
        found = self.session.storage.share(self.target, result.made)
        try:
            with result.may_change():
                if found and self.keep and result.job:
                    mark = replace(self._mark_of(result.made, found), kept=True)
                    self.session.storage.mark_share(self.target, result.made, mark.to_metadata())
                    result.cleanup = KEPT
                else:
                    self._delete(result.made, found)
                    result.cleanup = DELETED
        except BackupError as error:
            result.cleanup, result.cleanup_error = LEFT, self._left(result.made, error)
        return found.size if found else None

    def _delete(self, name: str, found: ShareDetails | None = None) -> None:
        """Nothing but what has just been seen to bear the mark."""
        found = found or self.session.storage.share(self.target, name)
        if found:
            self._mark_of(name, found)
            self.session.storage.delete_share(self.target, name)

    def _mark_of(self, name: str, found: ShareDetails) -> Mark:
        mark = Mark.read(found.metadata, self.session.vault.id)
        if mark is None:
            raise BackupError(f"The share '{name}' does not bear the mark of the drill any more.")
        return mark

    def _left(self, name: str, error: BackupError) -> BackupError:
        words = f"The share '{name}' of the storage account '{self.target.name}' is left there: {error.message}"
        return BackupError(f"{words} The next drill tries again to delete it.", error.fault)
