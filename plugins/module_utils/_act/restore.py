# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a share or files of it: read, refuse what cannot work, restore, wait."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import uuid4

from .._azure.errors import BackupError, OperationFailed, WaitTimeout
from .._azure.ids import same
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.restore import WantedRestore
from .._plan.restore import (
    Place,
    check_item,
    check_place,
    check_point,
    check_running,
    check_secondary_place,
    check_subscription,
    goes_to,
    place_of,
)
from .._read.jobs import CROSS_REGION_RESTORE, job_begun_by
from .._read.recovery_points import pick, protected_share
from .._read.restore_places import Origin, check_origin, origin_of, shares_at, target_account
from .._read.safeguards import read_safeguards
from .._read.secondary import source_of_reads, waiter_for
from .._records.job import Job
from .._records.operation import Operation
from .._records.protectable_item import ItemAddress
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .._records.restore import RestoreOrder
from .._records.safeguards import RESTORE as RESTORE_SHARE
from .._result.job_failure import job_failure, job_warning
from .._result.restore import RestoreResult
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .._wait.obstacles import persist
from .._wait.operations import GO_ON
from .guarded import approved

RESTORE = "Restore"
FOLLOW = "Azure goes on with it; follow it with azurefiles.backup.afs_job{}, since another run would restore once more."
UNKNOWN = (
    "Whether the restore has begun is not known: look with azurefiles.backup.afs_job_info and operation: {} before "
    "another run."
)


def restore_share(session: Session, ref: AccountRef, wanted: WantedRestore) -> None:
    """Everything that can be known to be wrong is refused before the restore is asked for."""
    source, result = _plan(session, ref, wanted)
    session.outcome.result = result
    result.changed = session.check_mode
    if session.check_mode:
        return
    try:
        with session.progress.doing(ref.name, "restoring"):
            _start(session, source, result)
            if session.wait:
                _follow(session, source, result)
    except BackupError as error:
        result.error = session.outcome.failure = error


# Read, and refuse


def _plan(session: Session, ref: AccountRef, wanted: WantedRestore) -> tuple[Source, RestoreResult]:
    """Where it is restored from, and what is to be restored."""
    source = source_of_reads(session, wanted.region)
    item = protected_share(source, ref, wanted.share)
    check_item(item)
    points = source.recovery_points(item.address)
    point = pick(source, points, item.share, wanted.point)
    if wanted.region is None:
        check_point(point, wanted)
    containers = session.vault.containers()
    origin = origin_of(item, containers)
    target = target_account(session, origin, containers, wanted)
    place = place_of(item, origin.account, target.account, wanted, target.location)
    _check_regions(session, source, origin, place)
    check_place(place, shares_at(session, place, origin.account))
    if wanted.region is None and place.account.key != origin.account.key:
        check_origin(session, origin, point, points, wanted)
    check_running(place, _running(session, source, item))
    access = origin.access if wanted.region is None else None
    order = RestoreOrder(origin.account, wanted.files, place.target, wanted.overwrite, access)
    if isinstance(source, SecondaryRegion):
        # Neither of Microsoft's clients asks a guard here, and these calls are older than that operation of guards.
        return source, RestoreResult(item, point, place, order, source.region, secondary=True)
    approval = read_safeguards(session, immutability=False).approval(RESTORE_SHARE)
    return source, RestoreResult(item, point, place, replace(order, approval=approval), origin.location)


def _check_regions(session: Session, source: Source, origin: Origin, place: Place) -> None:
    """What the vault's settings, and the regions, say against the place."""
    vault, there = session.vault, isinstance(source, SecondaryRegion)
    if there or not same(place.account.subscription, vault.subscription):
        settings = source.vault_settings if isinstance(source, SecondaryRegion) else vault.settings()
        check_subscription(place, vault.id, settings)
    if isinstance(source, SecondaryRegion):
        check_secondary_place(place, origin.account, source.region)
        if place.location and not same(place.location, source.region):
            session.warn(
                f"The storage account '{place.account.name}' is in {place.location}, and not in {source.region}, from "
                "where the share is restored: Azure may refuse that."
            )


