# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a storage account is to be registered, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import AccountId, VaultId, same
from .._options.accounts import AccountRef
from .._options.registration import Registration
from .._records.container import Container, DeletedRegistration, ProtectableAccount
from .._records.vault_settings import VaultSettings


def differs(desired: Registration, container: Container) -> bool:
    """What the service does not tell is taken to be right."""
    if container.lock is not None and container.lock != desired.lock:
        return True
    if desired.access is None or container.access is None:
        return False
    return desired.access.kind != container.access.kind or not same(
        desired.access.identity_id, container.access.identity_id
    )


def check_identity(vault: VaultId, settings: VaultSettings, identity_id: str) -> None:
    """Raises BackupError for an identity that the vault does not have, by which it could not get at the account."""
    if settings.identities is None or any(same(each, identity_id) for each in settings.identities):
        return
    has = f"It has {', '.join(settings.identities)}." if settings.identities else "It has no user-assigned identity."
    raise BackupError(
        f"The identity '{identity_id}' is not one of the vault '{vault.name}'. {has} Assign it first, with az backup "
        f"vault identity assign --name {vault.name} --resource-group {vault.resource_group} --user-assigned "
        f"{identity_id}"
    )


def container_name(account: AccountId) -> str:
    """By which name a vault will have an account, as documented and recorded."""
    kind = "ClassicStorage" if account.is_classic else "Storage"
    return f"StorageContainer;{kind};{account.resource_group};{account.name}"


@dataclass(frozen=True)
class PlannedContainer:
    """A registration as it will be. ``known`` is there already; what only Azure can know otherwise is None."""

    name: str | None
    account: AccountId | None
    account_name: str
    desired: Registration
    vault: VaultId
    known: Container | None = None

    @classmethod
    def of(
        cls,
        vault: VaultId,
        known: Container | ProtectableAccount | DeletedRegistration | None,
        account: AccountId | None,
        ref: AccountRef,
        desired: Registration,
    ) -> PlannedContainer:
        """``account`` is taken where the vault does not know it yet."""
        container = known if isinstance(known, Container) else None
        account = container.account if container else account
        name = known.name if known else container_name(account) if account else None
        return cls(name, account, account.name if account else ref.name, desired, vault, container)

    @property
    def id(self) -> str | None:
        """The id of the registration, or the one that it will have."""
        if self.known:
            return self.known.id
        return f"{self.vault}/backupFabrics/Azure/protectionContainers/{self.name}" if self.name else None

    def to_result(self) -> dict[str, Any]:
        access = self.desired.access
        return {
            "id": self.id,
            "name": self.name,
            "storage_account": self.account_name,
            "storage_account_id": str(self.account) if self.account else None,
            "registration_status": "Registered",
            "health_status": self.known.health_status if self.known else None,
            "protected_item_count": self.known.protected_item_count if self.known else 0,
            "access_type": access.kind if access else None,
            "identity_id": access.identity_id if access else None,
            "storage_account_lock": self.desired.lock,
        }
