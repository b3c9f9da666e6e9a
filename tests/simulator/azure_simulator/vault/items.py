# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""File shares as protectable and protected items."""

from typing import Any

from ..call import ITEM, VAULT, Call, CallRoutes
from ..clock import DAY
from ..dotnet import timespan, timestamp
from ..errors import invalid_protection, item_not_found
from ..messages import Answer
from ..model.policies import FILE_SHARES
from ..model.protection import Wanted
from ..model.storage import Share, StorageAccount
from ..model.vault import Container, Policy, ProtectedItem
from ..odata import conditions, page, same
from . import guards, tracking

ROUTES = CallRoutes()
TYPE = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"


def find(call: Call) -> ProtectedItem:
    item = call.vault.item(call.params["container"], call.params["item"])
    if item is None:
        raise item_not_found()
    return item


def _container_name(account: StorageAccount, *, upper: bool = False) -> str:
    """The container as items spell it: mostly a small ``storage`` and the resource group in lower case."""
    if upper:
        return account.container_name
    return f"StorageContainer;storage;{account.group.lower()};{account.name}"


def item_name(item: ProtectedItem) -> str:
    hashed = item.share.system_name
    return f"AzureFileShare;{hashed.upper() if item.upper else hashed}"


def item_id(call: Call, item: ProtectedItem) -> str:
    container = _container_name(item.container.account, upper=item.upper)
    return f"{call.vault.id}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{item_name(item)}"


def _source(item: ProtectedItem) -> str:
    """The account's id as items spell it."""
    account = item.container.account
    if item.upper:
        return account.id
    return (
        f"/subscriptions/{account.subscription}/resourceGroups/{account.group.lower()}"
        f"/providers/Microsoft.storage/storageAccounts/{account.name}"
    )


def show(call: Call, item: ProtectedItem, *, extended: bool = False) -> dict[str, Any]:
    """The keys are those of the api-version: some came in 2025, more in 2026 (recorded from 2024-04-01 on)."""
    account, vault = item.container.account, call.vault
    properties: dict[str, Any] = {
        "friendlyName": item.share.name,
        **({"fileShareProtocol": item.share.protocol} if call.asks_secondary or call.since("2025-02-01") else {}),
        "protectionStatus": "Unhealthy" if item.last_backup_status == "Failed" else "Healthy",
        "protectionState": item.state,
        "lastBackupStatus": item.last_backup_status,
    }
    if item.last_backup_time is not None:
        properties["lastBackupTime"] = timestamp(item.last_backup_time)
    properties["protectedItemType"] = "AzureFileShareProtectedItem"
    if extended:
        properties["extendedInfo"] = _extended(item)
    properties |= {
        "backupManagementType": "AzureStorage",
        "workloadType": "AzureFileShare",
        "containerName": _container_name(account, upper=item.upper),
        "sourceResourceId": _source(item),
    }
    if item.policy:
        properties["policyId"] = f"{vault.id}/backupPolicies/{item.policy.name}"
    if item.points and (extended or call.since("2026-01-01")):
        properties["lastRecoveryPoint"] = timestamp(max(point.time for point in item.points))
    properties |= {
        "vaultId": f"{call.request.base_url}{vault.id}",
        "isArchiveEnabled": False,
        "softDeleteRetentionPeriod": 0,
    }
    if call.since("2026-01-01"):
        properties["sourceLocation"] = account.location
        properties["sourceSideScanInfo"] = {
            "sourceSideScanStatus": "NotApplicable",
            "sourceSideScanSummary": "NotApplicable",
        }
    if item.deleted_at is not None:
        remaining = max(0, item.deleted_at + vault.retention - call.world.clock.now())
        properties |= {
            "deferredDeleteTimeInUTC": timestamp(item.deleted_at),
            "isScheduledForDeferredDelete": True,
            "deferredDeleteTimeRemaining": timespan(remaining),
            "softDeleteRetentionPeriod": vault.retention // DAY,
        }
    return {
        "id": item_id(call, item),
        "name": item_name(item),
        "type": TYPE,
        "properties": properties,
    }


def _extended(item: ProtectedItem) -> dict[str, Any]:
    info: dict[str, Any] = {}
    if item.points:
        info["oldestRecoveryPoint"] = timestamp(min(point.time for point in item.points))
    return info | {
        "recoveryPointCount": len(item.points),
        "policyState": "Consistent",
        "resourceState": item.share.resource_state,
        "resourceStateSyncTime": timestamp(item.synced_at),
    }


