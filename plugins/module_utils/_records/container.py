# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts as the vault knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._azure.ids import AccountId
from .fields import count, properties_of, region, string, text


@dataclass(frozen=True)
class Access:
    """How the vault gets at an account: by its ``key``, or by an ``identity`` (without an id, the vault's own)."""

    kind: str
    identity_id: str | None = None

    @classmethod
    def from_api(cls, properties: dict[str, Any]) -> Access | None:
        """None where the service does not say, as those before identities existed do not."""
        kind, info = properties.get("accessType"), properties.get("identityInfo")
        if kind == "IdentityBased":
            return cls("identity", text(info.get("managedIdentityResourceId")) if isinstance(info, dict) else None)
        return cls("key") if kind == "KeyBased" else None

    def to_api(self) -> dict[str, Any]:
        if self.kind == "key":
            return {"accessType": "KeyBased"}
        info: dict[str, Any] = {"isSystemAssignedIdentity": not self.identity_id}
        if self.identity_id:
            info["managedIdentityResourceId"] = self.identity_id
        return {"accessType": "IdentityBased", "identityInfo": info}


@dataclass(frozen=True)
class Container:
    """A storage account that is registered with the vault. ``access`` and ``lock`` are None where it does not say."""

    id: str
    name: str
    account: AccountId | None
    friendly_name: str
    registration_status: str | None
    health_status: str | None
    protected_item_count: int
    access: Access | None
    lock: bool | None
    location: str | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Container:
        properties = properties_of(resource)
        lock = properties.get("acquireStorageAccountLock")
        return cls(
            id=string(resource.get("id")),
            name=string(resource.get("name")),
            account=AccountId.parse(properties.get("sourceResourceId")),
            friendly_name=string(properties.get("friendlyName")),
            registration_status=text(properties.get("registrationStatus")),
            health_status=text(properties.get("healthStatus")),
            protected_item_count=count(properties.get("protectedItemCount")),
            access=Access.from_api(properties),
            lock=str(lock).lower() == "acquire" if lock else None,
            location=region(properties.get("sourceLocation")) or None,
        )

    @property
    def registered(self) -> bool:
        return (self.registration_status or "").lower() == "registered"

    def to_result(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "storage_account": self.friendly_name,
            "storage_account_id": str(self.account) if self.account else None,
            "registration_status": self.registration_status,
            "health_status": self.health_status,
            "protected_item_count": self.protected_item_count,
            "access_type": self.access.kind if self.access else None,
            "identity_id": self.access.identity_id if self.access else None,
            "storage_account_lock": self.lock,
        }


@dataclass(frozen=True)
class ProtectableAccount:
    """A storage account that the vault has discovered and that no vault has registered yet."""

    name: str
    account: AccountId | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ProtectableAccount:
        return cls(string(resource.get("name")), AccountId.parse(properties_of(resource).get("containerId")))


@dataclass(frozen=True)
class DeletedRegistration:
    """A storage account whose registration with the vault is soft-deleted.

    For storage accounts no traffic of it is on record: list and rehydration are in Microsoft's SDK.
    """

    name: str
    account: AccountId | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> DeletedRegistration:
        return cls(string(resource.get("name")), AccountId.parse(properties_of(resource).get("sourceResourceId")))
