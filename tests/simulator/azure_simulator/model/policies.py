# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies: those a scenario names, and the one every vault is born with."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from .. import scenario
from ..clock import Ticks
from ..dotnet import timestamp
from ..errors import Refusal, immutable, invalid_input
from ..faults import Subject
from ..limits import DailyBudget
from .guard import UPDATE_POLICY, Plea
from .operations import Operations
from .schedule import HOURS, runs_a_day, wall_clock
from .time_zones import TIME_ZONES
from .vault import Operation, Policy, Vault

FILE_SHARES = "AzureStorage"
VIRTUAL_MACHINES = "AzureIaasVM"


def from_scenario(wanted: scenario.Policy, now: Ticks) -> Policy:
    at = f"{timestamp(now)[:10]}T{wanted.time}:00+00:00"
    # Of an hourly policy the service says it itself.
    kept_at = None if wanted.schedule == "Hourly" else at
    properties: dict[str, Any] = {
        "backupManagementType": FILE_SHARES,
        "workLoadType": "AzureFileShare",
        "schedulePolicy": _schedule(wanted, at),
    }
    if wanted.vault_days is None:
        properties["retentionPolicy"] = _retention(kept_at, wanted.days)
    else:
        properties["vaultRetentionPolicy"] = {
            "vaultRetention": _retention(kept_at, wanted.vault_days),
            "snapshotRetentionInDays": wanted.days,
        }
    properties["timeZone"] = "UTC"
    return Policy(wanted.name, FILE_SHARES, check(properties))


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


