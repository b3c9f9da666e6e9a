# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies of 2019 and 2026, and what is made of them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._records.container import (
    Access,
    Container,
    ProtectableAccount,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Progress
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protectable_item import ProtectableItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import (
    ProtectedItem,
    living_last,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share, StorageAccount
from ansible_collections.azurefiles.backup.tests.unit.support.records import item

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
OLD_VAULT = (
    f"/Subscriptions/{SUBSCRIPTION}/resourceGroups/clitest.rg000001/providers/"
    "Microsoft.RecoveryServices/vaults/clitest-vault000002"
)
NEW_VAULT = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/AzureBackupRG_clitest_000001/providers/"
    "Microsoft.RecoveryServices/vaults/clitest-vault000002"
)
HASH = "e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650"
STORAGE_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/AzureBackupRG_clitest_000001/providers/"
    "Microsoft.Storage/storageAccounts/clitest000003"
)


def container_of_2019() -> dict[str, Any]:
    name = "StorageContainer;Storage;clitest.rg000001;clitest000003"
    return {
        "id": f"{OLD_VAULT}/backupFabrics/Azure/protectionContainers/{name}",
        "name": name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        "properties": {
            "sourceResourceId": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/clitest.rg000001/providers/"
            "Microsoft.Storage/storageAccounts/clitest000003",
            "protectedItemCount": 2,
            "friendlyName": "clitest000003",
            "backupManagementType": "AzureStorage",
            "registrationStatus": "Registered",
            "healthStatus": "Healthy",
            "containerType": "StorageContainer",
            "protectableObjectType": "StorageContainer",
        },
    }


def container_of_2026() -> dict[str, Any]:
    old = container_of_2019()
    return old | {
        "properties": old["properties"]
        | {
            "acquireStorageAccountLock": "Acquire",
            "accessType": "IdentityBased",
            "identityInfo": {"isSystemAssignedIdentity": True},
            "sourceLocation": "westeurope",
        }
    }


def protectable_of_2026() -> dict[str, Any]:
    return {
        "id": f"{NEW_VAULT}/backupFabrics/Azure/protectionContainers/"
        "storagecontainer;storage;azurebackuprg_clitest_000001;clitest000003/"
        f"protectableItems/azurefileshare;{HASH}",
        "name": f"azurefileshare;{HASH}",
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems",
        "properties": {
            "parentContainerFabricId": STORAGE_ID,
            "parentContainerFriendlyName": "clitest000003",
            "azureFileShareType": "XSMB",
            "backupManagementType": "AzureStorage",
            "workloadType": "AzureFileShare",
            "protectableItemType": "AzureFileShare",
            "friendlyName": "clitest-item000004",
            "protectionState": "NotProtected",
        },
    }


def protected_of_2019() -> dict[str, Any]:
    container = "StorageContainer;storage;clitest.rg000001;clitest000003"
    return {
        "id": f"{OLD_VAULT}/backupFabrics/Azure/protectionContainers/{container}"
        "/protectedItems/AzureFileShare;clitest-item000004",
        "name": "AzureFileShare;clitest-item000004",
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        "properties": {
            "friendlyName": "clitest-item000004",
            "protectionStatus": "Healthy",
            "protectionState": "Protected",
            "lastBackupStatus": "Completed",
            "lastBackupTime": "2019-11-27T08:01:25.2158232Z",
            "protectedItemType": "AzureFileShareProtectedItem",
            "backupManagementType": "AzureStorage",
            "workloadType": "AzureFileShare",
            "containerName": container,
            "sourceResourceId": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/clitest.rg000001/providers/"
            "Microsoft.Storage/storageAccounts/clitest000003",
            "policyId": f"{OLD_VAULT}/backupPolicies/clitest-item000005",
        },
    }


