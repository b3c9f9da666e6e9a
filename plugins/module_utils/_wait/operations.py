# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following asynchronous operations and jobs to their end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, repeat

from .._azure.advice import advice
from .._azure.errors import AzureFault, BackupError, OperationFailed, WaitTimeout, unexpected
from .._records.job import JOB_CANCELLED, Job
from .._records.operation import Operation, Progress
from .._run.deadline import Deadline
from .._run.parallel import side_by_side
from .._vault.secondary import Source
from .ended_jobs import EndedJobs
from .running_jobs import RunningJobs

# However many operations run, they are asked about this often a second together: the resource manager
# refills 25 reads a second, and other programs want some of them.
QUESTIONS_PER_SECOND = 10
# Some operations take two seconds, so the pauses grow with the time: to this share of it, from this part of the poll
# interval on up to a whole one. What the service wishes in Retry-After plays no part: it says 60 s for work of 10 to
# 75 s, and takes no offence.
SHARE = 0.02
SHORTEST = 0.1
# What an operation has made is looked for after these parts of the poll interval.
LOOK_PAUSES = (0.2, 0.4, 0.8, 1.0)
# From so many operations on, a list of the running jobs, read five times in a poll interval, saves most questions.
MANY = 10
LISTED_PAUSE = 0.2
# An operation is asked about after so many poll intervals, even if its job still seems to run.
LONGEST_TRUST = 12
# How many ended jobs are read at once.
JOBS_AT_ONCE = 10
# How many questions in a row may go wrong before an operation or a job counts as lost.
PATIENCE = 3

GO_ON = "Azure goes on with it; run again, and the task picks up where the service stands."