def _show_protectable(call: Call, container: Container, share: Share) -> dict[str, Any]:
    account = container.account
    name = f"azurefileshare;{share.system_name}"
    return {
        "id": f"{call.vault.id}/backupFabrics/Azure/protectionContainers/{_container_name(account).lower()}"
        f"/protectableItems/{name}",
        "name": name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectableItems",
        "properties": {
            "parentContainerFabricId": account.id,
            "parentContainerFriendlyName": account.name,
            "azureFileShareType": "XSMB",
            "backupManagementType": "AzureStorage",
            "workloadType": "AzureFileShare",
            "protectableItemType": "AzureFileShare",
            "friendlyName": share.name,
            "protectionState": "NotProtected",
        },
    }


@ROUTES.on("GET", f"{VAULT}/backupProtectableItems")
def list_protectable(call: Call) -> Answer:
    keys = ["backupManagementType", "containerName", "friendlyName", "status", "workloadType"]
    wanted = conditions(call.request, keys)
    rows = [
        _show_protectable(call, container, share)
        for container in call.vault.containers.values()
        if same(wanted.get("backupManagementType", "AzureStorage"), "AzureStorage")
        and same(wanted.get("workloadType", "AzureFileShare"), "AzureFileShare")
        and same(wanted.get("containerName", container.key), container.key)
        and same(wanted.get("status", "NotProtected"), "NotProtected")
        for share in call.vault.offered(container)
        if same(wanted.get("friendlyName", share.name), share.name)
    ]
    return Answer(200, page(call.request, rows, call.settings.page_size))


def _listed(call: Call) -> list[ProtectedItem]:
    if not call.asks_secondary:
        return list(call.vault.items.values())
    call.world.secondary.check(call.vault)
    return call.world.secondary.items(call.vault)


@ROUTES.on("GET", f"{VAULT}/backupProtectedItems")
def list_protected(call: Call) -> Answer:
    """Soft-deleted items are among them; a filter against them is not known."""
    keys = ["backupManagementType", "containerName", "fabricName", "friendlyName", "itemType", "policyName"]
    wanted = conditions(call.request, keys)
    rows = [
        show(call, item)
        for item in _listed(call)
        if same(wanted.get("backupManagementType", "AzureStorage"), "AzureStorage")
        and same(wanted.get("itemType", "AzureFileShare"), "AzureFileShare")
        and same(wanted.get("fabricName", "Azure"), "Azure")
        and same(wanted.get("containerName", item.container.key), item.container.key)
        and same(wanted.get("friendlyName", item.share.name), item.share.name)
        and ("policyName" not in wanted or (item.policy and same(wanted["policyName"], item.policy.name)))
    ]
    return Answer(200, page(call.request, rows, call.settings.page_size))


@ROUTES.on("GET", ITEM)
def get(call: Call) -> Answer:
    return Answer(200, show(call, find(call), extended=True))


@ROUTES.on("PUT", ITEM)
def put(call: Call) -> Answer:
    container = call.vault.container(call.params["container"])
    if container is None:
        raise invalid_protection(f"The container '{call.params['container']}' is not registered.")
    wanted = call.properties
    if not same(str(wanted.get("protectedItemType")), "AzureFileShareProtectedItem"):
        raise invalid_protection("The protectedItemType must be AzureFileShareProtectedItem.")
    rehydrate = wanted.get("isRehydrate") is True
    # To undelete, the type will do (recorded in 2026).
    if not same(str(wanted.get("sourceResourceId", container.account.id if rehydrate else "")), container.account.id):
        raise invalid_protection("The sourceResourceId is not the storage account of the container.")
    state = wanted.get("protectionState")
    operation = call.world.protection.put(
        call.vault,
        container,
        call.params["item"],
        Wanted(
            _policy(call, wanted.get("policyId")),
            state,
            rehydrate=rehydrate,
            upper=call.params["container"].startswith("StorageContainer;Storage;"),
            plea=guards.plea(call),
        ),
    )
    return tracking.accepted_by_item(call, operation)


def _policy(call: Call, policy_id: str | None) -> Policy | None:
    """An empty policyId takes the policy away; an absent one gives none."""
    if not policy_id:
        return None
    prefix, _unused, name = policy_id.rpartition("/backupPolicies/")
    policy = call.vault.policy(name) if same(prefix, call.vault.id) else None
    if policy is None:
        raise invalid_protection(f"The vault has no policy '{policy_id}'.")
    if policy.management != FILE_SHARES:
        raise invalid_protection(f"The policy '{name}' is for {policy.management} and not for file shares.")
    return policy


@ROUTES.on("DELETE", ITEM)
def delete(call: Call) -> Answer:
    """202 even where soft delete keeps the item; 204 where there is none, as reported."""
    item = call.vault.item(call.params["container"], call.params["item"])
    if item is None:
        return Answer(204, content_type="")
    return tracking.accepted_by_vault(call, call.world.protection.delete(call.vault, item, guards.plea(call)))
