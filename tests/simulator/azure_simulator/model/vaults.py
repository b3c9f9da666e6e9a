# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vaults themselves: made by a scenario or a PUT, changed, deleted."""

import base64
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from .. import scenario
from ..clock import Clock
from ..errors import Refusal, resource_not_found
from ..faults import Subject
from ..scenario import Scenario, SoftDelete
from .operations import Operations
from .policies import default_policy, from_scenario
from .vault import Operation, Vault

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,49}")


def token_of(operation: Operation) -> str:
    """The provider of vaults, another than Azure Backup's, names its operations in base64."""
    return base64.b64encode(f"{operation.kind};{operation.id}".encode()).decode()


class Vaults:
    def __init__(self, clock: Clock, subscription: str, operations: Operations) -> None:
        self._clock = clock
        self._subscription = subscription
        self._operations = operations
        self.all: list[Vault] = []
        self._tracked: dict[str, Operation] = {}
        """Operations on vaults by their token; they outlive the vault they delete."""

    def find(self, group: str, name: str) -> Vault | None:
        for vault in self.all:
            if (vault.group.lower(), vault.name.lower()) == (group.lower(), name.lower()):
                return vault
        return None

    def get(self, group: str, name: str) -> Vault:
        vault = self.find(group, name)
        if vault is None:
            raise resource_not_found("Microsoft.RecoveryServices/vaults", name, group)
        return vault

    def operation(self, token: str) -> Operation | None:
        return self._tracked.get(token)

    def add(self, settings: Scenario, wanted: scenario.Vault) -> None:
        soft_delete = settings.soft_delete if wanted.soft_delete is None else wanted.soft_delete
        if isinstance(soft_delete, bool):
            soft_delete = SoftDelete("Enabled" if soft_delete else "Disabled")
        vault = self._new(wanted.resource_group, wanted.name, wanted.location, wanted.tags)
        vault.soft_delete, vault.retention_days = soft_delete.state, soft_delete.days
        vault.immutability = wanted.immutability
        vault.guarded = wanted.resource_guard
        for policy in wanted.policies:
            vault.add_policy(from_scenario(policy, self._clock.now()))

    def _new(self, group: str, name: str, location: str, tags: dict[str, str]) -> Vault:
        now = self._clock.now()
        vault = Vault(self._subscription, group, name, location, tags, now)
        vault.add_policy(default_policy(now))
        self.all.append(vault)
        return vault

    def create(self, group: str, name: str, location: str, wanted: dict[str, Any]) -> tuple[Vault, Operation]:
        """A vault is there at once, ``Provisioning`` until the operation is over."""
        if not _NAME.fullmatch(name):
            raise Refusal(400, "InvalidResourceName", f"The vault name '{name}' is not allowed.")  # inferred
        vault = self._new(group, name, location, {})
        self.update(vault, wanted)
        vault.provisioning = "Provisioning"

        def finish(_operation: Operation) -> None:
            vault.provisioning = "Succeeded"

        return vault, self._track(vault, finish)

    def update(self, vault: Vault, wanted: dict[str, Any]) -> None:
        """Take over what a PUT or PATCH says; what it leaves out stays."""
        properties = wanted.get("properties") or {}
        security = properties.get("securitySettings") or {}
        soft_delete = security.get("softDeleteSettings") or {}
        if soft_delete:
            vault.set_soft_delete(
                soft_delete.get("softDeleteState"), soft_delete.get("softDeleteRetentionPeriodInDays")
            )
        immutability = (security.get("immutabilitySettings") or {}).get("state")
        if immutability and vault.immutability == "Locked" and immutability != "Locked":
            raise Refusal(  # inferred
                400, "UserErrorImmutabilityIsLocked", "The immutability of the vault is locked for good."
            )
        if immutability:
            vault.immutability = None if immutability == "Disabled" else immutability
        if wanted.get("tags") is not None:
            vault.tags = dict(wanted["tags"])

    def delete(self, vault: Vault) -> Operation:
        if any(item.deleted_at is not None for item in vault.items.values()):
            raise Refusal(
                400,
                "ServiceResourceNotEmptyWithBackendMessage",
                "Recovery Services vault cannot be deleted as there are backup items still present in soft "
                "delete state. For details see https://aka.ms/undeletesoftdeleteditems.",
            )
        if vault.containers:
            names = ", ".join(container.account.name for container in vault.containers.values())
            raise Refusal(
                400,
                "ServiceResourceNotEmptyWithContainerDetails",
                f"Vault cannot be deleted as there are existing resources within the vault. : {names}\r\n"
                "Unregister all containers from the vault and then retry to delete vault. "
                "For instructions, see https://aka.ms/AB-AA4ecq5",
            )
        return self._track(vault, partial(self._deleted, vault))

    def _deleted(self, vault: Vault, _operation: Operation) -> None:
        if vault in self.all:
            self.all.remove(vault)

    def _track(self, vault: Vault, finish: Callable[[Operation], None]) -> Operation:
        operation = self._operations.begin(vault, "vault", Subject(vault.name), finish)
        self._tracked[token_of(operation)] = operation
        return operation
