# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drills: proving that shares can be restored, by restoring them into shares of their own.

What an earlier run has begun is picked up: no share is restored twice because a run has ended in the middle.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .._azure.errors import BackupError, unexpected
from .._azure.ids import AccountId, same
from .._options.drill import WantedDrill, own_account
from .._options.recovery_points import LATEST, PointRef
from .._plan.drill import Choice, DrillPlan, Numbers, choose, drillable, in_turn, last_drills, measured, started_today
from .._plan.restore import Place, check_item, check_subscription
from .._read.drill import AT_ONCE, Leftover, drill_restores, read_leftovers, target_of
from .._read.recovery_points import account_not_found, pick, share_among
from .._read.restore_places import account_to_restore_to, origin_of
from .._read.safeguards import read_safeguards
from .._read.secondary import source_of_reads
from .._records.container import Container
from .._records.drill import DrillKey, PastDrill, item_key
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .._records.safeguards import RESTORE as RESTORE_SHARE
from .._records.safeguards import Approval
from .._records.storage_account import ShareDetails
from .._result.drill import DELETED, DrillReport, DrillResult
from .._result.failed_shares import failures
from .._run.parallel import side_by_side
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .drill_work import SKEW, DrillOrder, DrillWork, restore_to

# A restore that no report tells of is taken for one of a run that was ended in the middle only for so long. So a drill
# each night does without the reports of earlier ones, though not as well.
UNREPORTED = timedelta(hours=12)
# By then, a restore shows among the jobs that was asked for just before a run was ended.
SHOWN = timedelta(minutes=10)


def drill(session: Session, wanted: WantedDrill) -> None:
    """Everything that can be known to be wrong is refused before a share is made. One failed drill stops no other."""
    plan = Drilling(session, wanted)
    plan.read()
    work = DrillWork(
        session, plan.source, plan.target, wanted.limits, wanted.keep, plan.last, plan.results, plan.orders
    )
    report = session.outcome.result = plan.report()
    if session.check_mode:
        for result in plan.results:
            work.measure(result)
    else:
        report.cleaned_up, report.left = work.deleted, work.left
        work.carry_out(plan.abandoned)
    results = [(result.title, result.failure) for result in plan.results]
    session.outcome.failure = failures([*results, *work.left], "drill")


