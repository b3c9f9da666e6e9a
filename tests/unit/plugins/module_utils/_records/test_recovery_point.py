# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._records.recovery_point import (
    RecoveryPoint,
    newest_first,
)

NEWEST = datetime(2026, 11, 22, 7, 0, 47, tzinfo=timezone.utc)


KEYS = ("recoveryPointTime", "recoveryPointType", "recoveryPointSizeInGB", "fileShareSnapshotUri")


def resource(**properties: Any) -> dict[str, Any]:
    """A recovery point as the service shows it today."""
    return {
        "id": "/subscriptions/0/recoveryPoints/1847532043816240297",
        "name": "1847532043816240297",
        "properties": {
            "objectType": "AzureFileShareRecoveryPoint",
            "recoveryPointType": "FileSystemConsistent",
            "recoveryPointTime": "2026-11-22T07:00:47Z",
            "fileShareSnapshotUri": "https://contosofiles.file.core.windows.net/finance?sharesnapshot=2026-11-22",
            "recoveryPointSizeInGB": 0,
            "recoveryPointProperties": {"isSoftDeleted": False},
            "recoveryPointTierDetails": [{"type": "InstantRP", "status": "Valid"}],
        }
        | properties,
    }


def point(name: str, days: float = 0, tier: str | None = "snapshot") -> RecoveryPoint:
    """A recovery point, so many days before the newest."""
    return RecoveryPoint(name, name, NEWEST - timedelta(days=days), None, tier, None, None)


POINTS = [point("33", 1), point("91", 0), point("12", 5), point("57", 3)]


def test_a_recovery_point_is_read_and_returned() -> None:
    assert RecoveryPoint.from_api(resource()).to_result() == {
        "name": "1847532043816240297",
        "id": "/subscriptions/0/recoveryPoints/1847532043816240297",
        "time": "2026-11-22T07:00:47Z",
        "type": "FileSystemConsistent",
        "tier": "snapshot",
        "size_gb": 0,
        "snapshot_uri": "https://contosofiles.file.core.windows.net/finance?sharesnapshot=2026-11-22",
        "expiry_time": None,
        "rule": None,
        "cross_region": None,
    }


def test_a_recovery_point_of_the_other_region_tells_more() -> None:
    more = {"expiryTime": "2026-12-22T07:00:47Z", "ruleName": "Daily", "isSoftDeleted": False}
    told = RecoveryPoint.from_api(
        resource(crossRegionRestoreState="Supported", recoveryPointProperties=more)
    ).to_result()
    assert (told["expiry_time"], told["rule"], told["cross_region"]) == ("2026-12-22T07:00:47Z", "Daily", True)
    assert RecoveryPoint.from_api(resource(crossRegionRestoreState="NotSupported")).cross_region is False


def test_a_recovery_point_of_2019_tells_less() -> None:
    properties = {
        "objectType": "AzureFileShareRecoveryPoint",
        "recoveryPointType": "FileSystemConsistent",
        "recoveryPointTime": "2019-11-27T08:03:00+00:00",
    }
    old = RecoveryPoint.from_api({"id": "i", "name": "6264815369438", "properties": properties}).to_result()

    assert (old["time"], old["tier"], old["size_gb"], old["snapshot_uri"]) == (
        "2019-11-27T08:03:00Z",
        "snapshot",
        None,
        None,
    )


@pytest.mark.parametrize(
    "body", [{}, {"id": None, "name": None, "properties": None}, {"properties": "odd"}, resource(**dict.fromkeys(KEYS))]
)
def test_what_the_service_leaves_out_is_null(body: dict[str, Any]) -> None:
    empty = RecoveryPoint.from_api(body).to_result()

    assert (empty["time"], empty["type"], empty["size_gb"], empty["snapshot_uri"]) == (None, None, None, None)
    assert "None" not in (empty["id"], empty["name"])


@pytest.mark.parametrize(
    ("details", "tier"),
    [
        (None, "snapshot"),
        ([], "snapshot"),
        ([{"type": "InstantRP", "status": "Valid"}], "snapshot"),
        ([{"type": "HardenedRP", "status": "Valid"}], "vault"),
        ([{"type": "InstantRP", "status": "Valid"}, {"type": "HardenedRP", "status": "Valid"}], "snapshot_and_vault"),
        ([{"type": "HardenedRP", "status": "Valid"}, {"type": "InstantRP", "status": "Valid"}], "snapshot_and_vault"),
        ([{"type": "InstantRP", "status": "Deleted"}, {"type": "HardenedRP", "status": "Valid"}], "vault"),
        ([{"type": "InstantRP", "status": "Valid"}, {"type": "HardenedRP", "status": "Disabled"}], "snapshot"),
        ([{"type": "InstantRP", "status": "Deleted"}], None),
        ([{"type": "HardenedRP", "status": "Rehydrated"}], "vault"),
        ([{"type": "HardenedRP"}], "vault"),
        ([{"type": "ArchivedRP", "status": "Valid"}], None),
    ],
)
def test_the_tiers_in_one_word(details: Any, tier: str | None) -> None:
    assert RecoveryPoint.from_api(resource(recoveryPointTierDetails=details)).tier == tier


@pytest.mark.parametrize(
    ("tier", "in_snapshot", "in_vault"),
    [("snapshot", True, False), ("vault", False, True), ("snapshot_and_vault", True, True), (None, False, False)],
)
def test_where_a_copy_is(tier: str | None, in_snapshot: bool, in_vault: bool) -> None:
    one = point("1", tier=tier)

    assert (one.in_snapshot, one.in_vault) == (in_snapshot, in_vault)


def test_the_order_goes_by_time_and_not_by_name() -> None:
    unknown = RecoveryPoint("0", "0", None, None, "snapshot", None, None)

    assert [each.name for each in newest_first([unknown, *POINTS])] == ["91", "33", "57", "12", "0"]
