# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery Services vaults, as a subscription lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._azure.ids import VaultId
from .fields import region, string


@dataclass(frozen=True)
class ListedVault:
    id: VaultId
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ListedVault | None:
        """None for what has not the id of a vault."""
        vault, tags = VaultId.parse(string(resource.get("id"))), resource.get("tags")
        if vault is None:
            return None
        return cls(
            vault,
            region(resource.get("location")),
            {str(name): str(value) for name, value in tags.items()} if isinstance(tags, dict) else {},
        )

    def to_variables(self) -> dict[str, Any]:
        """What filters can speak of."""
        return {
            "afs_vault_name": self.id.name,
            "afs_vault_resource_group": self.id.resource_group,
            "afs_vault_subscription_id": self.id.subscription,
            "afs_vault_id": str(self.id),
            "afs_vault_location": self.location,
            "afs_vault_tags": dict(self.tags),
        }