@dataclass
class Drilling:
    """What there is, and what is to be done about it. ``abandoned`` are shares that no restore has come to."""

    session: Session
    wanted: WantedDrill
    results: list[DrillResult] = field(default_factory=list)
    orders: list[DrillOrder] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)
    plan: DrillPlan = field(default_factory=DrillPlan)
    last: dict[DrillKey, PastDrill] = field(default_factory=dict)
    spent: int = 0

    def read(self) -> None:
        session, wanted = self.session, self.wanted
        self.source: Source = source_of_reads(session, wanted.region)
        self.items: list[ProtectedItem] = self.source.protected_items()
        self.containers: list[Container] = session.vault.containers()
        self.target: AccountId = account_to_restore_to(session, self.containers, wanted.target)
        self.at: datetime = session.vault.client.service_time()
        self.last = last_drills(wanted.history)
        self.known, self.others = drillable(self.items, self.target, points_told=wanted.region is None)
        turn = self._turn()
        self._check_subscription()
        self._check_locks()
        picked = self._pick_up(read_leftovers(session, self.target))
        busy = {result.key for result in picked}
        asked_for = {item_key(choice.item) for choice in turn}
        self.plan = choose(
            [choice for choice in turn if item_key(choice.item) not in busy],
            wanted.sample - len(busy & asked_for),
            wanted.restores - self.spent,
            wanted.limits,
            self._sizes,
        )
        self.plan.passed_over = [*self.others, *self.plan.passed_over]
        chosen = [self._result_of(choice) for choice in self.plan.chosen]
        self.results = [*picked, *chosen]
        self._order(chosen)
        self._refuse_nothing()

    def _turn(self) -> list[Choice]:
        """The shares that this run is about, in the order of their turn."""
        wanted, told = self.wanted, self.source.told
        if wanted.account is None:
            return in_turn(self.known, self.last)
        if wanted.account.means(self.target):
            raise own_account(self.target.name)
        self.others = [each for each in self.others if wanted.account.means(each.item.account)]
        if wanted.shares:
            self.others = []
            named = [share_among(self.items, told, wanted.account, share) for share in wanted.shares]
            for item in named:
                check_item(item)
            return in_turn(named, self.last)
        if not wanted.account.pick(self.items, lambda item: item.account):
            raise account_not_found(self.items, told, wanted.account)
        return in_turn(wanted.account.pick(self.known, lambda item: item.account), self.last)

    def _check_subscription(self) -> None:
        vault, source = self.session.vault, self.source
        if not same(self.target.subscription, vault.subscription):
            settings = source.vault_settings if isinstance(source, SecondaryRegion) else vault.settings()
            check_subscription(Place(self.target, "", "", original=False), vault.id, settings)

    def _check_locks(self) -> None:
        """Azure Backup itself locks the accounts that it has registered."""
        locks = [] if self.wanted.keep else self.session.storage.locks(self.target)
        if locks:
            raise BackupError(
                f"The storage account '{self.target.name}' is locked ({', '.join(locks)}), so the drill could not "
                "delete its shares there. Name an account without a lock in target_storage_account, one that no vault "
                "has registered, or say keep: true."
            )

    def _refuse_nothing(self) -> None:
        if not self.results and not self.plan.deferred:
            seen = self.plan.passed_over
            why = f" {seen[0].item.share}: {seen[0].reason}." if seen else ""
            raise BackupError(f"{self.source.told} has no share that can be drilled.{why}")

    # What earlier runs have begun

    def _pick_up(self, leftovers: Sequence[Leftover]) -> list[DrillResult]:
        """Restores that no report tells the end of."""
        told = [past for past in self.wanted.history if past.told]
        ended = {past.made for past in told}
        midnight = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
        unreported = self.at - UNREPORTED
        started = [leftover.mark.started for leftover in leftovers if leftover.mark.started]
        jobs = self._restores_since(min(midnight, unreported, *started) - SKEW, {past.job_id for past in told})
        self.spent = started_today(self.wanted.history, jobs, midnight)
        by_share = {target_of(job)[1].lower(): job for job in jobs}
        picked: list[DrillResult] = []
        for leftover in leftovers:
            job = by_share.pop(leftover.name.lower(), None)
            if job is None and leftover.name not in ended:
                job = self._late(leftover)
            if job:
                picked.append(self._picked_up(job, leftover))
            else:
                self.abandoned.append(leftover.name)
        others = [self._picked_up(job) for job in by_share.values() if job.start_time and job.start_time >= unreported]
        return [*picked, *(result for result in others if result.account_id)]

    def _restores_since(self, since: datetime, told: Collection[str | None]) -> list[Job]:
        """In check mode, nothing is asked of the other region that counts as a write."""
        if self.session.check_mode and isinstance(self.source, SecondaryRegion):
            return []
        return drill_restores(self.source, self.target, since, told)

    def _late(self, leftover: Leftover) -> Job | None:
        """The restore to a share that was made just before its run was ended may show some moments later only."""
        started = leftover.mark.started
        if self.session.check_mode or started is None or self.at - started > SHOWN:
            return None
        return self.session.look_for(lambda: restore_to(self.source, self.target, leftover.name, started))

    def _picked_up(self, job: Job, leftover: Leftover | None = None) -> DrillResult:
        """A job tells its share by names alone; the mark of the drill's share tells all, where that is still there."""
        named = [item for item in self.items if same(item.share, job.share)]
        item = next((each for each in named if each.account and same(each.account.name, job.account_name)), None)
        mark = leftover.mark if leftover else None
        return DrillResult(
            account_id=mark.account if mark else item.source_resource_id if item else "",
            share=mark.share if mark else job.share,
            policy=item.policy_name if item else None,
            reason="begun by an earlier run",
            picked_up=True,
            point=mark.point if mark else None,
            point_time=mark.point_time if mark else None,
            started=job.start_time,
            made=leftover.name if leftover else None,
            job_id=job.id,
            job=job,
            cleanup=None if leftover else DELETED,
            changed=leftover is not None and self.session.check_mode,
        )

    # What this run begins

    def _sizes(self, items: Sequence[ProtectedItem]) -> list[ShareDetails | None]:
        """What the shares tell of themselves now; their recovery points do not tell how large they are."""
        answers = side_by_side(self._details_of, items, AT_ONCE)
        return [answer if isinstance(answer, ShareDetails) else None for answer in answers]

    def _details_of(self, item: ProtectedItem) -> ShareDetails | None:
        return self.session.storage.share(item.account, item.share) if item.account else None

    def _result_of(self, choice: Choice) -> DrillResult:
        return DrillResult(
            account_id=choice.item.source_resource_id,
            share=choice.item.share,
            policy=choice.item.policy_name,
            reason=choice.reason,
            numbers=Numbers(source_size=choice.size),
        )

    def _order(self, chosen: Sequence[DrillResult]) -> None:
        """From the latest recovery point of each share; one that has none has failed."""
        choices = self.plan.chosen
        approval = self._approval() if choices and not self.session.check_mode else None
        answers = side_by_side(lambda choice: self._latest_point(choice.item), choices, AT_ONCE)
        for choice, result, point in zip(choices, chosen, answers, strict=True):
            if isinstance(point, Exception):
                result.error = unexpected(point)
                continue
            result.point, result.point_time, result.tier = point.name, point.time, point.tier
            result.numbers = measured(None, point.time, self.at, choice.size, None)
            result.changed = self.session.check_mode
            source = origin_of(choice.item, self.containers)
            quota = choice.details.quota if choice.details else None
            access = None if isinstance(self.source, SecondaryRegion) else source.access
            self.orders.append(DrillOrder(result, choice.item, point, source.account, access, quota, approval))

    def _approval(self) -> Approval | None:
        """Restores from the other region carry none, as both of Microsoft's clients send them."""
        if isinstance(self.source, SecondaryRegion):
            return None
        return read_safeguards(self.session, immutability=False).approval(RESTORE_SHARE)

    def _latest_point(self, item: ProtectedItem) -> RecoveryPoint:
        return pick(self.source, self.source.recovery_points(item.address), item.share, PointRef(LATEST))

    def report(self) -> DrillReport:
        return DrillReport(
            vault=self.session.vault.id,
            region=self.source.region if isinstance(self.source, SecondaryRegion) else None,
            target=self.target,
            wanted=self.wanted,
            at=self.at,
            items=self.known,
            drills=self.results,
            plan=self.plan,
            spent=self.spent,
            check_mode=self.session.check_mode,
            cleaned_up=self.abandoned,
        )
