# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up shares now: read, plan, act side by side, wait for the jobs, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from .._azure.errors import BackupError, unexpected
from .._azure.ids import same
from .._azure.times import now
from .._options.accounts import AccountRef
from .._options.backup import WantedBackups
from .._options.shares import Selection
from .._plan.backup import BackupStep, not_active, plan_backups
from .._read.accounts import registered_container
from .._read.inventory import listed_shares, protected_shares, unregistered_account
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._result.backups import BackupResult, BackupsResult
from .._result.failed_shares import failed_shares
from .._result.job_failure import job_failure
from .._run.parallel import Turn, in_turns
from .._session import Session

BACKUP = "Backup"
ALREADY_RUNNING = "ParallelSnapshotRequest"
# The service's front ends do not agree on the time to the second.
SKEW = timedelta(seconds=2)


def trigger_backups(session: Session, ref: AccountRef, wanted: WantedBackups, parallel: int) -> None:
    """Back up the shares of one account that need it. Fails if a share did."""
    items = protected_shares(session.vault, ref)
    soon = _protected_by_then(session, ref, wanted.selection, items) if session.check_mode else frozenset()
    steps = plan_backups(ref.name, items, wanted, now(), soon)
    if any(step.action == "triggered" for step in steps):
        running = _running(session, ref)
        if wanted.max_age:
            # A backup that has ended between these two looks runs no longer, and its recovery point shows only now.
            steps = plan_backups(ref.name, protected_shares(session.vault, ref), wanted, now(), soon)
        steps = _attach(steps, running)
    results = [BackupResult.planned(step, wanted, done=session.check_mode) for step in steps]
    session.outcome.result = BackupsResult(results)
    due = [result for result in results if result.action in ("triggered", "attached")]
    if due and not session.check_mode:
        with session.progress.counting(ref.name, "backed up", lambda: [result.stage for result in due]):
            _apply(session, ref, results, wanted.expiry, parallel)
    session.outcome.failure = failed_shares([(result.step.share, result.error) for result in results])


def _protected_by_then(
    session: Session, ref: AccountRef, selection: Selection, items: dict[str, ProtectedItem]
) -> frozenset[str]:
    """For a plan that is made before the shares are protected: those that exist, as far as that can be read."""
    waiting = not_active(items, selection)
    if not waiting:
        return frozenset()
    container = registered_container(session.vault, ref)
    account = container.account if container else unregistered_account(session, session.vault, ref)
    listed = listed_shares(session, account) if account else {}
    existing = [
        share
        for share in waiting
        if listed is None or (share.lower() in listed and not listed[share.lower()].unsupported)
    ]
    if existing:
        session.warn(f"Not protected yet: {', '.join(existing)}. This plan is for the time when they are.")
    return frozenset(share.lower() for share in existing)


def _running(session: Session, ref: AccountRef) -> dict[str, Job]:
    """The backups that run now in this account; a job names its storage account, but not by its id."""
    jobs = session.vault.jobs(BACKUP, "InProgress")
    return {job.share.lower(): job for job in jobs if same(job.account_name, ref.name)}


def _started(session: Session, ref: AccountRef, result: BackupResult) -> Job | None:
    """The backup of a share that has been started since it was asked for, or None."""
    since = (result.asked_at or session.client.service_time()) - SKEW
    for job in _backups_of(session, ref, result.step.share, since):
        if job.start_time and job.start_time >= since:
            return job
    return None


def _backups_of(session: Session, ref: AccountRef, share: str, since: datetime) -> list[Job]:
    jobs = session.vault.jobs(BACKUP, since=since)
    return [job for job in jobs if same(job.account_name, ref.name) and same(job.share, share)]


def _attach(steps: list[BackupStep], running: dict[str, Job]) -> list[BackupStep]:
    """A share has one backup at a time, so the running one is followed instead of starting another."""
    return [
        replace(step, action="attached", job_id=running[step.share.lower()].id)
        if step.action == "triggered" and step.share.lower() in running
        else step
        for step in steps
    ]


