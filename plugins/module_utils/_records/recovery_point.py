# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .._azure.times import format_time, parse_time
from .fields import properties_of, text

SNAPSHOT = "snapshot"
VAULT = "vault"
SNAPSHOT_AND_VAULT = "snapshot_and_vault"
_BEGINNING = datetime.min.replace(tzinfo=timezone.utc)
_INSTANT, _HARDENED = "instantrp", "hardenedrp"
_GONE = ("invalid", "disabled", "deleted")  # what the service says of a copy that cannot be restored from


@dataclass(frozen=True)
class RecoveryPoint:
    """A share as it was at ``time``. ``tier`` says where its copies are; None where there is none any more.

    ``expiry`` and ``rule`` are None where the service does not say, as it does not for the newest point, nor in the
    vault's own region for those with a copy in the vault (recorded in 2026). Only the other region says of a
    point whether it can be restored there: ``cross_region``.
    """

    id: str
    name: str
    time: datetime | None
    type: str | None
    tier: str | None
    size_gb: int | None
    snapshot_uri: str | None
    expiry: datetime | None = None
    rule: str | None = None
    cross_region: bool | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> RecoveryPoint:
        properties = properties_of(resource)
        more = properties.get("recoveryPointProperties")
        more = more if isinstance(more, dict) else {}
        state = properties.get("crossRegionRestoreState")
        size = properties.get("recoveryPointSizeInGB")
        return cls(
            id=str(resource.get("id") or ""),
            name=str(resource.get("name") or ""),
            time=parse_time(properties.get("recoveryPointTime")),
            type=properties.get("recoveryPointType") or None,
            tier=_tier(properties.get("recoveryPointTierDetails")),
            size_gb=int(size) if size is not None else None,
            snapshot_uri=properties.get("fileShareSnapshotUri") or None,
            expiry=parse_time(more.get("expiryTime")),
            rule=text(more.get("ruleName")),
            cross_region=str(state).lower() == "supported" if state else None,
        )

    @property
    def in_snapshot(self) -> bool:
        return self.tier in (SNAPSHOT, SNAPSHOT_AND_VAULT)

    @property
    def in_vault(self) -> bool:
        return self.tier in (VAULT, SNAPSHOT_AND_VAULT)

    def to_result(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "id": self.id,
            "time": format_time(self.time),
            "type": self.type,
            "tier": self.tier,
            "size_gb": self.size_gb,
            "snapshot_uri": self.snapshot_uri,
            "expiry_time": format_time(self.expiry),
            "rule": self.rule,
            "cross_region": self.cross_region,
        }


def _tier(details: Any) -> str | None:
    """The service's tiers in one word. Before it told them, there were snapshots only."""
    if not isinstance(details, list) or not details:
        return SNAPSHOT
    copies = {
        str(each.get("type", "")).lower()
        for each in details
        if isinstance(each, dict) and str(each.get("status", "")).lower() not in _GONE
    }
    if _INSTANT in copies:
        return SNAPSHOT_AND_VAULT if _HARDENED in copies else SNAPSHOT
    return VAULT if _HARDENED in copies else None


def newest_first(points: Sequence[RecoveryPoint]) -> list[RecoveryPoint]:
    """By time, since names do not sort so; a point without a time comes last."""
    return sorted(points, key=lambda point: point.time or _BEGINNING, reverse=True)
