# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a policy: the options, the limits, and what becomes of an existing policy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policy_terms import WantedTerms
from ansible_collections.azurefiles.backup.plugins.module_utils._options.time_zones import NAMES
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.policy import terms_of, terms_of_new
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import (
    MONTHS,
    Retention,
    Rule,
    Schedule,
    Terms,
)
from azure_simulator.model.time_zones import TIME_ZONES

DAILY_21 = Schedule("daily", ("21:00",))
FOUR_HOURLY = Schedule("hourly", interval_hours=4, window_start="08:00", window_hours=12)
WEEKS = Rule(12, weekdays=("sunday",))

SNAPSHOT = Terms(DAILY_21, "UTC", Retention(30, weeks=WEEKS))
VAULT = Terms(DAILY_21, "UTC", Retention(30, weeks=WEEKS), "vault", 7)


def asked(**options: Any) -> WantedTerms:
    """The options as Ansible hands them over: what is unset is None, or its default."""
    unset = dict.fromkeys(("schedule", "time_zone", "retention", "tier", "snapshot_retention_days"))
    return WantedTerms.parse(unset | {"allow_tier_change": False} | options)


def daily(*times: str, **more: Any) -> dict[str, Any]:
    hourly_options = dict.fromkeys(("interval_hours", "window_start", "window_hours"))
    return {"frequency": "daily", "times": list(times) or None} | hourly_options | more


def hourly(
    interval: int | None = 4, start: str | None = "08:00", hours: int | None = 12, **more: Any
) -> dict[str, Any]:
    window = {"interval_hours": interval, "window_start": start, "window_hours": hours}
    return {"frequency": "hourly", "times": None} | window | more


def kept(days: int = 30, **rules: dict[str, Any]) -> dict[str, Any]:
    return {"days": days, "weeks": None, "months": None, "years": None} | rules


def of_month(count: int, **which: Any) -> dict[str, Any]:
    return {"count": count, "days": None, "last_day": False, "weeks": None, "weekdays": None} | which


FIRST_SUNDAY = {"weeks": ["first"], "weekdays": ["sunday"]}


