# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts as containers: discovery, registration, inquiry."""

from typing import Any

from ..call import CONTAINER, FABRIC, VAULT, Call, CallRoutes
from ..errors import Refusal, invalid_input
from ..messages import Answer
from ..model.discovery import Registration
from ..model.storage import StorageAccount
from ..model.vault import Container
from ..odata import conditions, same
from . import tracking

ROUTES = CallRoutes()


def find(call: Call) -> Container:
    container = call.vault.container(call.params["container"])
    if container is None:
        raise Refusal(  # inferred: no source shows the GET of an unknown container
            404,
            "BMSUserErrorContainerNotFound",
            f"The container '{call.params['container']}' is not registered with the vault.",
        )
    return container


def show(call: Call, container: Container, status: str = "Registered") -> dict[str, Any]:
    account, vault = container.account, call.vault
    properties: dict[str, Any] = {
        "sourceResourceId": account.id,
        "protectedItemCount": sum(item.deleted_at is None for item in vault.items_of(container)),
        "acquireStorageAccountLock": container.lock,
        **({"accessType": container.access} if call.since("2026-01-01") else {}),
        **({"sourceLocation": account.location} if call.since("2026-01-01") else {}),
        "friendlyName": account.name,
        "backupManagementType": "AzureStorage",
        "registrationStatus": status,
        "healthStatus": "Healthy",
        "containerType": "StorageContainer",
        "protectableObjectType": "StorageContainer",
    }
    if container.identity is not None:
        properties["identityInfo"] = container.identity
    return {
        "id": f"{vault.id}/backupFabrics/Azure/protectionContainers/{account.container_name}",
        "name": account.container_name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers",
        "properties": properties,
    }


def _show_protectable(call: Call, account: StorageAccount) -> dict[str, Any]:
    return {
        "id": f"{call.vault.id}/backupFabrics/Azure/protectableContainers/{account.container_name}",
        "name": account.container_name,
        "type": "Microsoft.RecoveryServices/vaults/backupFabrics/protectableContainers",
        "properties": {
            "friendlyName": account.name,
            "backupManagementType": "AzureStorage",
            "protectableContainerType": "StorageContainer",
            "healthStatus": "Healthy",
            "containerId": account.id,
        },
    }


@ROUTES.on("POST", f"{FABRIC}/refreshContainers")
def refresh(call: Call) -> Answer:
    conditions(call.request, ["backupManagementType"])
    return tracking.accepted_by_fabric(call, call.world.discovery.refresh(call.vault))


@ROUTES.on("GET", f"{FABRIC}/protectableContainers")
def list_protectable(call: Call) -> Answer:
    wanted = conditions(call.request, ["backupManagementType", "friendlyName"])
    rows = [
        _show_protectable(call, account)
        for account in call.world.discovery.protectable(call.vault)
        if same(wanted.get("backupManagementType", "AzureStorage"), "AzureStorage")
        and same(wanted.get("friendlyName", account.name), account.name)
    ]
    return Answer(200, {"value": rows})


@ROUTES.on("GET", f"{VAULT}/backupProtectionContainers")
def list_registered(call: Call) -> Answer:
    keys = ["backupManagementType", "containerType", "fabricName", "friendlyName", "status"]
    wanted = conditions(call.request, keys)
    if "backupManagementType" not in wanted:
        raise invalid_input()  # so reported: a list of containers needs the filter
    rows = [
        show(call, container)
        for container in call.vault.containers.values()
        if same(wanted["backupManagementType"], "AzureStorage")
        and same(wanted.get("containerType", "StorageContainer"), "StorageContainer")
        and same(wanted.get("fabricName", "Azure"), "Azure")
        and same(wanted.get("status", "Registered"), "Registered")
        and same(wanted.get("friendlyName", container.account.name), container.account.name)
    ]
    return Answer(200, {"value": rows})


@ROUTES.on("GET", f"{VAULT}/backupDeletedProtectionContainers")
def list_deleted(call: Call) -> Answer:
    """Those with which the scenario begins: one that is unregistered goes for good, or stays while it has soft-deleted
    items. How they are shown is inferred."""
    keys = ["backupManagementType", "containerType", "fabricName", "friendlyName", "status"]
    wanted = conditions(call.request, keys)
    rows = [
        show(call, container, "SoftDeleted")
        for container in call.vault.deleted.values()
        if same(wanted.get("backupManagementType", "AzureStorage"), "AzureStorage")
        and same(wanted.get("friendlyName", container.account.name), container.account.name)
    ]
    return Answer(200, {"value": rows})


@ROUTES.on("GET", CONTAINER)
def get(call: Call) -> Answer:
    return Answer(200, show(call, find(call)))


@ROUTES.on("PUT", CONTAINER)
def register(call: Call) -> Answer:
    wanted = call.properties
    if not same(str(wanted.get("containerType")), "StorageContainer"):
        raise invalid_input("The containerType must be StorageContainer.")
    if not same(str(wanted.get("backupManagementType")), "AzureStorage"):
        raise invalid_input("The backupManagementType must be AzureStorage.")
    account = call.world.account_by_id(str(wanted.get("sourceResourceId", "")))
    if account is None:
        raise Refusal(400, "UserErrorFileShareEndpointUnreachable", "Storage account not found or not supported")
    if not same(account.container_name, call.params["container"]):
        raise invalid_input("The name of the container does not belong to the sourceResourceId.")
    access = wanted.get("accessType")
    if access == "IdentityBased" and not wanted.get("identityInfo"):
        raise invalid_input("The accessType IdentityBased needs an identityInfo.")
    operation = call.world.discovery.register(
        call.vault,
        Registration(
            account,
            operation=str(wanted.get("operationType") or "Register"),
            lock=wanted.get("acquireStorageAccountLock"),
            access=access,
            identity=wanted.get("identityInfo"),
        ),
    )
    return tracking.accepted_by_container(call, operation, body={})


@ROUTES.on("POST", f"{CONTAINER}/inquire")
def inquire(call: Call) -> Answer:
    conditions(call.request, ["backupManagementType", "workloadType"])
    return tracking.accepted_by_container(call, call.world.discovery.inquire(call.vault, find(call)))


@ROUTES.on("DELETE", CONTAINER)
def unregister(call: Call) -> Answer:
    """204 when there is nothing to unregister, as Microsoft's SDK allows (inferred)."""
    if call.vault.container(call.params["container"]) is None:
        return Answer(204, content_type="")
    return tracking.accepted_unregistration(call, call.world.discovery.unregister(call.vault, find(call)))
