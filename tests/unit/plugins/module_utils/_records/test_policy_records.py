# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies as different programs write them: what means the same is equal, and nothing is too odd to be read."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import (
    Policy,
    Retention,
    Rule,
    Schedule,
    Terms,
)
from azure.mgmt.recoveryservicesbackup import models
from hypothesis import given, settings
from hypothesis import strategies as some

DAILY_21 = Schedule("daily", ("21:00",))
FOUR_HOURLY = Schedule("hourly", interval_hours=4, window_start="08:00", window_hours=12)
LONG = Retention(
    days=5,
    weeks=Rule(12, weekdays=("sunday",)),
    months=Rule(60, weeks=("first",), weekdays=("sunday",)),
    years=Rule(10, ("january",), weeks=("first",), weekdays=("sunday",)),
)
BY_DAYS = Retention(
    days=30,
    months=Rule(12, days=(1, 15), last_day=True),
    years=Rule(7, ("january", "december"), last_day=True),
)


def lasting(count: int, unit: str, times: list[str] | None = None) -> dict[str, Any]:
    return {"retentionTimes": times, "retentionDuration": {"count": count, "durationType": unit}}


def daily(time: str = "2026-09-10T21:00:00+00:00", days: int = 30, **more: Any) -> dict[str, Any]:
    """The properties of a daily policy."""
    return {
        "backupManagementType": "AzureStorage",
        "workLoadType": "AzureFileShare",
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Daily",
            "scheduleRunTimes": [time],
            "scheduleWeeklyFrequency": 0,
        },
        "retentionPolicy": {
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": lasting(days, "Days", [time]),
        },
        "timeZone": "UTC",
        "protectedItemsCount": 0,
    } | more


def hourly(kind: str = "SimpleSchedulePolicy", start: str = "2021-09-29T08:00:00.000Z") -> dict[str, Any]:
    return {
        "schedulePolicyType": kind,
        "scheduleRunFrequency": "Hourly",
        "scheduleRunTimes": None,
        "hourlySchedule": {"interval": 4, "scheduleWindowStartTime": start, "scheduleWindowDuration": 12},
    }


# Spellings of one thing


@pytest.mark.parametrize(
    "time",
    [
        "2026-09-10T21:00:00+00:00",
        "2026-09-10T21:00:00Z",
        "2019-11-27T21:00:00.000Z",
        "2018-07-30T21:00:00.0000000Z",
        "0001-01-01T21:00:00",
        "1900-01-01T23:00:00+02:00",
        "2026-09-10t21:00Z",
    ],
)
def test_a_time_of_day_is_the_same_however_it_is_written(time: str) -> None:
    assert Terms.from_api(daily(time)) == Terms(DAILY_21, "UTC", Retention(30))