# Options


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (daily("21:00"), DAILY_21),
        (daily(" 21:00 "), DAILY_21),
        (daily("9:30"), Schedule("daily", ("09:30",))),
        (daily("00:00"), Schedule("daily", ("00:00",))),
        (hourly(), FOUR_HOURLY),
        (hourly(times=[]), FOUR_HOURLY),
        (hourly(12, "8:30", 24), Schedule("hourly", interval_hours=12, window_start="08:30", window_hours=24)),
    ],
)
def test_a_schedule_is_understood(options: dict[str, Any], expected: Schedule) -> None:
    assert asked(schedule=options).schedule == expected


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (daily(), "schedule.times has 0 entries, but a daily schedule has exactly one"),
        (daily("09:00", "21:00"), "schedule.times has 2 entries, but a daily schedule has exactly one"),
        (daily("21:00", interval_hours=4), "schedule.interval_hours is for frequency: hourly"),
        (daily("21:00", window_start="08:00"), "schedule.window_start is for frequency: hourly"),
        (daily("21:00", window_hours=0), "schedule.window_hours is for frequency: hourly"),
        (daily("9 pm"), "schedule.times: '9 pm' is not a time of day"),
        (daily("24:00"), "schedule.times: '24:00' is not a time of day"),
        (daily("1260"), "YAML reads 21:00 without quotes as a number"),
        (daily("21:15"), "schedule.times is 21:15, but Azure begins backups at full and half hours only"),
        (hourly(times=["21:00"]), "schedule.times is for frequency: daily"),
        (hourly(None), "An hourly schedule also needs schedule.interval_hours."),
        (hourly(None, None, None), "schedule.interval_hours and schedule.window_start and schedule.window_hours."),
        (hourly(5), "schedule.interval_hours is 5, but Azure knows 4, 6, 8 and 12"),
        (hourly(start="08:10"), "schedule.window_start is 08:10"),
        (hourly(hours=3), "schedule.window_hours is 3, but it has to be from 4 to 24"),
        (hourly(hours=25), "schedule.window_hours is 25, but it has to be from 4 to 24"),
    ],
)
def test_an_impossible_schedule_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=re.escape(words)):
        asked(schedule=options)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (kept(200), Retention(200)),
        (
            kept(weeks={"count": 200, "weekdays": ["sunday", "friday"]}),
            replace(SNAPSHOT.retention or Retention(0), weeks=Rule(200, weekdays=("friday", "sunday"))),
        ),
        (kept(months=of_month(120, days=[15, 1, 15])), Retention(30, months=Rule(120, days=(1, 15)))),
        (kept(months=of_month(12, last_day=True)), Retention(30, months=Rule(12, last_day=True))),
        (
            kept(months=of_month(12, days=[], **FIRST_SUNDAY)),
            Retention(30, months=Rule(12, weeks=("first",), weekdays=("sunday",))),
        ),
        (
            kept(years=of_month(10, months=["december", "january"], days=[31], last_day=True, weeks=[], weekdays=[])),
            Retention(30, years=Rule(10, ("january", "december"), (31,), last_day=True)),
        ),
    ],
)
def test_a_retention_is_understood(options: dict[str, Any], expected: Retention) -> None:
    assert asked(retention=options).retention == expected


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (kept(weeks={"count": 4, "weekdays": []}), "retention.weeks.weekdays is empty"),
        (kept(months=of_month(4)), "retention.months needs either days or last_day, or weeks together with weekdays."),
        (
            kept(months=of_month(4, days=[1], **FIRST_SUNDAY)),
            "retention.months needs either days or last_day, or weeks together with weekdays, and not both",
        ),
        (kept(months=of_month(4, last_day=True, weekdays=["sunday"])), "and not both"),
        (kept(months=of_month(4, weeks=["first"])), "retention.months.weekdays is empty"),
        (kept(months=of_month(4, weekdays=["sunday"])), "retention.months.weeks is empty"),
        (kept(months=of_month(4, days=[0])), "retention.months.days has 0, but the days of a month are 1 to 31"),
        (kept(months=of_month(4, days=[1, 32])), "retention.months.days has 32"),
        (kept(years=of_month(4, months=[], days=[1])), "retention.years.months is empty"),
        (kept(years=of_month(4, months=["may"])), "retention.years needs either"),
    ],
)
def test_an_impossible_retention_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=re.escape(words)):
        asked(retention=options)


@pytest.mark.parametrize(("text", "expected"), [("UTC", "UTC"), ("W. Europe Standard Time",) * 2, ("", None)])
def test_a_time_zone_is_taken_as_it_is(text: str, expected: str | None) -> None:
    assert asked(time_zone=text).time_zone == expected


def test_a_time_zone_is_spelled_as_azure_does() -> None:
    assert asked(time_zone=" w. europe standard TIME").time_zone == "W. Europe Standard Time"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Europe/Berlin", ""),
        ("CET", ""),
        ("Eastern Time", r" Did you mean 'Eastern Standard Time'"),
        ("Romance", r" Did you mean 'Romance Standard Time'\?$"),
        ("W Europe Standard Time", r" Did you mean 'W\. Europe Standard Time'"),
        ("UTC+1", " Did you mean 'UTC.1"),
    ],
)
def test_a_time_zone_that_azure_does_not_know_is_refused(text: str, hint: str) -> None:
    with pytest.raises(BackupError, match=rf"^time_zone '{re.escape(text)}' .* takes those of Windows, .*{hint}"):
        asked(time_zone=text)


def test_the_simulator_knows_the_same_time_zones() -> None:
    assert set(TIME_ZONES) == set(NAMES)


# Limits, before anything is read


