# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vaults themselves: made by a scenario or a PUT, changed, deleted."""

import base64
import re
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from .. import scenario
from ..clock import Clock
from ..errors import Failed, Refusal, internal_error, invalid_input, resource_not_found
from ..faults import Subject
from ..scenario import ResourceGuard, Scenario, SoftDelete
from .guard import REDUCE_IMMUTABILITY, WATCHED, Guard, Plea
from .operations import Operations
from .policies import default_policy, from_scenario
from .vault import Operation, Vault

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,49}")


_GUARDS = "providers/Microsoft.DataProtection/resourceGuards"


def token_of(operation: Operation) -> str:
    """The provider of vaults, another than Azure Backup's, names its operations in base64."""
    return base64.b64encode(f"{operation.kind};{operation.id}".encode()).decode()


class Vaults:
    def __init__(self, clock: Clock, operations: Operations) -> None:
        self._clock = clock
        self._operations = operations
        self.all: list[Vault] = []
        self._tracked: dict[str, Operation] = {}
        """Operations on vaults by their token; they outlive the vault they delete."""

    def find(self, subscription: str, group: str, name: str) -> Vault | None:
        wanted = (subscription.lower(), group.lower(), name.lower())
        for vault in self.all:
            if (vault.subscription.lower(), vault.group.lower(), vault.name.lower()) == wanted:
                return vault
        return None

    def get(self, subscription: str, group: str, name: str) -> Vault:
        vault = self.find(subscription, group, name)
        if vault is None:
            raise resource_not_found("Microsoft.RecoveryServices/vaults", name, group)
        return vault

    def operation(self, token: str) -> Operation | None:
        return self._tracked.get(token)

    def add(self, settings: Scenario, wanted: scenario.Vault) -> None:
        soft_delete = settings.soft_delete if wanted.soft_delete is None else wanted.soft_delete
        if isinstance(soft_delete, bool):
            soft_delete = SoftDelete("Enabled" if soft_delete else "Disabled")
        subscription = wanted.subscription_id or settings.subscription_id
        vault = self._new(subscription, wanted.resource_group, wanted.name, wanted.location, wanted.tags)
        vault.soft_delete, vault.retention_days = soft_delete.state, soft_delete.days
        vault.enhanced_security = "Disabled" if soft_delete.state == "Disabled" else "Enabled"
        vault.immutability = wanted.immutability
        if wanted.resource_guard:
            vault.guard = _guard(settings, vault, wanted.resource_guard)
        vault.redundancy, vault.cross_region_restore = wanted.redundancy, wanted.cross_region_restore
        vault.secondary_lag, vault.cross_subscription_restore = wanted.secondary_lag, wanted.cross_subscription_restore
        vault.identities = wanted.identities
        for policy in wanted.policies:
            vault.add_policy(from_scenario(policy, self._clock.now()))

    def _new(self, subscription: str, group: str, name: str, location: str, tags: dict[str, str]) -> Vault:
        now = self._clock.now()
        vault = Vault(subscription, group, name, location, tags, now)
        vault.add_policy(default_policy(now))
        self.all.append(vault)
        return vault

    def create(
        self, subscription: str, group: str, name: str, location: str, wanted: dict[str, Any], plea: Plea
    ) -> tuple[Vault, Operation]:
        """A vault is there at once, ``Provisioning`` until the operation is over."""
        if not _NAME.fullmatch(name):
            raise Refusal(400, "InvalidResourceName", f"The vault name '{name}' is not allowed.")  # inferred
        vault = self._new(subscription, group, name, location, {})
        self.update(vault, wanted, plea)
        vault.provisioning = "Provisioning"

        def finish(_operation: Operation) -> None:
            vault.provisioning = "Succeeded"

        return vault, self._track(vault, finish)

    def update(self, vault: Vault, wanted: dict[str, Any], plea: Plea) -> None:
        """Take over what a PUT or PATCH says; what it leaves out stays."""
        if vault.provisioning != "Succeeded":
            # The code is reported, status and message are inferred.
            raise Refusal(
                409,
                "RSVaultUpdateErrorConflictingOperationInProgress",
                f"Another operation is in progress on the vault '{vault.name}'.",
            )
        properties = wanted.get("properties") or {}
        security = properties.get("securitySettings") or {}
        soft_delete = security.get("softDeleteSettings") or {}
        if soft_delete:
            _set_soft_delete(vault, soft_delete)
        immutability = (security.get("immutabilitySettings") or {}).get("state")
        if immutability:
            _set_immutability(vault, immutability, plea)
        redundancy = properties.get("redundancySettings") or {}
        if redundancy:
            _set_redundancy(vault, redundancy)
        elsewhere = (properties.get("restoreSettings") or {}).get("crossSubscriptionRestoreSettings") or {}
        if elsewhere:
            _set_cross_subscription(vault, elsewhere)
        if wanted.get("tags") is not None:
            vault.tags = dict(wanted["tags"])

    def delete(self, vault: Vault) -> Operation:
        """Accepted always; what stands against it is told by the operation (recorded in 2026).

        What that is, is not settled: accounts with items in them are recorded, soft-deleted items alone did not count.
        """
        return self._track(vault, partial(self._deleted, vault))

    def _deleted(self, vault: Vault, _operation: Operation) -> None:
        for item in vault.items.values():
            if item.deleted_at is None:
                raise Failed(
                    "BMSUserErrorVaultDeletionNotAllowed",
                    "Recovery Services Vault cannot be deleted as there are existing resources within the vault.  : "
                    f"{item.container.account.name}",
                )
        if vault in self.all:
            self.all.remove(vault)

    def _track(self, vault: Vault, finish: Callable[[Operation], None]) -> Operation:
        operation = self._operations.begin(vault, "vault", Subject(vault.name), finish)
        self._tracked[token_of(operation)] = operation
        return operation


