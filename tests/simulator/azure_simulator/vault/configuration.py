# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a vault: soft delete and storage."""

from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..errors import Refusal, guard_asked, invalid_input
from ..messages import Answer
from ..model.vault import Vault

ROUTES = CallRoutes()
CONFIG = f"{VAULT}/backupconfig/vaultconfig"
STORAGE = f"{VAULT}/backupstorageconfig/vaultstorageconfig"
_REDUNDANCIES = ("GeoRedundant", "LocallyRedundant", "ZoneRedundant", "ReadAccessGeoZoneRedundant")


def _storage_state(vault: Vault) -> str:
    """The redundancy is fixed once something is protected."""
    return "Locked" if vault.items else "Unlocked"


def _show_config(vault: Vault) -> dict[str, Any]:
    return {
        "id": f"{vault.id}/backupconfig/vaultconfig",
        "name": "vaultconfig",
        "type": "Microsoft.RecoveryServices/vaults/backupconfig",
        "properties": {
            "storageModelType": vault.redundancy,
            "storageType": vault.redundancy,
            "storageTypeState": _storage_state(vault),
            "enhancedSecurityState": vault.enhanced_security,
            "softDeleteFeatureState": vault.soft_delete,
            "softDeleteRetentionPeriodInDays": vault.retention_days,
            "resourceGuardOperationRequests": [],
            "isSoftDeleteFeatureStateEditable": vault.soft_delete != "AlwaysON",
        },
    }


@ROUTES.on("GET", CONFIG)
def get_config(call: Call) -> Answer:
    return Answer(200, _show_config(call.vault))


@ROUTES.on("PUT", CONFIG)
@ROUTES.on("PATCH", CONFIG)
def change_config(call: Call) -> Answer:
    vault, wanted = call.vault, call.properties
    enhanced = wanted.get("enhancedSecurityState")
    if enhanced not in (None, "Enabled", "Disabled"):
        raise invalid_input(f"'{enhanced}' is not an enhancedSecurityState.")
    turns_off = "Disabled" in (wanted.get("softDeleteFeatureState"), enhanced)
    if vault.guarded and turns_off and not wanted.get("resourceGuardOperationRequests"):
        raise guard_asked()
    vault.set_soft_delete(wanted.get("softDeleteFeatureState"), wanted.get("softDeleteRetentionPeriodInDays"))
    vault.enhanced_security = enhanced or vault.enhanced_security
    return Answer(200, _show_config(vault))


def _show_storage(vault: Vault) -> dict[str, Any]:
    return {
        "id": f"{vault.id}/backupstorageconfig/vaultstorageconfig",
        "name": "vaultstorageconfig",
        "type": "Microsoft.RecoveryServices/vaults/backupstorageconfig",
        "properties": {
            "storageModelType": vault.redundancy,
            "storageType": vault.redundancy,
            "storageTypeState": _storage_state(vault),
            "crossRegionRestoreFlag": vault.cross_region_restore,
            "dedupState": "Disabled",
            "xcoolState": "Disabled",
        },
    }


@ROUTES.on("GET", STORAGE)
def get_storage(call: Call) -> Answer:
    return Answer(200, _show_storage(call.vault))


@ROUTES.on("PUT", STORAGE)
def put_storage(call: Call) -> Answer:
    _change_storage(call)
    return Answer(200, _show_storage(call.vault))


@ROUTES.on("PATCH", STORAGE)
def patch_storage(call: Call) -> Answer:
    _change_storage(call)
    return Answer(204, content_type="")


def _change_storage(call: Call) -> None:
    vault, wanted = call.vault, call.properties
    redundancy = wanted.get("storageModelType") or wanted.get("storageType") or vault.redundancy
    if redundancy not in _REDUNDANCIES:
        raise invalid_input(f"'{redundancy}' is not a storageModelType.")
    if redundancy != vault.redundancy and vault.items:
        raise Refusal(  # inferred
            400,
            "BMSUserErrorStorageTypeLocked",
            "The storage redundancy cannot be changed once the vault protects items.",
        )
    vault.redundancy = redundancy
    vault.cross_region_restore = bool(wanted.get("crossRegionRestoreFlag", vault.cross_region_restore))
