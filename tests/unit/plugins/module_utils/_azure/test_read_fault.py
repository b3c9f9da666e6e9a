# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reason of a failure is found wherever in the answer it stands."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.faults import read_fault

LOCKED = {"code": "UserErrorStorageAccountIsLocked", "message": "It is locked."}
GENERAL = {"code": "BadRequest", "message": "One or more errors occurred."}


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (LOCKED, "UserErrorStorageAccountIsLocked", "UserErrorStorageAccountIsLocked: It is locked."),
        (
            GENERAL | {"target": None, "details": None, "innerError": None},
            "BadRequest",
            "BadRequest: One or more errors occurred.",
        ),
        (
            GENERAL | {"details": [LOCKED]},
            "UserErrorStorageAccountIsLocked",
            "BadRequest: One or more errors occurred. UserErrorStorageAccountIsLocked: It is locked.",
        ),
        (
            GENERAL | {"innerError": {"code": "Inner", "message": "Outside", "innererror": LOCKED}},
            "UserErrorStorageAccountIsLocked",
            "BadRequest: One or more errors occurred. Inner: Outside. UserErrorStorageAccountIsLocked: It is locked.",
        ),
        # What is only repeated is told once.
        (LOCKED | {"details": [LOCKED]}, LOCKED["code"], "UserErrorStorageAccountIsLocked: It is locked."),
        (
            {"code": "BadRequest", "message": "It is locked.", "details": [LOCKED]},
            LOCKED["code"],
            "BadRequest. UserErrorStorageAccountIsLocked: It is locked.",
        ),
        (
            LOCKED | {"details": [{"message": "By the lock 'x'."}]},
            LOCKED["code"],
            "UserErrorStorageAccountIsLocked: It is locked. By the lock 'x'.",
        ),
        (GENERAL | {"innererror": {"code": "Inner"}}, "Inner", "BadRequest. Inner: One or more errors occurred."),
        (
            GENERAL | {"details": [LOCKED, {"code": "Second", "message": "And this."}]},
            LOCKED["code"],
            "BadRequest: One or more errors occurred. UserErrorStorageAccountIsLocked: It is locked. Second: And this.",
        ),
        ({"Code": "Old", "Message": "First\r\nsecond"}, "Old", "Old: First second"),
        ({"code": 7, "message": {"value": "x"}}, "7", "7"),
        ({"details": "no list", "innererror": ["no mapping"]}, None, ""),
        (None, None, ""),
        ("refused", None, ""),
    ],
)
def test_the_most_specific_code_is_the_reason(error: Any, code: str | None, words: str) -> None:
    fault = read_fault(error)

    assert (fault.code, fault.words) == (code, words)


def test_the_codes_go_from_the_reason_outwards() -> None:
    assert read_fault(GENERAL | {"details": [LOCKED]}).codes == (LOCKED["code"], "BadRequest")


def test_an_answer_without_end_is_read_as_far_as_makes_sense() -> None:
    error: dict[str, Any] = {"code": "Deepest"}
    for depth in range(500):
        error = {"code": f"At{depth}", "innererror": error}

    assert read_fault(error).code == "At490"


DENIED = {"code": "RequestDisallowedByPolicy", "message": "Resource 'x' was disallowed by policy."}
INFO = {
    "policyDefinitionDisplayName": "No backups by hand",
    "policyDefinitionName": "4f2a",
    "policyAssignmentName": "corp",
    "policyAssignmentId": "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/corp",
}


def denied(info: Any, **more: Any) -> AzureFault:
    return read_fault(DENIED | {"additionalInfo": [{"type": "PolicyViolation", "info": info}]} | more)


def test_the_policy_that_forbids_it_is_named() -> None:
    assert denied(INFO).message == (
        "Resource 'x' was disallowed by policy. It is the policy 'No backups by hand', assigned as 'corp'."
    )


def test_a_policy_that_the_message_names_is_not_named_again() -> None:
    message = """Resource 'x' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"corp"}}]'."""

    assert denied(INFO, message=message).message == message


@pytest.mark.parametrize("info", [None, "x", {}, {"policyAssignmentName": "corp"}])
def test_information_of_another_kind_is_left_alone(info: Any) -> None:
    assert denied(info).message == DENIED["message"]


@pytest.mark.parametrize(
    ("fault", "busy"),
    [
        (AzureFault("BMSUserErrorObjectLocked"), True),
        (AzureFault("BMSUserErrorConflictingProtectionOperation"), True),
        (AzureFault("AnotherOperationInProgress", "Wait.", 409), True),
        (AzureFault("RSVaultUpdateErrorConflictingOperationInProgress", "Wait.", 409), True),
        (AzureFault("DiscoveryInProgress", "Wait.", 409), True),
        (AzureFault("BadRequest", "Registration is already in progress.", 400), True),
        (AzureFault("Other", "Wait.", outer=("AnotherOperationInProgress",)), True),
        (AzureFault("BadRequest", "The name is wrong.", 400), False),
        (AzureFault("ScopeLocked", "The scope is locked.", 409), False),
        (AzureFault("UserErrorOperationNotAllowedDuringDataMove", "A data move operation is in progress.", 409), False),
        (AzureFault("AzureFileSyncChangeDetectionInProgress"), False),
        (AzureFault("UserErrorAnotherRestoreInProgressOnSameTarget"), False),
        (AzureFault(), False),
    ],
)
def test_what_is_busy_may_be_free_later(fault: AzureFault, busy: bool) -> None:
    assert fault.busy is busy