def _guard(settings: Scenario, vault: Vault, wanted: ResourceGuard | bool) -> Guard:
    """A guard of another tenant is in another subscription as well."""
    if isinstance(wanted, bool):
        wanted = ResourceGuard()
    other = {tenant.lower(): tenant for tenant in settings.other_tenants}.get((wanted.tenant or "").lower())
    subscription = str(uuid.uuid5(uuid.NAMESPACE_OID, other)) if other else vault.subscription
    return Guard(
        f"/subscriptions/{subscription}/resourcegroups/{vault.group}/{_GUARDS}/{wanted.name}",
        tuple(WATCHED) if wanted.operations is None else tuple(wanted.operations),
        other,
        None if wanted.approved is None else {client.lower() for client in wanted.approved},
    )


def _set_soft_delete(vault: Vault, wanted: dict[str, Any]) -> None:
    state = wanted.get("softDeleteState")
    if state is not None and not vault.knows_soft_delete(state):
        failure = internal_error()  # recorded in 2026, with two members more than other errors have
        failure.more = {"target": None, "details": None}
        raise failure
    vault.set_soft_delete(state, wanted.get("softDeleteRetentionPeriodInDays"))


def _set_immutability(vault: Vault, wanted: str, plea: Plea) -> None:
    """From Disabled to Unlocked and back, and from Unlocked to Locked for good (reported; the status is inferred)."""
    steps = {None: ("Disabled", "Unlocked"), "Unlocked": ("Disabled", "Unlocked", "Locked"), "Locked": ("Locked",)}
    if wanted not in steps[vault.immutability]:
        raise Refusal(
            400,
            "UserErrorUnsupportedVaultImmutabilityStateChange",
            "The immutable vault property for this vault is locked, hence, this setting cannot be disabled. The vault "
            "has its immutable vault property enabled and locked, and it can no longer be reverted to a non-immutable "
            "vault. Refer to the documentation to learn more: https://aka.ms/AB-ImmutableVaults-States ",
        )
    if vault.guard and vault.immutability and wanted == "Disabled":
        vault.guard.demand(REDUCE_IMMUTABILITY, plea)
    vault.immutability = None if wanted == "Disabled" else wanted


def _set_redundancy(vault: Vault, wanted: dict[str, Any]) -> None:
    """Both members are needed (reported; how it is refused is inferred)."""
    redundancy, elsewhere = wanted.get("standardTierStorageRedundancy"), wanted.get("crossRegionRestore")
    if redundancy not in scenario.REDUNDANCIES or elsewhere not in ("Enabled", "Disabled"):
        raise invalid_input("The redundancySettings need standardTierStorageRedundancy and crossRegionRestore.")
    vault.redundancy, vault.cross_region_restore = redundancy, elsewhere == "Enabled"


def _set_cross_subscription(vault: Vault, wanted: dict[str, Any]) -> None:
    """``PermanentlyDisabled`` is for good (documented; the refusal is inferred)."""
    state = wanted.get("crossSubscriptionRestoreState")
    for_good = vault.cross_subscription_restore == "PermanentlyDisabled"
    if state not in scenario.CROSS_SUBSCRIPTION or (for_good and state != "PermanentlyDisabled"):
        raise invalid_input(f"The crossSubscriptionRestoreState cannot become '{state}'.")
    vault.cross_subscription_restore = state