@pytest.mark.parametrize(
    "change",
    [
        {"protectedItemsCount": 17},
        {"protectedItemsCount": None},
        {"resourceGuardOperationRequests": ["/some/guard"]},
        {"aKeyOfNextYear": {"deep": [1, 2]}},
        {"workLoadType": None},
        {"timeZone": None},
        {"vaultRetentionPolicy": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_the_service_adds_changes_no_meaning(change: dict[str, Any]) -> None:
    assert Terms.from_api(daily() | change) == Terms.from_api(daily())


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (hourly(), FOUR_HOURLY),
        (hourly("SimpleSchedulePolicyV2"), FOUR_HOURLY),
        (hourly(start="1900-01-01T08:00:00Z"), FOUR_HOURLY),
        (
            {
                "schedulePolicyType": "SimpleSchedulePolicyV2",
                "scheduleRunFrequency": "Daily",
                "dailySchedule": {"scheduleRunTimes": ["2026-01-01T21:00:00Z"]},
            },
            DAILY_21,
        ),
        (
            {"scheduleRunFrequency": "daily", "scheduleRunTimes": ["2026-01-01T21:00:00Z"], "hourlySchedule": None},
            DAILY_21,
        ),
        (
            {"scheduleRunFrequency": "Daily", "scheduleRunTimes": ["2026-01-01T21:00:00Z", "2026-01-01T09:30:00Z"]},
            Schedule("daily", ("09:30", "21:00")),
        ),
    ],
)
def test_a_schedule_is_read_from_each_form(schedule: dict[str, Any], expected: Schedule) -> None:
    assert Schedule.from_api(schedule) == expected


def test_the_order_of_lists_means_nothing() -> None:
    rule = {
        "retentionScheduleFormatType": "Weekly",
        "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday", "monday"], "weeksOfTheMonth": ["Last", "First"]},
        "monthsOfYear": ["December", "January"],
    } | lasting(3, "Years")

    assert Rule.of_month_from_api(rule, "Years") == Rule(
        3, ("january", "december"), weeks=("first", "last"), weekdays=("monday", "sunday")
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Daily", Rule(6, days=(1, 28), last_day=True)),
        ("Weekly", Rule(6, weeks=("first",), weekdays=("sunday",))),
    ],
)
def test_only_the_form_that_is_named_counts(form: str, expected: Rule) -> None:
    """Some programs send both forms, and the service keeps what it is sent."""
    rule = {
        "retentionScheduleFormatType": form,
        "retentionScheduleDaily": {
            "daysOfTheMonth": [
                {"date": 28, "isLast": False},
                {"date": 0, "isLast": True},
                {"date": 1},
            ]
        },
        "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
    } | lasting(6, "Months")

    assert Rule.of_month_from_api(rule, "Months") == expected


def test_the_vault_tier_is_known_by_its_retention() -> None:
    properties = daily()
    vault = {"vaultRetention": properties.pop("retentionPolicy"), "snapshotRetentionInDays": 5}

    assert Terms.from_api(properties | {"vaultRetentionPolicy": vault}) == Terms(
        DAILY_21, "UTC", Retention(30), "vault", 5
    )


# To the service, and back


@pytest.mark.parametrize("schedule", [DAILY_21, FOUR_HOURLY])
@pytest.mark.parametrize("retention", [Retention(30), LONG, BY_DAYS])
@pytest.mark.parametrize(("tier", "snapshots"), [("snapshot", None), ("vault", 7)])
def test_what_is_put_is_what_is_read(
    schedule: Schedule, retention: Retention, tier: str, snapshots: int | None
) -> None:
    terms = Terms(schedule, "W. Europe Standard Time", retention, tier, snapshots)

    assert Terms.from_api(terms.to_api()) == terms


def test_a_daily_policy_is_put_in_the_services_words() -> None:
    time = "2020-01-01T21:00:00Z"
    assert Terms(DAILY_21, "UTC", BY_DAYS).to_api() == {
        "backupManagementType": "AzureStorage",
        "workLoadType": "AzureFileShare",
        "timeZone": "UTC",
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Daily",
            "scheduleRunTimes": [time],
        },
        "retentionPolicy": {
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": lasting(30, "Days", [time]),
            "monthlySchedule": {
                "retentionScheduleFormatType": "Daily",
                "retentionScheduleDaily": {
                    "daysOfTheMonth": [
                        {"date": 1, "isLast": False},
                        {"date": 15, "isLast": False},
                        {"date": 0, "isLast": True},
                    ]
                },
            }
            | lasting(12, "Months", [time]),
            "yearlySchedule": {
                "monthsOfYear": ["January", "December"],
                "retentionScheduleFormatType": "Daily",
                "retentionScheduleDaily": {"daysOfTheMonth": [{"date": 0, "isLast": True}]},
            }
            | lasting(7, "Years", [time]),
        },
    }


