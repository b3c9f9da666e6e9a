# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How accepted operations run to their end."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from ..clock import SECOND, Clock, Ticks
from ..errors import Failed
from ..faults import Fault, FaultPlan, Subject
from ..scenario import Durations
from .vault import Job, Operation

WARNED = "CompletedWithWarnings"
_LATER = SECOND // 1000 * 13
"""How long after a change of an existing item's policy its job begins: recorded are 10 to 16 ms."""


class Books(Protocol):
    """Where operations and jobs are kept: a vault, or its other region."""

    operations: dict[str, Operation]
    jobs: dict[str, Job]


class Operations:
    """Starts operations and jobs. What they change, they change at their end, as the real ones do."""

    def __init__(self, clock: Clock, durations: Durations, plan: FaultPlan, activity: Callable[[], str]) -> None:
        self._clock = clock
        self._durations = durations
        self._plan = plan
        self._activity = activity

    def begin(
        self,
        books: Books,
        kind: str,
        subject: Subject,
        finish: Callable[[Operation], None] | None = None,
        *,
        job: Job | None = None,
    ) -> Operation:
        """Start an operation. ``job`` ends together with it; a job of its own is started by ``finish``.

        Both are known by the ``x-ms-client-request-id`` of the request: recorded without an exception, 2021 to 2026.
        """
        operation = Operation(kind, self._clock.now(), self._activity(), job=job)
        books.operations[operation.id] = operation
        if job:
            job.started = operation.started + (_LATER if job.later else 0)
            job.activity = operation.activity
            books.jobs[job.id] = job
        self._clock.after(getattr(self._durations, kind), partial(self._end, operation, subject, finish, job))
        return operation

    def go_on(
        self,
        books: Books,
        operation: Operation,
        kind: str,
        subject: Subject,
        finish: Callable[[bool], None],
        fail: Callable[[], None] = lambda: None,
    ) -> None:
        """Let the operation's job run on after it; the job's time counts from the operation's start.

        ``finish`` is told whether the job is going to complete with warnings; ``fail`` is called where it fails.
        """
        job = operation.job
        assert job, "an operation has its job before that goes on"
        job.started = operation.started
        job.activity = operation.activity
        self.run(books, job, kind, subject, finish, fail)

    def run(
        self,
        books: Books,
        job: Job,
        kind: str,
        subject: Subject,
        finish: Callable[[bool], None],
        fail: Callable[[], None],
    ) -> None:
        """Let a job run by itself."""
        books.jobs[job.id] = job
        late = (self._clock.now() - job.started) / SECOND
        seconds = max(0.0, getattr(self._durations, kind) - late)
        self._clock.after(seconds, partial(self._end_job, kind, subject, job, finish, fail))

    def _end(
        self,
        operation: Operation,
        subject: Subject,
        finish: Callable[[Operation], None] | None,
        job: Job | None,
    ) -> None:
        operation.ended = self._clock.now()
        planned = self._plan.for_operation(operation.kind, subject)
        try:
            _fail_as(planned)
            if finish:
                finish(operation)
        except Failed as failure:
            operation.fail(failure)
            if job:
                job.fail(failure, self._clock.now())
        else:
            operation.status = "Succeeded"
            if job:
                _complete(job, self._clock.now(), planned)

    def _end_job(
        self, kind: str, subject: Subject, job: Job, finish: Callable[[bool], None], fail: Callable[[], None]
    ) -> None:
        if not job.running:
            return
        now = self._clock.now()
        if job.status == "Cancelling":
            job.end("Cancelled", now)
            return
        planned = self._plan.for_operation(kind, subject)
        try:
            _fail_as(planned)
            finish(planned is not None)
        except Failed as failure:
            job.fail(failure, now)
            fail()
        else:
            _complete(job, now, planned)


def _fail_as(planned: Fault | None) -> None:
    if planned and planned.status != WARNED:
        raise Failed(planned.code, planned.message, cancelled=planned.status == "Canceled")


def _complete(job: Job, now: Ticks, planned: Fault | None) -> None:
    if planned:
        job.end(WARNED, now, planned.code, planned.message)
    else:
        job.end("Completed", now)
