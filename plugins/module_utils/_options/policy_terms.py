# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user asks of a policy: the options, and the service's limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError
from .._records.policy import DAILY, MONTHS, SNAPSHOT, VAULT, WEEKDAYS, WEEKS, Retention, Rule, Schedule
from .snapshots import SNAPSHOTS, snapshots_kept
from .time_zones import time_zone

# What a tier keeps at most, in days, weeks, months and years.
LIMITS = {
    SNAPSHOT: {"days": 200, "weeks": 200, "months": 120, "years": 10},
    VAULT: {"days": 9999, "weeks": 5163, "months": 1188, "years": 99},
}
LONGEST_SNAPSHOT = 30  # days that the vault tier keeps a snapshot beside the copy in the vault
INTERVALS = (4, 6, 8, 12)
WINDOW = (4, 24)
_TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>\d\d)")
_HOURLY_OPTIONS = ("interval_hours", "window_start", "window_hours")


@dataclass(frozen=True)
class WantedTerms:
    """What is asked of a policy. None leaves that part of an existing policy as it is."""

    schedule: Schedule | None = None
    time_zone: str | None = None
    retention: Retention | None = None
    tier: str | None = None
    snapshot_retention_days: int | None = None
    allow_tier_change: bool = False

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> WantedTerms:
        """Raises BackupError for what no policy can have, whatever the vault holds."""
        wanted = cls(
            schedule=_schedule(options["schedule"]) if options["schedule"] else None,
            time_zone=time_zone(options["time_zone"]),
            retention=_retention(options["retention"]) if options["retention"] else None,
            tier=options["tier"],
            snapshot_retention_days=options["snapshot_retention_days"],
            allow_tier_change=options["allow_tier_change"],
        )
        if wanted.tier == SNAPSHOT and wanted.snapshot_retention_days is not None:
            raise only_in_vault_tier()
        # Where the tier is still to be read, the wider limits hold until then.
        check_limits(wanted.schedule, wanted.retention, wanted.tier or VAULT, wanted.snapshot_retention_days)
        return wanted


# Options


def _schedule(options: Mapping[str, Any]) -> Schedule:
    frequency, times = options["frequency"], options["times"] or []
    if frequency == DAILY:
        foreign = [name for name in _HOURLY_OPTIONS if options[name] is not None]
        if foreign:
            raise BackupError(f"schedule.{foreign[0]} is for frequency: hourly; a daily schedule has times.")
        if len(times) != 1:
            raise BackupError(
                f"schedule.times has {len(times)} entries, but a daily schedule has exactly one. "
                "For several backups a day, use frequency: hourly."
            )
        return Schedule(DAILY, (_time("times", times[0]),))
    if times:
        raise BackupError("schedule.times is for frequency: daily; an hourly schedule has window_start.")
    missing = [name for name in _HOURLY_OPTIONS if options[name] is None]
    if missing:
        raise BackupError(f"An hourly schedule also needs schedule.{' and schedule.'.join(missing)}.")
    interval, window = options["interval_hours"], options["window_hours"]
    if interval not in INTERVALS:
        raise BackupError(f"schedule.interval_hours is {interval}, but Azure knows 4, 6, 8 and 12.")
    if not WINDOW[0] <= window <= WINDOW[1]:
        raise BackupError(f"schedule.window_hours is {window}, but it has to be from {WINDOW[0]} to {WINDOW[1]}.")
    if window < interval:
        raise BackupError(
            f"schedule.window_hours is {window}, but with a backup every {interval} hours (interval_hours) it has to "
            f"be {interval} at least; for one backup a day, use frequency: daily."
        )
    return Schedule(
        frequency,
        interval_hours=interval,
        window_start=_time("window_start", options["window_start"]),
        window_hours=window,
    )


def _time(option: str, text: str) -> str:
    match = _TIME.fullmatch(text.strip())
    if not match:
        hint = " YAML reads 21:00 without quotes as a number." if text.strip().isdigit() else ""
        raise BackupError(f"schedule.{option}: '{text}' is not a time of day; write it as \"HH:MM\", in quotes.{hint}")
    if match["minute"] not in ("00", "30"):
        raise BackupError(f"schedule.{option} is {text}, but Azure begins backups at full and half hours only.")
    return f"{int(match['hour']):02}:{match['minute']}"


