# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which shares a drill restores, and what its numbers prove."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .._azure.ids import AccountId
from .._azure.times import format_time
from .._options.drill import DrillLimits
from .._records.drill import DrillKey, PastDrill, by_name, item_key
from .._records.job import Job
from .._records.protected_item import SOFT_DELETED, ProtectedItem, living_last
from .._records.storage_account import ShareDetails

GIB = 2**30
# A share may hold a file or two that are newer than the recovery point; so much data is more than that.
SOME_DATA = 2**20

Look = Callable[[Sequence[ProtectedItem]], Sequence[ShareDetails | None]]


@dataclass(frozen=True)
class Choice:
    """A share that is drilled, when it was drilled before, and what the share tells, as far as these are known."""

    item: ProtectedItem
    last: datetime | None
    details: ShareDetails | None = None

    @property
    def size(self) -> int | None:
        """In bytes."""
        return self.details.size if self.details else None

    @property
    def reason(self) -> str:
        return f"last drilled {format_time(self.last)}" if self.last else "never drilled"


@dataclass(frozen=True)
class PassedOver:
    """A share that this run does not drill, and why."""

    item: ProtectedItem
    reason: str


@dataclass
class DrillPlan:
    """``deferred`` are shares whose turn it was, but for the day's restores."""

    chosen: list[Choice] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    deferred: list[PassedOver] = field(default_factory=list)


def drillable(
    items: Iterable[ProtectedItem], target: AccountId, points_told: bool = True
) -> tuple[list[ProtectedItem], list[PassedOver]]:
    """The shares that have something to restore, and those that have not or must not be.

    The list of another region does not tell which have recovery points.
    """
    good: list[ProtectedItem] = []
    others: list[PassedOver] = []
    for item in {item_key(item): item for item in living_last(items)}.values():
        reason = _obstacle(item, target, points_told)
        if reason:
            others.append(PassedOver(item, reason))
        else:
            good.append(item)
    return good, others


def _obstacle(item: ProtectedItem, target: AccountId, points_told: bool) -> str | None:
    if item.account and item.account.key == target.key:
        return "it is in the account that drills restore to"
    if item.state == SOFT_DELETED:
        return "its backup data is deleted, and kept for some days only"
    if points_told and item.latest_recovery_point is None:
        return "it has no recovery point yet"
    return None


def last_drills(history: Iterable[PastDrill]) -> dict[DrillKey, PastDrill]:
    """The last drill of each share."""
    return {past.key: past for past in sorted(history, key=lambda past: past.started)}


def in_turn(items: Iterable[ProtectedItem], last: Mapping[DrillKey, PastDrill]) -> list[Choice]:
    """The longest undrilled first, then by the names of account and share."""
    choices = [Choice(item, past.started if past else None) for item in items for past in [last.get(item_key(item))]]
    return sorted(choices, key=lambda choice: (choice.last is not None, choice.last or _ANY, by_name(choice.item)))


_ANY = datetime.min


def started_today(history: Iterable[PastDrill], jobs: Iterable[Job], midnight: datetime) -> int:
    """How many restores of drills have begun since midnight, by the reports and by the jobs that these miss."""
    told = {past.job_id for past in history if past.job_id and past.started >= midnight}
    return len(told | {job.id for job in jobs if job.start_time and job.start_time >= midnight})


def choose(turn: Sequence[Choice], wanted: int, room: int, limits: DrillLimits, look: Look) -> DrillPlan:
    """The first ``wanted`` of those whose turn it is, as far as there is ``room`` in the day.

    ``look`` reads shares, to know their sizes; it is asked for no more of them than is needed.
    """
    plan = DrillPlan()
    waiting = list(turn)
    allowed = max(0, min(wanted, room))
    while waiting and len(plan.chosen) < allowed:
        count = allowed - len(plan.chosen)
        batch, waiting = waiting[:count], waiting[count:]
        for choice, details in zip(batch, look([each.item for each in batch]), strict=True):
            reason = _too_large(details.size if details else None, limits.size_gb)
            if reason:
                plan.passed_over.append(PassedOver(choice.item, reason))
            else:
                plan.chosen.append(Choice(choice.item, choice.last, details))
    for choice in waiting[: max(0, wanted - allowed)]:
        plan.deferred.append(PassedOver(choice.item, "the day's restores are used up"))
    return plan


