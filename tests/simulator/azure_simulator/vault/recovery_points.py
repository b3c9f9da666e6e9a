# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recovery points of an item."""

from typing import Any

from ..call import ITEM, Call, CallRoutes
from ..dotnet import parse_filter_time, timestamp
from ..errors import invalid_input
from ..messages import Answer
from ..model.vault import ProtectedItem, RecoveryPoint
from ..odata import conditions
from . import items

ROUTES = CallRoutes()


def show(call: Call, item: ProtectedItem, point: RecoveryPoint) -> dict[str, Any]:
    time = timestamp(point.time)
    tiers = [("InstantRP", point.snapshot), ("HardenedRP", point.vaulted)]
    more = _properties(call, item, point)
    uri = f"https://{item.container.account.name}.file.core.windows.net/{item.share.name}"
    return {
        "id": f"{items.item_id(call, item)}/recoveryPoints/{point.name}",
        "name": point.name,
        "type": f"{items.TYPE}/recoveryPoints",
        "properties": {
            "objectType": "AzureFileShareRecoveryPoint",
            "recoveryPointType": "FileSystemConsistent",
            **({"crossRegionRestoreState": "Supported"} if call.asks_secondary else {}),
            "recoveryPointTime": time,
            # That it is empty without a snapshot is recorded in the other region, and inferred in the vault's own.
            "fileShareSnapshotUri": f"{uri}?sharesnapshot={time[:-1]}.0000000Z" if point.snapshot else "",
            "recoveryPointSizeInGB": 0,
            **({"recoveryPointProperties": more} if more else {}),
            "recoveryPointTierDetails": [{"type": name, "status": "Valid"} for name, present in tiers if present],
        },
    }


def _properties(call: Call, item: ProtectedItem, point: RecoveryPoint) -> dict[str, Any] | None:
    """Recorded in 2025 and 2026, not in 2024; of points which the vault has a copy of only in the other region.

    There, not of the newest one, and with the end of the snapshot as long as there is one.
    """
    expiry = point.expiry
    if call.asks_secondary:
        if point is max(item.points, key=lambda other: other.time):
            return None
        expiry = point.snapshot_until if point.snapshot and point.snapshot_until else point.expiry
    elif point.vaulted or not call.since("2025-01-01"):
        return None
    rule = {"expiryTime": timestamp(expiry), "ruleName": point.rule} if point.rule else {}
    return {**rule, "isSoftDeleted": item.deleted_at is not None}


@ROUTES.on("GET", f"{ITEM}/recoveryPoints")
def list_all(call: Call) -> Answer:
    """Newest first; the names do not sort by time."""
    wanted = conditions(call.request, ["endDate", "extendedInfo", "restorePointQueryType", "startDate"])
    item = items.find(call)
    try:
        first = parse_filter_time(wanted["startDate"]) if "startDate" in wanted else None
        last = parse_filter_time(wanted["endDate"]) if "endDate" in wanted else None
    except ValueError as problem:
        raise invalid_input(str(problem)) from None
    rows = [
        show(call, item, point)
        for point in sorted(_listed(call, item), key=lambda point: point.time, reverse=True)
        if (first is None or point.time >= first) and (last is None or point.time <= last)
    ]
    return Answer(200, {"value": rows})


def _listed(call: Call, item: ProtectedItem) -> list[RecoveryPoint]:
    if not call.asks_secondary:
        return item.points
    call.world.secondary.check(call.vault)
    return call.world.secondary.points(call.vault, item)


def find(call: Call, item: ProtectedItem) -> RecoveryPoint:
    for point in _listed(call, item):
        if point.name == call.params["point"]:
            return point
    raise invalid_input(f"The item has no recovery point '{call.params['point']}'.")


@ROUTES.on("GET", f"{ITEM}/recoveryPoints/{{point}}")
def get(call: Call) -> Answer:
    item = items.find(call)
    return Answer(200, show(call, item, find(call, item)))
