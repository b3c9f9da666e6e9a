# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cancelling a job: read, ask for its end, wait, read back."""

from __future__ import annotations

from dataclasses import replace

from .._azure.errors import BackupError
from .._read.jobs import follow_job, job_title, read_job
from .._records.job import JOB_CANCELLED
from .._result.job import JobResult
from .._session import Session
from .._wait.obstacles import persist


def cancel_job(session: Session, job_id: str) -> None:
    """Cancel a job, unless it has ended already or is being cancelled."""
    before = read_job(session.vault, job_id)
    result = session.outcome.result = JobResult(before, before)
    if not before.running:
        if before.status != JOB_CANCELLED:
            session.warn(f"{job_title(before)} had ended already, as {before.status}: there was nothing to cancel.")
        return
    if before.status == "InProgress":
        _ask_to_cancel(session, result)
    if not session.wait or session.check_mode:
        return
    after = result.job = follow_job(session, session.vault, before)
    result.changed = result.changed and (after.running or after.status == JOB_CANCELLED)
    if after.running:
        session.outcome.failure = session.waiter.timeout(f"Cancelling: {job_title(after)}", after.status)
    elif after.status != JOB_CANCELLED:
        session.warn(f"{job_title(after)} ended as {after.status} before it could be cancelled.")


def _ask_to_cancel(session: Session, result: JobResult) -> None:
    job = result.job
    if not job.cancellable:
        raise BackupError(
            f"{job_title(job)} cannot be cancelled: Azure offers that for running backups and restores at most, and "
            "not for this one."
        )
    if session.check_mode:
        result.changed, result.job = True, replace(job, status=JOB_CANCELLED)
        return
    with result.may_change():
        operation = persist(session.waiter, lambda: session.vault.cancel(job))
    if session.wait:
        with result.unless_it_fails():
            session.waiter.operation(operation)