def _too_large(size: int | None, limit: float | None) -> str | None:
    if limit is None:
        return None
    if size is None:
        return "its size cannot be read, and max_size_gb is given"
    return f"it holds {round(size / GIB, 1):g} GiB, more than max_size_gb" if size > limit * GIB else None


# What a drill has shown


@dataclass(frozen=True)
class Numbers:
    """What was measured. ``rpo_hours`` is the recovery point's age when the restore was asked for, ``rto_minutes`` the
    time that the restore took. Sizes are in bytes: that of the source now, and that of the drill's share after it.
    """

    rpo_hours: float | None = None
    rto_minutes: float | None = None
    restored_files: int | None = None
    skipped_files: int | None = None
    failed_files: int | None = None
    transferred_mb: int | None = None
    source_size: int | None = None
    restored_size: int | None = None


def measured(
    job: Job | None,
    point_time: datetime | None,
    started: datetime | None,
    source_size: int | None,
    restored_size: int | None,
) -> Numbers:
    age = started - point_time if started and point_time else None
    took = _seconds(job)
    return Numbers(
        rpo_hours=round(age / timedelta(hours=1), 2) if age is not None else None,
        rto_minutes=round(took / 60, 2) if took is not None else None,
        restored_files=job.count("number_of_restored_files") if job else None,
        skipped_files=job.count("number_of_skipped_files") if job else None,
        failed_files=job.count("number_of_failed_files") if job else None,
        transferred_mb=job.count("data_transferred_in_mb") if job else None,
        source_size=source_size,
        restored_size=restored_size,
    )


def _seconds(job: Job | None) -> float | None:
    if job is None or job.running:
        return None
    if job.start_time and job.end_time:
        return (job.end_time - job.start_time).total_seconds()
    return job.duration


def problems(numbers: Numbers, limits: DrillLimits) -> dict[str, str]:
    """Why a restore that went well is no proof all the same: words, by a name for programs."""
    found: dict[str, str] = {}
    if numbers.failed_files:
        found["files_failed"] = f"{_some(numbers.failed_files, 'file')} could not be restored"
    if numbers.skipped_files:
        found["files_skipped"] = f"{_some(numbers.skipped_files, 'file')} skipped, though the share was empty"
    if numbers.restored_files == 0 and (numbers.source_size or 0) >= SOME_DATA and not numbers.transferred_mb:
        found["nothing_restored"] = (
            f"nothing was restored, but the share holds {(numbers.source_size or 0) / 2**20:.0f} MiB"
        )
    if limits.rpo_hours is not None:
        if numbers.rpo_hours is None:
            found["too_old"] = (
                "the age of its recovery point is not known: an earlier run has begun this restore, and the report "
                "does not tell of it"
            )
        elif numbers.rpo_hours > limits.rpo_hours:
            age = _some(numbers.rpo_hours, "hour")
            found["too_old"] = f"the latest recovery point was {age} old, with {limits.rpo_hours:g} allowed"
    if limits.rto_minutes is not None and (numbers.rto_minutes is None or numbers.rto_minutes > limits.rto_minutes):
        time = "a time that is not known" if numbers.rto_minutes is None else _some(numbers.rto_minutes, "minute")
        found["too_slow"] = f"the restore took {time}, with {limits.rto_minutes:g} allowed"
    return found


def _some(amount: float, unit: str) -> str:
    return f"{amount:g} {unit if amount == 1 else f'{unit}s'}"


def remarks(numbers: Numbers, before: PastDrill | None) -> dict[str, str]:
    """What is worth a look, though it is no failure."""
    found: dict[str, str] = {}
    if numbers.restored_files == 0:
        found["empty"] = "no file was there to restore"
    elif numbers.restored_files is None:
        found["not_counted"] = "Azure did not tell how many files were restored"
    elif before and before.restored_files and numbers.restored_files < before.restored_files / 2:
        found["fewer_files"] = f"less than half of the {before.restored_files} files of the drill before"
    return found
