# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies: those a scenario names, and the one every vault is born with."""

from typing import Any

from .. import scenario
from ..clock import Ticks
from ..dotnet import timestamp
from .vault import Policy

FILE_SHARES = "AzureStorage"
VIRTUAL_MACHINES = "AzureIaasVM"


def from_scenario(wanted: scenario.Policy, now: Ticks) -> Policy:
    at = f"{timestamp(now)[:10]}T{wanted.time}:00+00:00"
    properties: dict[str, Any] = {
        "backupManagementType": FILE_SHARES,
        "workLoadType": "AzureFileShare",
        "schedulePolicy": _schedule(wanted, at),
    }
    if wanted.vault_days is None:
        properties["retentionPolicy"] = _retention(at, wanted.days)
    else:
        properties["vaultRetentionPolicy"] = {
            "vaultRetention": _retention(at, wanted.vault_days),
            "snapshotRetentionInDays": wanted.days,
        }
    properties["timeZone"] = "UTC"
    return Policy(wanted.name, FILE_SHARES, properties)


def _schedule(wanted: scenario.Policy, at: str) -> dict[str, Any]:
    schedule: dict[str, Any] = {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": wanted.schedule,
    }
    if wanted.schedule == "Hourly":
        schedule["hourlySchedule"] = {
            "interval": 4,
            "scheduleWindowStartTime": at,
            "scheduleWindowDuration": 12,
        }
    else:
        schedule["scheduleRunTimes"] = [at]
    return schedule | {"scheduleWeeklyFrequency": 0}


def _retention(at: str, days: int) -> dict[str, Any]:
    return {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "dailySchedule": {
            "retentionTimes": [at],
            "retentionDuration": {"count": days, "durationType": "Days"},
        },
    }


def default_policy(now: Ticks) -> Policy:
    """A policy for virtual machines. It serves as a template; giving it to a share is a mistake."""
    at = f"{timestamp(now)[:10]}T17:30:00Z"
    return Policy(
        "DefaultPolicy",
        VIRTUAL_MACHINES,
        {
            "backupManagementType": VIRTUAL_MACHINES,
            "instantRPDetails": {},
            "schedulePolicy": {
                "schedulePolicyType": "SimpleSchedulePolicy",
                "scheduleRunFrequency": "Daily",
                "scheduleRunTimes": [at],
                "scheduleWeeklyFrequency": 0,
            },
            "retentionPolicy": _retention(at, 30),
            "instantRpRetentionRangeInDays": 2,
            "timeZone": "UTC",
        },
    )
