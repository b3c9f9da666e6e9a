# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backing up shares now: read, plan, act side by side, wait for the jobs, read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from .._azure.errors import BackupError, unexpected
from .._azure.times import now
from .._options.accounts import AccountRef
from .._options.backup import WantedBackups
from .._options.shares import Selection
from .._plan.backup import BackupStep, not_active, plan_backups
from .._read.inventory import listed_shares, unregistered_account
from .._read.jobs import job_begun_by
from .._read.latest_points import with_latest_points
from .._read.lists import VaultLists
from .._read.other_vaults import running_elsewhere
from .._read.whereabouts import find_moved, gone
from .._records.job import Job
from .._records.protected_item import ProtectedItem, living_last
from .._records.storage_account import Share
from .._result.backups import BackupResult, BackupsResult
from .._result.failed_shares import failed_shares
from .._result.job_failure import job_failure, job_warning
from .._run.parallel import Turn, all_side_by_side, in_turns
from .._session import Session
from .._storage import AccountGone
from .._wait.obstacles import Obstacles

Running = Mapping[tuple[str, str], Job]

BACKUP = "Backup"
ALREADY_RUNNING = "ParallelSnapshotRequest"
# The service's front ends do not agree on the time to the second.
SKEW = timedelta(seconds=2)


@dataclass(frozen=True)
class Order:
    """Backups of one account's shares. ``soon`` are shares, in lower case, that will be protected by then."""

    ref: AccountRef
    wanted: WantedBackups
    soon: frozenset[str] = frozenset()


def trigger_backups(session: Session, ref: AccountRef, wanted: WantedBackups, parallel: int) -> None:
    """Back up the shares of one account that need it. Fails if a share did."""
    session.foresee()
    lists = VaultLists(session)
    soon = _protected_by_then(session, lists, ref, wanted.selection) if session.check_mode else frozenset()
    backups = Backups(session, lists, parallel, ref.name)
    backups.plan([Order(ref, wanted, soon)])
    session.outcome.result = BackupsResult(backups.results)
    backups.carry_out()
    session.outcome.failure = failed_shares([(result.step.share, result.error) for result in backups.results])


def _protected_by_then(session: Session, lists: VaultLists, ref: AccountRef, selection: Selection) -> frozenset[str]:
    """For a plan that is made before the shares are protected: those that exist, as far as that can be read."""
    waiting = not_active(lists.items_of(ref), selection)
    if not waiting:
        return frozenset()
    listed = _listed_by_then(session, lists, ref)
    existing = [
        share
        for share in waiting
        if listed is None or (share.lower() in listed and not listed[share.lower()].unsupported)
    ]
    if existing:
        them = "it" if len(existing) == 1 else "them"
        session.warn(f"Not protected yet: {', '.join(existing)}. The plan takes {them} as protected.")
    return frozenset(share.lower() for share in existing)


def _listed_by_then(session: Session, lists: VaultLists, ref: AccountRef) -> Mapping[str, Share] | None:
    """The account's own list of shares. None where that cannot be read, or the account is still to be made."""
    container = lists.container_of(ref)
    account = container.account if container else unregistered_account(lists, ref)
    try:
        return listed_shares(session, account) if account else None
    except AccountGone as problem:
        if container or find_moved(session, lists, problem.account):
            raise gone(session, lists, problem) from problem
        return None


@dataclass
class Backups:
    """The backups of any number of accounts. ``whose`` is the name that the progress is shown under."""

    session: Session
    lists: VaultLists
    parallel: int
    whose: str
    results: list[BackupResult] = field(default_factory=list)

    def plan(self, orders: Sequence[Order]) -> None:
        """Read, and say what is to be done: then ``results`` are there, in check mode as they will be."""
        aged = any(order.wanted.max_age for order in orders)
        running = self._running_beside_items() if orders and not aged else None
        steps = self._steps(orders)
        if any(step.action == "triggered" for _order, step in steps):
            running = _running(self.session) if running is None else running
            if aged:
                # A backup that has ended between these two looks runs no longer, and its recovery point shows only now.
                self.lists.forget("items")
                steps = self._steps(orders)
            steps = [(order, _attached(order, step, running)) for order, step in steps]
        done = self.session.check_mode
        self.results = [BackupResult.planned(order.ref, order.wanted, step, done) for order, step in steps]

    def _running_beside_items(self) -> Running:
        """Where no share counts as fresh, both lists are needed as soon as there is a share."""
        reads: list[Callable[[], Any]] = [lambda: _running(self.session), lambda: self.lists.items]
        running: Running = all_side_by_side(lambda read: read(), reads, len(reads))[0]
        return running

    def _steps(self, orders: Sequence[Order]) -> list[tuple[Order, BackupStep]]:
        return [
            (order, step)
            for order in orders
            for step in plan_backups(order.ref.name, self._items_of(order), order.wanted, now(), order.soon)
        ]

    def _items_of(self, order: Order) -> dict[str, ProtectedItem]:
        items = self.lists.items_of(order.ref)
        chosen = [each for each in items.values() if each.hides_its_point and order.wanted.selection.wants(each.share)]
        return items | {item.share.lower(): item for item in with_latest_points(self.session.vault, chosen)}

    def carry_out(self) -> None:
        due = [result for result in self.results if result.action in ("triggered", "attached")]
        if due and not self.session.check_mode:
            with self.session.progress.counting(self.whose, "backed up", lambda: [result.stage for result in due]):
                self._apply()

    def _apply(self) -> None:
        session = self.session
        triggered = [result for result in self.results if result.action == "triggered"]

        def trigger(result: BackupResult, turn: Turn) -> None:
            obstacles = Obstacles(session.waiter)
            while not _trigger(session, result, turn, obstacles):
                pass

        for result, end in zip(triggered, in_turns(trigger, triggered, self.parallel), strict=True):
            if isinstance(end, Exception):
                result.error = unexpected(end)
        if session.wait:
            _follow(session, [result for result in self.results if result.job_id and not result.error])
            second = [each for each in self.results if each.error and each.error.fault.code == ALREADY_RUNNING]
            _follow(session, [result for result in second if _attach_to_first(session, result)])
            self._read_back()
        _name_others(session, self.results)

    def _read_back(self) -> None:
        try:
            self.lists.forget("items")
            mine = {result.key for result in self.results}
            found = {_key(item): item for item in living_last(self.lists.items.all) if _key(item) in mine}
            found = {_key(item): item for item in with_latest_points(self.session.vault, list(found.values()))}
        except BackupError as error:
            self.session.warn(f"The latest recovery points could not be read back: {error.message}")
            return
        for result in self.results:
            if result.key in found:
                result.latest = found[result.key].latest_recovery_point