def _retention(at: str | None, days: int) -> dict[str, Any]:
    times = {} if at is None else {"retentionTimes": [at]}
    duration = {"count": days, "durationType": "Days"}
    return {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "dailySchedule": {**times, "retentionDuration": duration},
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

    def __init__(
        self, operations: Operations, *, writes: DailyBudget, changed: Callable[[Vault, Policy], None]
    ) -> None:
        self._operations = operations
        self._changed = changed
        self.writes = writes

    def put(self, vault: Vault, name: str, properties: dict[str, Any], plea: Plea) -> tuple[Policy, Operation | None]:
        """Make or change a policy: at once, or by an operation when items use it."""
        checked = check(properties)
        policy = vault.policy(name)
        if policy and policy.management != FILE_SHARES:
            raise invalid_input(f"The policy '{policy.name}' is for {policy.management} and not for file shares.")
        if policy and vault.immutability and keeps_shorter(checked, policy.properties):
            raise immutable()
        if policy and vault.guard and keeps_less(checked, policy.properties):
            vault.guard.demand(UPDATE_POLICY, plea)
        if not self.writes.spend(vault.id):
            raise Refusal(
                400,
                "UserErrorPolicyWriteLimitReached",  # inferred
                f"The limit of {self.writes.limit} policy writes in 24 hours for a vault is reached.",
            )
        if policy is None:
            policy = Policy(name, FILE_SHARES, checked)
            vault.add_policy(policy)
            self._changed(vault, policy)
            return policy, None
        if not vault.items_under(policy):
            policy.properties = checked
            self._changed(vault, policy)
            return policy, None

        def finish(_operation: Operation) -> None:
            policy.properties = checked
            self._changed(vault, policy)

        return policy, self._operations.begin(vault, "policy", Subject(vault.name), finish)

    def delete(self, vault: Vault, policy: Policy) -> None:
        users = vault.items_under(policy)
        if users:
            raise Refusal(
                400,
                "BMSUserErrorPolicyObjectInUse",  # reported; the status and the words, a sibling's, are inferred
                "Cannot delete the backup policy as one or more backup items have been configured for protection with "
                "this policy.",
            )
        del vault.policies[policy.name.lower()]


_SNAPSHOT_LIMITS = {"dailySchedule": 200, "weeklySchedule": 200, "monthlySchedule": 120, "yearlySchedule": 10}
_VAULT_LIMITS = {"dailySchedule": 9999, "weeklySchedule": 5163, "monthlySchedule": 1188, "yearlySchedule": 99}
_SNAPSHOT_DAYS_OF_VAULT_TIER = 30
_INTERVALS = (1, 2, 3, 4, 6, 8, 12)
"""Documented are 4, 6, 8 and 12; policies with an hour between their backups are recorded in Microsoft's own vaults."""


def check(properties: dict[str, Any]) -> dict[str, Any]:
    """What the service keeps of a policy: nulls and its own count left out, limits kept (as documented)."""
    kept = cast(dict[str, Any], _without_nulls(properties))
    kept.pop("protectedItemsCount", None)
    kept.pop("resourceGuardOperationRequests", None)
    schedule = kept.get("schedulePolicy")
    if kept.get("backupManagementType") != FILE_SHARES or not isinstance(schedule, dict):
        raise _malformed()
    if schedule.get("scheduleRunFrequency") not in ("Daily", "Hourly", "Weekly"):
        raise _malformed()
    if kept.get("timeZone", "UTC") not in TIME_ZONES:
        raise _no_param()
    if "hourlySchedule" not in schedule:
        _check_times(schedule.get("scheduleRunTimes"))
    kept["schedulePolicy"] = {"scheduleWeeklyFrequency": 0, **schedule}
    tier = kept.get("vaultRetentionPolicy")
    if tier:
        kept.pop("retentionPolicy", None)
        if not 1 <= int(tier.get("snapshotRetentionInDays") or 0) <= _SNAPSHOT_DAYS_OF_VAULT_TIER:
            raise _out_of_range()
    retention = _checked_retention(
        tier.get("vaultRetention") if tier else kept.get("retentionPolicy"),
        _VAULT_LIMITS if tier else _SNAPSHOT_LIMITS,
    )
    if "hourlySchedule" in schedule:
        _fill_in(schedule["hourlySchedule"], retention)
    return {"workLoadType": "AzureFileShare", **kept}


def _check_times(times: Any) -> None:
    try:
        readable = bool([wall_clock(time) for time in times])
    except (TypeError, ValueError):
        readable = False
    if not readable:
        raise _malformed()


def _checked_retention(retention: Any, limits: dict[str, int]) -> dict[str, Any]:
    if not isinstance(retention, dict) or not any(retention.get(name) for name in limits):
        raise _malformed()
    for name, limit in limits.items():
        duration = (retention.get(name) or {}).get("retentionDuration") or {}
        if not 1 <= int(duration.get("count", 1)) <= limit:
            raise _out_of_range()
    return retention


def _fill_in(hourly: dict[str, Any], retention: dict[str, Any]) -> None:
    """Backups are kept by the day's last one: where no time is given, it is the one (recorded in 2025).

    The times are those of a clock on the wall, with a zone that says nothing.
    """
    start, interval = str(hourly.get("scheduleWindowStartTime", "")), hourly.get("interval")
    duration = hourly.get("scheduleWindowDuration")
    if not (isinstance(interval, int) and isinstance(duration, int) and interval in _INTERVALS):
        raise _malformed()
    if not interval <= duration <= HOURS:
        raise _malformed()
    try:
        first = wall_clock(start)
    except ValueError:
        raise _malformed() from None
    last = first + dt.timedelta(hours=duration // interval * interval)
    for name in _VAULT_LIMITS:
        if name in retention:
            zone = start[19:] if len(start) > 19 else "Z"
            retention[name].setdefault("retentionTimes", [f"{last:%Y-%m-%dT%H:%M:%S}{zone}"])


def keeps_less(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether a policy keeps less than another, or backs up more rarely: what a resource guard has to consent to."""
    return runs_a_day(new) < runs_a_day(old) or keeps_shorter(new, old)


def keeps_shorter(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether a policy keeps less than another: what an immutable vault refuses (as documented)."""
    return any(count > _kept(new).get(name, 0) for name, count in _kept(old).items())


def _kept(properties: dict[str, Any]) -> dict[str, int]:
    """How long each rule keeps backups, in its own unit."""
    tier = properties.get("vaultRetentionPolicy") or {}
    retention = tier.get("vaultRetention") or properties.get("retentionPolicy") or {}
    kept = {
        name: int((retention[name].get("retentionDuration") or {}).get("count", 0))
        for name in _VAULT_LIMITS
        if retention.get(name)
    }
    return kept | ({"snapshots": int(tier["snapshotRetentionInDays"])} if tier else {})


def _malformed() -> Refusal:
    """Recorded in 2026 for another workload; the blank at the end is the service's."""
    return Refusal(
        400,
        "BMSUserErrorInvalidPolicyInput",
        "Input for create or update policy is not in proper format. Please check format of parameters like schedule "
        "time, schedule days, retention time and retention days ",
    )


def _out_of_range() -> Refusal:
    """Reported for another workload."""
    return Refusal(
        400,
        "BMSUserErrorPolicyRetentionInvalid",
        "The retention duration provided in the backup policy is not supported. Verify the supported retention "
        "durations for different backup types at https://aka.ms/policysupport",
    )


def _no_param() -> Refusal:
    """Reported for a time zone that Azure does not know, of a policy for file shares."""
    return Refusal(
        400,
        "UserErrorInvalidRequestParameter",
        "Parameter NO_PARAM in request is invalid. Please provide correct value for parameter NO_PARAM",
    )


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    return value
