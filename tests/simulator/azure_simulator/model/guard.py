# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource guards: what of a vault nobody may do without the consent of those who own the guard."""

from collections.abc import Collection
from dataclasses import dataclass, field

from ..errors import guard_asked, guard_elsewhere, guard_not_approved

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


@dataclass(frozen=True)
class Plea:
    """What somebody brings who asks for a guarded operation."""

    action: str = ""
    scope: str = ""
    """What it is done to."""
    requests: Collection[str] = ()
    """The guard's requests that are named."""
    client_id: str = ""
    object_id: str = ""
    tenant: str = ""
    """The one that the vault is in."""
    tenants: Collection[str] = ()
    """Those, in lower case, of which there are tokens."""


@dataclass(eq=False)
class Guard:
    id: str
    watched: Collection[str] = tuple(WATCHED)
    tenant: str | None = None
    """Where it is, if not where the vault is."""
    approved: Collection[str] | None = None
    """The clients that have the role on it, in lower case; None for all."""
    unlocked: set[str] = field(default_factory=set)
    """What may be deleted now: keys of items, and ``DELETE_PROXY``."""

    def request(self, name: str) -> str:
        return f"{self.id}/{name}/default"

    def demand(self, name: str, plea: Plea) -> None:
        """Refuse unless the consent to that operation is named, by somebody who has it."""
        if name not in self.watched:
            return
        if self.request(name).lower() not in {request.lower() for request in plea.requests}:
            raise guard_asked()
        self._check_access(name, plea)

    def demand_unlocked(self, name: str, what: str, plea: Plea) -> None:
        """Refuse what is not unlocked. That a token of the guard's tenant is asked for here too is inferred."""
        if name not in self.watched:
            return
        if what not in self.unlocked:
            raise guard_asked()
        self._check_access(name, plea)

    def _check_access(self, name: str, plea: Plea) -> None:
        if self.tenant and self.tenant.lower() not in plea.tenants:
            raise guard_elsewhere(plea.action, plea.scope, plea.tenant, self.id.split("/")[2])
        if self.approved is not None and plea.client_id.lower() not in self.approved:
            who = f"The client '{plea.client_id}' with object id '{plea.object_id}'"
            raise guard_not_approved(who, plea.action, plea.scope, self.request(name))
