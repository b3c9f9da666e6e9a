# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies and headers have the shapes of the service's: no key missing, none invented, each of its type.

One life cycle is walked over plain HTTP. Its answers are compared with the shapes written below, and their headers with
what is recorded of the real service.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from simulation import Simulation, swift

SCENARIO = f"""{swift(refresh=60, register=60, inquire=60, protect=60, unregister=60, backup=60)}
retry_after: 60
signed_urls: false
vaults:
  - name: backup-vault
    resource_group: backup-rg
    policies: [daily-30, {{name: tiered, days: 5, vault_days: 60}}]
storage_accounts:
  - {{name: contosofiles, resource_group: Files-RG, shares: [hiring, spare]}}
"""
ACCOUNT = "contosofiles"
CONTAINER = f"/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;Files-RG;{ACCOUNT}"

# --- The shapes. A type, a pattern, a list of one shape, or a mapping; a key which ends in ? may be absent.

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6}[1-9])?Z")
POLICY_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
DURATION = re.compile(r"PT(\d+H)?(\d+M)?(\d+(\.\d{1,7})?S)?")
COUNT = re.compile(r"\d+")
SYSTEM_NAME = re.compile(r"AzureFileShare;[0-9a-f]{64}")
VAULT_ID = (
    r"/subscriptions/[0-9a-f-]{36}/resourceGroups/backup-rg"
    r"/providers/Microsoft\.RecoveryServices/vaults/backup-vault"
)
ACCOUNT_ID = re.compile(
    r"/subscriptions/[0-9a-f-]{36}/resourceGroups/Files-RG/providers/Microsoft\.Storage/storageAccounts/contosofiles"
)


def under_vault(tail: str) -> re.Pattern[str]:
    return re.compile(VAULT_ID + tail)