def protected_of_2026(**properties: Any) -> dict[str, Any]:
    container = "StorageContainer;storage;azurebackuprg_clitest_000001;clitest000003"
    return {
        "id": f"{NEW_VAULT}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/AzureFileShare;{HASH}",
        "name": f"AzureFileShare;{HASH}",
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
        "properties": {
            "friendlyName": "clitest-item000004",
            "fileShareProtocol": "SMB",
            "protectionStatus": "Healthy",
            "protectionState": "IRPending",
            "lastBackupStatus": "IRPending",
            "protectedItemType": "AzureFileShareProtectedItem",
            "backupManagementType": "AzureStorage",
            "workloadType": "AzureFileShare",
            "containerName": container,
            "sourceResourceId": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/azurebackuprg_clitest_000001/providers/"
            "Microsoft.storage/storageAccounts/clitest000003",
            "policyId": f"{NEW_VAULT}/backupPolicies/clitest-item000005",
            "vaultId": f"https://management.azure.com{NEW_VAULT}",
            "isArchiveEnabled": False,
            "softDeleteRetentionPeriod": 0,
            "sourceLocation": "eastus2euap",
            "sourceSideScanInfo": {
                "sourceSideScanStatus": "NotApplicable",
                "sourceSideScanSummary": "NotApplicable",
            },
        }
        | properties,
    }


def soft_deleted_of_2026() -> dict[str, Any]:
    body = protected_of_2026(
        protectionState="ProtectionStopped",
        deferredDeleteTimeInUTC="2026-09-15T11:33:56.0172438Z",
        isScheduledForDeferredDelete=True,
        deferredDeleteTimeRemaining="13.23:59:29.0928391",
        softDeleteRetentionPeriod=14,
    )
    del body["properties"]["policyId"]
    return body


def job_of_2019() -> dict[str, Any]:
    return {
        "id": f"{OLD_VAULT}/backupJobs/e05d95fc-3546-4996-be11-89afa0719cca",
        "name": "e05d95fc-3546-4996-be11-89afa0719cca",
        "type": "Microsoft.RecoveryServices/vaults/backupJobs",
        "properties": {
            "jobType": "AzureStorageJob",
            "duration": "PT1M14.5278504S",
            "storageAccountName": "clitest000003",
            "storageAccountVersion": "Storage",
            "extendedInfo": {
                "tasksList": [],
                "propertyBag": {
                    "File Share Name": "clitest-item000004",
                    "Storage Account Name": "clitest000003",
                    "Policy Name": "clitest-item000005",
                },
            },
            "entityFriendlyName": "clitest-item000004",
            "backupManagementType": "AzureStorage",
            "operation": "ConfigureBackup",
            "status": "Completed",
            "startTime": "2019-11-27T07:48:06.9220568Z",
            "endTime": "2019-11-27T07:49:21.4499072Z",
            "activityId": "17d382e4-10e6-11ea-90b6-0a580af41905",
        },
    }


def job_of_2026(**properties: Any) -> dict[str, Any]:
    """A backup that runs: without an endTime."""
    old = job_of_2019()["properties"]
    running = {key: value for key, value in old.items() if key != "endTime"}
    return job_of_2019() | {
        "properties": running
        | {
            "actionsInfo": ["Cancellable"],
            "storageAccountVersion": "MicrosoftStorage",
            "isUserTriggered": False,
            "operation": "Backup",
            "status": "InProgress",
        }
        | properties
    }


# Containers


