# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: listing them, waiting for one, cancelling one. Private to the collection."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .._azure.errors import BackupError, OperationFailed, ServiceError
from .._options.jobs import WantedJobs
from .._records.job import JOB_CANCELLED, Job
from .._result.job_failure import job_failure
from .._run.parallel import side_by_side
from .._session import Session

AT_ONCE = 10  # jobs read side by side
_BEGINNING = datetime.min.replace(tzinfo=timezone.utc)


def show_job(session: Session, job_id: str) -> None:
    session.outcome.values["jobs"] = [_read(session, job_id).to_result()]


def list_jobs(session: Session, wanted: WantedJobs) -> None:
    """The service filters by operation, status and time; a share and its account are no keys of its filter."""
    listed = session.vault.jobs(wanted.operation, wanted.status, wanted.window.start, wanted.window.end)
    jobs = [job for job in listed if wanted.matches(job)]
    jobs.sort(key=lambda job: job.start_time or _BEGINNING, reverse=True)
    if wanted.details:
        jobs = _detailed(session, jobs)
    session.outcome.values["jobs"] = [job.to_result() for job in jobs]


def _detailed(session: Session, jobs: list[Job]) -> list[Job]:
    found: list[Job] = []
    for job in side_by_side(lambda job: session.vault.job(job.id), jobs, AT_ONCE):
        if isinstance(job, Exception):
            raise job
        found.append(job)
    return found


def await_job(session: Session, job_id: str) -> None:
    """Wait for the end of a job, which fails where the job did."""
    job = _read(session, job_id)
    _report(session, job, job)
    if job.running and session.wait and not session.check_mode:
        job = _follow(session, job)
        _report(session, job, job)
        if job.running:
            session.outcome.failure = session.waiter.timeout(_title(job), job.status)
    if job.status == "CompletedWithWarnings":
        session.warn(f"{_title(job)} completed with warnings: {job.error_message or 'see its details'}")
    if not job.running and not job.good:
        session.outcome.failure = job_failure(_title(job), job)


def cancel_job(session: Session, job_id: str) -> None:
    """Cancel a job, unless it has ended already or is being cancelled."""
    before = _read(session, job_id)
    _report(session, before, before)
    if not before.running:
        if before.status != JOB_CANCELLED:
            session.warn(f"{_title(before)} had ended already, as {before.status}: there was nothing to cancel.")
        return
    if before.status == "InProgress":
        _ask_to_cancel(session, before)
    if not session.wait or session.check_mode:
        return
    after = _follow(session, before)
    session.outcome.changed = session.outcome.changed and (after.running or after.status == JOB_CANCELLED)
    _report(session, before, after)
    if after.running:
        session.outcome.failure = session.waiter.timeout(f"Cancelling: {_title(after)}", after.status)
    elif after.status != JOB_CANCELLED:
        session.warn(f"{_title(after)} ended as {after.status} before it could be cancelled.")


def _ask_to_cancel(session: Session, job: Job) -> None:
    if not job.cancellable:
        raise BackupError(
            f"{_title(job)} cannot be cancelled: Azure offers that for running backups and restores at most, and not "
            "for this one."
        )
    if session.check_mode:
        session.outcome.changed = True
        _report(session, job, replace(job, status=JOB_CANCELLED))
        return
    with session.outcome.may_change():
        operation = session.vault.cancel(job)
    if session.wait:
        try:
            session.waiter.operation(operation)
        except OperationFailed:
            session.outcome.changed = False
            raise


def _read(session: Session, job_id: str) -> Job:
    try:
        return session.vault.job(job_id)
    except ServiceError as error:
        if error.not_found:
            raise BackupError(
                f"The vault '{session.vault.name}' has no job '{job_id}'. Azure said: "
                f"{error.fault.message or error.fault.code}",
                error.fault,
            ) from error
        raise


def _follow(session: Session, job: Job) -> Job:
    with session.progress.doing(job.account_name, "waiting for the job"):
        return session.waiter.job(job.id, job.operation or "")


def _title(job: Job) -> str:
    return f"The job {job.id} ({job.operation} of the share '{job.share}')"


def _report(session: Session, before: Job, after: Job) -> None:
    session.outcome.values["job"] = after.to_result()
    session.outcome.before, session.outcome.after = _view(before), _view(after)


def _view(job: Job) -> dict[str, Any]:
    return {"job": {"job_id": job.id, "status": job.status}}
