# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancelling a job."""

from functools import partial

from ..clock import Clock
from ..errors import Refusal
from ..faults import Subject
from .operations import Operations
from .vault import Job, Operation, Vault


class Jobs:
    def __init__(self, clock: Clock, operations: Operations) -> None:
        self._clock = clock
        self._operations = operations

    def cancel(self, vault: Vault, job: Job) -> Operation:
        """Only restores can be cancelled: no other job lists the action."""
        if not (job.cancellable and job.running):
            raise Refusal(  # inferred
                400, "BMSUserErrorJobNotCancellable", f"The job '{job.id}' cannot be cancelled."
            )
        job.status = "Cancelling"
        subject = Subject(vault.name, job.account, job.share)
        return self._operations.begin(vault, "cancel", subject, partial(self._cancelled, job))

    def _cancelled(self, job: Job, _operation: Operation) -> None:
        if job.running:
            job.end("Cancelled", self._clock.now())
