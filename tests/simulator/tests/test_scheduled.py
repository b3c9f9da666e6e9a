# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies back up by the simulated clock, and what they have backed up expires by it."""

import datetime as dt
import time
from collections import Counter
from typing import Any

import pytest
from azure_simulator.clock import DAY, SECOND, Clock, Ticks
from azure_simulator.faults import Fault, FaultPlan
from azure_simulator.model.guard import Plea
from azure_simulator.model.schedule import is_last_of_day, kept_until, next_run
from azure_simulator.model.vault import ProtectedItem
from azure_simulator.model.world import World
from azure_simulator.scenario import Scenario
from azure_simulator.typed import build


def at(text: str) -> Ticks:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * SECOND


def shown(moment: Ticks) -> str:
    return f"{dt.datetime.fromtimestamp(moment // SECOND, dt.UTC):%Y-%m-%d %H:%M}"


DAILY = {
    "schedulePolicy": {"scheduleRunFrequency": "Daily", "scheduleRunTimes": ["2020-01-01T19:30:00Z"]},
    "retentionPolicy": {"dailySchedule": {"retentionDuration": {"count": 30, "durationType": "Days"}}},
    "timeZone": "UTC",
}
HOURLY = DAILY | {
    "schedulePolicy": {
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": {
            "interval": 4,
            "scheduleWindowStartTime": "2021-12-22T08:00:00Z",
            "scheduleWindowDuration": 12,
        },
    }
}
NIGHTLY = DAILY | {
    "schedulePolicy": {
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": {
            "interval": 6,
            "scheduleWindowStartTime": "2021-12-22T20:00:00Z",
            "scheduleWindowDuration": 24,
        },
    }
}
WEEKLY = DAILY | {"schedulePolicy": DAILY["schedulePolicy"] | {"scheduleRunDays": ["Sunday"]}}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("policy", "after", "runs"),
    [
        (DAILY, "2026-01-10 19:29", ["2026-01-10 19:30", "2026-01-11 19:30"]),
        (DAILY, "2026-01-10 19:30", ["2026-01-11 19:30"]),
        (DAILY | {"timeZone": "India Standard Time"}, "2026-01-10 10:00", ["2026-01-10 14:00"]),
        (DAILY | {"timeZone": "W. Europe Standard Time"}, "2026-03-28 00:00", ["2026-03-28 18:30", "2026-03-29 17:30"]),
        (
            HOURLY,
            "2026-01-10 07:00",
            ["2026-01-10 08:00", "2026-01-10 12:00", "2026-01-10 16:00", "2026-01-10 20:00", "2026-01-11 08:00"],
        ),
        (
            NIGHTLY,
            "2026-01-10 15:00",
            ["2026-01-10 20:00", "2026-01-11 02:00", "2026-01-11 08:00", "2026-01-11 14:00", "2026-01-11 20:00"],
        ),
        (WEEKLY, "2026-01-10 12:00", ["2026-01-11 19:30", "2026-01-18 19:30"]),
    ],
)
def test_when_a_policy_backs_up(policy: dict[str, Any], after: str, runs: list[str]) -> None:
    moment = at(after)
    for run in runs:
        moment = next_run(policy, moment)
        assert shown(moment) == run


@pytest.mark.parametrize(
    ("policy", "run", "last"),
    [
        (DAILY, "2026-01-10 19:30", True),
        (HOURLY, "2026-01-10 16:00", False),
        (HOURLY, "2026-01-10 20:00", True),
        (NIGHTLY, "2026-01-10 20:00", False),
        (NIGHTLY, "2026-01-11 14:00", True),
    ],
)
def test_the_last_backup_of_a_day(policy: dict[str, Any], run: str, last: bool) -> None:
    assert is_last_of_day(policy, at(run)) is last


RULES = DAILY | {
    "retentionPolicy": {
        "dailySchedule": {"retentionDuration": {"count": 7, "durationType": "Days"}},
        "weeklySchedule": {
            "daysOfTheWeek": ["Sunday"],
            "retentionDuration": {"count": 4, "durationType": "Weeks"},
        },
        "monthlySchedule": {
            "retentionScheduleFormatType": "Daily",
            "retentionScheduleDaily": {"daysOfTheMonth": [{"date": 15, "isLast": False}, {"date": 0, "isLast": True}]},
            "retentionDuration": {"count": 3, "durationType": "Months"},
        },
        "yearlySchedule": {
            "retentionScheduleFormatType": "Weekly",
            "monthsOfYear": ["March"],
            "retentionScheduleWeekly": {"daysOfTheWeek": ["Monday"], "weeksOfTheMonth": ["First", "Last"]},
            "retentionDuration": {"count": 2, "durationType": "Years"},
        },
    }
}


@pytest.mark.parametrize(
    ("day", "rule", "until"),
    [
        ("2026-01-12", "Daily", "2026-01-19"),
        ("2026-01-11", "Weekly", "2026-02-08"),
        ("2026-01-15", "Monthly", "2026-04-15"),
        ("2026-11-30", "Monthly", "2027-02-28"),
        ("2026-03-02", "Yearly", "2028-03-02"),
        ("2026-03-09", "Daily", "2026-03-16"),
        ("2026-03-30", "Yearly", "2028-03-30"),
    ],
)
def test_the_rule_that_keeps_a_backup_longest(day: str, rule: str, until: str) -> None:
    assert kept_until(RULES, at(f"{day} 19:30")) == (at(f"{until} 19:30"), rule)