class Waiter:
    """Waits for operations and jobs, from any number of threads, until the run's one deadline."""

    def __init__(
        self, vault: Source, deadline: Deadline, poll_interval: float, job_interval: float | None = None
    ) -> None:
        """``job_interval`` passes between two questions about jobs, where these shall not follow the poll interval."""
        self._vault = vault
        self._deadline = deadline
        self._poll_interval = poll_interval
        self._job_interval = job_interval
        self._running = 0
        self._lock = threading.Lock()
        self._jobs = RunningJobs(vault, deadline, LISTED_PAUSE * poll_interval)
        self._failed = EndedJobs(vault, deadline, "Failed")
        self._cancelled = EndedJobs(vault, deadline, JOB_CANCELLED)

    def operation(self, operation: Operation | None) -> str | None:
        """Wait for the end of an operation; returns the id of its job, where it has one.

        Raises OperationFailed with Azure's words if it failed; WaitTimeout if it did not end in time, and BackupError
        if nothing more is learned of it, which are both in doubt.
        """
        if operation is None:
            return None
        progress = Progress("InProgress")
        patience = PATIENCE
        begun = self._deadline.waited
        with self._counted():
            for question, pause in enumerate(self._pauses()):
                self._sleep_until_worth_asking(operation, begun, pause, first=question == 0)
                try:
                    progress, patience = self._vault.progress(operation), PATIENCE
                except BackupError as error:
                    # Those of 500 and more were asked often enough, by the retries of a single question.
                    patience = 0 if (error.fault.http_status or 0) >= 500 else patience - 1
                    if patience <= 0 and not self._deadline.over:
                        raise _lost(operation, error) from error
                if not progress.running:
                    break
                if self._deadline.over:
                    raise self.timeout(operation.title, progress.status)
        if not progress.succeeded:
            raise _failure(operation, progress, progress.job_id or self._failed_job(operation, progress))
        return progress.job_id

    def _failed_job(self, operation: Operation, end: Progress) -> str | None:
        """The id of the job that failed with its operation, whose own answer names none then, as was recorded."""
        if operation.job is None or not operation.activity_id:
            return None
        return (self._failed if end.status == "Failed" else self._cancelled).of(operation)

    def job(self, job_id: str, kind: str) -> Job:
        """Wait for one job; at the deadline it is returned as it is. Raises BackupError for one that is lost."""
        job = self.jobs([job_id], kind)[job_id]
        if isinstance(job, BackupError):
            raise job
        return job

    def jobs(
        self,
        ids: Sequence[str],
        kind: str,
        see: Callable[[Job], None] = lambda _job: None,
        since: datetime | None = None,
    ) -> dict[str, Job | BackupError]:
        """Wait for jobs of one kind; returns them by their ids.

        However many they are, one list a round tells which still run, and another one which have ended well, of those
        that began after ``since``. At the deadline, those that still run are returned as they are; in the place of a
        job that is lost is the reason. ``see`` is told of each job as often as it is looked at.
        """
        found: dict[str, Job | BackupError] = {}
        waiting = list(ids)
        patience = dict.fromkeys(ids, PATIENCE)
        with self._counted():
            for pause in self._job_pauses():
                if not waiting:
                    break
                self._sleep(pause)
                for job_id, job in self._round(waiting, kind, since).items():
                    if isinstance(job, Job):
                        found[job_id], patience[job_id] = job, PATIENCE
                        see(job)
                    else:
                        patience[job_id] -= 1
                        found[job_id] = job if patience[job_id] <= 0 else found.get(job_id, job)
                waiting = [job_id for job_id in waiting if self._goes_on(found[job_id], patience[job_id])]
                if self._deadline.over:
                    break
        return found

    @staticmethod
    def _goes_on(job: Job | BackupError, patience: int) -> bool:
        return job.running if isinstance(job, Job) else patience > 0

    def _round(self, waiting: Sequence[str], kind: str, since: datetime | None) -> dict[str, Job | BackupError]:
        """The jobs as they are now: from the lists as far as these tell all, the others one by one."""
        listed: dict[str, Job] = {}
        try:
            if len(waiting) > 1:
                listed = {job.id: job for job in self._vault.jobs(kind, "InProgress")}
            if since and len(set(waiting) - set(listed)) > 1:
                listed |= {job.id: job for job in self._vault.jobs(kind, "Completed", since=since)}
        except BackupError as error:
            return dict.fromkeys(waiting, error)
        now: dict[str, Job | BackupError] = {job_id: listed[job_id] for job_id in waiting if job_id in listed}
        others = [job_id for job_id in waiting if job_id not in now]
        for job_id, job in zip(others, side_by_side(self._vault.job, others, JOBS_AT_ONCE), strict=True):
            now[job_id] = unexpected(job) if isinstance(job, Exception) else job
        return now

    def until(self, satisfied: Callable[[], bool]) -> bool:
        """Look a few times for what the service shows only some time after it has said that it is done."""
        for pause in LOOK_PAUSES:
            if satisfied():
                return True
            if self._deadline.over:
                return False
            self._sleep(pause * self._poll_interval)
        return satisfied()

    def rest(self, intervals: float = 1) -> bool:
        """Pause for so many poll intervals; False where the run's time does not last so long."""
        pause = intervals * self._poll_interval
        if self._deadline.remaining <= pause:
            return False
        self._sleep(pause)
        return True

    def timeout(self, title: str, status: str) -> WaitTimeout:
        """What to say when the time is over: the operation, its last status, the seconds waited, and how to go on."""
        return WaitTimeout(
            f"{title} was still {status} after {self._deadline.waited:.0f} seconds ({self._deadline.reason}).",
            AzureFault(code="WaitTimeout"),
            in_doubt=True,
            advice=GO_ON,
        )

    def _job_pauses(self) -> Iterator[float]:
        """With an interval of their own, but for a first question soon: some jobs take a moment only."""
        if self._job_interval is None:
            return self._pauses()
        return chain([SHORTEST * self._job_interval], repeat(self._job_interval))

    def _pauses(self) -> Iterator[float]:
        begun = self._deadline.waited
        while True:
            long = SHARE * (self._deadline.waited - begun)
            yield min(max(SHORTEST * self._poll_interval, long), self._poll_interval)

    def _sleep_until_worth_asking(self, operation: Operation, begun: float, pause: float, first: bool) -> None:
        """Among few, one pause. Among many, until its job has ended; without a job, the pauses are stretched."""
        if self._running < MANY or operation.job is None:
            self._sleep(pause)
            return
        self._deadline.sleep(pause)
        end_of_trust = self._deadline.waited + LONGEST_TRUST * self._poll_interval
        listed = False
        while self._deadline.waited < end_of_trust and not self._deadline.over and self._jobs.show(operation, begun):
            listed = True
            self._deadline.sleep(LISTED_PAUSE * self._poll_interval)
        if not listed and not first:
            self._deadline.sleep(max(0.0, self._running / QUESTIONS_PER_SECOND - pause))

    def _sleep(self, pause: float) -> None:
        self._deadline.sleep(max(pause, self._running / QUESTIONS_PER_SECOND))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1


def _lost(operation: Operation, error: BackupError) -> BackupError:
    return BackupError(
        f"{operation.title} was accepted, but what became of it cannot be learned: {error.message}",
        error.fault,
        in_doubt=True,
    )


def _failure(operation: Operation, progress: Progress, job_id: str | None) -> OperationFailed:
    fault = progress.fault or AzureFault(message=f"The operation ended as {progress.status}, without an explanation.")
    words = f"{operation.title} ended as {progress.status}: {fault.words}"
    return OperationFailed(words, fault, job_id, advice=advice(fault))