def _apply(session: Session, ref: AccountRef, results: list[BackupResult], expiry: datetime, parallel: int) -> None:
    triggered = [result for result in results if result.action == "triggered"]

    def trigger(result: BackupResult, turn: Turn) -> None:
        while not _trigger(session, ref, result, expiry, turn):
            pass

    for result, end in zip(triggered, in_turns(trigger, triggered, parallel), strict=True):
        if isinstance(end, Exception):
            result.error = unexpected(end)
    if session.wait:
        _follow(session, [result for result in results if result.job_id and not result.error])
        second = [result for result in results if result.error and result.error.fault.code == ALREADY_RUNNING]
        _follow(session, [result for result in second if _attach_to_first(session, ref, result)])
        _read_back(session, ref, results)


def _trigger(session: Session, ref: AccountRef, result: BackupResult, expiry: datetime, turn: Turn) -> bool:
    """Start one backup in its turn, up to the point where it has a job; False where the share was busy.

    A request that may have been carried out is never repeated: the backup that it started is looked for instead.
    """
    if not isinstance(result.step.item, ProtectedItem):
        return True
    share = result.step.share
    title = f"Starting the backup of the share '{share}'"
    problem = BackupError(f"{title} went well, but no backup job shows. Run again to see it.", in_doubt=True)
    try:
        with turn:
            result.changed, result.asked_at = True, session.client.service_time()
            operation = session.vault.backup(title, result.step.item.address, expiry)
        result.job_id = session.waiter.operation(operation)
    except BackupError as error:
        problem = error
    if result.job_id:
        return True
    if problem.in_doubt:
        job = session.look_for(lambda: _started(session, ref, result))
        if job is None:
            raise problem
        result.job_id = job.id
        return True
    result.changed = False
    if problem.busy and session.waiter.rest():
        return False
    running = _running(session, ref).get(share.lower()) if problem.fault.code == ALREADY_RUNNING else None
    if not running:
        raise problem
    _attach_to(result, running)
    return True


def _attach_to(result: BackupResult, job: Job) -> None:
    result.action, result.changed, result.job_id, result.expiry, result.error = "attached", False, job.id, None, None


def _attach_to_first(session: Session, ref: AccountRef, result: BackupResult) -> bool:
    """Another backup of the share was faster, and this one's job has failed for it: follow the other, if it shows."""
    since = (result.job and result.job.start_time) or session.client.service_time()
    for job in _backups_of(session, ref, result.step.share, since - timedelta(days=1)):
        overlaps = job.running or bool(job.end_time and job.end_time >= since - SKEW)
        if overlaps and job.id != result.job_id and (job.running or job.good):
            _attach_to(result, job)
            return True
    return False


def _follow(session: Session, results: list[BackupResult]) -> None:
    followed = {result.step.share: result for result in results}

    def see(share: str, job: Job) -> None:
        followed[share].job = job

    jobs = session.waiter.jobs({share: str(result.job_id) for share, result in followed.items()}, BACKUP, see)
    for share, job in jobs.items():
        result = followed[share]
        if isinstance(job, BackupError):
            result.error = BackupError(
                f"The backup of the share '{share}' (job {result.job_id}) was started, but what became of it cannot be "
                f"learned: {job.message}",
                job.fault,
            )
            continue
        result.job = job
        if job.running:
            result.error = session.waiter.timeout(f"The backup of the share '{share}' (job {job.id})", job.status)
        elif not job.good:
            result.error = job_failure(f"The backup of the share '{share}' (job {job.id})", job)
        elif job.status == "CompletedWithWarnings":
            session.warn(
                f"The backup of the share '{share}' completed with warnings: {job.error_message or 'see its job'}"
            )


def _read_back(session: Session, ref: AccountRef, results: list[BackupResult]) -> None:
    try:
        items = protected_shares(session.vault, ref)
    except BackupError as error:
        session.warn(f"The latest recovery points could not be read back: {error.message}")
        return
    for result in results:
        item = items.get(result.step.share.lower())
        if item:
            result.latest = item.latest_recovery_point
