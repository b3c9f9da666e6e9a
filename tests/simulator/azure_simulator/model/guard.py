# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource guards: what of a vault nobody may do without the consent of those who own the guard."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ..errors import guard_asked

_VAULTS = "Microsoft.RecoveryServices/vaults"
_ITEMS = f"{_VAULTS}/backupFabrics/protectionContainers/protectedItems"
_ELSEWHERE = f"{_VAULTS}/backupCrossTenantVaultMappings"

DELETE_ITEM = "deleteProtectedItemRequests"
UPDATE_ITEM = "updateProtectedItemRequests"
UPDATE_POLICY = "updateProtectionPolicyRequests"
DELETE_PROXY = "deleteResourceGuardProxyRequests"
DISABLE_SOFT_DELETE = "disableSoftDeleteRequests"
STOP = "stopProtectionWithRetainDataRequests"
REDUCE_IMMUTABILITY = "reduceImmutabilityStateRequests"
RESTORE = "triggerRestoreRequests"

WATCHED = {
    DELETE_ITEM: f"{_ITEMS}/delete",
    UPDATE_ITEM: f"{_ITEMS}/write",
    UPDATE_POLICY: f"{_VAULTS}/backupPolicies/write",
    DELETE_PROXY: f"{_VAULTS}/backupResourceGuardProxies/delete",
    "getBackupSecurityPINRequests": f"{_VAULTS}/backupSecurityPIN/action",
    DISABLE_SOFT_DELETE: f"{_VAULTS}/backupconfig/write",
    "modifyEncryptionSettings": f"{_VAULTS}/write#modifyEncryptionSettings",
    STOP: f"{_ITEMS}/write#stopProtectionWithRetainData",
    REDUCE_IMMUTABILITY: f"{_VAULTS}/write#reduceImmutabilityState",
    "modifyImmutabilityDurationRequests": f"{_VAULTS}/write#modifyImmutabilityDuration",
    "deleteMABIdentityRequests": f"{_VAULTS}/registeredIdentities/delete",
    "configureCrossTenantVaultMappingRequests": f"{_ELSEWHERE}/write",
    "deleteCrossTenantVaultMappingRequests": f"{_ELSEWHERE}/remove/action",
    "crossTenantTriggerRestoreRequests": f"{_ELSEWHERE}/backupFabrics/protectionContainers/protectedItems"
    "/recoveryPoints/restore/action",
}
"""The fourteen that a guard of 2026 watches over, in its order: requests, and the operation that needs them."""

OPERATIONS = {**WATCHED, RESTORE: f"{_ITEMS}/recoveryPoints/restore/action"}
"""Restores too, where a guard is told to (its names are of public source texts, and not recorded)."""


@dataclass(eq=False)
class Guard:
    id: str
    watched: Collection[str] = tuple(WATCHED)
    unlocked: set[str] = field(default_factory=set)
    """What may be deleted now: keys of items, and ``DELETE_PROXY``."""

    def request(self, name: str) -> str:
        return f"{self.id}/{name}/default"

    def demand(self, name: str, requests: Collection[str]) -> None:
        """Refuse unless the consent to that operation is among the requests named."""
        named = {request.lower() for request in requests}
        if name in self.watched and self.request(name).lower() not in named:
            raise guard_asked()

    def demand_unlocked(self, name: str, what: str) -> None:
        if name in self.watched and what not in self.unlocked:
            raise guard_asked()
