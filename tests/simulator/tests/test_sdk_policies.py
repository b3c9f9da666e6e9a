# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK keeps policies."""

import datetime as dt
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.recoveryservicesbackup.models import (
    AzureFileShareProtectionPolicy,
    DailyRetentionSchedule,
    HourlySchedule,
    LongTermRetentionPolicy,
    ProtectionPolicyResource,
    RetentionDuration,
    SimpleSchedulePolicy,
    VaultRetentionPolicy,
)
from simulation import FILE_SHARES, IN_VAULT, Headers, Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(policy=60)}
vaults:
  - {{name: backup-vault, resource_group: backup-rg, policies: [daily-30, hourly-7]}}
storage_accounts:
  - {{name: contosofiles, resource_group: Files-RG, shares: [{{name: hiring, protected_by: daily-30}}]}}
"""
AT = dt.datetime(2026, 9, 10, 21, 0, tzinfo=dt.UTC)


def retention(days: int) -> LongTermRetentionPolicy:
    duration = RetentionDuration(count=days, duration_type="Days")
    return LongTermRetentionPolicy(
        daily_schedule=DailyRetentionSchedule(retention_times=[AT], retention_duration=duration)
    )


def daily(days: int, **more: Any) -> AzureFileShareProtectionPolicy:
    schedule = SimpleSchedulePolicy(schedule_run_frequency="Daily", schedule_run_times=[AT])
    more = more or {"retention_policy": retention(days)}
    return AzureFileShareProtectionPolicy(
        work_load_type="AzureFileShare", schedule_policy=schedule, time_zone="UTC", **more
    )


def put(simulator: Simulation, name: str, properties: Any, **keywords: Any) -> Any:
    return simulator.backup.protection_policies.create_or_update(
        **IN_VAULT,
        policy_name=name,
        parameters=ProtectionPolicyResource(properties=properties),
        **keywords,
    )


def get(simulator: Simulation, name: str) -> Any:
    return simulator.backup.protection_policies.get(**IN_VAULT, policy_name=name).properties


def names(simulator: Simulation, query: str | None = None) -> list[str]:
    return [str(row.name) for row in simulator.backup.backup_policies.list(**IN_VAULT, filter=query)]


def test_the_default_policy_is_one_for_virtual_machines(simulator: Simulation) -> None:
    assert names(simulator) == ["DefaultPolicy", "daily-30", "hourly-7"]
    assert names(simulator, FILE_SHARES) == ["daily-30", "hourly-7"]
    assert get(simulator, "DefaultPolicy").backup_management_type == "AzureIaasVM"


def test_a_scenarios_policies_are_complete(simulator: Simulation) -> None:
    policy = get(simulator, "hourly-7")
    assert policy.schedule_policy.hourly_schedule.interval == 4
    assert policy.retention_policy.daily_schedule.retention_duration.count == 7


def test_a_new_policy_is_answered_at_once(simulator: Simulation) -> None:
    headers = Headers()
    policy = put(simulator, "mine", daily(20), raw_response_hook=headers)
    assert headers.status == 200
    assert policy.properties.protected_items_count == 0
    assert policy.properties.retention_policy.daily_schedule.retention_duration.count == 20
    assert policy.properties.schedule_policy.schedule_run_times == [AT]


def test_an_unused_policy_changes_at_once(simulator: Simulation) -> None:
    put(simulator, "mine", daily(25))
    assert get(simulator, "mine").retention_policy.daily_schedule.retention_duration.count == 25


def test_a_policy_in_use_changes_by_an_operation(simulator: Simulation) -> None:
    headers = Headers()
    assert put(simulator, "daily-30", daily(10), raw_response_hook=headers) is None
    assert headers.status == 202
    statuses = simulator.backup.protection_policy_operation_statuses
    arguments: dict[str, Any] = {
        **IN_VAULT,
        "policy_name": "daily-30",
        "operation_id": headers.operation_id,
    }
    assert get(simulator, "daily-30").retention_policy.daily_schedule.retention_duration.count == 30
    simulator.until(lambda: statuses.get(**arguments), lambda status: status.status == "Succeeded")
    result: Any = simulator.backup.protection_policy_operation_results.get(**arguments).properties
    assert result.retention_policy.daily_schedule.retention_duration.count == 10
    assert result.protected_items_count == 1


def test_a_vault_tier_replaces_the_retention(simulator: Simulation) -> None:
    tier = VaultRetentionPolicy(vault_retention=retention(90), snapshot_retention_in_days=5)
    policy = put(simulator, "tiered", daily(0, vault_retention_policy=tier)).properties
    assert policy.retention_policy is None
    assert policy.vault_retention_policy.snapshot_retention_in_days == 5


def test_an_hourly_policy(simulator: Simulation) -> None:
    hours = HourlySchedule(interval=6, schedule_window_start_time=AT, schedule_window_duration=12)
    schedule = SimpleSchedulePolicy(schedule_run_frequency="Hourly", hourly_schedule=hours)
    policy = AzureFileShareProtectionPolicy(
        work_load_type="AzureFileShare", schedule_policy=schedule, retention_policy=retention(3)
    )
    answer = put(simulator, "hours", policy).properties
    assert answer.schedule_policy.hourly_schedule.interval == 6
    assert answer.time_zone is None


@pytest.mark.parametrize(
    ("window", "hours", "kept_at"),
    [("2025-01-11T08:00:00Z", 12, "20:00:00Z"), ("2021-12-22T06:00:00Z", 14, "18:00:00Z")],
)
def test_a_day_of_an_hourly_policy_is_kept_by_its_last_backup(
    simulator: Simulation, window: str, hours: int, kept_at: str
) -> None:
    schedule = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Hourly",
        "hourlySchedule": {
            "interval": 4,
            "scheduleWindowStartTime": window,
            "scheduleWindowDuration": hours,
        },
    }
    days = {"retentionDuration": {"count": 5, "durationType": "Days"}}
    properties = {
        "backupManagementType": "AzureStorage",
        "schedulePolicy": schedule,
        "retentionPolicy": {"retentionPolicyType": "LongTermRetentionPolicy", "dailySchedule": days},
        "timeZone": "Russian Standard Time",
    }
    answer = simulator.call("PUT", "/backupPolicies/windows", json={"properties": properties})
    kept = answer.json()["properties"]["retentionPolicy"]["dailySchedule"]
    assert kept == {**days, "retentionTimes": [f"{window[:11]}{kept_at}"]}
    wrong = simulator.call("PUT", "/backupPolicies/zone", json={"properties": {**properties, "timeZone": "Mars"}})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "UserErrorInvalidRequestParameter")


@pytest.mark.parametrize("days", [0, 201])
def test_a_retention_beyond_the_limits_is_refused(simulator: Simulation, days: int) -> None:
    with pytest.raises(HttpResponseError, match="retention duration provided"):
        put(simulator, "long", daily(days))


def test_the_default_policy_does_not_become_one_for_file_shares(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError, match="AzureIaasVM"):
        put(simulator, "DefaultPolicy", daily(5))


def test_an_unused_policy_is_deleted(simulator: Simulation) -> None:
    simulator.result(simulator.backup.protection_policies.begin_delete(**IN_VAULT, policy_name="mine"))
    assert "mine" not in names(simulator)
    with pytest.raises(ResourceNotFoundError):
        get(simulator, "mine")


def test_a_policy_in_use_is_not_deleted(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        simulator.backup.protection_policies.begin_delete(**IN_VAULT, policy_name="daily-30").result()
    assert refusal.value.error and refusal.value.error.code == "BMSUserErrorPolicyObjectInUse"
    assert "daily-30" in names(simulator)


def test_policy_writes_are_limited(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError, match="limit of 50 policy writes"):
        for _unused in range(51):
            put(simulator, "mine", daily(20))
