# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restoring a share or files of it: read, refuse what cannot work, restore, wait."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from .._azure.errors import BackupError, OperationFailed, WaitTimeout
from .._azure.ids import AccountId, same
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.restore import WantedRestore
from .._plan.restore import Place, check_item, check_place, check_point, check_running, place_of
from .._read.inventory import listed_shares
from .._read.jobs import job_begun_by
from .._read.lists import VaultLists
from .._read.recovery_points import protected_share
from .._read.whereabouts import find_moved
from .._records.container import Access, Container
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._records.restore import RestoreOrder
from .._records.storage_account import Share
from .._result.job_failure import job_failure
from .._result.restore import RestoreResult
from .._session import Session
from .._storage import AccountGone
from .._wait.obstacles import persist
from .._wait.operations import GO_ON

RESTORE = "Restore"
FOLLOW = "Azure goes on with it; follow it with azurefiles.backup.afs_job, since another run would restore once more."
UNKNOWN = (
    "Whether the restore has begun is not known: look with azurefiles.backup.afs_job_info and operation: Restore "
    "before another run."
)


def restore_share(session: Session, ref: AccountRef, wanted: WantedRestore) -> None:
    """Everything that can be known to be wrong is refused before the restore is asked for."""
    result = session.outcome.result = _plan(session, ref, wanted)
    result.changed = session.check_mode
    if session.check_mode:
        return
    try:
        with session.progress.doing(ref.name, "restoring"):
            _start(session, result)
            if session.wait:
                _follow(session, result)
    except BackupError as error:
        result.error = session.outcome.failure = error


# Read, and refuse


def _plan(session: Session, ref: AccountRef, wanted: WantedRestore) -> RestoreResult:
    item = protected_share(session.vault, ref, wanted.share)
    check_item(item)
    point = wanted.point.pick(session.vault.recovery_points(item.address), item.share)
    check_point(point, wanted)
    containers = session.vault.containers()
    source = source_of(item, containers)
    place = place_of(item, source.account, _target_account(session, source.account, containers, wanted), wanted)
    check_place(place, _shares_at(session, place, source.account))
    check_running(place, _running(session, item))
    order = RestoreOrder(source.account, wanted.files, place.target, wanted.overwrite, source.access)
    return RestoreResult(item, point, place, order)


@dataclass(frozen=True)
class Source:
    account: AccountId
    access: Access | None


def source_of(item: ProtectedItem, containers: list[Container]) -> Source:
    """The share's account; its registration spells the id as the account does, and says how the vault gets at it."""
    if item.account is None:
        raise BackupError(f"The vault lists the share '{item.share}' without the id of its storage account.")
    for container in containers:
        if container.account and container.account.key == item.account.key:
            return Source(container.account, container.access)
    return Source(item.account, None)


def _target_account(
    session: Session, source: AccountId, containers: list[Container], wanted: WantedRestore
) -> AccountId | None:
    """The target's account; None for the share's own."""
    ref = wanted.target.account if wanted.target else None
    return None if ref is None or ref.means(source) else account_to_restore_to(session, containers, ref)


def account_to_restore_to(session: Session, containers: list[Container], ref: AccountRef) -> AccountId:
    """An account as the vault or the subscription lists it.

    What neither can list is taken from a full id: another subscription's account, or any where nothing may be read.
    """
    if ref.account_id and not same(ref.account_id.subscription, session.vault.subscription):
        return ref.account_id
    registered = ref.pick(containers, lambda container: container.account)
    if registered and registered[0].account:
        return registered[0].account
    accounts = session.storage.accounts()
    found = ref.pick(accounts or [], lambda account: account.account)
    account = found[0].account if found else None
    if account is None and accounts is None:
        account = ref.account_id
    if account is None:
        raise BackupError(
            f"There is no storage account '{ref.account_id or ref.name}' to restore to: it is neither registered with "
            f"the vault '{session.vault.name}' nor among the accounts of subscription {session.vault.subscription} "
            "that this login may see."
        )
    return account


def _shares_at(session: Session, place: Place, source: AccountId) -> dict[str, Share] | None:
    try:
        return listed_shares(session, place.account)
    except AccountGone as problem:
        words = f"The storage account '{place.account}' to restore to does not exist any more."
        moved = find_moved(session, VaultLists(session), place.account)
        if moved:
            words += f" It was moved, and its id is {moved} now."
        if place.account.key == source.key:
            words += " Name a target in another storage account."
        raise BackupError(words, problem.fault) from problem


def _running(session: Session, item: ProtectedItem) -> list[Job]:
    """The restores of this share that run now; only a single job tells its target."""
    account = item.account.name if item.account else None
    listed = session.vault.jobs(RESTORE, "InProgress")
    mine = [job for job in listed if same(job.share, item.share) and same(job.account_name, account)]
    return [session.vault.job(job.id) for job in mine]


# Restore, and wait


def _title(result: RestoreResult) -> str:
    return f"The restore of the share '{result.item.share}' to {result.place}"


def _start(session: Session, result: RestoreResult) -> None:
    """Up to the point where the restore has a job. That of a request without an answer is looked for."""
    vault = session.vault
    activity, since = "", vault.client.service_time()

    def attempt() -> str | None:
        nonlocal activity
        activity, result.changed = str(uuid4()), False
        operation = vault.restore(_title(result), result.item.address, result.point, result.order, activity)
        result.changed = True
        return session.waiter.operation(operation)

    try:
        result.job_id = persist(session.waiter, attempt)
    except OperationFailed as error:
        result.changed, result.job_id = False, error.job_id
        raise
    except BackupError as error:
        if not error.in_doubt:
            raise
        job = job_begun_by(session, activity, RESTORE, since)
        if job is None:
            raise _unknown(error, result) from error
        result.changed, result.job_id = True, job.id
    if result.job_id is None:
        session.warn(f"{_title(result)} has begun, but Azure named no job to follow.")


def _unknown(problem: BackupError, result: RestoreResult) -> BackupError:
    """What to say of a restore that Azure has taken on, or may have, and that shows no job."""
    if result.changed and isinstance(problem, WaitTimeout):
        return _go_on(problem)
    result.changed = True
    return BackupError(sentences(problem.message, UNKNOWN), problem.fault, in_doubt=True)


def _follow(session: Session, result: RestoreResult) -> None:
    if result.job_id is None:
        return
    job = session.waiter.job(result.job_id, RESTORE)
    result.job = job
    if job.running:
        raise _go_on(session.waiter.timeout(f"{_title(result)} (job {job.id})", job.status))
    if not job.good:
        raise job_failure(f"{_title(result)} (job {job.id})", job)
    if job.status == "CompletedWithWarnings":
        session.warn(f"{_title(result)} completed with warnings: {_counts(result)}. {job.error_message or ''}".strip())


def _go_on(problem: WaitTimeout) -> WaitTimeout:
    """Another run of this task would not pick up, but restore again."""
    return WaitTimeout(problem.message.replace(GO_ON, FOLLOW), problem.fault)


def _counts(result: RestoreResult) -> str:
    told = result.restore
    words = (f"{told[f'{kind}_files']} files {kind}" for kind in ("restored", "skipped", "failed"))
    return ", ".join(each.replace("None", "unknown") for each in words)