@pytest.mark.parametrize(
    ("body", "access", "lock"),
    [(container_of_2019(), None, None), (container_of_2026(), "identity", True)],
    ids=["2019", "2026"],
)
def test_a_container_is_read_and_returned(body: dict[str, Any], access: str | None, lock: bool | None) -> None:
    container = Container.from_api(body)

    assert container.registered
    assert container.to_result() == {
        "id": body["id"],
        "name": "StorageContainer;Storage;clitest.rg000001;clitest000003",
        "storage_account": "clitest000003",
        "storage_account_id": body["properties"]["sourceResourceId"],
        "registration_status": "Registered",
        "health_status": "Healthy",
        "protected_item_count": 2,
        "access_type": access,
        "identity_id": None,
        "storage_account_lock": lock,
    }


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, None),
        ({"accessType": None}, None),
        ({"accessType": "SomethingNew"}, None),
        ({"accessType": "KeyBased"}, Access("key")),
        ({"accessType": "IdentityBased", "identityInfo": {"isSystemAssignedIdentity": True}}, Access("identity")),
        (
            {
                "accessType": "IdentityBased",
                "identityInfo": {"isSystemAssignedIdentity": False, "managedIdentityResourceId": "/x"},
            },
            Access("identity", "/x"),
        ),
        ({"accessType": "IdentityBased", "identityInfo": None}, Access("identity")),
    ],
)
def test_how_the_vault_gets_at_an_account(properties: dict[str, Any], expected: Access | None) -> None:
    assert Access.from_api(properties) == expected


@pytest.mark.parametrize("access", [Access("key"), Access("identity"), Access("identity", "/x")])
def test_an_access_is_asked_for_as_it_is_read(access: Access) -> None:
    assert Access.from_api(access.to_api()) == access


@pytest.mark.parametrize(("lock", "expected"), [("Acquire", True), ("acquire", True), ("NotAcquire", False)])
def test_whether_the_account_is_locked(lock: str, expected: bool) -> None:
    body = container_of_2026()
    body["properties"]["acquireStorageAccountLock"] = lock

    assert Container.from_api(body).lock is expected


@pytest.mark.parametrize(
    ("status", "expected"), [("registered", True), ("NotRegistered", False), ("SoftDeleted", False), (None, False)]
)
def test_only_a_registered_container_counts(status: str | None, expected: bool) -> None:
    body = container_of_2019()
    body["properties"]["registrationStatus"] = status

    assert Container.from_api(body).registered is expected


def test_a_discovered_account_is_known_by_its_id() -> None:
    account = ProtectableAccount.from_api(
        {
            "id": f"{NEW_VAULT}/backupFabrics/Azure/protectableContainers/StorageContainer;Storage;ASEBVTRG;sa1",
            "name": "StorageContainer;Storage;ASEBVTRG;sa1",
            "properties": {"friendlyName": "sa1", "containerId": STORAGE_ID, "healthStatus": "Healthy"},
        }
    )

    assert account.name == "StorageContainer;Storage;ASEBVTRG;sa1"
    assert account.account == AccountId.parse(STORAGE_ID)


# Shares in the vault


def test_a_protectable_share_is_returned_with_its_own_and_its_systems_name() -> None:
    body = protectable_of_2026()

    assert ProtectableItem.from_api(body).to_result() == {
        "name": f"azurefileshare;{HASH}",
        "share": "clitest-item000004",
        "container_name": "storagecontainer;storage;azurebackuprg_clitest_000001;clitest000003",
        "storage_account": "clitest000003",
        "storage_account_id": STORAGE_ID,
        "share_type": "XSMB",
        "protection_state": "NotProtected",
        "id": body["id"],
    }


@pytest.mark.parametrize(
    ("record", "container", "item"),
    [
        (
            ProtectableItem.from_api(protectable_of_2026()),
            "storagecontainer;storage;azurebackuprg_clitest_000001;clitest000003",
            f"azurefileshare;{HASH}",
        ),
        (
            ProtectedItem.from_api(protected_of_2026()),
            "StorageContainer;storage;azurebackuprg_clitest_000001;clitest000003",
            f"AzureFileShare;{HASH}",
        ),
        (
            ProtectedItem.from_api(protected_of_2019()),
            "StorageContainer;storage;clitest.rg000001;clitest000003",
            "AzureFileShare;clitest-item000004",
        ),
    ],
    ids=["protectable", "protected in 2026", "protected in 2019"],
)
def test_a_share_is_addressed_by_the_services_own_names(
    record: ProtectableItem | ProtectedItem, container: str, item: str
) -> None:
    assert record.address.container_name == container
    assert record.address.item_name == item
    assert record.address.source_resource_id == record.source_resource_id


