# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of Azure's lists: which shares are protected, which are not, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault, BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId, VaultId
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.coverage import (
    Seen,
    SeenAccount,
    SeenVault,
    coverage,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import (
    ItemDetails,
    ProtectedItem,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share
from ansible_collections.azurefiles.backup.tests.unit.support.records import SUBSCRIPTION, item, offer

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
YESTERDAY = NOW - timedelta(days=1)
VAULT = VaultId(SUBSCRIPTION, "backup-rg", "backup-vault")
ACCOUNT = AccountId(SUBSCRIPTION, "files-rg", "Microsoft.Storage", "contosofiles")


def living(*names: str) -> list[Share]:
    return [Share(name, "SMB", deleted=False) for name in names]


def vault(*items: ProtectedItem, **more: Any) -> SeenVault:
    return SeenVault(VAULT, items=list(items), **more)


def registered(*shares: Share) -> SeenAccount:
    return SeenAccount(ACCOUNT, VAULT, list(shares))


def report(vaults: list[SeenVault], accounts: list[SeenAccount], **more: Any) -> dict[str, Any]:
    return coverage(Seen(NOW, NOW - timedelta(days=7), 7, vaults, accounts, **more))


def row(result: dict[str, Any], share: str) -> dict[str, Any]:
    (found,) = [each for each in result["shares"] if each["share"] == share]
    return dict(found)


def job(share: str, start: datetime = YESTERDAY, operation: str = "Backup", account: str = "contosofiles") -> Job:
    return Job("job-1", operation, "Failed", share, account, start, start, "400090", "The share is not there.")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("IRPending", "protected"),
        ("Protected", "protected"),
        ("ProtectionError", "protected"),
        ("ProtectionStopped", "stopped"),
        ("BackupsSuspended", "stopped"),
        ("SoftDeleted", "soft_deleted"),
    ],
)
def test_a_share_that_the_vault_has_is_covered_by_its_state(state: str, expected: str) -> None:
    result = report([vault(item("finance", state))], [registered(*living("finance"))])
    assert row(result, "finance")["coverage"] == expected
    assert result["summary"][expected] == result["summary"]["shares"] == 1


def test_a_share_that_no_vault_has_is_unprotected_in_whatever_case_its_name_is_written() -> None:
    result = report([vault(item("Finance"))], [registered(*living("finance", "hiring"))])
    assert [(each["share"], each["coverage"]) for each in result["shares"]] == [
        ("hiring", "unprotected"),
        ("Finance", "protected"),
    ]
    assert row(result, "hiring")["reason"] is None


def test_the_reason_of_an_unregistered_account_is_told() -> None:
    result = report([vault()], [SeenAccount(ACCOUNT, None, living("finance"))])
    assert row(result, "finance")["vault"] is None
    assert row(result, "finance")["reason"] == "the storage account is not registered with a vault"


def test_an_nfs_share_cannot_be_protected_and_a_deleted_one_does_not_exist() -> None:
    shares = [Share("unix", "NFS", deleted=False), Share("gone", "SMB", deleted=True)]
    result = report([vault()], [registered(*shares)])
    assert [(each["share"], each["coverage"]) for each in result["shares"]] == [("unix", "unsupported")]
    assert row(result, "unix")["reason"]


def test_shares_of_the_same_name_in_two_accounts_are_told_apart() -> None:
    other = replace(ACCOUNT, name="fabrikamfiles")
    accounts = [registered(*living("finance")), SeenAccount(other, VAULT, living("finance"))]
    result = report([vault(item("finance"))], accounts)
    assert [(each["storage_account"], each["coverage"]) for each in result["shares"]] == [
        ("fabrikamfiles", "unprotected"),
        ("contosofiles", "protected"),
    ]


def test_a_share_made_anew_is_there_beside_what_is_kept_of_the_old_one() -> None:
    old = replace(item("finance", "SoftDeleted"), id="old")
    result = report([vault(old, item("finance"))], [registered(*living("finance"))])
    assert [each["coverage"] for each in result["shares"]] == ["soft_deleted", "protected"]


@pytest.mark.parametrize(
    ("changes", "listed", "expected"),
    [
        ({}, True, []),
        ({"latest_recovery_point": None}, True, ["no_recovery_point"]),
        ({"latest_recovery_point": NOW - timedelta(days=8)}, True, ["old_recovery_point"]),
        ({"latest_recovery_point": NOW - timedelta(days=7)}, True, []),
        ({"last_backup_status": "Failed"}, True, ["last_backup_failed"]),
        ({"state": "ProtectionError"}, True, ["protection_error"]),
        ({}, False, ["share_gone"]),
        ({"state": "ProtectionStopped", "latest_recovery_point": None}, False, []),
    ],
)
def test_concerns_are_told_of_protected_shares(changes: dict[str, Any], listed: bool, expected: list[str]) -> None:
    kept = replace(item("finance", recovery_point=YESTERDAY), **changes)
    result = report([vault(kept)], [registered(*living("finance" if listed else "hiring"))])
    assert row(result, "finance")["concerns"] == expected
    assert row(result, "finance")["exists"] is listed
    assert result["summary"]["at_risk"] == bool(expected)


