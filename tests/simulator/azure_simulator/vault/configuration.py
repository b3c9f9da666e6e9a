# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault itself and its settings."""

from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..dotnet import timestamp
from ..messages import Answer
from ..model.vault import Vault

ROUTES = CallRoutes()
SUBSCRIPTION = "/subscriptions/{subscription}"
VAULTS = "providers/Microsoft.RecoveryServices/vaults"


def show(vault: Vault) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "provisioningState": vault.provisioning,
        "privateEndpointStateForBackup": "None",
        "privateEndpointStateForSiteRecovery": "None",
        "securitySettings": {
            "softDeleteSettings": {
                "softDeleteRetentionPeriodInDays": vault.retention_days,
                "softDeleteState": vault.soft_delete,
                "enhancedSecurityState": "AlwaysON" if vault.soft_delete == "AlwaysON" else "Enabled",
            },
            "multiUserAuthorization": "Enabled" if vault.guards else "Disabled",
        },
        "redundancySettings": {
            "standardTierStorageRedundancy": vault.redundancy,
            "crossRegionRestore": "Enabled" if vault.cross_region_restore else "Disabled",
        },
        "publicNetworkAccess": "Enabled",
        "bcdrSecurityLevel": "Fair",
        "secureScore": "Minimum",
    }
    if vault.immutability:
        properties["securitySettings"]["immutabilitySettings"] = {"state": vault.immutability}
    return {
        "location": vault.location,
        "name": vault.name,
        "etag": f"W/\"datetime'{timestamp(vault.created).replace(':', '%3A')}'\"",
        "tags": vault.tags,
        "properties": properties,
        "id": vault.id,
        "type": "Microsoft.RecoveryServices/vaults",
        "sku": {"name": "Standard"},
    }


@ROUTES.on("GET", VAULT)
def get(call: Call) -> Answer:
    return Answer(200, show(call.vault))


@ROUTES.on("GET", f"{SUBSCRIPTION}/{VAULTS}")
@ROUTES.on("GET", f"{SUBSCRIPTION}/resourceGroups/{{group}}/{VAULTS}")
def list_all(call: Call) -> Answer:
    group = call.params.get("group")
    rows = [show(vault) for vault in call.world.vaults if group in (None, vault.group)]
    return Answer(200, {"value": rows})


@ROUTES.on("GET", f"{VAULT}/backupResourceGuardProxies")
def list_guards(call: Call) -> Answer:
    """az asks before it stops, deletes or restores."""
    return Answer(200, {"value": call.vault.guards})
