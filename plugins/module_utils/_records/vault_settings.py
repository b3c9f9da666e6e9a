# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a vault that decide where it can restore to, and from where, and what it lets nobody take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .fields import properties_of, region, text

GEO_REDUNDANT = "GeoRedundant"
ENABLED = "Enabled"


@dataclass(frozen=True)
class VaultSettings:
    """``redundancy``, ``cross_region`` and ``cross_subscription`` are the service's words; None where it does not say.

    ``identities`` are the ids of the user-assigned managed identities that the vault has; None where there is no vault
    yet that could tell.

    ``immutability`` is ``Unlocked`` or ``Locked``, or None for a vault that is not immutable. ``may_be_guarded`` is
    false where the vault says that no resource guard watches over it.
    """

    location: str
    redundancy: str | None
    cross_region: str | None
    cross_subscription: str | None
    identities: tuple[str, ...] | None
    immutability: str | None = None
    may_be_guarded: bool = True

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> VaultSettings:
        properties = properties_of(resource)
        redundancy = _inner(properties, "redundancySettings")
        elsewhere = _inner(_inner(properties, "restoreSettings"), "crossSubscriptionRestoreSettings")
        security = _inner(properties, "securitySettings")
        immutable = str(_inner(security, "immutabilitySettings").get("state") or "").capitalize()
        return cls(
            location=region(resource.get("location")),
            redundancy=text(redundancy.get("standardTierStorageRedundancy")),
            cross_region=text(redundancy.get("crossRegionRestore")),
            cross_subscription=text(elsewhere.get("crossSubscriptionRestoreState")),
            identities=tuple(_inner(_inner(resource, "identity"), "userAssignedIdentities")),
            immutability=immutable if immutable in ("Unlocked", "Locked") else None,
            # Invalid while the vault is made, and absent where the service is older.
            may_be_guarded=str(security.get("multiUserAuthorization")).lower() != "disabled",
        )


UNKNOWN = VaultSettings("", None, None, None, None)
"""Of a vault that is still to be made."""


def _inner(thing: dict[str, Any], name: str) -> dict[str, Any]:
    inner = thing.get(name)
    return inner if isinstance(inner, dict) else {}
