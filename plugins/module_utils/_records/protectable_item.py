# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares that can be protected, and where the vault has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._azure.ids import AccountId, segment
from .fields import properties_of, string, text


@dataclass(frozen=True)
class ItemAddress:
    """Where a share is found in the vault: names as the service spells them, and the id of its storage account."""

    container_name: str
    item_name: str
    source_resource_id: str
    share: str


@dataclass(frozen=True)
class ProtectableItem:
    """A share that the vault offers to protect."""

    id: str
    name: str
    share: str
    container_name: str
    source_resource_id: str
    share_type: str | None
    protection_state: str | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ProtectableItem:
        properties = properties_of(resource)
        identity = string(resource.get("id"))
        return cls(
            id=identity,
            name=string(resource.get("name")),
            share=string(properties.get("friendlyName")),
            container_name=segment(identity, "protectionContainers"),
            source_resource_id=string(properties.get("parentContainerFabricId")),
            share_type=text(properties.get("azureFileShareType")),
            protection_state=text(properties.get("protectionState")),
        )

    @property
    def account(self) -> AccountId | None:
        return AccountId.parse(self.source_resource_id)

    @property
    def address(self) -> ItemAddress:
        return ItemAddress(self.container_name, self.name, self.source_resource_id, self.share)

    def to_result(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "share": self.share,
            "container_name": self.container_name,
            "storage_account": self.account.name if self.account else None,
            "storage_account_id": self.source_resource_id,
            "share_type": self.share_type,
            "protection_state": self.protection_state,
            "id": self.id,
        }
