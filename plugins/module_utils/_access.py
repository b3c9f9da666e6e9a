# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a vault reaches the storage account of its shares. Private to the collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._ids import AccountId

IDENTITY_KEYS = ("isSystemAssignedIdentity", "managedIdentityResourceId")


@dataclass(frozen=True)
class Access:
    """``identity`` is the managed identity, in the service's own form; None where the account's key is used."""

    account: AccountId | None
    identity: dict[str, Any] | None

    @classmethod
    def from_api(cls, container: dict[str, Any]) -> Access:
        properties = container.get("properties") or {}
        identity = properties.get("identityInfo") or {}
        by_identity = str(properties.get("accessType", "")).lower() == "identitybased"
        return cls(
            AccountId.parse(properties.get("sourceResourceId")),
            {key: identity[key] for key in IDENTITY_KEYS if identity.get(key) is not None} if by_identity else None,
        )
