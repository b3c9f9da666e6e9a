# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancelling a job."""

from functools import partial

from ..clock import Clock
from ..errors import Failed
from ..faults import Subject
from .operations import Operations
from .vault import Job, Operation, Vault


class Jobs:
    def __init__(self, clock: Clock, operations: Operations) -> None:
        self._clock = clock
        self._operations = operations

    def cancel(self, vault: Vault, job: Job) -> Operation:
        """Only restores can be cancelled: no other job lists the action.

        What cannot is accepted all the same, and refused by the operation's result (reported; its code is inferred).
        """
        subject = Subject(vault.name, job.account, job.share)
        if not (job.cancellable and job.running):
            return self._operations.begin(vault, "cancel", subject, partial(_not_cancellable, job))
        job.status = "Cancelling"
        return self._operations.begin(vault, "cancel", subject, partial(self._cancelled, job))

    def _cancelled(self, job: Job, _operation: Operation) -> None:
        if job.running:
            job.end("Cancelled", self._clock.now())


def _not_cancellable(job: Job, _operation: Operation) -> None:
    raise Failed("BMSUserErrorJobNotCancellable", f"The job '{job.id}' cannot be cancelled.")
