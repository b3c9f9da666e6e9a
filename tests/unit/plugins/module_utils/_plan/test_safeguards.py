# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a guard is asked, and what an immutable vault keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.protection import Actual, Step, make_plan
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.safeguards import (
    critical_operation,
    keeps_less,
    keeps_shorter,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import Retention, Rule, Schedule, Terms
from ansible_collections.azurefiles.backup.plugins.module_utils._records.safeguards import (
    CHANGE_ITEM,
    DELETE_ITEM,
    RESTORE,
    STOP_ITEM,
    SUSPEND_ITEM,
    Approval,
    Guard,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.vault_settings import VaultSettings
from ansible_collections.azurefiles.backup.tests.unit.support.records import by_name, item

DAILY = Schedule("daily", ("21:00",))
HOURLY = Schedule("hourly", interval_hours=4, window_start="08:00", window_hours=12)
WEEKS = Rule(12, weekdays=("sunday",))
TERMS = Terms(HOURLY, "UTC", Retention(30, weeks=WEEKS))
VAULTED = Terms(HOURLY, "UTC", Retention(30, weeks=WEEKS), "vault", 7)
GUARD_ID = "/subscriptions/s/resourcegroups/r/providers/Microsoft.DataProtection/resourceGuards/g"


@pytest.mark.parametrize(
    ("old", "new", "shorter", "less"),
    [
        (TERMS, TERMS, False, False),
        (TERMS, replace(TERMS, retention=Retention(31, weeks=WEEKS)), False, False),
        (TERMS, replace(TERMS, retention=Retention(29, weeks=WEEKS)), True, True),
        (TERMS, replace(TERMS, retention=Retention(30)), True, True),
        (TERMS, replace(TERMS, retention=Retention(99, weeks=replace(WEEKS, count=11))), True, True),
        (TERMS, replace(TERMS, schedule=DAILY), False, True),
        (TERMS, replace(TERMS, time_zone="GMT Standard Time"), False, False),
        (TERMS, VAULTED, False, False),
        (VAULTED, replace(VAULTED, snapshot_retention_days=6), True, True),
        (VAULTED, replace(VAULTED, snapshot_retention_days=8), False, False),
        # What cannot be read may be less; that is asked, and not refused.
        (replace(TERMS, retention=None), TERMS, False, True),
        (replace(TERMS, schedule=None), TERMS, False, True),
    ],
)
def test_what_keeps_less(old: Terms, new: Terms, shorter: bool, less: bool) -> None:
    assert (keeps_shorter(new, old), keeps_less(new, old)) == (shorter, less)


def step(state: str, before: str, policy: str | None = "daily-30") -> Step:
    choice = PolicyRef("daily-7") if state == "present" else None
    desired = Desired.of(state, Selection(names=("finance",)), choice)
    return make_plan(Actual("contosofiles", items=by_name(item("finance", before, policy=policy))), desired).steps[0]


@pytest.mark.parametrize(
    ("asked", "operation"),
    [
        (step("stopped", "Protected"), STOP_ITEM),
        (step("suspended", "Protected"), SUSPEND_ITEM),
        (step("absent", "Protected"), DELETE_ITEM),
        (step("absent", "ProtectionStopped", None), DELETE_ITEM),
        (step("present", "Protected"), CHANGE_ITEM),
        # A suspended share has kept its policy.
        (step("present", "BackupsSuspended"), CHANGE_ITEM),
        (step("stopped", "SoftDeleted", None), None),
    ],
)
def test_what_a_guard_may_watch_over(asked: Step, operation: str | None) -> None:
    shorter = replace(TERMS, retention=Retention(7))
    policies = (TERMS, shorter) if asked.policy else (None, None)
    assert critical_operation(asked, *policies) == operation


def test_a_policy_that_keeps_as_much_needs_no_guard() -> None:
    assert critical_operation(step("present", "Protected"), TERMS, TERMS) is None
    assert critical_operation(step("present", "Protected"), None, TERMS) is None


def proxy(*details: Any) -> dict[str, Any]:
    return {"properties": {"resourceGuardResourceId": GUARD_ID, "resourceGuardOperationDetails": list(details)}}


def test_a_guards_requests_are_taken_verbatim_and_found_in_any_case() -> None:
    request = f"{GUARD_ID.upper()}/aNyThing/default"
    guard = Guard.from_api(
        proxy({"vaultCriticalOperation": STOP_ITEM.upper(), "defaultResourceRequest": request}, "nonsense", {})
    )
    assert guard.approval(STOP_ITEM) == Approval(GUARD_ID, request)
    assert guard.approval(RESTORE) is None


@pytest.mark.parametrize("details", [None, "x", {}, [None]])
def test_a_guard_without_a_readable_list_watches_over_nothing(details: Any) -> None:
    guard = Guard.from_api({"properties": {"resourceGuardResourceId": None, "resourceGuardOperationDetails": details}})
    assert guard.approval(DELETE_ITEM) is None


@pytest.mark.parametrize(
    ("settings", "immutability", "may_be_guarded"),
    [
        (None, None, True),
        ({"multiUserAuthorization": "Disabled"}, None, False),
        ({"multiUserAuthorization": "Invalid"}, None, True),
        ({"multiUserAuthorization": "Enabled", "immutabilitySettings": {"state": "locked"}}, "Locked", True),
        ({"immutabilitySettings": {"state": "Disabled"}}, None, True),
        ({"immutabilitySettings": "Unlocked"}, None, True),
    ],
)
def test_what_a_vault_tells_of_its_security(settings: Any, immutability: str | None, may_be_guarded: bool) -> None:
    told = VaultSettings.from_api({"properties": {"securitySettings": settings}})
    assert (told.immutability, told.may_be_guarded) == (immutability, may_be_guarded)
