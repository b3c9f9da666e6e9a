# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a policy says of time: when it backs up, and until when it keeps what it has backed up.

Its times are those of a clock on the wall in its time zone, whatever zone is written behind them (recorded in 2025).
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from ..clock import SECOND, Ticks
from .time_zones import TIME_ZONES

HOURS = 24
_WEEKS = {"First": 0, "Second": 1, "Third": 2, "Fourth": 3, "Last": -1}
_MONTHS_IN = {"Months": 1, "Years": 12}
_ABOUT_A_WEEK = range(-1, 9)
"""The days around a moment among which the next run is, which may be weekly and begin the day before."""


def next_run(policy: dict[str, Any], after: Ticks) -> Ticks:
    """When the policy backs up for the first time after a moment."""
    today = _local(policy, after).date()
    days = (today + dt.timedelta(days=days) for days in _ABOUT_A_WEEK)
    return min(run for day in days for run in _runs(policy, day) if run > after)


def is_last_of_day(policy: dict[str, Any], run: Ticks) -> bool:
    """Whether no other backup of the day, or of the day's window, comes after it."""
    day = _local(policy, run).date()
    return any(list(_runs(policy, start))[-1:] == [run] for start in (day, day - dt.timedelta(days=1)))


def _runs(policy: dict[str, Any], day: dt.date) -> Iterator[Ticks]:
    """The backups of a day in their order."""
    schedule = policy["schedulePolicy"]
    days = schedule.get("scheduleRunDays")
    if days and f"{day:%A}" not in days:
        return
    zone = _zone(policy)
    for time in _times(schedule):
        moment = dt.datetime.combine(day, dt.time()) + time
        yield int(moment.replace(tzinfo=zone).timestamp()) * SECOND


def _times(schedule: dict[str, Any]) -> list[dt.timedelta]:
    """As spans since midnight; the last of an hourly schedule may be on the day after."""
    hourly = schedule.get("hourlySchedule")
    if not hourly:
        return sorted(_since_midnight(time) for time in schedule["scheduleRunTimes"])
    start = _since_midnight(hourly["scheduleWindowStartTime"])
    return [start + dt.timedelta(hours=int(hourly["interval"]) * run) for run in range(_runs_a_window(hourly))]


def _runs_a_window(hourly: dict[str, Any]) -> int:
    interval = int(hourly["interval"])
    return min(int(hourly["scheduleWindowDuration"]) // interval + 1, HOURS // interval)


def runs_a_day(policy: dict[str, Any]) -> int:
    return len(_times(policy["schedulePolicy"]))


def _since_midnight(time: str) -> dt.timedelta:
    moment = wall_clock(time)
    return dt.timedelta(hours=moment.hour, minutes=moment.minute)


def wall_clock(time: str) -> dt.datetime:
    """Raises ValueError."""
    return dt.datetime.fromisoformat(time[:19])


def _zone(policy: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(TIME_ZONES[policy.get("timeZone", "UTC")])


def _local(policy: dict[str, Any], moment: Ticks) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment // SECOND, _zone(policy))


def kept_until(policy: dict[str, Any], moment: Ticks) -> tuple[Ticks, str]:
    """How long the rules of a policy keep a backup, and the rule that keeps it longest.

    ``Daily`` is the one recorded name of a rule; the others are named like it (inferred).
    """
    tier = policy.get("vaultRetentionPolicy") or {}
    retention = tier.get("vaultRetention") or policy["retentionPolicy"]
    day = _local(policy, moment).date()
    kept = [
        (_later(moment, rule["retentionDuration"]), name)
        for name, rule, days in (
            ("Daily", retention.get("dailySchedule"), True),
            ("Weekly", retention.get("weeklySchedule"), None),
            ("Monthly", retention.get("monthlySchedule"), None),
            ("Yearly", retention.get("yearlySchedule"), None),
        )
        if rule and (days or _chosen(rule, day))
    ]
    return max(kept, default=(moment, "Daily"))


def _chosen(rule: dict[str, Any], day: dt.date) -> bool:
    """Whether a weekly, monthly or yearly rule takes a day's backup."""
    months = rule.get("monthsOfYear")
    if months and f"{day:%B}" not in months:
        return False
    by_weekday = rule.get("retentionScheduleWeekly") or rule
    weekdays = by_weekday.get("daysOfTheWeek")
    if weekdays:
        weeks = by_weekday.get("weeksOfTheMonth")
        return f"{day:%A}" in weekdays and (not weeks or any(_is_in_week(day, week) for week in weeks))
    month_ends = calendar.monthrange(day.year, day.month)[1]
    dates = (rule.get("retentionScheduleDaily") or {}).get("daysOfTheMonth") or []
    return any(day.day == (month_ends if date.get("isLast") else date.get("date")) for date in dates)


def _is_in_week(day: dt.date, week: str) -> bool:
    """Whether it is the first (or so) of its weekday in the month."""
    if week == "Last":
        return (day + dt.timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 == _WEEKS.get(week)


def _later(moment: Ticks, duration: dict[str, Any]) -> Ticks:
    count, unit = int(duration["count"]), duration["durationType"]
    if unit in _MONTHS_IN:
        start = dt.datetime.fromtimestamp(moment // SECOND, dt.UTC)
        years, month = divmod(start.month - 1 + count * _MONTHS_IN[unit], 12)
        year = min(start.year + years, dt.MAXYEAR)
        end = start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))
        return int(end.timestamp()) * SECOND
    return moment + count * HOURS * 3600 * SECOND * (7 if unit == "Weeks" else 1)
