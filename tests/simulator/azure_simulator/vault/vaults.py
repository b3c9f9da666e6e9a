# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vaults themselves, a provider of their own: their operations look different from Azure Backup's.

No answer of theirs has a Retry-After: recorded for deletions, inferred for the others.
"""

import json
from typing import Any
from urllib.parse import quote

from ..call import VAULT, VAULT_DEPTH, Call, CallRoutes
from ..dotnet import timestamp, us_time
from ..errors import Refusal, gateway
from ..messages import Answer
from ..model.vault import Operation, Vault
from ..model.vaults import token_of
from ..names import guid
from ..odata import same
from . import guards

ROUTES = CallRoutes()
SUBSCRIPTION = "/subscriptions/{subscription}"
VAULTS = "providers/Microsoft.RecoveryServices/vaults"


def show(call: Call, vault: Vault) -> dict[str, Any]:
    """The settings are those of the api-version; recorded from 2024-04-01 to 2026-07-01."""
    security: dict[str, Any] = {
        "softDeleteSettings": {
            "softDeleteRetentionPeriodInDays": vault.retention_days,
            "softDeleteState": vault.soft_delete,
            "enhancedSecurityState": "AlwaysON" if vault.soft_delete == "AlwaysON" else vault.enhanced_security,
        },
        "multiUserAuthorization": "Enabled" if vault.guard else "Disabled",
    }
    if call.since("2025-08-01"):
        security["sourceScanConfiguration"] = {"state": "Disabled"}
    if vault.immutability:
        security["immutabilitySettings"] = {"state": vault.immutability}
    secure, recoverable = _scores(vault)
    newer: dict[str, Any] = {}
    if call.since("2026-01-01"):
        newer = {"monitoringSettings": _MONITORING, "regionOfChoiceSettings": {"status": "Disabled"}}
    return {
        "location": vault.location,
        "name": vault.name,
        "etag": f"W/\"datetime'{timestamp(vault.created).replace(':', '%3A')}'\"",
        **({"tags": vault.tags} if vault.tags else {}),
        **_identity(call, vault),
        "properties": {
            "provisioningState": vault.provisioning,
            "privateEndpointStateForBackup": "None",
            "privateEndpointStateForSiteRecovery": "None",
            "backupStorageVersion": "V2",
            "securitySettings": security,
            "redundancySettings": {
                "standardTierStorageRedundancy": vault.redundancy,
                "crossRegionRestore": "Enabled" if vault.cross_region_restore else "Disabled",
            },
            "publicNetworkAccess": "Enabled",
            "bcdrSecurityLevel": recoverable,
            "secureScore": secure,
            "restoreSettings": {
                "crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": vault.cross_subscription_restore}
            },
            **newer,
        },
        "id": vault.id,
        "type": "Microsoft.RecoveryServices/vaults",
        "sku": {"name": "Standard"},
    }


def _identity(call: Call, vault: Vault) -> dict[str, Any]:
    if not vault.identities:
        return {}
    assigned = {each: {"clientId": guid(f"{each}/client"), "principalId": guid(each)} for each in vault.identities}
    own = {"tenantId": call.settings.tenant, "principalId": guid(vault.id), "type": "SystemAssigned, UserAssigned"}
    return {"identity": {**own, "userAssignedIdentities": assigned}}


_MONITORING = {
    "azureMonitorAlertSettings": {
        "alertsForAllJobFailures": "Enabled",
        "alertsForAllReplicationIssues": "Enabled",
        "alertsForAllFailoverIssues": "Enabled",
    },
    "classicAlertSettings": {
        "alertsForCriticalOperations": "Enabled",
        "emailNotificationsForSiteRecovery": "Enabled",
    },
}


def _scores(vault: Vault) -> tuple[str, str]:
    """How secure a vault is, and how recoverable; recorded for these vaults, what they are made of is inferred."""
    if vault.soft_delete == "AlwaysON":
        return ("Adequate", "Good") if vault.cross_region_restore else ("Minimum", "Fair")
    return ("Minimum", "Fair") if vault.guard else ("None", "Poor")


def _url(call: Call, what: str, operation: Operation) -> str:
    return call.url(VAULT_DEPTH, f"{what}/{quote(token_of(operation), safe='')}")


@ROUTES.on("GET", VAULT)
def get(call: Call) -> Answer:
    return Answer(200, show(call, call.vault))


@ROUTES.on("GET", f"{SUBSCRIPTION}/{VAULTS}")
@ROUTES.on("GET", f"{SUBSCRIPTION}/resourceGroups/{{group}}/{VAULTS}")
def list_all(call: Call) -> Answer:
    group = call.params.get("group")
    rows = [
        show(call, vault)
        for vault in call.world.vaults.all
        if same(call.subscription, vault.subscription) and (group is None or same(group, vault.group))
    ]
    return Answer(200, {"value": rows})


@ROUTES.on("PUT", VAULT)
def put(call: Call) -> Answer:
    """201 for a new vault, which is ``Provisioning``; 200 for one that is there (inferred)."""
    group, name = call.params["group"], call.params["vault"]
    vault = call.world.vaults.find(call.subscription, group, name)
    if vault is None:
        if not call.body.get("location"):
            raise gateway(400, "LocationRequired", "The location property is required for this definition.")
        vault, operation = call.world.vaults.create(
            call.subscription, group, name, str(call.body["location"]), call.body, guards.plea(call)
        )
        return Answer(201, show(call, vault), {"Azure-AsyncOperation": _url(call, "operationStatus", operation)})
    if not same(str(call.body.get("location", vault.location)), vault.location):
        raise gateway(
            409,
            "InvalidResourceLocation",
            f"The resource '{vault.name}' already exists in location '{vault.location}' in resource group "
            f"'{vault.group}'. A resource with the same name cannot be created in location "
            f"'{call.body['location']}'. Please select a new resource name.",
        )
    call.world.vaults.update(vault, call.body, guards.plea(call))
    return Answer(200, show(call, vault))


@ROUTES.on("PATCH", VAULT)
def patch(call: Call) -> Answer:
    """200 at once (inferred)."""
    call.world.vaults.update(call.vault, call.body, guards.plea(call))
    return Answer(200, show(call, call.vault))


@ROUTES.on("DELETE", VAULT)
def delete(call: Call) -> Answer:
    vault = call.world.vaults.find(call.subscription, call.params["group"], call.params["vault"])
    if vault is None:
        return Answer(204, content_type="")
    operation = call.world.vaults.delete(vault)
    headers = {
        "Location": _url(call, "operationResults", operation),
        "Azure-AsyncOperation": _url(call, "operationStatus", operation),
    }
    return Answer(202, headers=headers)


def _operation(call: Call) -> Operation:
    operation = call.world.vaults.operation(call.params["operation"])
    if operation is None:
        raise Refusal(404, "OperationNotFound", "The operation was not found.")  # inferred
    return operation


@ROUTES.on("GET", f"{VAULT}/operationStatus/{{operation}}")
def operation_status(call: Call) -> Answer:
    """A singular ``operationStatus``, JSON indented with CRLF, and times for a failed one alone, in the US form."""
    operation = _operation(call)
    token = token_of(operation)
    path = "/" + "/".join(call.request.segments[:VAULT_DEPTH])
    body: dict[str, Any] = {
        "id": f"{path}/operationStatus/{token}",
        "name": token,
        "status": operation.status,
    }
    if operation.error_code:
        body["startTime"], body["endTime"] = us_time(operation.started), us_time(operation.ended or operation.started)
        body["error"] = {"code": operation.error_code, "message": operation.error_message}
    return Answer(200, json.dumps(body, indent=2).replace("\n", "\r\n"))


@ROUTES.on("GET", f"{VAULT}/operationResults/{{operation}}")
def operation_result(call: Call) -> Answer:
    operation = _operation(call)
    if operation.running:
        return Answer(202, headers={"Location": _url(call, "operationResults", operation)})
    if operation.error_code:
        raise Refusal(operation.error_http, operation.error_code, operation.error_message or "")
    return Answer(200)
