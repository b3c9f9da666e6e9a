# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.recovery_points import PointRef
from ansible_collections.azurefiles.backup.plugins.module_utils._records.recovery_point import (
    RecoveryPoint,
)

NEWEST = datetime(2026, 11, 22, 7, 0, 47, tzinfo=timezone.utc)


def point(name: str, days: float = 0, tier: str | None = "snapshot") -> RecoveryPoint:
    """A recovery point, so many days before the newest."""
    return RecoveryPoint(name, name, NEWEST - timedelta(days=days), None, tier, None, None)


POINTS = [point("33", 1), point("91", 0), point("12", 5), point("57", 3)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("latest", "91"),
        ("Latest", "91"),
        (" latest ", "91"),
        ("33", "33"),
        ("12", "12"),
        ("2026-11-22T07:00:47Z", "91"),
        ("2026-11-22T07:00:46Z", "33"),
        ("2026-11-22T08:00:47+01:00", "91"),
        ("2026-11-21T07:00:47Z", "33"),
        ("2026-11-20", "57"),
        ("2030-01-01", "91"),
        ("2026-11-17T07:00:47Z", "12"),
    ],
)
def test_which_point_is_meant(text: str, name: str) -> None:
    assert PointRef.parse(text).pick(POINTS, "finance").name == name


@pytest.mark.parametrize("text", ["latest", "2030-01-01"])
def test_a_point_without_a_copy_is_not_chosen(text: str) -> None:
    assert PointRef.parse(text).pick([point("9", tier=None), *POINTS[:1]], "finance").name == "33"


@pytest.mark.parametrize(
    ("text", "points", "words"),
    [
        ("latest", [], "'finance' has no recovery point yet"),
        ("1", [point("1", tier=None)], "'1' has no copy any more"),
        ("latest", [point("1", tier=None)], "No recovery point of the share 'finance' has a copy"),
        ("2026-11-17T07:00:46Z", POINTS, r"at or before 2026-11-17T07:00:46Z: the oldest is 2026-11-17T07:00:47Z .12."),
        ("34", POINTS, r"no recovery point '34'. It has 4, from 2026-11-17T07:00:47Z .12. to 2026-11-22T07:00:47Z"),
        ("yesterday", POINTS, "no recovery point 'yesterday'"),
    ],
)
def test_a_point_that_is_not_there_is_refused(text: str, points: list[RecoveryPoint], words: str) -> None:
    with pytest.raises(BackupError, match=words):
        PointRef.parse(text).pick(points, "finance")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_point_is_refused(text: str) -> None:
    with pytest.raises(BackupError, match="recovery_point is empty"):
        PointRef.parse(text)