class Weeks:
    """A world on a Monday morning, and its days."""

    def __init__(self, *faults: Fault, policy: str = "daily-30", scheduled: bool = True, shares: int = 1) -> None:
        start = at("2026-01-12 06:00") / SECOND
        scenario = {
            "scheduled_backups": scheduled,
            "clock_offset": start - time.time(),
            "vaults": [
                {
                    "name": "v",
                    "resource_group": "rg",
                    "policies": [
                        "daily-30",
                        {"name": "tiered", "schedule": "Hourly", "time": "08:00", "days": 5, "vault_days": 20},
                    ],
                }
            ],
            "storage_accounts": [
                {
                    "name": "acct",
                    "resource_group": "rg",
                    "shares": [{"name": "data", "count": shares, "protected_by": policy}],
                }
            ],
        }
        settings = build(Scenario, scenario, "scenario")
        self.clock = Clock(settings.clock_offset)
        self.world = World(settings, self.clock, FaultPlan(list(faults)))
        self.vault = self.world.vaults.all[0]

    @property
    def item(self) -> ProtectedItem:
        return next(iter(self.vault.items.values()))

    def pass_days(self, days: float) -> None:
        self.clock.advance(days * DAY / SECOND)


def test_a_day_is_a_recovery_point_until_they_expire() -> None:
    weeks = Weeks()
    for days, points in ((1, 1), (20, 21), (8, 29), (1, 30), (1, 30), (30, 30)):
        weeks.pass_days(days)
        assert len(weeks.item.points) == points
    assert weeks.item.state == "Protected"
    assert {point.rule for point in weeks.item.points} == {"Daily"}
    newest = max(weeks.item.points, key=lambda point: point.time)
    assert newest.expiry == newest.time + 30 * DAY
    assert sorted(weeks.item.share.snapshots) == sorted(point.time for point in weeks.item.points)


def test_backups_are_jobs_that_nobody_asked_for() -> None:
    weeks = Weeks()
    weeks.pass_days(2)
    jobs = list(weeks.vault.jobs.values())
    assert [shown(job.started) for job in jobs] == ["2026-01-12 19:30", "2026-01-13 19:30"]
    assert {(job.operation, job.status, job.bag["Whether job is adhoc or scheduled."]) for job in jobs} == {
        ("Backup", "Completed", "False")
    }


def test_one_backup_of_a_day_is_copied_into_the_vault() -> None:
    weeks = Weeks(policy="tiered")
    weeks.pass_days(4)
    assert Counter(shown(point.time)[-5:] for point in weeks.item.points if point.vaulted) == {"20:00": 4}
    assert len(weeks.item.points) == 16
    weeks.pass_days(10)  # after which snapshots of the last five days are left, and copies of all
    kept = Counter((point.snapshot, point.vaulted) for point in weeks.item.points)
    assert kept == {(True, True): 5, (True, False): 15, (False, True): 9}
    weeks.pass_days(10)
    assert Counter(point.vaulted for point in weeks.item.points) == {True: 20, False: 15}


def test_a_backup_that_fails_shows_until_the_next_one() -> None:
    weeks = Weeks(Fault(operation="backup", after=1, code="FileShareNotFound", message="Gone."))
    weeks.pass_days(2)
    assert (weeks.item.last_backup_status, len(weeks.item.points)) == ("Failed", 1)
    assert weeks.item.last_backup_time and shown(weeks.item.last_backup_time) == "2026-01-13 19:30"
    assert weeks.item.state == "Protected"
    weeks.pass_days(1)
    assert (weeks.item.last_backup_status, len(weeks.item.points)) == ("Completed", 2)


def test_a_deleted_share_is_not_backed_up() -> None:
    weeks = Weeks()
    weeks.world.accounts[0].delete_share(weeks.item.share, weeks.clock.now())
    weeks.pass_days(1)
    (job,) = weeks.vault.jobs.values()
    assert (job.status, job.error_code) == ("Failed", "UserErrorBackupAFSInSoftDeleteState")


def test_what_is_stopped_stays_as_it_is() -> None:
    weeks = Weeks()
    weeks.pass_days(3)
    weeks.item.state, weeks.item.policy = "ProtectionStopped", None
    weeks.pass_days(60)
    assert len(weeks.item.points) == 3


def test_a_changed_policy_backs_up_at_its_new_time() -> None:
    weeks = Weeks()
    weeks.pass_days(1)
    policy = weeks.vault.policies["daily-30"]
    schedule = policy.properties["schedulePolicy"] | {"scheduleRunTimes": ["2026-01-01T03:00:00Z"]}
    weeks.world.policies.put(weeks.vault, "daily-30", policy.properties | {"schedulePolicy": schedule}, Plea())
    weeks.pass_days(2)
    assert [shown(job.started) for job in weeks.vault.jobs.values()] == [
        "2026-01-12 19:30",
        "2026-01-14 03:00",
        "2026-01-15 03:00",
    ]


def test_nothing_is_backed_up_by_itself_unless_the_scenario_says_so() -> None:
    weeks = Weeks(scheduled=False)
    weeks.pass_days(30)
    assert not weeks.vault.jobs
