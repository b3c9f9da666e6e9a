# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies as records: from the service's JSON, to it, and to the words of the modules' options.

Records that mean the same are equal, however the service spells them: a time of day is HH:MM without the date that
comes with it, and lists are in the calendar's order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._azure.ids import same
from .._azure.times import parse_time

DAILY = "daily"
HOURLY = "hourly"
SNAPSHOT = "snapshot"
VAULT = "vault"
UTC = "UTC"

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKS = ("first", "second", "third", "fourth", "last")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

SHARES = {"backupManagementType": "AzureStorage", "workLoadType": "AzureFileShare"}
# The service wants a date with a time of day, and gives it no meaning.
DATE = "2020-01-01"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?P<clock>T\d\d:\d\d.*)", re.IGNORECASE)


class _UnknownShape(Exception):
    """The service's JSON says something that the records have no words for."""


@dataclass(frozen=True)
class Schedule:
    """When backups are taken: daily at ``times``, or every so many hours within a window."""

    frequency: str
    times: tuple[str, ...] = ()
    interval_hours: int | None = None
    window_start: str | None = None
    window_hours: int | None = None

    @classmethod
    def from_api(cls, policy: Any) -> Schedule | None:
        """None for a schedule that is neither daily nor hourly, or that cannot be read."""
        try:
            frequency = str(_mapping(policy).get("scheduleRunFrequency")).lower()
            if frequency == DAILY:
                times = policy.get("scheduleRunTimes") or _mapping(policy.get("dailySchedule")).get("scheduleRunTimes")
                return cls(DAILY, tuple(sorted(_clock(time) for time in _list(times))))
            if frequency == HOURLY:
                hourly = _mapping(policy.get("hourlySchedule"))
                return cls(
                    HOURLY,
                    interval_hours=_number(hourly.get("interval")),
                    window_start=_clock(hourly.get("scheduleWindowStartTime")),
                    window_hours=_number(hourly.get("scheduleWindowDuration")),
                )
        except _UnknownShape:
            pass
        return None

    def to_api(self) -> dict[str, Any]:
        common = {"schedulePolicyType": "SimpleSchedulePolicy", "scheduleRunFrequency": self.frequency.capitalize()}
        if self.frequency == DAILY:
            return common | {"scheduleRunTimes": self.moments}
        return common | {
            "hourlySchedule": {
                "interval": self.interval_hours,
                "scheduleWindowStartTime": _moment(self.window_start or ""),
                "scheduleWindowDuration": self.window_hours,
            }
        }

    @property
    def moments(self) -> list[str]:
        return [_moment(time) for time in self.times]

    @property
    def backups_a_day(self) -> int:
        """How many backups are begun in a day, the first at the very start of the window."""
        if not self.interval_hours or not self.window_hours:
            return max(len(self.times), 1)
        return min(self.window_hours // self.interval_hours + 1, 24 // self.interval_hours)

    def to_result(self) -> dict[str, Any]:
        return {
            "frequency": self.frequency,
            "times": list(self.times),
            "interval_hours": self.interval_hours,
            "window_start": self.window_start,
            "window_hours": self.window_hours,
        }


@dataclass(frozen=True)
class Rule:
    """Backups that are kept for ``count`` weeks, months or years, and which ones those are.

    Of a month, they are either certain ``days`` and the last day, or certain ``weekdays`` of certain ``weeks``.
    """

    count: int
    months: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    last_day: bool = False
    weeks: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()

    @property
    def by_days(self) -> bool:
        return self.last_day or bool(self.days)

    @classmethod
    def weekly_from_api(cls, schedule: Any) -> Rule | None:
        if not schedule:
            return None
        return cls(_count(schedule, "Weeks"), weekdays=_words(schedule.get("daysOfTheWeek"), WEEKDAYS))

    @classmethod
    def of_month_from_api(cls, schedule: Any, unit: str) -> Rule | None:
        """The rule for months or for years. Only the form that the service names counts; the other may hold remains."""
        if not schedule:
            return None
        count = _count(schedule, unit)
        months = _words(schedule.get("monthsOfYear"), MONTHS) if unit == "Years" else ()
        form = str(schedule.get("retentionScheduleFormatType")).lower()
        if form == "daily":
            daily = _mapping(schedule.get("retentionScheduleDaily"))
            days = [_mapping(day) for day in _list(daily.get("daysOfTheMonth"))]
            dates = {_number(day.get("date")) for day in days if day.get("isLast") is not True}
            return cls(count, months, tuple(sorted(dates)), any(day.get("isLast") is True for day in days))
        if form == "weekly":
            weekly = _mapping(schedule.get("retentionScheduleWeekly"))
            weeks, weekdays = weekly.get("weeksOfTheMonth"), weekly.get("daysOfTheWeek")
            return cls(count, months, weeks=_words(weeks, WEEKS), weekdays=_words(weekdays, WEEKDAYS))
        raise _UnknownShape(form)

    def weekly_to_api(self) -> dict[str, Any]:
        return {"daysOfTheWeek": _spelled(self.weekdays)}

    def of_month_to_api(self) -> dict[str, Any]:
        months = {"monthsOfYear": _spelled(self.months)} if self.months else {}
        if self.by_days:
            days: list[dict[str, Any]] = [{"date": day, "isLast": False} for day in self.days]
            if self.last_day:
                days.append({"date": 0, "isLast": True})
            return months | {
                "retentionScheduleFormatType": "Daily",
                "retentionScheduleDaily": {"daysOfTheMonth": days},
            }
        return months | {
            "retentionScheduleFormatType": "Weekly",
            "retentionScheduleWeekly": {
                "daysOfTheWeek": _spelled(self.weekdays),
                "weeksOfTheMonth": _spelled(self.weeks),
            },
        }

    def weekly_to_result(self) -> dict[str, Any]:
        return {"count": self.count, "weekdays": list(self.weekdays)}

    def of_month_to_result(self) -> dict[str, Any]:
        return {
            "count": self.count,
            "days": list(self.days),
            "last_day": self.last_day,
            "weeks": list(self.weeks),
            "weekdays": list(self.weekdays),
        }


@dataclass(frozen=True)
class Retention:
    """How long backups are kept: each for so many days, and some of them for longer."""

    days: int | None
    weeks: Rule | None = None
    months: Rule | None = None
    years: Rule | None = None

    @classmethod
    def from_api(cls, policy: Any) -> Retention | None:
        """None for a retention that cannot be read."""
        try:
            daily = _mapping(policy).get("dailySchedule")
            found = cls(
                days=_count(daily, "Days") if daily else None,
                weeks=Rule.weekly_from_api(policy.get("weeklySchedule")),
                months=Rule.of_month_from_api(policy.get("monthlySchedule"), "Months"),
                years=Rule.of_month_from_api(policy.get("yearlySchedule"), "Years"),
            )
        except _UnknownShape:
            return None
        return found if found != cls(None) else None

    @property
    def counts(self) -> dict[str, int]:
        """For how many of each unit something is kept."""
        rules = {"weeks": self.weeks, "months": self.months, "years": self.years}
        days = {} if self.days is None else {"days": self.days}
        return days | {unit: rule.count for unit, rule in rules.items() if rule}

    def to_api(self, moments: Sequence[str]) -> dict[str, Any]:
        """``moments`` are the times of a daily schedule, which the service wants repeated in each rule."""
        times = {"retentionTimes": list(moments)} if moments else {}

        def lasting(count: int, unit: str) -> dict[str, Any]:
            return times | {"retentionDuration": {"count": count, "durationType": unit}}

        body: dict[str, Any] = {"retentionPolicyType": "LongTermRetentionPolicy"}
        if self.days is not None:
            body["dailySchedule"] = lasting(self.days, "Days")
        if self.weeks:
            body["weeklySchedule"] = self.weeks.weekly_to_api() | lasting(self.weeks.count, "Weeks")
        if self.months:
            body["monthlySchedule"] = self.months.of_month_to_api() | lasting(self.months.count, "Months")
        if self.years:
            body["yearlySchedule"] = self.years.of_month_to_api() | lasting(self.years.count, "Years")
        return body

    def to_result(self) -> dict[str, Any]:
        years = self.years.of_month_to_result() | {"months": list(self.years.months)} if self.years else None
        return {
            "days": self.days,
            "weeks": self.weeks.weekly_to_result() if self.weeks else None,
            "months": self.months.of_month_to_result() if self.months else None,
            "years": years,
        }


@dataclass(frozen=True)
class Terms:
    """What a policy says. A schedule or retention that these records have no words for is None.

    In the vault tier, ``retention`` is about the copies in the vault, and snapshots have a shorter one of their own.
    """

    schedule: Schedule | None
    time_zone: str
    retention: Retention | None
    tier: str = SNAPSHOT
    snapshot_retention_days: int | None = None

    @classmethod
    def from_api(cls, properties: dict[str, Any]) -> Terms:
        schedule = Schedule.from_api(properties.get("schedulePolicy"))
        time_zone = str(properties.get("timeZone") or UTC)
        vault = properties.get("vaultRetentionPolicy")
        if not isinstance(vault, dict):
            return cls(schedule, time_zone, Retention.from_api(properties.get("retentionPolicy")))
        try:
            snapshots = _number(vault.get("snapshotRetentionInDays"))
        except _UnknownShape:
            snapshots = None
        return cls(schedule, time_zone, Retention.from_api(vault.get("vaultRetention")), VAULT, snapshots)

    def to_api(self) -> dict[str, Any]:
        """The properties to put. Raises ValueError for terms without a schedule or retention."""
        if self.schedule is None or self.retention is None:
            raise ValueError("terms without a schedule or retention cannot be put")
        retention = self.retention.to_api(self.schedule.moments)
        properties = SHARES | {"schedulePolicy": self.schedule.to_api(), "timeZone": self.time_zone}
        if self.tier == SNAPSHOT:
            return properties | {"retentionPolicy": retention}
        vault = {"vaultRetention": retention, "snapshotRetentionInDays": self.snapshot_retention_days}
        return properties | {"vaultRetentionPolicy": vault}

    def to_result(self) -> dict[str, Any]:
        return {
            "schedule": self.schedule.to_result() if self.schedule else None,
            "time_zone": self.time_zone,
            "retention": self.retention.to_result() if self.retention else None,
            "tier": self.tier,
            "snapshot_retention_days": self.snapshot_retention_days,
        }


@dataclass(frozen=True)
class Policy:
    """A backup policy of the vault. ``management`` and ``workload`` say what it is for, in the service's words.

    The ``id`` of one that is still to be made is empty.
    """

    id: str
    name: str
    management: str
    workload: str
    terms: Terms
    protected_items_count: int

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Policy:
        found = resource.get("properties")
        properties = found if isinstance(found, dict) else {}
        count = properties.get("protectedItemsCount")
        return cls(
            id=str(resource.get("id", "")),
            name=str(resource.get("name", "")),
            management=str(properties.get("backupManagementType") or ""),
            workload=str(properties.get("workLoadType") or ""),
            terms=Terms.from_api(properties),
            protected_items_count=count if isinstance(count, int) else 0,
        )

    def means(self, policy_id: str) -> bool:
        return same(self.id, policy_id)

    @property
    def for_shares(self) -> bool:
        """Whether it is a policy for file shares; older services leave the workload out."""
        return same(self.management, SHARES["backupManagementType"]) and (
            not self.workload or same(self.workload, SHARES["workLoadType"])
        )

    def to_result(self) -> dict[str, Any]:
        return {
            "id": self.id or None,
            "name": self.name,
            "protected_items_count": self.protected_items_count,
        } | self.terms.to_result()


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _UnknownShape(value)


def _list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise _UnknownShape(value)


def _number(value: Any) -> int:
    """A count; the service writes some of its numbers as strings."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError) as problem:
        raise _UnknownShape(value) from problem


def _count(schedule: Any, unit: str) -> int:
    duration = _mapping(_mapping(schedule).get("retentionDuration"))
    if not same(str(duration.get("durationType")), unit):
        raise _UnknownShape(duration)
    return _number(duration.get("count"))


def _words(values: Any, known: Sequence[str]) -> tuple[str, ...]:
    """The service's names of days, weeks or months, in the order of ``known``."""
    found = {str(value).lower() for value in _list(values)}
    if not found <= set(known):
        raise _UnknownShape(values)
    return tuple(word for word in known if word in found)


def _spelled(words: Sequence[str]) -> list[str]:
    return [word.capitalize() for word in words]


def _clock(moment: Any) -> str:
    """The time of day of a moment. The date is replaced, since any stands there, the year 1 included."""
    match = _MOMENT.fullmatch(str(moment).strip())
    parsed = parse_time(DATE + match["clock"]) if match else None
    if parsed is None:
        raise _UnknownShape(moment)
    return parsed.strftime("%H:%M")


def _moment(clock: str) -> str:
    return f"{DATE}T{clock}:00Z"
