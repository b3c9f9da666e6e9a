# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a vault that decide where it can restore to, and from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .fields import properties_of, region, text

GEO_REDUNDANT = "GeoRedundant"
ENABLED = "Enabled"


@dataclass(frozen=True)
class VaultSettings:
    """``redundancy``, ``cross_region`` and ``cross_subscription`` are the service's words; None where it does not say.

    ``identities`` are the ids of the managed identities that the vault may use beside its own, which
    ``own_identity`` tells of.
    """

    location: str
    redundancy: str | None
    cross_region: str | None
    cross_subscription: str | None
    identities: tuple[str, ...]
    own_identity: bool

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> VaultSettings:
        properties = properties_of(resource)
        redundancy = _inner(properties, "redundancySettings")
        elsewhere = _inner(_inner(properties, "restoreSettings"), "crossSubscriptionRestoreSettings")
        identity = _inner(resource, "identity")
        return cls(
            location=region(resource.get("location")),
            redundancy=text(redundancy.get("standardTierStorageRedundancy")),
            cross_region=text(redundancy.get("crossRegionRestore")),
            cross_subscription=text(elsewhere.get("crossSubscriptionRestoreState")),
            identities=tuple(_inner(identity, "userAssignedIdentities")),
            own_identity="systemassigned" in str(identity.get("type") or "").lower(),
        )


def _inner(thing: dict[str, Any], name: str) -> dict[str, Any]:
    inner = thing.get(name)
    return inner if isinstance(inner, dict) else {}