def test_a_share_belongs_to_the_same_account_in_every_list() -> None:
    offered = ProtectableItem.from_api(protectable_of_2026()).account
    protected = ProtectedItem.from_api(protected_of_2026()).account

    assert offered is not None
    assert protected is not None
    assert offered.key == protected.key


@pytest.mark.parametrize(
    ("body", "state", "policy"),
    [
        (protected_of_2019(), "Protected", "clitest-item000005"),
        (protected_of_2026(), "IRPending", "clitest-item000005"),
        (protected_of_2026(protectionState="BackupsSuspended"), "BackupsSuspended", "clitest-item000005"),
        (protected_of_2026(protectionState="ProtectionStopped", policyId=""), "ProtectionStopped", None),
        (protected_of_2026(protectionState=None, policyId=None), "NotProtected", None),
        (protected_of_2026(isScheduledForDeferredDelete=False), "IRPending", "clitest-item000005"),
        (protected_of_2026(isScheduledForDeferredDelete=None), "IRPending", "clitest-item000005"),
        (soft_deleted_of_2026(), "SoftDeleted", None),
    ],
)
def test_state_and_policy_of_a_protected_share(body: dict[str, Any], state: str, policy: str | None) -> None:
    item = ProtectedItem.from_api(body)

    assert (item.state, item.policy_name) == (state, policy)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, None),
        ({"lastRecoveryPoint": "2026-09-21T07:00:47Z"}, datetime(2026, 9, 21, 7, 0, 47, tzinfo=timezone.utc)),
        (
            {"lastBackupStatus": "Completed", "lastBackupTime": "2026-09-21T07:00:41.5Z"},
            datetime(2026, 9, 21, 7, 0, 41, 500000, timezone.utc),
        ),
        (
            {
                "lastBackupStatus": "Failed",
                "lastBackupTime": "2026-09-22T07:00:41Z",
                "lastRecoveryPoint": "2026-09-21T07:00:47Z",
            },
            datetime(2026, 9, 21, 7, 0, 47, tzinfo=timezone.utc),
        ),
        ({"lastBackupStatus": "Failed", "lastBackupTime": "2026-09-22T07:00:41Z"}, None),
        ({"lastBackupStatus": "Completed", "lastBackupTime": "0001-01-01T00:00:00"}, None),
    ],
    ids=["never", "point", "completed without point", "failed after a point", "failed", "not yet"],
)
def test_the_latest_recovery_point(properties: dict[str, Any], expected: datetime | None) -> None:
    assert ProtectedItem.from_api(protected_of_2026(**properties)).latest_recovery_point == expected


def test_a_soft_deleted_share_is_purged_days_after_its_deletion() -> None:
    result = ProtectedItem.from_api(soft_deleted_of_2026()).to_result()

    assert result["soft_deleted"] is True
    assert result["deleted_time"] == "2026-09-15T11:33:56Z"
    assert result["purge_time"] == "2026-09-29T11:33:56Z"


@pytest.mark.parametrize("days", [None, 0, "14"])
def test_a_purge_time_is_not_made_up(days: object) -> None:
    body = soft_deleted_of_2026()
    body["properties"]["softDeleteRetentionPeriod"] = days

    assert ProtectedItem.from_api(body).to_result()["purge_time"] is None


def test_a_protected_share_is_returned() -> None:
    body = protected_of_2026(
        protectionState="Protected",
        lastBackupStatus="Completed",
        lastBackupTime="2026-09-21T07:00:41.1234567Z",
        lastRecoveryPoint="2026-09-21T07:00:47Z",
    )

    assert ProtectedItem.from_api(body).to_result() == {
        "share": "clitest-item000004",
        "name": f"AzureFileShare;{HASH}",
        "id": body["id"],
        "container_name": "StorageContainer;storage;azurebackuprg_clitest_000001;clitest000003",
        "storage_account": "clitest000003",
        "storage_account_id": body["properties"]["sourceResourceId"],
        "policy": "clitest-item000005",
        "protection_state": "Protected",
        "protection_status": "Healthy",
        "last_backup_status": "Completed",
        "last_backup_time": "2026-09-21T07:00:41Z",
        "latest_recovery_point": "2026-09-21T07:00:47Z",
        "soft_deleted": False,
        "deleted_time": None,
        "purge_time": None,
    }


