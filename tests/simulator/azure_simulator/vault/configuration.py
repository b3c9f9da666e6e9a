# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of a vault: soft delete and storage."""

from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..errors import Refusal, invalid_input
from ..messages import Answer
from ..model.guard import DISABLE_SOFT_DELETE
from ..model.vault import Vault
from . import guards

ROUTES = CallRoutes()
CONFIG = f"{VAULT}/backupconfig/vaultconfig"
STORAGE = f"{VAULT}/backupstorageconfig/vaultstorageconfig"


def _storage_state(vault: Vault) -> str:
    """The redundancy is fixed once something is protected."""
    return "Locked" if vault.items else "Unlocked"


def _show_config(vault: Vault) -> dict[str, Any]:
    return {
        "id": f"{vault.id}/backupconfig/vaultconfig",
        "name": "vaultconfig",
        "type": "Microsoft.RecoveryServices/vaults/backupconfig",
        "properties": {
            "enhancedSecurityState": vault.enhanced_security,
            "softDeleteFeatureState": vault.soft_delete,
            "softDeleteRetentionPeriodInDays": vault.retention_days,
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
    if vault.guard and turns_off:
        vault.guard.demand(DISABLE_SOFT_DELETE, guards.plea(call))
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
@ROUTES.on("PATCH", STORAGE)
def change_storage(_call: Call) -> Answer:
    """Refused, as in every vault that the vaults' own API has made (recorded for PUT, inferred for PATCH)."""
    raise Refusal(
        400,
        "BMSUserErrorRedundancySettingsUseVaultApi",
        "Redundancy settings for this vault cannot be modified using this API. Since the Vault API was previously used "
        "to update the redundancy settings for this vault, you must again use the Vault API to make any further "
        "changes to this property.",
    )