def test_an_hourly_policy_of_the_vault_tier_is_put_in_the_services_words() -> None:
    def kept(count: int, unit: str) -> dict[str, Any]:
        return {"retentionDuration": {"count": count, "durationType": unit}}

    first_sunday = {
        "retentionScheduleFormatType": "Weekly",
        "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
    }
    assert Terms(FOUR_HOURLY, "UTC", LONG, "vault", 3).to_api() == {
        "backupManagementType": "AzureStorage",
        "workLoadType": "AzureFileShare",
        "timeZone": "UTC",
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Hourly",
            "hourlySchedule": {
                "interval": 4,
                "scheduleWindowStartTime": "2020-01-01T08:00:00Z",
                "scheduleWindowDuration": 12,
            },
        },
        "vaultRetentionPolicy": {
            "snapshotRetentionInDays": 3,
            "vaultRetention": {
                "retentionPolicyType": "LongTermRetentionPolicy",
                "dailySchedule": kept(5, "Days"),
                "weeklySchedule": {"daysOfTheWeek": ["Sunday"]} | kept(12, "Weeks"),
                "monthlySchedule": first_sunday | kept(60, "Months"),
                "yearlySchedule": {"monthsOfYear": ["January"]} | first_sunday | kept(10, "Years"),
            },
        },
    }


@pytest.mark.parametrize("terms", [Terms(None, "UTC", Retention(30)), Terms(DAILY_21, "UTC", None)])
def test_terms_that_are_not_understood_are_never_put(terms: Terms) -> None:
    with pytest.raises(ValueError, match="cannot be put"):
        terms.to_api()


# Microsoft's SDK as the judge


def made_by_the_sdk() -> models.AzureFileShareProtectionPolicy:
    """The same as BY_DAYS and LONG say, in the SDK's words."""
    time = [datetime(2026, 11, 22, 21, 0, tzinfo=timezone.utc)]
    first_sunday = models.WeeklyRetentionFormat(days_of_the_week=["Sunday"], weeks_of_the_month=["First"])
    last_days = models.DailyRetentionFormat(
        days_of_the_month=[models.Day(date=15), models.Day(date=1, is_last=False), models.Day(date=0, is_last=True)]
    )
    return models.AzureFileShareProtectionPolicy(
        work_load_type="AzureFileShare",
        time_zone="UTC",
        schedule_policy=models.SimpleSchedulePolicy(schedule_run_frequency="Daily", schedule_run_times=time),
        retention_policy=models.LongTermRetentionPolicy(
            daily_schedule=models.DailyRetentionSchedule(
                retention_times=time, retention_duration=models.RetentionDuration(count=5, duration_type="Days")
            ),
            weekly_schedule=models.WeeklyRetentionSchedule(
                days_of_the_week=["Sunday"],
                retention_times=time,
                retention_duration=models.RetentionDuration(count=12, duration_type="Weeks"),
            ),
            monthly_schedule=models.MonthlyRetentionSchedule(
                retention_schedule_format_type="Daily",
                retention_schedule_daily=last_days,
                retention_times=time,
                retention_duration=models.RetentionDuration(count=12, duration_type="Months"),
            ),
            yearly_schedule=models.YearlyRetentionSchedule(
                retention_schedule_format_type="Weekly",
                months_of_year=["January"],
                retention_schedule_weekly=first_sunday,
                retention_times=time,
                retention_duration=models.RetentionDuration(count=10, duration_type="Years"),
            ),
        ),
    )


MIXED = Retention(days=5, weeks=LONG.weeks, months=BY_DAYS.months, years=LONG.years)


def test_a_policy_of_microsofts_sdk_is_read() -> None:
    assert Terms.from_api(made_by_the_sdk().as_dict()) == Terms(DAILY_21, "UTC", MIXED)


def read_by_the_sdk(terms: Terms) -> Any:
    return models.ProtectionPolicyResource({"properties": terms.to_api()}).properties


def test_microsofts_sdk_reads_what_is_put() -> None:
    policy = read_by_the_sdk(Terms(FOUR_HOURLY, "UTC", MIXED, "vault", 3))

    assert isinstance(policy, models.AzureFileShareProtectionPolicy)
    assert policy.work_load_type == models.WorkloadType.AZURE_FILE_SHARE
    schedule = read_by_the_sdk(Terms(FOUR_HOURLY, "UTC", MIXED)).schedule_policy
    assert isinstance(schedule, models.SimpleSchedulePolicy)
    assert schedule.schedule_run_frequency == models.ScheduleRunType.HOURLY


