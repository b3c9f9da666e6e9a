# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: listing them, and waiting for the end of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from .._azure.errors import BackupError, ServiceError
from .._azure.ids import same
from .._azure.times import CLOCKS_DIFFER
from .._options.jobs import WantedJobs
from .._options.secondary import WantedRegion
from .._options.similar import did_you_mean
from .._plan.secondary import NoSecondaryRegion
from .._records.job import Job
from .._result.job import JobResult
from .._result.job_failure import job_failure, job_warning
from .._result.listings import FoundJobs
from .._run.parallel import all_side_by_side
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .secondary import secondary_region, source_of_reads, waiter_for

AT_ONCE = 10  # jobs read side by side
CROSS_REGION_RESTORE = "CrossRegionRestore"
ELSEWHERE = " The jobs of restores from the secondary region are found with use_secondary_region: true."
_BEGINNING = datetime.min.replace(tzinfo=timezone.utc)


def show_job(session: Session, job_id: str, region: WantedRegion | None = None) -> None:
    session.outcome.result = FoundJobs([read_job(source_of_reads(session, region), job_id)])


def list_jobs(session: Session, wanted: WantedJobs, region: WantedRegion | None = None) -> None:
    """The service filters by operation, status and time; a share and its account are no keys of its filter."""
    source = source_of_reads(session, region) if region else _where_to_look(session, wanted)
    listed = source.jobs(wanted.operation, wanted.status, wanted.window.start, wanted.window.end)
    jobs = [job for job in listed if wanted.matches(job)]
    jobs.sort(key=lambda job: job.start_time or _BEGINNING, reverse=True)
    if not jobs and wanted.account:
        known = [job.account_name for job in listed if job.account_name]
        question = did_you_mean(wanted.account.name, known)
        if question and not any(same(name, wanted.account.name) for name in known):
            session.warn(f"No job is about a storage account '{wanted.account.name}'. {question}")
    if wanted.details:
        jobs = all_side_by_side(lambda job: source.job(job.id), jobs, AT_ONCE)
    session.outcome.result = FoundJobs(jobs)


def _where_to_look(session: Session, wanted: WantedJobs) -> Source:
    """Restores from the other region are jobs of that region. A vault without one has none, and says so itself."""
    if not same(wanted.operation, CROSS_REGION_RESTORE):
        return session.vault
    try:
        return secondary_region(session, WantedRegion(None))
    except NoSecondaryRegion:
        return session.vault


def await_job(session: Session, job_id: str, region: WantedRegion | None = None) -> None:
    """Wait for the end of a job, which fails where the job did."""
    source = source_of_reads(session, region)
    job = read_job(source, job_id)
    session.outcome.result = JobResult(job, job)
    if job.running and session.wait and not session.check_mode:
        job = follow_job(session, source, job)
        # Waiting changes nothing, so what it has come to is both ends of the diff.
        session.outcome.result = JobResult(job, job)
        if job.running:
            session.outcome.failure = session.waiter.timeout(job_title(job), job.status)
    if job.status == "CompletedWithWarnings":
        session.warn(job_warning(job_title(job), job))
    if not job.running and not job.good:
        session.outcome.failure = job_failure(job_title(job), job)


def job_begun_by(
    session: Session,
    activity_id: str,
    operation: str,
    since: datetime,
    source: Source | None = None,
    is_it: Callable[[Job], bool] = lambda _job: False,
) -> Job | None:
    """The job that the request with this id has begun after ``since``, by the service's clock.

    Where none has that id, it is the first one of which ``is_it`` says so. None where none shows after some looks, or
    where the jobs cannot be read.
    """
    source = source or session.vault
    since -= CLOCKS_DIFFER

    def look() -> Job | None:
        jobs = source.jobs(operation, since=since)
        by_id = (job for job in jobs if same(job.activity_id, activity_id))
        return next(by_id, None) or next((job for job in jobs if is_it(job)), None)

    try:
        return session.look_for(look)
    except BackupError:
        return None


def read_job(source: Source, job_id: str) -> Job:
    try:
        return source.job(job_id)
    except ServiceError as error:
        if error.not_found:
            hint = "" if isinstance(source, SecondaryRegion) else ELSEWHERE
            raise BackupError(
                f"{source.told} has no job '{job_id}'. Azure said: {error.fault.message or error.fault.code}{hint}",
                error.fault,
            ) from error
        raise


def follow_job(session: Session, source: Source, job: Job) -> Job:
    with session.progress.doing(job.account_name, "waiting for the job"):
        return waiter_for(session, source).job(job.id, job.operation or "")


def job_title(job: Job) -> str:
    subject = f"share '{job.share}'" if job.share else f"storage account '{job.account_name}'"
    return f"The job {job.id} ({job.operation} of the {subject})"