@pytest.mark.parametrize(
    ("tier", "most"),
    [
        ("snapshot", {"days": 200, "weeks": 200, "months": 120, "years": 10}),
        ("vault", {"days": 9999, "weeks": 5163, "months": 1188, "years": 99}),
        (None, {"days": 9999, "weeks": 5163, "months": 1188, "years": 99}),
    ],
)
@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_each_tier_has_its_limits(tier: str | None, most: dict[str, int], unit: str) -> None:
    def options(count: int) -> dict[str, Any]:
        rules = {
            "weeks": {"count": count, "weekdays": ["sunday"]},
            "months": of_month(count, **FIRST_SUNDAY),
            "years": of_month(count, months=["may"], **FIRST_SUNDAY),
        }
        # All weeks that a rule can keep leave room for one day more.
        return kept(count) if unit == "days" else kept(1, **{unit: rules[unit]})

    name = "retention.days" if unit == "days" else f"retention.{unit}.count"

    asked(retention=options(1), tier=tier)
    asked(retention=options(most[unit]), tier=tier)
    for beyond in (0, -1, most[unit] + 1):
        with pytest.raises(BackupError, match=f"^{re.escape(name)} is {beyond}, but .* from 1 to {most[unit]}\\."):
            asked(retention=options(beyond), tier=tier)


def test_the_wider_limit_of_the_vault_tier_is_named() -> None:
    with pytest.raises(BackupError, match="The vault tier allows 9999"):
        asked(retention=kept(201), tier="snapshot")


@pytest.mark.parametrize(
    ("interval", "hours", "most"),
    [(4, 24, 32), (4, 12, 49), (6, 24, 49), (8, 24, 65), (12, 24, 99), (12, 12, 99)],
)
def test_hourly_snapshots_are_kept_for_fewer_days(interval: int, hours: int, most: int) -> None:
    schedule = hourly(interval, "08:00", hours)

    asked(schedule=schedule, retention=kept(most), tier="snapshot")
    asked(schedule=schedule, retention=kept(200), tier="vault")
    with pytest.raises(BackupError, match=f"backups a day it can be {most} at most"):
        asked(schedule=schedule, retention=kept(most + 1), tier="snapshot")


SUNDAYS = {"weekdays": ["sunday"]}
LAST_DAYS = {"last_day": True}


@pytest.mark.parametrize(
    ("retention", "least"),
    [
        (kept(200, weeks={"count": 28, **SUNDAYS}, months=of_month(6, **FIRST_SUNDAY)), 200),
        (kept(30, weeks={"count": 12, **SUNDAYS}, months=of_month(60, **LAST_DAYS)), None),
        (kept(30, months=of_month(120, **FIRST_SUNDAY), years=of_month(10, months=["may"], **FIRST_SUNDAY)), None),
        (kept(200, weeks={"count": 200, **SUNDAYS}), 200 + 171),
        (kept(30, weeks={"count": 200, "weekdays": ["sunday", "monday"]}), 30 + 390),
        (kept(100, months=of_month(120, last_day=True, days=[15])), 100 + 240 - 7),
        (kept(150, years=of_month(10, months=list(MONTHS), last_day=True)), 150 + 120 - 5),
    ],
)
def test_no_more_snapshots_are_kept_than_a_share_holds(retention: dict[str, Any], least: int | None) -> None:
    """Days, weeks and months that take the same backup count it once."""
    if least is None or least <= 200:
        asked(retention=retention, tier="snapshot")
        return
    with pytest.raises(BackupError, match=f"^retention keeps {least} snapshots at once in the end, but a share holds"):
        asked(retention=retention, tier="snapshot")
    asked(retention=retention, tier="vault")


@pytest.mark.parametrize(("interval", "hours"), [(12, 4), (12, 11), (8, 7), (6, 5)])
def test_a_window_has_room_for_two_backups(interval: int, hours: int) -> None:
    with pytest.raises(BackupError, match=f"^schedule.window_hours is {hours}, .* it has to be {interval} at least"):
        asked(schedule=hourly(interval, "08:00", hours))


@pytest.mark.parametrize("days", [1, 30])
def test_the_vault_tier_keeps_snapshots_for_some_days(days: int) -> None:
    assert asked(tier="vault", snapshot_retention_days=days).snapshot_retention_days == days


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"snapshot_retention_days": 0}, "snapshot_retention_days is 0, but it has to be from 1 to 30"),
        ({"snapshot_retention_days": 31}, "snapshot_retention_days is 31, but it has to be from 1 to 30"),
        (
            {"snapshot_retention_days": 8, "retention": kept(7)},
            "snapshot_retention_days is 8, but the backups are kept for 7 days only",
        ),
        ({"snapshot_retention_days": 5, "tier": "snapshot"}, "snapshot_retention_days is for the vault tier"),
    ],
)
def test_impossible_days_for_snapshots_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=re.escape(words)):
        asked(**options)


