# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many snapshots of a share a policy keeps at once, of which there can be 200."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from .._records.policy import MONTHS, WEEKDAYS, WEEKS, Retention, Rule

# A share holds so many snapshots at once, those of others included.
SNAPSHOTS = 200
# Any years do; one of these is a leap year.
_ENDS = [date(year, month, 1) - timedelta(days=1) for year in (2028, 2029) for month in range(1, 13)]


@cache
def snapshots_kept(retention: Retention, backups_a_day: int) -> int:
    """All backups of so many days, and one of each day that a rule takes, once the policy has run long enough.

    The number changes from day to day; this is the least of it, at the ends of some months. It is worked out once for a
    policy, which thousands of shares may have.
    """
    more = (retention.days or 0) * (backups_a_day - 1)
    return more + min(len(_kept(retention, end)) for end in _ENDS)


def kept_after(retention: Retention, backups_a_day: int, end: date, days: int) -> int:
    """How many there are on the day ``end`` if there have been backups for so many days."""
    begun = end - timedelta(days=days)
    more = min(retention.days or 0, days) * (backups_a_day - 1)
    return more + sum(day > begun for day in _kept(retention, end))


def kept_until(retention: Retention, day: date) -> date:
    """The last day on which a backup of ``day`` is there, by the longest of the rules that take it."""
    spans = [retention.days or 0]
    if retention.weeks and _weekday(day) in retention.weeks.weekdays:
        spans.append(7 * retention.weeks.count)
    for rule, length in ((retention.months, 30), (retention.years, 365)):
        if rule and (not rule.months or MONTHS[day.month - 1] in rule.months) and _takes(rule, day):
            spans.append(length * rule.count)
    return day + timedelta(days=max(spans))


def _kept(retention: Retention, end: date) -> set[date]:
    """The days of which a backup is still there."""
    days = set(_back(end, retention.days or 0))
    if retention.weeks:
        days |= {day for day in _back(end, 7 * retention.weeks.count) if _weekday(day) in retention.weeks.weekdays}
    if retention.months:
        days |= set(_of_rule(retention.months, end, retention.months.count))
    if retention.years:
        days |= set(_of_rule(retention.years, end, 12 * retention.years.count))
    return days


def _back(end: date, days: int) -> Iterator[date]:
    return (end - timedelta(days=back) for back in range(days))


def _of_rule(rule: Rule, end: date, months: int) -> Iterator[date]:
    """The days of the last so many months, that of ``end`` included, which the rule takes."""
    for back in range(months):
        year, month = divmod(12 * end.year + end.month - 1 - back, 12)
        if not rule.months or MONTHS[month] in rule.months:
            yield from (day for day in _month(year, month + 1) if _takes(rule, day) and day <= end)


def _month(year: int, month: int) -> Iterator[date]:
    day = date(year, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)


def _takes(rule: Rule, day: date) -> bool:
    is_last_day = (day + timedelta(days=1)).month != day.month
    if rule.by_days:
        return day.day in rule.days or (rule.last_day and is_last_day)
    is_last_week = (day + timedelta(days=7)).month != day.month
    week = WEEKS[(day.day - 1) // 7] if day.day <= 28 else WEEKS[-1]
    return _weekday(day) in rule.weekdays and (week in rule.weeks or (is_last_week and WEEKS[-1] in rule.weeks))


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]