PROTECTABLE_CONTAINER = {
    "id": under_vault("/backupFabrics/Azure/protectableContainers/StorageContainer;Storage;Files-RG;contosofiles"),
    "name": "StorageContainer;Storage;Files-RG;contosofiles",
    "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectableContainers",
    "properties": {
        "friendlyName": "contosofiles",
        "backupManagementType": "AzureStorage",
        "protectableContainerType": "StorageContainer",
        "healthStatus": "Healthy",
        "containerId": ACCOUNT_ID,
    },
}
REGISTERED = {
    "id": under_vault("/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;Files-RG;contosofiles"),
    "name": "StorageContainer;Storage;Files-RG;contosofiles",
    "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
    "properties": {
        "sourceResourceId": ACCOUNT_ID,
        "protectedItemCount": int,
        "friendlyName": "contosofiles",
        "backupManagementType": "AzureStorage",
        "registrationStatus": "Registered",
        "healthStatus": "Healthy",
        "containerType": "StorageContainer",
        "protectableObjectType": "StorageContainer",
        "acquireStorageAccountLock": "Acquire",
        "accessType": "KeyBased",
        "sourceLocation": "westeurope",
    },
}
PROTECTABLE_ITEM = {
    "id": under_vault(
        "/backupFabrics/Azure/protectionContainers/storagecontainer;storage;files-rg;contosofiles"
        "/protectableItems/azurefileshare;[0-9a-f]{64}"
    ),
    "name": re.compile("azurefileshare;[0-9a-f]{64}"),
    "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems",
    "properties": {
        "parentContainerFabricId": ACCOUNT_ID,
        "parentContainerFriendlyName": "contosofiles",
        "azureFileShareType": "XSMB",
        "backupManagementType": "AzureStorage",
        "workloadType": "AzureFileShare",
        "protectableItemType": "AzureFileShare",
        "friendlyName": str,
        "protectionState": "NotProtected",
    },
}
ITEM_PROPERTIES: dict[str, Any] = {
    "friendlyName": "hiring",
    "fileShareProtocol": "SMB",
    "protectionStatus": "Healthy",
    "protectionState": "IRPending",
    "lastBackupStatus": "IRPending",
    "protectedItemType": "AzureFileShareProtectedItem",
    "backupManagementType": "AzureStorage",
    "workloadType": "AzureFileShare",
    "containerName": "StorageContainer;storage;files-rg;contosofiles",
    "sourceResourceId": re.compile(
        r"/subscriptions/[0-9a-f-]{36}/resourceGroups/files-rg"
        r"/providers/Microsoft\.storage/storageAccounts/contosofiles"
    ),
    "policyId": under_vault("/backupPolicies/daily-30"),
    "vaultId": re.compile("https://[^/]+" + VAULT_ID),
    "isArchiveEnabled": bool,
    "softDeleteRetentionPeriod": 0,
    "sourceLocation": "westeurope",
    "sourceSideScanInfo": {
        "sourceSideScanStatus": "NotApplicable",
        "sourceSideScanSummary": "NotApplicable",
    },
}
ITEM = {
    "id": under_vault(
        "/backupFabrics/Azure/protectionContainers/StorageContainer;storage;files-rg;contosofiles"
        f"/protectedItems/{SYSTEM_NAME.pattern}"
    ),
    "name": SYSTEM_NAME,
    "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems",
    "properties": ITEM_PROPERTIES,
}
BACKED_UP = ITEM_PROPERTIES | {
    "protectionState": "Protected",
    "lastBackupStatus": "Completed",
    "lastBackupTime": TIME,
    "lastRecoveryPoint": TIME,
}
BACKED_UP_ITEM = ITEM | {
    "properties": BACKED_UP
    | {
        "extendedInfo": {
            "oldestRecoveryPoint": TIME,
            "recoveryPointCount": 1,
            "policyState": "Consistent",
            "resourceState": "Active",
            "resourceStateSyncTime": TIME,
        }
    }
}
STOPPED = {key: shape for key, shape in BACKED_UP.items() if key != "policyId"} | {
    "protectionState": "ProtectionStopped"
}
STOPPED_ITEM = ITEM | {"properties": STOPPED}
SOFT_DELETED_ITEM = ITEM | {
    "properties": STOPPED
    | {
        "deferredDeleteTimeInUTC": TIME,
        "isScheduledForDeferredDelete": True,
        "deferredDeleteTimeRemaining": re.compile(r"13\.\d\d:\d\d:\d\d\.\d{7}"),
        "softDeleteRetentionPeriod": 14,
    }
}
RETENTION = {
    "retentionPolicyType": "LongTermRetentionPolicy",
    "dailySchedule": {
        "retentionTimes": [POLICY_TIME],
        "retentionDuration": {"count": int, "durationType": "Days"},
    },
}
POLICY_PROPERTIES: dict[str, Any] = {
    "backupManagementType": "AzureStorage",
    "workLoadType": "AzureFileShare",
    "schedulePolicy": {
        "schedulePolicyType": "SimpleSchedulePolicy",
        "scheduleRunFrequency": "Daily",
        "scheduleRunTimes": [POLICY_TIME],
        "scheduleWeeklyFrequency": 0,
    },
    "timeZone": "UTC",
    "protectedItemsCount": int,
}
POLICY = {
    "id": under_vault("/backupPolicies/[a-z0-9-]+"),
    "name": str,
    "type": "Microsoft.RecoveryServices/vaults/backupPolicies",
    "properties": POLICY_PROPERTIES | {"retentionPolicy": RETENTION},
}
TIERED_POLICY = POLICY | {
    "properties": POLICY_PROPERTIES
    | {"vaultRetentionPolicy": {"vaultRetention": RETENTION, "snapshotRetentionInDays": 5}}
}
PENDING = {
    "id": GUID,
    "name": GUID,
    "status": "InProgress",
    "startTime": TIME,
    "endTime": "0001-01-01T00:00:00",
}
REGISTERING = PENDING | {
    "id": under_vault(f"{CONTAINER}/operationsStatus/{GUID.pattern}"),
}
SUCCEEDED = PENDING | {"status": "Succeeded", "endTime": TIME}
SUCCEEDED_WITH_JOB = SUCCEEDED | {"properties": {"objectType": "OperationStatusJobExtendedInfo", "jobId": GUID}}
FAILED = SUCCEEDED | {"status": "Failed", "error": {"code": str, "message": str}}


def job(operation: str, version: str, bag: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": under_vault(f"/backupJobs/{GUID.pattern}"),
        "name": GUID,
        "type": "Microsoft.RecoveryServices/vaults/backupJobs",
        "properties": {
            "jobType": "AzureStorageJob",
            "duration": DURATION,
            "storageAccountName": "contosofiles",
            "storageAccountVersion": version,
            "isUserTriggered": False,
            "extendedInfo": {"tasksList": [], "propertyBag": bag},
            "entityFriendlyName": "hiring",
            "backupManagementType": "AzureStorage",
            "operation": operation,
            "status": "Completed",
            "startTime": TIME,
            "endTime": TIME,
            "activityId": GUID,
            **more,
        },
    }


