# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following asynchronous operations and jobs to their end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat

from .._azure.advice import advice
from .._azure.errors import AzureFault, BackupError, OperationFailed, WaitTimeout, unexpected
from .._records.job import Job
from .._records.operation import Operation, Progress
from .._run.deadline import Deadline
from .._run.parallel import side_by_side
from .._vault.vault import Vault
from .running_jobs import RunningJobs

# However many operations run, they are asked about this often a second together: the resource manager
# refills 25 reads a second, and other programs want some of them.
QUESTIONS_PER_SECOND = 10
# The first questions come sooner, since some operations take two seconds; as parts of the poll interval. What the
# service wishes in Retry-After plays no part: it says 60 s for work of 10 to 75 s, and takes no offence.
FIRST_PAUSES = (0.2, 0.4, 0.8)
# From so many operations on, a list of the running jobs, read twice in a poll interval, saves most questions.
MANY = 10
LISTED_PAUSE = 0.5
# An operation is asked about after so many poll intervals, even if its job still seems to run.
LONGEST_TRUST = 12
# How often something is looked for that an operation has just made and that does not show yet.
LOOKS = 5
# How many ended jobs are read at once.
JOBS_AT_ONCE = 10
# How many questions in a row may go wrong before an operation or a job counts as lost.
PATIENCE = 3

GO_ON = "Azure goes on with it; run again, and the task picks up where the service stands."


class Waiter:
    """Waits for operations and jobs, from any number of threads, until the run's one deadline."""

    def __init__(self, vault: Vault, deadline: Deadline, poll_interval: float) -> None:
        self._vault = vault
        self._deadline = deadline
        self._poll_interval = poll_interval
        self._running = 0
        self._lock = threading.Lock()
        self._jobs = RunningJobs(vault, deadline, LISTED_PAUSE * poll_interval)

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
            raise _failure(operation, progress)
        return progress.job_id

    def job(self, job_id: str, kind: str) -> Job:
        """Wait for one job; at the deadline it is returned as it is. Raises BackupError for one that is lost."""
        job = self.jobs({"": job_id}, kind)[""]
        if isinstance(job, BackupError):
            raise job
        return job

    def jobs(
        self, running: dict[str, str], kind: str, see: Callable[[str, Job], None] = lambda _share, _job: None
    ) -> dict[str, Job | BackupError]:
        """Wait for jobs of one kind, given as {share: job id}; returns them by share.

        However many they are, one list a round tells which still run. At the deadline, those are returned as they are;
        in the place of a job that is lost is the reason. ``see`` is told of each job as often as it is looked at.
        """
        found: dict[str, Job | BackupError] = {}
        waiting = dict(running)
        patience = dict.fromkeys(running, PATIENCE)
        with self._counted():
            for pause in self._pauses():
                if not waiting:
                    break
                self._sleep(pause)
                for share, job in self._round(waiting, kind).items():
                    if isinstance(job, Job):
                        found[share], patience[share] = job, PATIENCE
                        see(share, job)
                    else:
                        patience[share] -= 1
                        found[share] = job if patience[share] <= 0 else found.get(share, job)
                waiting = {share: job_id for share, job_id in waiting.items() if self._goes_on(found, share, patience)}
                if self._deadline.over:
                    break
        return found

    @staticmethod
    def _goes_on(found: dict[str, Job | BackupError], share: str, patience: dict[str, int]) -> bool:
        job = found[share]
        return job.running if isinstance(job, Job) else patience[share] > 0

    def _round(self, waiting: dict[str, str], kind: str) -> dict[str, Job | BackupError]:
        """The jobs as they are now: the running ones from the list, the others one by one."""
        listed: dict[str, Job] = {}
        if len(waiting) > 1:
            try:
                listed = {job.id: job for job in self._vault.jobs(kind, "InProgress")}
            except BackupError as error:
                return dict.fromkeys(waiting, error)
        now: dict[str, Job | BackupError] = {
            share: listed[job_id] for share, job_id in waiting.items() if job_id in listed
        }
        ended = [(share, job_id) for share, job_id in waiting.items() if share not in now]
        for (share, _job_id), job in zip(
            ended, side_by_side(lambda pair: self._vault.job(pair[1]), ended, JOBS_AT_ONCE), strict=True
        ):
            now[share] = unexpected(job) if isinstance(job, Exception) else job
        return now

    def until(self, satisfied: Callable[[], bool]) -> bool:
        """Look a few times for what the service shows only some time after it has said that it is done."""
        for look, pause in zip(range(LOOKS), self._pauses(), strict=False):
            if satisfied():
                return True
            if self._deadline.over or look == LOOKS - 1:
                break
            self._sleep(pause)
        return False

    def rest(self) -> bool:
        """Pause for one poll interval; False where the run's time does not last so long."""
        if self._deadline.remaining <= self._poll_interval:
            return False
        self._sleep(self._poll_interval)
        return True

    def timeout(self, title: str, status: str) -> WaitTimeout:
        """What to say when the time is over: the operation, its last status, the seconds waited, and how to go on."""
        return WaitTimeout(
            f"{title} was still {status} after {self._deadline.waited:.0f} seconds ({self._deadline.reason}). {GO_ON}",
            AzureFault(code="WaitTimeout"),
            in_doubt=True,
        )

    def _pauses(self) -> Iterator[float]:
        return (part * self._poll_interval for part in chain(FIRST_PAUSES, repeat(1.0)))

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


def _failure(operation: Operation, progress: Progress) -> OperationFailed:
    fault = progress.fault or AzureFault(message=f"The operation ended as {progress.status}, without an explanation.")
    words = ": ".join(part for part in (fault.code, fault.message) if part)
    return OperationFailed(
        f"{operation.title} ended as {progress.status}: {words}{advice(fault.code, fault.message)}",
        fault,
        progress.job_id,
    )
