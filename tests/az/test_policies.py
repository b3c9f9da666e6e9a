# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies made by one program, and read by the other."""

from __future__ import annotations

import json
from typing import Any

from az_cli import GROUP, Call

VAULT = ("-g", GROUP, "-v", "shared-vault")
SHARES = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")

FIRST_SUNDAY = {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]}
HOURLY = {
    "frequency": "hourly",
    "interval_hours": 4,
    "window_start": "08:00",
    "window_hours": 12,
}


def lasting(count: int, unit: str) -> dict[str, Any]:
    return {"retentionTimes": None, "retentionDuration": {"count": count, "durationType": unit}}


def of_month(count: int, unit: str) -> dict[str, Any]:
    weekly = {"retentionScheduleWeekly": FIRST_SUNDAY, "retentionScheduleDaily": None}
    return {"retentionScheduleFormatType": "Weekly"} | weekly | lasting(count, unit)


def test_a_policy_of_the_cli_is_left_alone(az: Call, module: Call) -> None:
    policy = {
        "properties": {
            "backupManagementType": "AzureStorage",
            "workLoadType": "AzureFileShare",
            "timeZone": "UTC",
            "schedulePolicy": {
                "schedulePolicyType": "SimpleSchedulePolicy",
                "scheduleRunFrequency": "Hourly",
                "hourlySchedule": {
                    "interval": 4,
                    "scheduleWindowStartTime": "2026-09-29T08:00:00.000Z",
                    "scheduleWindowDuration": 12,
                },
            },
            "retentionPolicy": {
                "retentionPolicyType": "LongTermRetentionPolicy",
                "dailySchedule": lasting(5, "Days"),
                "weeklySchedule": {"daysOfTheWeek": ["Sunday"]} | lasting(12, "Weeks"),
                "monthlySchedule": of_month(60, "Months"),
                "yearlySchedule": {"monthsOfYear": ["January"]} | of_month(10, "Years"),
            },
        }
    }
    az("backup", "policy", "create", *VAULT, *SHARES, "-n", "hourly-of-az", "--policy", json.dumps(policy))

    first_sunday = {"weeks": ["first"], "weekdays": ["sunday"]}
    retention = {
        "days": 5,
        "weeks": {"count": 12, "weekdays": ["sunday"]},
        "months": {"count": 60} | first_sunday,
        "years": {"count": 10, "months": ["january"]} | first_sunday,
    }
    result = module(
        "afs_policy",
        vault_name="shared-vault",
        name="hourly-of-az",
        schedule=HOURLY,
        retention=retention,
        tier="snapshot",
    )

    assert result["changed"] is False
    assert result["api_calls"]["total"] == 1


def test_a_policy_of_the_module_is_put_back_by_the_cli(az: Call, module: Call) -> None:
    options: dict[str, Any] = {
        "vault_name": "shared-vault",
        "name": "vaulted-by-module",
        "schedule": {"frequency": "daily", "times": ["03:30"]},
        "time_zone": "W. Europe Standard Time",
        "retention": {"days": 90, "months": {"count": 24, "days": [1, 15], "last_day": True}},
        "tier": "vault",
        "snapshot_retention_days": 7,
    }
    made = module("afs_policy", **options)
    assert made["changed"] is True

    shown = az("backup", "policy", "show", *VAULT, "-n", "vaulted-by-module")
    assert shown["properties"]["timeZone"] == "W. Europe Standard Time"
    assert shown["properties"]["vaultRetentionPolicy"]["snapshotRetentionInDays"] == 7
    az("backup", "policy", "set", *VAULT, "-n", "vaulted-by-module", "--policy", json.dumps(shown), "--yes")

    again = module("afs_policy", **options)
    assert again["changed"] is False
    assert again["policy"] == made["policy"]


def test_both_list_the_same_policies(az: Call, module: Call) -> None:
    listed = module("afs_policy_info", vault_name="shared-vault")

    names = [policy["name"] for policy in listed["policies"]]
    assert sorted(names) == sorted(policy["name"] for policy in az("backup", "policy", "list", *VAULT, *SHARES))


def test_the_module_deletes_a_policy_of_the_cli(az: Call, module: Call) -> None:
    shown = az("backup", "policy", "show", *VAULT, "-n", "hourly-of-az")
    az("backup", "policy", "create", *VAULT, *SHARES, "-n", "short-lived", "--policy", json.dumps(shown))

    assert module("afs_policy", vault_name="shared-vault", name="short-lived", state="absent")["changed"] is True

    names = {policy["name"] for policy in az("backup", "policy", "list", *VAULT, *SHARES)}
    assert "short-lived" not in names