# A new policy


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, Terms(DAILY_21, "UTC", Retention(30))),
        ({"time_zone": "India Standard Time"}, Terms(DAILY_21, "India Standard Time", Retention(30))),
        ({"tier": "vault"}, Terms(DAILY_21, "UTC", Retention(30), "vault", 5)),
        ({"tier": "vault", "retention": kept(3)}, Terms(DAILY_21, "UTC", Retention(3), "vault", 3)),
        ({"tier": "vault", "snapshot_retention_days": 9}, Terms(DAILY_21, "UTC", Retention(30), "vault", 9)),
    ],
)
def test_a_new_policy_gets_defaults(options: dict[str, Any], expected: Terms) -> None:
    wanted = asked(**({"schedule": daily("21:00"), "retention": kept()} | options))

    assert terms_of_new(wanted, "daily-30") == expected


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "There is no policy 'daily-30' yet; to make it, schedule and retention must be given."),
        ({"schedule": daily("21:00")}, "to make it, retention must be given."),
        ({"retention": kept()}, "to make it, schedule must be given."),
        ({"schedule": daily("21:00"), "retention": kept(201)}, "in the snapshot tier it has to be from 1 to 200"),
        ({"schedule": hourly(), "retention": kept(60)}, "with 4 backups a day it can be 49 at most"),
        (
            {"schedule": daily("21:00"), "retention": kept(), "snapshot_retention_days": 5},
            "snapshot_retention_days is for the vault tier",
        ),
    ],
)
def test_a_policy_is_not_made_of_too_little_or_too_much(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=re.escape(words)):
        terms_of_new(asked(**options), "daily-30")


@pytest.mark.parametrize("name", ["ab", "1st-policy", "with space", "a" * 151, "öffentlich"])
def test_a_policy_is_not_made_under_an_impossible_name(name: str) -> None:
    with pytest.raises(BackupError, match="cannot be a policy's name"):
        terms_of_new(asked(schedule=daily("21:00"), retention=kept()), name)


# An existing policy


@pytest.mark.parametrize(
    "before", [SNAPSHOT, VAULT, Terms(None, "UTC", None), Terms(FOUR_HOURLY, "GMT", None, "vault")]
)
def test_what_is_unset_stays(before: Terms) -> None:
    assert terms_of(asked(), before, "daily-30") == before
    assert terms_of(asked(tier=before.tier), before, "daily-30") == before


@pytest.mark.parametrize(
    ("before", "options", "change"),
    [
        (SNAPSHOT, {"schedule": hourly()}, {"schedule": FOUR_HOURLY}),
        (SNAPSHOT, {"retention": kept(60)}, {"retention": Retention(60)}),
        (SNAPSHOT, {"time_zone": "GMT Standard Time"}, {"time_zone": "GMT Standard Time"}),
        (VAULT, {"snapshot_retention_days": 14}, {"snapshot_retention_days": 14}),
        (VAULT, {"retention": kept(5000)}, {"retention": Retention(5000)}),
        (
            SNAPSHOT,
            {"tier": "vault", "allow_tier_change": True},
            {"tier": "vault", "snapshot_retention_days": 5},
        ),
        (
            SNAPSHOT,
            {"tier": "vault", "allow_tier_change": True, "snapshot_retention_days": 20, "retention": kept(3650)},
            {"tier": "vault", "snapshot_retention_days": 20, "retention": Retention(3650)},
        ),
    ],
)
def test_only_what_is_asked_changes(before: Terms, options: dict[str, Any], change: dict[str, Any]) -> None:
    assert terms_of(asked(**options), before, "daily-30") == replace(before, **change)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "India Standard Time"),
        ({"schedule": daily("21:00")}, "India Standard Time"),
        ({"schedule": daily("21:00"), "time_zone": "india standard time"}, "India Standard Time"),
        ({"time_zone": "UTC"}, "UTC"),
    ],
)
def test_a_time_zone_stays_unless_it_is_named(options: dict[str, Any], expected: str) -> None:
    before = replace(SNAPSHOT, time_zone="India Standard Time")

    assert terms_of(asked(**options), before, "daily-30").time_zone == expected