def _running(session: Session, source: Source, item: ProtectedItem) -> list[Job]:
    """The restores of this share that run now; only a single job tells its target.

    In check mode, nothing is asked of the other region that counts as a write.
    """
    if session.check_mode and isinstance(source, SecondaryRegion):
        return []
    listed = source.jobs(_operation(source), "InProgress")
    return [source.job(job.id) for job in listed if _is_of(job, item)]


def _is_of(job: Job, item: ProtectedItem) -> bool:
    return same(job.share, item.share) and same(job.account_name, item.account.name if item.account else None)


def _operation(source: Source) -> str:
    """What the jobs of these restores are called."""
    return CROSS_REGION_RESTORE if isinstance(source, SecondaryRegion) else RESTORE


# Restore, and wait


def _title(result: RestoreResult) -> str:
    return f"The restore of the share '{result.item.share}' to {result.place}"


def _start(session: Session, source: Source, result: RestoreResult) -> None:
    """Up to the point where the restore has a job. That of a request without an answer is looked for."""
    waiter = waiter_for(session, source)
    activity, since = "", source.client.service_time()

    def attempt() -> str | None:
        nonlocal activity
        activity, result.changed = str(uuid4()), False
        operation = _ask(session, source, result, activity)
        result.changed = True
        return waiter.operation(operation)

    try:
        result.job_id = persist(waiter, attempt)
    except OperationFailed as error:
        result.changed, result.job_id = False, error.job_id
        raise
    except BackupError as error:
        if not error.in_doubt:
            raise
        job = job_begun_by(session, activity, _operation(source), since, source, partial(_is_this, source, result))
        if job is None:
            raise _unknown(error, result) from error
        result.changed, result.job_id = True, job.id
    if result.job_id is None:
        session.warn(f"{_title(result)} has begun, but Azure named no job to follow.")


def _ask(session: Session, source: Source, result: RestoreResult, activity: str) -> Operation | None:
    return ask_for_restore(session, source, _title(result), result.item.address, result.point, result.order, activity)


def ask_for_restore(
    session: Session,
    source: Source,
    title: str,
    address: ItemAddress,
    point: RecoveryPoint,
    order: RestoreOrder,
    activity: str,
) -> Operation | None:
    """Ask for the restore; in the other region with a token, which is a secret."""
    if not isinstance(source, SecondaryRegion):
        with approved(session, order.approval):
            return source.restore(title, address, point, order, activity)
    token = source.point_token(address, point)
    session.hide(token.secret)
    return source.restore(title, token, order, activity)


def _is_this(source: Source, result: RestoreResult, job: Job) -> bool:
    """Whether a job of the other region is this restore's, of which no recording tells that it has its request's id."""
    return result.secondary and _is_of(job, result.item) and goes_to(result.place, source.job(job.id))


def _unknown(problem: BackupError, result: RestoreResult) -> BackupError:
    """What to say of a restore that Azure has taken on, or may have, and that shows no job."""
    if result.changed and isinstance(problem, WaitTimeout):
        return _go_on(problem, result)
    result.changed = True
    kind = CROSS_REGION_RESTORE if result.secondary else RESTORE
    return BackupError(sentences(problem.message, UNKNOWN.format(kind)), problem.fault, in_doubt=True)


def _follow(session: Session, source: Source, result: RestoreResult) -> None:
    if result.job_id is None:
        return
    waiter = waiter_for(session, source)
    job = waiter.job(result.job_id, _operation(source))
    result.job = job
    if job.running:
        raise _go_on(waiter.timeout(f"{_title(result)} (job {job.id})", job.status), result)
    if not job.good:
        raise job_failure(f"{_title(result)} (job {job.id})", job)
    if job.status == "CompletedWithWarnings":
        session.warn(job_warning(_title(result), job, _counts(result)))


def _go_on(problem: WaitTimeout, result: RestoreResult) -> WaitTimeout:
    """Another run of this task would not pick up, but restore again."""
    if problem.advice == GO_ON:
        problem.advise(FOLLOW.format(" and use_secondary_region: true" if result.secondary else ""))
    return problem


def _counts(result: RestoreResult) -> str:
    told = result.restore
    words = (f"{told[f'{kind}_files']} files {kind}" for kind in ("restored", "skipped", "failed"))
    return ", ".join(each.replace("None", "unknown") for each in words)
