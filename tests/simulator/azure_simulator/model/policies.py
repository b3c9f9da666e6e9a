# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies: those a scenario names, and the one every vault is born with."""

from typing import Any, cast

from .. import scenario
from ..clock import Ticks
from ..dotnet import timestamp
from ..errors import Refusal, invalid_input
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .vault import Operation, Policy, Vault

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


class Policies:
    """Policies of a vault as they are put and deleted."""

    def __init__(self, operations: Operations, *, writes: DailyBudget) -> None:
        self._operations = operations
        self.writes = writes

    def put(self, vault: Vault, name: str, properties: dict[str, Any]) -> tuple[Policy, Operation | None]:
        """Make or change a policy: at once, or by an operation when items use it."""
        checked = check(properties)
        policy = vault.policy(name)
        if policy and policy.management != FILE_SHARES:
            raise invalid_input(f"The policy '{policy.name}' is for {policy.management} and not for file shares.")
        if not self.writes.spend(vault.id):
            raise Refusal(
                400,
                "UserErrorPolicyWriteLimitReached",  # inferred
                f"The limit of {self.writes.limit} policy writes in 24 hours for a vault is reached.",
            )
        if policy is None:
            policy = Policy(name, FILE_SHARES, checked)
            vault.add_policy(policy)
            return policy, None
        if not vault.items_under(policy):
            policy.properties = checked
            return policy, None

        def finish(_operation: Operation) -> None:
            policy.properties = checked

        return policy, self._operations.begin(vault, "policy", Subject(vault.name), finish)

    def delete(self, vault: Vault, policy: Policy) -> None:
        users = vault.items_under(policy)
        if users:
            raise Refusal(
                400,
                "BMSUserErrorPolicyInUse",  # inferred: only that it must have no items is documented
                f"The policy '{policy.name}' cannot be deleted because {len(users)} backup items use it.",
            )
        del vault.policies[policy.name.lower()]


_SNAPSHOT_LIMITS = {"dailySchedule": 200, "weeklySchedule": 200, "monthlySchedule": 120, "yearlySchedule": 10}
_VAULT_LIMITS = {"dailySchedule": 9999, "weeklySchedule": 5163, "monthlySchedule": 1188, "yearlySchedule": 99}
_SNAPSHOT_DAYS_OF_VAULT_TIER = 30


def check(properties: dict[str, Any]) -> dict[str, Any]:
    """What the service keeps of a policy: nulls and its own count left out, limits kept (as documented)."""
    kept = cast(dict[str, Any], _without_nulls(properties))
    kept.pop("protectedItemsCount", None)
    kept.pop("resourceGuardOperationRequests", None)
    if kept.get("backupManagementType") != FILE_SHARES:
        raise invalid_input("The backupManagementType of a policy must be AzureStorage.")
    schedule = kept.get("schedulePolicy")
    if not isinstance(schedule, dict) or schedule.get("scheduleRunFrequency") not in (
        "Daily",
        "Hourly",
        "Weekly",
    ):
        raise invalid_input("The policy needs a schedulePolicy.")
    kept["schedulePolicy"] = {"scheduleWeeklyFrequency": 0, **schedule}
    tier = kept.get("vaultRetentionPolicy")
    if tier:
        kept.pop("retentionPolicy", None)
        if not 1 <= int(tier.get("snapshotRetentionInDays") or 0) <= _SNAPSHOT_DAYS_OF_VAULT_TIER:
            raise invalid_input("The snapshotRetentionInDays must be from 1 to 30.")
        _check_retention(tier.get("vaultRetention"), _VAULT_LIMITS)
    else:
        _check_retention(kept.get("retentionPolicy"), _SNAPSHOT_LIMITS)
    return {"workLoadType": "AzureFileShare", "timeZone": "UTC", **kept}


def _check_retention(retention: Any, limits: dict[str, int]) -> None:
    if not isinstance(retention, dict) or not any(retention.get(name) for name in limits):
        raise invalid_input("The policy needs a retentionPolicy.")
    for name, limit in limits.items():
        duration = (retention.get(name) or {}).get("retentionDuration") or {}
        if not 1 <= int(duration.get("count", 1)) <= limit:
            raise invalid_input(f"The retention of the {name} must be from 1 to {limit}.")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    return value
