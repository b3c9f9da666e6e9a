# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import expiry_of

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def test_retention_days_count_from_now() -> None:
    assert expiry_of(None, 30, NOW) == NOW + timedelta(days=30)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=timezone.utc)),
        ("2027-01-31T18:00:00+02:00", datetime(2027, 1, 31, 16, tzinfo=timezone.utc)),
        ("2026-11-22T12:00:01Z", NOW + timedelta(seconds=1)),
    ],
)
def test_retain_until_wins_over_retention_days(text: str, expected: datetime) -> None:
    assert expiry_of(text, 30, NOW) == expected


def test_an_empty_retain_until_counts_as_unset() -> None:
    assert expiry_of("", 1, NOW) == NOW + timedelta(days=1)


@pytest.mark.parametrize("days", [1, 3653])
def test_the_longest_and_shortest_retention(days: int) -> None:
    assert expiry_of(None, days, NOW) == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("retain_until", "days", "words"),
    [
        ("soon", 30, "'soon' is not a time"),
        ("31.01.2027", 30, "is not a time"),
        ("2026-11-22T12:00:00Z", 30, "is in the past; it is 2026-11-22T12:00:00Z now"),
        ("2020-01-01", 30, "is in the past"),
        ("2036-11-30", 30, "10 years at most"),
        (None, 0, "for a day at least"),
        (None, -5, "for a day at least"),
        (None, 3654, "10 years at most"),
        (None, 10**12, "10 years at most"),
    ],
)
def test_an_impossible_expiry_is_refused(retain_until: str | None, days: int, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        expiry_of(retain_until, days, NOW)


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59:59-01:00"])
def test_the_end_of_the_calendar_is_refused_as_too_far(text: str) -> None:
    with pytest.raises(BackupError):
        expiry_of(text, 30, NOW)