def test_microsofts_sdk_reads_each_rule() -> None:
    vault = read_by_the_sdk(Terms(FOUR_HOURLY, "UTC", MIXED, "vault", 3)).vault_retention_policy

    kept = vault.vault_retention
    days = kept.monthly_schedule.retention_schedule_daily.days_of_the_month
    assert vault.snapshot_retention_in_days == 3
    assert kept.daily_schedule.retention_duration.duration_type == models.RetentionDurationType.DAYS
    assert kept.weekly_schedule.days_of_the_week == [models.DayOfWeek.SUNDAY]
    assert [(day.date, day.is_last) for day in days] == [(1, False), (15, False), (0, True)]
    assert kept.yearly_schedule.months_of_year == [models.MonthOfYear.JANUARY]
    assert kept.yearly_schedule.retention_schedule_weekly.weeks_of_the_month == [models.WeekOfMonth.FIRST]


def test_microsofts_sdk_reads_the_times() -> None:
    hourly = read_by_the_sdk(Terms(FOUR_HOURLY, "UTC", LONG)).schedule_policy.hourly_schedule
    daily = read_by_the_sdk(Terms(DAILY_21, "UTC", LONG))

    assert hourly.schedule_window_start_time.hour == 8
    assert [time.hour for time in daily.schedule_policy.schedule_run_times] == [21]
    assert [time.hour for time in daily.retention_policy.yearly_schedule.retention_times] == [21]


# Oddities


@pytest.mark.parametrize(
    "schedule",
    [
        None,
        "Daily",
        {},
        {"schedulePolicyType": "LogSchedulePolicy", "scheduleFrequencyInMins": 60},
        {"schedulePolicyType": "LongTermSchedulePolicy"},
        {"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Sunday"], "scheduleRunTimes": ["2026-01-01T21:00:00Z"]},
        {"scheduleRunFrequency": "Daily"},
        {"scheduleRunFrequency": "Daily", "scheduleRunTimes": ["21:00"]},
        {"scheduleRunFrequency": "Daily", "scheduleRunTimes": "2026-01-01T21:00:00Z"},
        {"scheduleRunFrequency": "Hourly", "hourlySchedule": {"interval": 4}},
        hourly(start="08:00"),
    ],
)
def test_a_schedule_of_another_kind_is_none(schedule: Any) -> None:
    assert Schedule.from_api(schedule) is None


@pytest.mark.parametrize(
    "retention",
    [
        None,
        {},
        {"retentionPolicyType": "SimpleRetentionPolicy", "retentionDuration": {"count": 30, "durationType": "Days"}},
        {"dailySchedule": {"retentionTimes": []}},
        {"dailySchedule": lasting(30, "Fortnights")},
        {"dailySchedule": lasting(30, "Days"), "weeklySchedule": lasting(4, "Weeks")},
        {"dailySchedule": lasting(30, "Days"), "weeklySchedule": {"daysOfTheWeek": ["Caturday"]} | lasting(4, "Weeks")},
        {"dailySchedule": lasting(30, "Days"), "monthlySchedule": lasting(4, "Months")},
        {"dailySchedule": ["30"]},
    ],
)
def test_a_retention_of_another_kind_is_none(retention: Any) -> None:
    """The whole of it: what is left of it would be another retention."""
    assert Retention.from_api(retention) is None


def test_a_retention_without_days_is_read() -> None:
    weekly = {"dailySchedule": None, "weeklySchedule": {"daysOfTheWeek": ["Friday"]} | lasting(4, "Weeks")}

    found = Retention.from_api(weekly)

    assert found == Retention(None, weeks=Rule(4, weekdays=("friday",)))
    assert found is not None
    assert found.to_api([]) == {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "weeklySchedule": {
            "daysOfTheWeek": ["Friday"],
            "retentionDuration": {"count": 4, "durationType": "Weeks"},
        },
    }


def test_numbers_may_be_strings() -> None:
    schedule = hourly()
    schedule["hourlySchedule"] |= {"interval": "4", "scheduleWindowDuration": "12"}

    assert Schedule.from_api(schedule) == FOUR_HOURLY


def keys_in(value: Any) -> set[str]:
    """The keys at all depths."""
    if isinstance(value, list):
        return {key for each in value for key in keys_in(each)}
    return set(value).union(*map(keys_in, value.values())) if isinstance(value, dict) else set()


