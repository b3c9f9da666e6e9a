# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Following asynchronous operations and jobs to their end. Private to the collection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat

from ._advice import advice
from ._deadline import Deadline
from ._errors import AzureFault, OperationFailed, WaitTimeout
from ._parallel import side_by_side
from ._records import Job, Operation, Progress
from ._vault import Vault

# However many operations run, they are asked about this often a second together: the resource manager
# refills 25 reads a second, and other programs want some of them.
QUESTIONS_PER_SECOND = 10
# The first questions come sooner, since some operations take two seconds; as parts of the poll interval.
FIRST_PAUSES = (0.2, 0.4, 0.8)
# A service that asks for long pauses (60 s were seen, for work of 10 to 75 s) gets this many poll intervals at most.
LONGEST_HINT = 2
# How often something is looked for that an operation has just made and that does not show yet.
LOOKS = 5
# How many ended jobs are read at once.
JOBS_AT_ONCE = 10

GO_ON = "Azure goes on with it; run again, and the task picks up where the service stands."


class Waiter:
    """Waits for operations and jobs, from any number of threads, until the run's one deadline."""

    def __init__(self, vault: Vault, deadline: Deadline, poll_interval: float) -> None:
        self._vault = vault
        self._deadline = deadline
        self._poll_interval = poll_interval
        self._running = 0
        self._lock = threading.Lock()

    def operation(self, operation: Operation | None) -> str | None:
        """Wait for the end of an operation; returns the id of its job, where it has one.

        Raises OperationFailed with Azure's words if it failed, WaitTimeout if it did not end in time.
        """
        if operation is None:
            return None
        progress = Progress("InProgress")
        with self._counted():
            for pause in self._pauses():
                self._sleep(pause, progress.hint)
                progress = self._vault.progress(operation)
                if not progress.running:
                    break
                if self._deadline.over:
                    raise self.timeout(operation.title, progress.status)
        if not progress.succeeded:
            raise _failure(operation, progress)
        return progress.job_id

    def jobs(self, running: dict[str, str], kind: str) -> dict[str, Job]:
        """Wait for jobs of one kind, given as {share: job id}; returns them by share.

        However many they are, one list a round tells which still run. At the deadline, those are returned as they are.
        """
        found: dict[str, Job] = {}
        waiting = dict(running)
        with self._counted():
            for pause in self._pauses():
                if not waiting:
                    break
                self._sleep(pause, None)
                found |= self._round(waiting, kind)
                waiting = {share: job_id for share, job_id in waiting.items() if found[share].running}
                if self._deadline.over:
                    break
        return found

    def _round(self, waiting: dict[str, str], kind: str) -> dict[str, Job]:
        """The jobs as they are now: the running ones from the list, the others one by one."""
        listed = {job.id: job for job in self._vault.jobs(kind, "InProgress")} if len(waiting) > 1 else {}
        running = {share: listed[job_id] for share, job_id in waiting.items() if job_id in listed}
        ended = [(share, job_id) for share, job_id in waiting.items() if share not in running]
        for (share, _job_id), job in zip(
            ended, side_by_side(lambda pair: self._vault.job(pair[1]), ended, JOBS_AT_ONCE), strict=True
        ):
            if isinstance(job, Exception):
                raise job
            running[share] = job
        return running

    def until(self, satisfied: Callable[[], bool]) -> bool:
        """Look a few times for what the service shows only some time after it has said that it is done."""
        for look, pause in zip(range(LOOKS), self._pauses(), strict=False):
            if satisfied():
                return True
            if self._deadline.over or look == LOOKS - 1:
                break
            self._sleep(pause, None)
        return False

    def rest(self) -> bool:
        """Pause for one poll interval; False where the run's time is over."""
        self._sleep(self._poll_interval, None)
        return not self._deadline.over

    def timeout(self, title: str, status: str) -> WaitTimeout:
        """What to say when the time is over: the operation, its last status, the seconds waited, and how to go on."""
        return WaitTimeout(
            f"{title} was still {status} after {self._deadline.waited:.0f} seconds "
            f"(wait_timeout is {self._deadline.seconds:.0f}). {GO_ON}",
            AzureFault(code="WaitTimeout"),
        )

    def _pauses(self) -> Iterator[float]:
        return (part * self._poll_interval for part in chain(FIRST_PAUSES, repeat(1.0)))

    def _sleep(self, pause: float, hint: float | None) -> None:
        if hint:
            pause = max(pause, min(hint, LONGEST_HINT * self._poll_interval))
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


def _failure(operation: Operation, progress: Progress) -> OperationFailed:
    fault = progress.fault or AzureFault(message=f"The operation ended as {progress.status}, without an explanation.")
    words = ": ".join(part for part in (fault.code, fault.message) if part)
    return OperationFailed(
        f"{operation.title} ended as {progress.status}: {words}{advice(fault.code, fault.message)}",
        fault,
        progress.job_id,
    )