SHARE_BAG: dict[str, Any] = {"File Share Name": "hiring", "Storage Account Name": "contosofiles"}
BACKUP_BAG = {
    "Data Transferred (in MB)": "0",
    "File Share Name": "hiring",
    "Whether job is adhoc or scheduled.": "True",
}
RESTORE_BAG = {
    "Source File Share Name": "hiring",
    "Source Storage Account Name": "contosofiles",
    "Job Type": "Recovering to the original file share",
    "RestoreDestination": "contosofiles/hiring/",
    "Recovery Point Time in UTC": re.compile(r"\d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M"),
    "Data Transferred (in MB)": COUNT,
    **{f"Number Of {what} Files": COUNT for what in ("Restored", "Skipped", "Failed")},
    **{f"Number Of {what} Directories": COUNT for what in ("Restored", "Skipped", "Failed")},
}
CONFIGURED_JOB = job("ConfigureBackup", "Storage", SHARE_BAG | {"Policy Name": "daily-30"})
RUNNING_BACKUP = job(
    "Backup",
    "MicrosoftStorage",
    BACKUP_BAG,
    status="InProgress",
    extendedInfo={
        "tasksList": [{"taskId": "Take Snapshot", "taskType": "Normal", "status": "InProgress"}],
        "propertyBag": BACKUP_BAG,
    },
)
del RUNNING_BACKUP["properties"]["endTime"]
RESTORE_JOB = job("Restore", "ClassicCompute", RESTORE_BAG, actionsInfo=["Cancellable"])
STOP_JOB = job("DisableBackup", "Storage", SHARE_BAG)
DELETE_JOB = job("DeleteBackupData", "Storage", SHARE_BAG)
UNDELETE_JOB = job("Undelete", "Storage", {})
FAILED_JOB = job(
    "ConfigureBackup",
    "Storage",
    {},
    status="Failed",
    errorDetails=[{"errorCode": int, "errorString": str, "recommendations": [str]}],
    extendedInfo={
        "tasksList": [],
        "propertyBag": SHARE_BAG | {"Policy Name": "daily-30"},
        "dynamicErrorMessage": str,
    },
)
RECOVERY_POINT = {
    "id": under_vault(
        "/backupFabrics/Azure/protectionContainers/StorageContainer;storage;files-rg;contosofiles"
        rf"/protectedItems/{SYSTEM_NAME.pattern}/recoveryPoints/\d{{19}}"
    ),
    "name": re.compile(r"\d{19}"),
    "type": f"{ITEM['type']}/recoveryPoints",
    "properties": {
        "objectType": "AzureFileShareRecoveryPoint",
        "recoveryPointType": "FileSystemConsistent",
        "recoveryPointTime": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        "fileShareSnapshotUri": re.compile(
            r"https://contosofiles\.file\.core\.windows\.net/hiring"
            r"\?sharesnapshot=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z"
        ),
        "recoveryPointSizeInGB": 0,
        "recoveryPointProperties": {"isSoftDeleted": False},
        "recoveryPointTierDetails": [{"type": "InstantRP", "status": "Valid"}],
    },
}
VAULT = {
    "location": "westeurope",
    "name": str,
    "etag": re.compile(r"W/\"datetime'\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A[\d.]+Z'\""),
    "id": str,
    "type": "Microsoft.RecoveryServices/vaults",
    "sku": {"name": "Standard"},
    "properties": {
        "provisioningState": str,
        "privateEndpointStateForBackup": "None",
        "privateEndpointStateForSiteRecovery": "None",
        "securitySettings": {
            "softDeleteSettings": {
                "softDeleteRetentionPeriodInDays": 14,
                "softDeleteState": "AlwaysON",
                "enhancedSecurityState": "AlwaysON",
            },
            "multiUserAuthorization": "Disabled",
            "sourceScanConfiguration": {"state": "Disabled"},
        },
        "monitoringSettings": {"azureMonitorAlertSettings": dict, "classicAlertSettings": dict},
        "regionOfChoiceSettings": {"status": "Disabled"},
        "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Enabled"}},
        "backupStorageVersion": "V2",
        "redundancySettings": {
            "standardTierStorageRedundancy": "GeoRedundant",
            "crossRegionRestore": "Disabled",
        },
        "publicNetworkAccess": "Enabled",
        "bcdrSecurityLevel": str,
        "secureScore": str,
    },
}