def _retention(options: Mapping[str, Any]) -> Retention:
    weeks, months, years = options["weeks"], options["months"], options["years"]
    return Retention(
        days=options["days"],
        weeks=Rule(weeks["count"], weekdays=_chosen("weeks.weekdays", weeks["weekdays"], WEEKDAYS)) if weeks else None,
        months=_rule_of_month("months", months) if months else None,
        years=_rule_of_month("years", years, _chosen("years.months", years["months"], MONTHS)) if years else None,
    )


def _rule_of_month(name: str, options: Mapping[str, Any], months: tuple[str, ...] = ()) -> Rule:
    """Either by days, or by weeks and weekdays."""
    by_days = bool(options["days"] or options["last_day"])
    if by_days == bool(options["weeks"] or options["weekdays"]):
        raise BackupError(
            f"retention.{name} needs either days or last_day, or weeks together with weekdays"
            + (", and not both." if by_days else ".")
        )
    if not by_days:
        return Rule(
            options["count"],
            months,
            weeks=_chosen(f"{name}.weeks", options["weeks"], WEEKS),
            weekdays=_chosen(f"{name}.weekdays", options["weekdays"], WEEKDAYS),
        )
    days = tuple(sorted(set(options["days"] or [])))
    for day in days:
        if not 1 <= day <= 31:
            raise BackupError(f"retention.{name}.days has {day}, but the days of a month are 1 to 31.")
    return Rule(options["count"], months, days, options["last_day"])


def _chosen(name: str, words: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    if not words:
        raise BackupError(f"retention.{name} is empty: name at least one of {', '.join(known)}.")
    return tuple(word for word in known if word in words)


# Limits


def check_limits(schedule: Schedule | None, retention: Retention | None, tier: str, snapshot_days: int | None) -> None:
    """Raises BackupError for terms that the service refuses."""
    if snapshot_days is not None and not 1 <= snapshot_days <= LONGEST_SNAPSHOT:
        raise BackupError(f"snapshot_retention_days is {snapshot_days}, but it has to be from 1 to {LONGEST_SNAPSHOT}.")
    if retention is None:
        return
    for unit, count in retention.counts.items():
        most = LIMITS[tier][unit]
        if not 1 <= count <= most:
            name = "retention.days" if unit == "days" else f"retention.{unit}.count"
            wider = f" The vault tier allows {LIMITS[VAULT][unit]}." if 0 < count <= LIMITS[VAULT][unit] else ""
            raise BackupError(f"{name} is {count}, but in the {tier} tier it has to be from 1 to {most}.{wider}")
    _check_snapshots(schedule, retention, tier)
    if retention.days is None:
        return
    if snapshot_days is not None and snapshot_days > retention.days:
        raise BackupError(
            f"snapshot_retention_days is {snapshot_days}, but the backups are kept for {retention.days} days only "
            "(retention.days)."
        )


def _check_snapshots(schedule: Schedule | None, retention: Retention, tier: str) -> None:
    """In the vault tier, none of the terms reaches so many."""
    if tier == VAULT:
        return
    a_day = schedule.backups_a_day if schedule else 1
    most = SNAPSHOTS // a_day - 1
    if a_day > 1 and retention.days and retention.days > most:
        raise BackupError(
            f"retention.days is {retention.days}, but with {a_day} backups a day it can be {most} at most: a share "
            f"holds {SNAPSHOTS} snapshots."
        )
    kept = snapshots_kept(retention, a_day)
    if kept > SNAPSHOTS:
        raise BackupError(
            f"retention keeps {kept} snapshots at once in the end, but a share holds {SNAPSHOTS} at most: keep fewer "
            "days, weeks, months or years, or copies in the vault with tier: vault."
        )


def only_in_vault_tier() -> BackupError:
    return BackupError(
        "snapshot_retention_days is for the vault tier; in the snapshot tier, retention itself is about snapshots."
    )