def _key(item: ProtectedItem) -> tuple[str, str]:
    return item.account.name.lower() if item.account else "", item.share.lower()


def _running(session: Session) -> Running:
    """The backups that run now; a job names its storage account, but not by its id."""
    jobs = session.vault.jobs(BACKUP, "InProgress")
    return {(job.account_name.lower(), job.share.lower()): job for job in jobs}


def _backups_of(session: Session, result: BackupResult, since: datetime) -> list[Job]:
    jobs = session.vault.jobs(BACKUP, since=since)
    return [job for job in jobs if (job.account_name.lower(), job.share.lower()) == result.key]


def _attached(order: Order, step: BackupStep, running: Running) -> BackupStep:
    """A share has one backup at a time, so the running one is followed instead of starting another."""
    job = running.get((order.ref.name.lower(), step.share.lower()))
    return replace(step, action="attached", job_id=job.id) if job and step.action == "triggered" else step


def _trigger(session: Session, result: BackupResult, turn: Turn, obstacles: Obstacles) -> bool:
    """Start one backup in its turn, up to the point where it has a job; False where another try may succeed.

    A request that may have been carried out is never repeated: the job that it has begun is looked for instead.
    """
    if not isinstance(result.step.item, ProtectedItem):
        return True
    share, activity, vault = result.step.share, str(uuid4()), session.vault
    title = f"Starting the backup of the share '{share}'"
    problem = BackupError(f"{title} went well, but no backup job shows. Run again to see it.", in_doubt=True)
    try:
        with turn:
            result.changed, result.asked_at = True, vault.client.service_time()
            operation = vault.backup(title, result.step.item.address, result.wanted.expiry, activity)
        result.job_id = session.waiter.operation(operation)
    except BackupError as error:
        problem = error
    if result.job_id:
        return True
    if problem.in_doubt:
        job = job_begun_by(session, activity, BACKUP, result.asked_at or vault.client.service_time())
        if job is None:
            raise problem
        result.job_id = job.id
        return True
    result.changed = False
    if problem.fault.code != ALREADY_RUNNING:
        if obstacles.may_pass(problem) and obstacles.rest():
            return False
        raise problem
    running = _running(session).get(result.key)
    if not running:
        raise problem
    _attach_to(result, running)
    return True


def _attach_to(result: BackupResult, job: Job) -> None:
    result.action, result.changed, result.job_id, result.expiry, result.error = "attached", False, job.id, None, None


def _attach_to_first(session: Session, result: BackupResult) -> bool:
    """Another backup of the share was faster, and this one's job has failed for it: follow the other, if it shows."""
    since = (result.job and result.job.start_time) or session.vault.client.service_time()
    for job in _backups_of(session, result, since - timedelta(days=1)):
        overlaps = job.running or bool(job.end_time and job.end_time >= since - SKEW)
        if overlaps and (job.running or job.good):
            _attach_to(result, job)
            return True
    return False


def _name_others(session: Session, results: Sequence[BackupResult]) -> None:
    """Of a share whose running backup is none of this vault's, say which vault is at it."""
    held = [each for each in results if each.error and each.error.fault.code == ALREADY_RUNNING]
    if not held:
        return
    found = running_elsewhere(session, BACKUP, [each.key for each in held])
    for each in held:
        if each.error and each.key in found:
            vault, job = found[each.key]
            words = f"It is the vault '{vault.name}' of the resource group '{vault.resource_group}', by job {job.id}."
            each.error = BackupError(f"{each.error.message} {words}", each.error.fault)


def _follow(session: Session, results: list[BackupResult]) -> None:
    followed = {str(result.job_id): result for result in results}

    def see(job: Job) -> None:
        followed[job.id].job = job

    since = min((each.asked_at for each in results if each.asked_at), default=None)
    jobs = session.waiter.jobs(list(followed), BACKUP, see, since - SKEW if since else None)
    for job_id, job in jobs.items():
        _end(session, followed[job_id], job)


def _end(session: Session, result: BackupResult, job: Job | BackupError) -> None:
    title = f"The backup of the share '{result.step.share}'"
    if isinstance(job, BackupError):
        result.error = BackupError(
            f"{title} (job {result.job_id}) was started, but what became of it cannot be learned: {job.message}",
            job.fault,
        )
        return
    result.job = job
    if job.running:
        result.error = session.waiter.timeout(f"{title} (job {job.id})", job.status)
    elif not job.good:
        result.error = job_failure(f"{title} (job {job.id})", job)
    elif job.status == "CompletedWithWarnings":
        session.warn(job_warning(title, job))