def differences(shape: Any, value: Any, where: str = "$") -> Iterator[str]:
    """Where ``value`` has not the shape."""
    if isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            yield f"{where}: {value!r} does not match {shape.pattern}"
    elif isinstance(shape, type):
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            yield f"{where}: {value!r} is not {shape.__name__}"
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where}: {value!r} is not an object"
            return
        for key in value.keys() - {name.rstrip("?") for name in shape}:
            yield f"{where}.{key}: not expected"
        for name, inner in shape.items():
            key = name.rstrip("?")
            if key in value:
                yield from differences(inner, value[key], f"{where}.{key}")
            elif not name.endswith("?"):
                yield f"{where}.{key}: missing"
    elif isinstance(shape, list):
        if not isinstance(value, list) or bool(value) != bool(shape):
            yield f"{where}: {value!r} is not a list like {shape!r}"
            return
        for index, entry in enumerate(value):
            yield from differences(shape[0], entry, f"{where}[{index}]")
    elif type(shape) is not type(value) or shape != value:
        yield f"{where}: {value!r} is not {shape!r}"


# --- The life cycle.


@dataclass(frozen=True)
class Exchange:
    method: str
    url: str
    status: int
    headers: dict[str, str]
    body: Any
    """None when it is empty."""


class Walk:
    """Calls the simulator and keeps each exchange; those with a label can be asked for."""

    def __init__(self, simulator: Simulation) -> None:
        self.simulator = simulator
        self.exchanges: list[Exchange] = []
        self.labelled: dict[str, Any] = {}

    def __call__(self, method: str, path: str, body: Any = None, label: str = "") -> Exchange:
        answer = self.simulator.call(method, path, json=body)
        content = answer.json() if answer.content else None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        exchange = Exchange(method, answer.url, answer.status_code, headers, content)
        self.exchanges.append(exchange)
        if label:
            self.labelled[label] = content
        return exchange

    def until(self, path: str, pending: Any) -> Exchange:
        return self.simulator.until(lambda: self("GET", path), lambda exchange: not pending(exchange))  # type: ignore[no-any-return]

    def result(self, accepted: Exchange, path: str) -> Exchange:
        """Poll operationResults under ``path`` by status."""
        return self.until(f"{path}/operationResults/{operation(accepted)}", lambda exchange: exchange.status == 202)

    def job(self, accepted: Exchange) -> str:
        """Poll backupOperations by JSON; the path of the job."""
        path = f"/backupOperations/{operation(accepted)}"
        ended = self.until(path, lambda exchange: exchange.body["status"] == "InProgress")
        return f"/backupJobs/{ended.body['properties']['jobId']}"

    def done(self, accepted: Exchange, label: str = "") -> None:
        path = self.job(accepted)
        self.until(path, lambda exchange: exchange.body["properties"]["status"] == "InProgress")
        self("GET", path, label=label)


def operation(accepted: Exchange) -> str:
    assert accepted.status == 202, accepted
    return accepted.headers["azure-asyncoperation"].split("/")[-1].partition("?")[0]