_KEYS = sorted(
    keys_in([daily(), Terms(FOUR_HOURLY, "UTC", LONG, "vault", 3).to_api(), Terms(DAILY_21, "UTC", BY_DAYS).to_api()])
)
_VALUES = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text(max_size=5)
    | some.sampled_from(["Daily", "Hourly", "Weekly", "Days", "Weeks", "Months", "Years", "Sunday", "First", "January"])
    | some.sampled_from(["2026-09-10T21:00:00Z", "2026-02-30T21:00:00Z", "0001-01-01T00:00:00", "AzureStorage"])
)
_JSON = some.recursive(
    _VALUES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(_KEYS), inner, max_size=6),
)


@settings(deadline=None)
@given(
    some.dictionaries(some.sampled_from(_KEYS), _JSON), some.sampled_from(["dailySchedule", "monthlySchedule"]), _JSON
)
def test_no_shape_is_too_odd_to_be_read(properties: dict[str, Any], rule: str, odd: Any) -> None:
    for found in (properties, daily() | properties, daily(retentionPolicy={rule: odd}), daily(schedulePolicy=odd)):
        result = Policy.from_api({"id": "/some/id", "name": "odd", "properties": found}).to_result()

        assert set(result) == {
            "id",
            "name",
            "protected_items_count",
            "schedule",
            "time_zone",
            "retention",
            "tier",
            "snapshot_retention_days",
        }


@pytest.mark.parametrize("properties", [None, [], "odd"])
def test_a_policy_without_properties_is_read(properties: Any) -> None:
    policy = Policy.from_api({"name": "odd", "properties": properties})

    assert not policy.for_shares
    assert policy.to_result()["retention"] is None


# Whose policy it is


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"workLoadType": None}, True),
        ({"backupManagementType": "azurestorage", "workLoadType": "azurefileshare"}, True),
        ({"backupManagementType": "AzureIaasVM", "workLoadType": None}, False),
        ({"backupManagementType": "AzureWorkload", "workLoadType": "SQLDataBase"}, False),
        ({"workLoadType": "AzureBlob"}, False),
        ({"backupManagementType": None}, False),
    ],
)
def test_policies_for_shares_are_told_from_others(change: dict[str, Any], expected: bool) -> None:
    assert Policy.from_api({"name": "some", "properties": daily() | change}).for_shares is expected


# In the words of the options


def test_a_policy_is_returned_in_the_words_of_the_options() -> None:
    properties = Terms(FOUR_HOURLY, "UTC", LONG).to_api() | {"protectedItemsCount": 3}

    assert Policy.from_api({"id": "/some/id", "name": "records", "properties": properties}).to_result() == {
        "id": "/some/id",
        "name": "records",
        "protected_items_count": 3,
        "schedule": {
            "frequency": "hourly",
            "times": [],
            "interval_hours": 4,
            "window_start": "08:00",
            "window_hours": 12,
        },
        "time_zone": "UTC",
        "retention": {
            "days": 5,
            "weeks": {"count": 12, "weekdays": ["sunday"]},
            "months": {"count": 60, "days": [], "last_day": False, "weeks": ["first"], "weekdays": ["sunday"]},
            "years": {
                "count": 10,
                "months": ["january"],
                "days": [],
                "last_day": False,
                "weeks": ["first"],
                "weekdays": ["sunday"],
            },
        },
        "tier": "snapshot",
        "snapshot_retention_days": None,
    }


@pytest.mark.parametrize(
    ("interval", "window", "expected"),
    [(4, 24, 6), (4, 12, 4), (4, 10, 3), (4, 4, 2), (6, 4, 1), (6, 24, 4), (8, 24, 3), (12, 24, 2), (12, 12, 2)],
)
def test_backups_of_a_day_are_counted(interval: int, window: int, expected: int) -> None:
    schedule = Schedule("hourly", interval_hours=interval, window_start="08:00", window_hours=window)

    assert schedule.backups_a_day == expected


def test_a_daily_schedule_takes_one_backup_a_day() -> None:
    assert DAILY_21.backups_a_day == 1