def test_allowing_a_change_of_the_tier_changes_nothing() -> None:
    assert terms_of(asked(allow_tier_change=True), SNAPSHOT, "daily-30") == SNAPSHOT
    assert terms_of(asked(allow_tier_change=True, tier="vault"), VAULT, "daily-30") == VAULT


@pytest.mark.parametrize("allow", [False, True])
def test_no_policy_comes_back_from_the_vault_tier(allow: bool) -> None:
    with pytest.raises(BackupError, match="Azure cannot take a policy back to the snapshot tier"):
        terms_of(asked(tier="snapshot", allow_tier_change=allow), VAULT, "daily-30")


def test_the_way_to_the_vault_tier_has_to_be_allowed() -> None:
    with pytest.raises(BackupError, match=r"cannot be undone.*needs allow_tier_change: true"):
        terms_of(asked(tier="vault"), SNAPSHOT, "daily-30")


@pytest.mark.parametrize(
    ("before", "options", "words"),
    [
        (SNAPSHOT, {"retention": kept(201)}, "in the snapshot tier it has to be from 1 to 200"),
        (SNAPSHOT, {"snapshot_retention_days": 5}, "snapshot_retention_days is for the vault tier"),
        (replace(SNAPSHOT, retention=Retention(60)), {"schedule": hourly()}, "it can be 49 at most"),
        (VAULT, {"retention": kept(6)}, "snapshot_retention_days is 7, but the backups are kept for 6 days only"),
    ],
)
def test_the_limits_hold_for_what_comes_of_it(before: Terms, options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=re.escape(words)):
        terms_of(asked(**options), before, "daily-30")


@pytest.mark.parametrize(
    ("before", "options", "missing"),
    [
        (replace(SNAPSHOT, schedule=None), {"retention": kept(60)}, "schedule"),
        (replace(SNAPSHOT, retention=None), {"schedule": hourly()}, "retention"),
    ],
)
def test_what_is_not_understood_cannot_be_kept(before: Terms, options: dict[str, Any], missing: str) -> None:
    with pytest.raises(BackupError, match=f"has a {missing} of a kind that is not known here.*give {missing}"):
        terms_of(asked(**options), before, "daily-30")


@pytest.mark.parametrize(
    ("before", "options", "change"),
    [
        (replace(SNAPSHOT, schedule=None), {"schedule": daily("21:00")}, {"schedule": DAILY_21}),
        (replace(SNAPSHOT, retention=None), {"retention": kept(7)}, {"retention": Retention(7)}),
    ],
)
def test_what_is_not_understood_can_be_replaced(before: Terms, options: dict[str, Any], change: dict[str, Any]) -> None:
    assert terms_of(asked(**options), before, "daily-30") == replace(before, **change)


# Round trip


@pytest.mark.parametrize("schedule", [DAILY_21, FOUR_HOURLY])
@pytest.mark.parametrize(
    "retention",
    [
        Retention(30),
        Retention(30, weeks=WEEKS, months=Rule(6, weeks=("first", "last"), weekdays=("monday", "sunday"))),
        Retention(30, months=Rule(6, days=(1, 15)), years=Rule(2, ("may",), weeks=("last",), weekdays=("friday",))),
        Retention(30, months=Rule(6, last_day=True), years=Rule(2, ("may", "june"), days=(31,), last_day=True)),
    ],
)
@pytest.mark.parametrize(("tier", "snapshots"), [("snapshot", None), ("vault", 7)])
def test_what_is_returned_can_be_asked_for(
    schedule: Schedule, retention: Retention, tier: str, snapshots: int | None
) -> None:
    terms = Terms(schedule, "W. Europe Standard Time", retention, tier, snapshots)

    wanted = asked(**terms.to_result())

    assert terms_of(wanted, terms, "daily-30") == terms
    assert terms_of_new(wanted, "daily-30") == terms