@pytest.fixture(scope="module")
def walk(simulator: Simulation) -> Walk:
    call = Walk(simulator)
    at = "2026-09-10T21:00:00+00:00"
    retention = {
        "retentionPolicyType": "LongTermRetentionPolicy",
        "dailySchedule": {
            "retentionTimes": [at],
            "retentionDuration": {"count": 3, "durationType": "Days"},
        },
    }
    new_policy = {
        "backupManagementType": "AzureStorage",
        "workLoadType": "AzureFileShare",
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Daily",
            "scheduleRunTimes": [at],
            "scheduleWeeklyFrequency": 0,
            "hourlySchedule": None,
        },
        "retentionPolicy": retention,
        "timeZone": "UTC",
        "protectedItemsCount": 1,
    }
    policy_id = f"{simulator.vault_id()}/backupPolicies/daily-30"

    def protection(**changes: Any) -> dict[str, Any]:
        properties = {
            "protectedItemType": "AzureFileShareProtectedItem",
            "policyId": policy_id,
            "sourceResourceId": simulator.account_id(ACCOUNT),
        }
        return {"properties": properties | changes}

    call("GET", "", label="vault")
    call("GET", "/backupResourceGuardProxies", label="no guard")
    call("PUT", simulator.vault_id("other"), {"location": "westeurope"}, label="new vault")
    call("GET", "/backupPolicies/DefaultPolicy")
    call("PUT", "/backupPolicies/brief", {"properties": new_policy})
    call("DELETE", "/backupPolicies/brief")
    call("PUT", "/backupPolicies/put", {"properties": new_policy}, label="put policy")
    call("GET", "/backupPolicies/daily-30", label="policy")
    call("GET", "/backupPolicies/tiered", label="tiered policy")
    call("GET", "/backupPolicies?api-version=2026-07-01&$filter=backupManagementType eq 'AzureStorage'")
    call.result(call("POST", "/backupFabrics/Azure/refreshContainers"), "/backupFabrics/Azure")
    call("GET", "/backupFabrics/Azure/protectableContainers", label="protectable containers")
    container = {
        "backupManagementType": "AzureStorage",
        "containerType": "StorageContainer",
        "sourceResourceId": simulator.account_id(ACCOUNT),
    }
    accepted = call("PUT", CONTAINER, {"properties": container})
    call("GET", f"{CONTAINER}/operationsStatus/{operation(accepted)}", label="registering")
    call.result(accepted, CONTAINER)
    call.labelled["registered"] = call.exchanges[-1].body
    registered = "$filter=backupManagementType eq 'AzureStorage' and status eq 'Registered'"
    call("GET", CONTAINER, label="container")
    call("GET", f"/backupProtectionContainers?api-version=2026-07-01&{registered}", label="containers")
    call.result(call("POST", f"{CONTAINER}/inquire"), CONTAINER)
    (share, _unused) = call("GET", "/backupProtectableItems", label="protectable items").body["value"]

    path = share["id"].replace("/protectableItems/", "/protectedItems/")
    accepted = call("PUT", path, protection())
    call("GET", f"/backupOperations/{operation(accepted)}", label="pending")
    call.done(accepted, label="configured job")
    call("GET", f"/backupOperations/{operation(accepted)}", label="succeeded")
    call("GET", "/backupProtectedItems", label="items")
    path = call.exchanges[-1].body["value"][0]["id"]
    call("GET", path)

    simulator.control("POST", "faults", {"operation": "protect", "share": "hiring"})
    accepted = call("PUT", path, protection())
    call.until(f"/backupOperations/{operation(accepted)}", lambda exchange: exchange.body["status"] == "InProgress")
    call("GET", f"/backupOperations/{operation(accepted)}", label="failed")
    newest = call("GET", "/backupJobs").body["value"][0]["id"]
    call("GET", newest, label="failed job")

    backup = {"properties": {"objectType": "AzureFileShareBackupRequest"}}
    accepted = call("POST", f"{path}/backup", backup)
    call("GET", call.job(accepted), label="running backup")
    call.done(accepted)
    call("GET", path, label="backed up item")
    (point,) = call("GET", f"{path}/recoveryPoints", label="recovery points").body["value"]
    restore = {
        "objectType": "AzureFileShareRestoreRequest",
        "recoveryType": "OriginalLocation",
        "restoreRequestType": "FullShareRestore",
        "copyOptions": "Overwrite",
        "sourceResourceId": simulator.account_id(ACCOUNT),
    }
    call.done(call("POST", f"{point['id']}/restore", {"properties": restore}), label="restore job")

    stop = protection(policyId="", protectionState="ProtectionStopped")
    call.done(call("PUT", path, stop), label="stop job")
    call("GET", "/backupProtectedItems", label="stopped items")
    call.done(call("DELETE", path), label="delete job")
    call("GET", "/backupProtectedItems", label="soft-deleted items")
    undelete = protection(policyId="", protectionState="ProtectionStopped", isRehydrate=True)
    call.done(call("PUT", path, undelete), label="undelete job")
    call("GET", "/backupProtectedItems", label="undeleted items")
    call.done(call("DELETE", path))
    simulator.advance(days=14)
    call.result(call("DELETE", CONTAINER), CONTAINER)
    deleting = call("DELETE", simulator.vault_id("other"))
    call("GET", simulator.vault_id("other") + f"/operationStatus/{operation(deleting)}")
    call("GET", simulator.vault_id("absent"), label="error")
    return call