# Jobs and operations


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"status": "InProgress", "startTime": "2019-11-27T07:48:06Z", "endTime": "0001-01-01T00:00:00"},
            Progress("InProgress"),
        ),
        (
            {"status": "Succeeded", "properties": {"objectType": "OperationStatusJobExtendedInfo", "jobId": "j-1"}},
            Progress("Succeeded", "j-1"),
        ),
        ({"status": "Succeeded"}, Progress("Succeeded")),
        ({"status": "Succeeded", "properties": None, "error": None}, Progress("Succeeded")),
        (
            {"status": "Failed", "error": {"code": "FileShareNotFound", "message": "It isn't\r\nfound"}},
            Progress("Failed", None, AzureFault(code="FileShareNotFound", message="It isn't found")),
        ),
        (
            {"status": "Failed", "properties": {"jobId": "j-1"}, "error": {"code": "Odd"}},
            Progress("Failed", "j-1", AzureFault(code="Odd")),
        ),
        ({"status": "Canceled"}, Progress("Canceled")),
        ({}, Progress("Unknown")),
    ],
)
def test_how_far_an_operation_is(body: dict[str, Any], expected: Progress) -> None:
    assert Progress.from_api(body) == expected


@pytest.mark.parametrize(
    ("status", "running", "succeeded"),
    [("InProgress", True, False), ("Succeeded", False, True), ("Failed", False, False), ("Canceled", False, False)],
)
def test_what_an_operations_status_means(status: str, running: bool, succeeded: bool) -> None:
    progress = Progress(status)

    assert (progress.running, progress.succeeded) == (running, succeeded)


def test_a_job_of_2019() -> None:
    job = Job.from_api(job_of_2019())

    assert job == Job(
        id="e05d95fc-3546-4996-be11-89afa0719cca",
        operation="ConfigureBackup",
        status="Completed",
        share="clitest-item000004",
        account_name="clitest000003",
        start_time=datetime(2019, 11, 27, 7, 48, 6, 922056, timezone.utc),
        end_time=datetime(2019, 11, 27, 7, 49, 21, 449907, timezone.utc),
        error_code=None,
        error_message=None,
        duration=74.528,
        details={
            "file_share_name": "clitest-item000004",
            "storage_account_name": "clitest000003",
            "policy_name": "clitest-item000005",
        },
        activity_id="17d382e4-10e6-11ea-90b6-0a580af41905",
    )


def test_a_running_job_of_2026_has_no_end() -> None:
    job = Job.from_api(job_of_2026())

    assert job.running
    assert job.end_time is None


@pytest.mark.parametrize(
    ("status", "running", "good"),
    [
        ("InProgress", True, False),
        ("Cancelling", True, False),
        ("Completed", False, True),
        ("CompletedWithWarnings", False, True),
        ("Failed", False, False),
        ("Cancelled", False, False),
        ("SomethingNew", True, False),
        (None, True, False),
    ],
)
def test_what_a_jobs_status_means(status: str | None, running: bool, good: bool) -> None:
    job = Job.from_api(job_of_2026(status=status))

    assert (job.running, job.good) == (running, good)


def test_a_job_that_has_an_end_runs_no_more_whatever_its_status_means() -> None:
    job = Job.from_api(job_of_2026(status="SomethingNew", endTime="2026-11-22T07:01:18Z"))

    assert (job.running, job.good) == (False, False)