def test_the_most_urgent_shares_come_first() -> None:
    kept = [
        item("b-good", recovery_point=YESTERDAY),
        item("c-never"),
        item("d-stopped", "ProtectionStopped"),
        item("e-deleted", "SoftDeleted"),
    ]
    names = [each.share for each in kept]
    result = report([vault(*kept)], [registered(*living(*names, "f-gap"), Share("a-unix", "NFS", deleted=False))])
    assert [each["share"] for each in result["shares"]] == [
        "f-gap",
        "e-deleted",
        "d-stopped",
        "c-never",
        "b-good",
        "a-unix",
    ]


def test_an_account_that_does_not_show_its_shares_has_those_that_the_vault_knows() -> None:
    hidden = SeenAccount(ACCOUNT, VAULT, None, "not allowed")
    result = report(
        [vault(item("finance"), offered=[offer("finance"), offer("hiring"), offer("x", "other")])], [hidden]
    )
    assert [(each["share"], each["coverage"], each["exists"]) for each in result["shares"]] == [
        ("hiring", "unprotected", None),
        ("finance", "protected", None),
    ]
    assert result["accounts"][0]["shares_read"] is False
    assert result["summary"]["unread_accounts"] == 1


def test_a_failed_backup_tells_whether_there_is_a_newer_recovery_point() -> None:
    kept = [item("hiring", recovery_point=YESTERDAY - timedelta(hours=1)), item("finance", recovery_point=NOW)]
    jobs = [job("hiring"), job("finance"), job("finance", NOW, "Restore"), job("lost")]
    result = report([vault(*kept, failed_jobs=jobs)], [registered(*living("hiring", "finance"))])
    assert [(each["share"], each["operation"], each["backed_up_since"]) for each in result["failed_jobs"]] == [
        ("finance", "Restore", None),
        ("hiring", "Backup", False),
        ("finance", "Backup", True),
        ("lost", "Backup", False),
    ]
    assert row(result, "finance")["failed_jobs"] == 2
    assert result["vaults"][0]["failed_jobs"] == result["summary"]["failed_jobs"] == 4


def test_a_failed_job_is_the_reason_of_a_share_that_is_not_protected() -> None:
    jobs = [job("finance", operation="ConfigureBackup"), job("hiring")]
    found = report([vault(failed_jobs=jobs)], [registered(*living("finance", "hiring"))])
    assert row(found, "finance")["failed_jobs"] == row(found, "hiring")["failed_jobs"] == 1
    assert row(found, "finance")["reason"] == "protecting it failed: 400090: The share is not there."
    assert row(found, "hiring")["reason"] is None


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (YESTERDAY, ["last_backup_failed"]),
        (NOW - timedelta(days=2), ["last_backup_failed"]),
        (NOW - timedelta(days=3), []),
    ],
)
def test_a_failed_backup_is_a_concern_until_there_is_a_newer_recovery_point(
    start: datetime, expected: list[str]
) -> None:
    kept = replace(item("finance"), latest_recovery_point=NOW - timedelta(days=2), last_backup_status="Completed")
    found = report([vault(kept, failed_jobs=[job("finance", start)])], [registered(*living("finance"))])
    assert row(found, "finance")["concerns"] == expected


def test_jobs_of_a_namesake_in_another_vault_or_account_are_not_counted() -> None:
    north = VaultId(SUBSCRIPTION, "north-rg", "backup-vault")
    vaults = [
        vault(item("hiring"), failed_jobs=[job("hiring", account="fabrikamfiles")]),
        SeenVault(north, failed_jobs=[job("hiring")]),
    ]
    result = report(vaults, [registered(*living("hiring"))])
    assert row(result, "hiring")["failed_jobs"] == 0
    assert [each["failed_jobs"] for each in result["vaults"]] == [1, 1]


def test_the_purge_of_a_soft_deleted_share_is_told() -> None:
    deleted = replace(item("finance", "SoftDeleted"), deleted_time=YESTERDAY, kept_days=14)
    result = report([vault(deleted)], [registered()])
    assert row(result, "finance")["purge_time"] == "2026-12-05T12:00:00Z"


def test_recovery_points_are_told_where_they_were_read() -> None:
    kept = [item("finance", recovery_point=YESTERDAY), item("hiring", recovery_point=YESTERDAY)]
    details = {kept[0].id: ItemDetails(30, NOW - timedelta(days=30))}
    result = report([vault(*kept)], [registered(*living("finance", "hiring"))], details=details)
    assert row(result, "finance")["recovery_point_count"] == 30
    assert row(result, "finance")["oldest_recovery_point"] == "2026-10-23T12:00:00Z"
    assert row(result, "hiring")["recovery_point_count"] is None


def test_counts_are_told_by_account_and_by_vault() -> None:
    other = replace(ACCOUNT, name="aardvarkfiles")
    accounts = [registered(*living("finance", "hiring")), SeenAccount(other, None, living("zoo"))]
    result = report([vault(item("finance"))], accounts)
    assert [(each["storage_account"], each["counts"]["unprotected"]) for each in result["accounts"]] == [
        ("aardvarkfiles", 1),
        ("contosofiles", 1),
    ]
    assert result["vaults"][0]["counts"] == {
        "unprotected": 1,
        "soft_deleted": 0,
        "stopped": 0,
        "protected": 1,
        "unsupported": 0,
    }


def test_a_vault_that_could_not_be_read_says_why() -> None:
    error = BackupError("no", AzureFault(code="AuthorizationFailed", http_status=403))
    result = report([SeenVault(VAULT, error=error)], [])
    assert result["vaults"][0]["error"]["code"] == "AuthorizationFailed"
    assert result["summary"]["unread_vaults"] == 1