@pytest.mark.parametrize(
    ("label", "shape"),
    [
        ("vault", VAULT),
        ("new vault", VAULT),
        ("put policy", POLICY),
        ("policy", POLICY),
        ("tiered policy", TIERED_POLICY),
        ("protectable containers", {"value": [PROTECTABLE_CONTAINER]}),
        ("registered", REGISTERED),
        ("container", REGISTERED),
        ("containers", {"value": [REGISTERED]}),
        ("protectable items", {"value": [PROTECTABLE_ITEM]}),
        ("no guard", {"value": []}),
        ("registering", REGISTERING),
        ("pending", PENDING),
        ("succeeded", SUCCEEDED_WITH_JOB),
        ("failed", FAILED),
        ("configured job", CONFIGURED_JOB),
        ("failed job", FAILED_JOB),
        ("running backup", RUNNING_BACKUP),
        ("restore job", RESTORE_JOB),
        ("stop job", STOP_JOB),
        ("delete job", DELETE_JOB),
        ("undelete job", UNDELETE_JOB),
        ("items", {"value": [ITEM]}),
        ("backed up item", BACKED_UP_ITEM),
        ("stopped items", {"value": [STOPPED_ITEM]}),
        ("soft-deleted items", {"value": [SOFT_DELETED_ITEM]}),
        ("undeleted items", {"value": [STOPPED_ITEM]}),
        ("recovery points", {"value": [RECOVERY_POINT]}),
        ("error", {"error": {"code": "ResourceNotFound", "message": str}}),
    ],
)
def test_a_body_has_its_shape(walk: Walk, label: str, shape: Any) -> None:
    assert list(differences(shape, walk.labelled[label])) == []


def test_the_comparison_sees_differences() -> None:
    shape = {"a": int, "b?": [str], "c": re.compile("x+"), "d": "word"}
    assert list(differences(shape, {"a": 1, "c": "xx", "d": "word"})) == []
    wrong = {"a": True, "b": [1], "d": "other", "e": 1}
    assert sorted(line.split(":")[0] for line in differences(shape, wrong)) == [
        "$.a",
        "$.b[0]",
        "$.c",
        "$.d",
        "$.e",
    ]


# --- Headers: what tells of the rate, what asks for patience, and where to follow what is accepted.

FACTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "recordings" / "headers.yml").read_text(encoding="utf-8")
)


def kind(exchange: Exchange) -> str:
    """``PUT V/backupFabrics/Azure/protectionContainers/C 202``: what an exchange is, without its names."""
    return f"{exchange.method} {place(exchange.url)} {exchange.status}"


def place(url: str) -> str:
    path = re.sub(r"%3B", ";", url.partition("?")[0], flags=re.IGNORECASE)
    path = re.sub(r"^.*?/providers/Microsoft\.RecoveryServices/vaults/[^/]+", "V", path)
    for collection, name in (
        ("protectionContainers", "C"),
        ("protectedItems", "I"),
        ("recoveryPoints", "R"),
        ("backupPolicies", "P"),
        ("backupJobs", "J"),
    ):
        path = re.sub(f"(?<=/{collection}/)[^/]+", name, path)
    path = re.sub(r"(/operation(?:Status|Results)/)[^/]+", r"\1O", path)
    return GUID.sub("O", path)


def heads(exchange: Exchange) -> dict[str, Any]:
    """What the facts are about, in their form."""
    counter = "x-ms-ratelimit-remaining-subscription-"
    location, status = (exchange.headers.get(name) for name in ("location", "azure-asyncoperation"))
    told: dict[str, Any] = {
        "counters": sorted(name.removeprefix(counter) for name in exchange.headers if name.startswith(counter)),
        "content": exchange.headers.get("content-type"),
        "patience": exchange.headers.get("retry-after"),
        "location": location and lead(location),
        "status": status and lead(status),
    }
    return {name: value for name, value in told.items() if value is not None}


def lead(url: str) -> str:
    """Where a header leads, and with which api-version if that is not the request's."""
    query = url.partition("?")[2]
    return place(url) + ("" if query == "api-version=2026-07-01" else f"?{query}")


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: str(fact["answer"]))
def test_headers_are_as_recorded(walk: Walk, fact: dict[str, Any]) -> None:
    found = [heads(exchange) for exchange in walk.exchanges if kind(exchange) == fact["answer"]]
    assert found
    recorded = {name: value for name, value in fact.items() if name not in ("answer", "source")}
    assert all(each == recorded for each in found), found[0]


def test_what_is_asked_is_known_by_its_own_id(walk: Walk) -> None:
    answer = walk.simulator.call("GET", "/backupPolicies", headers={"x-ms-client-request-id": "mine"})
    assert answer.headers["x-ms-client-request-id"] == "mine"
    assert re.fullmatch(
        f"tenantId={GUID.pattern},objectId={GUID.pattern}/westeurope/{GUID.pattern}",
        answer.headers["x-ms-operation-identifier"],
    )