@pytest.mark.parametrize(
    ("properties", "code", "message"),
    [
        ({"errorDetails": [{"errorCode": 400111, "errorString": "Share gone."}]}, "400111", "Share gone."),
        ({"extendedInfo": {"dynamicErrorMessage": "Share gone."}}, None, "Share gone."),
        (
            {
                "errorDetails": [
                    {"errorCode": 400111, "errorString": "First."},
                    {"errorCode": 2, "errorString": "No."},
                ],
                "extendedInfo": {"dynamicErrorMessage": "Other."},
            },
            "400111",
            "First.",
        ),
        ({"errorDetails": [], "extendedInfo": None}, None, None),
        ({"errorDetails": None}, None, None),
        ({"errorDetails": ["odd"]}, None, None),
    ],
)
def test_why_a_job_failed(properties: dict[str, Any], code: str | None, message: str | None) -> None:
    job = Job.from_api(job_of_2026(status="Failed", **properties))

    assert (job.error_code, job.error_message) == (code, message)


# Microsoft.Storage


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"enabledProtocols": "SMB", "shareQuota": 100}, None),
        ({}, None),
        ({"enabledProtocols": "NFS"}, "NFS"),
        ({"enabledProtocols": "nfs"}, "NFS"),
        ({"enabledProtocols": "SMB", "deleted": True}, "deleted"),
        ({"enabledProtocols": "SMB", "deleted": False}, None),
        ({"enabledProtocols": None, "deleted": None}, None),
    ],
)
def test_why_a_listed_share_cannot_be_protected(properties: dict[str, Any], reason: str | None) -> None:
    unsupported = Share.from_api({"name": "finance", "properties": properties}).unsupported

    assert (reason in unsupported) if reason and unsupported else unsupported is reason


def test_an_accounts_location_is_read_without_its_spelling() -> None:
    account = StorageAccount.from_api({"id": STORAGE_ID, "location": "West Europe", "kind": "StorageV2"})

    assert account.location == "westeurope"
    assert account.account == AccountId.parse(STORAGE_ID)


# What is missing, null or new

BODIES: dict[type[Any], dict[str, Any]] = {
    Container: container_of_2026(),
    ProtectableAccount: {"id": "/x", "name": "n", "properties": {}},
    ProtectableItem: protectable_of_2026(),
    ProtectedItem: protected_of_2026(),
    Job: job_of_2026(),
    Share: {"name": "finance", "properties": {"enabledProtocols": "SMB"}},
    StorageAccount: {"id": STORAGE_ID, "location": "westeurope", "kind": "StorageV2"},
}


def _nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _nulls(part) if key == "properties" else None for key, part in value.items()}


@pytest.mark.parametrize("living", ["Protected", "IRPending", "ProtectionStopped", "BackupsSuspended"])
@pytest.mark.parametrize("order", [1, -1])
def test_what_is_left_of_a_deleted_share_comes_before_its_namesake(living: str, order: int) -> None:
    kept = [item("finance", "SoftDeleted"), item("finance", living)]

    assert [each.state for each in living_last(kept[::order])] == ["SoftDeleted", living]


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_backed_up_comes_last(order: int) -> None:
    kept = [item("finance", "ProtectionStopped"), item("finance", "Protected")]

    assert [each.state for each in living_last(kept[::order])] == ["ProtectionStopped", "Protected"]


@pytest.mark.parametrize("kind", BODIES)
def test_unknown_keys_are_ignored(kind: type[Any]) -> None:
    body = BODIES[kind]
    grown = body | {"sku": {"new": 1}, "properties": body.get("properties", {}) | {"brandNew": [1, {"a": None}]}}

    assert kind.from_api(grown) == kind.from_api(body)


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("body", [{}, {"properties": None}, {"properties": {}}, {"properties": "odd"}])
def test_missing_keys_are_no_error(kind: type[Any], body: dict[str, Any]) -> None:
    kind.from_api(body)


@pytest.mark.parametrize("kind", BODIES)
def test_null_is_as_good_as_missing(kind: type[Any]) -> None:
    assert kind.from_api(_nulls(BODIES[kind])) == kind.from_api({})
