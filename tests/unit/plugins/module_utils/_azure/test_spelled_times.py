# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import (
    filter_time,
    format_time,
    minutes,
    now,
    parse_time,
)

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-11-27T07:48:06.9220568Z", datetime(2019, 11, 27, 7, 48, 6, 922056, UTC)),
        ("2026-09-21T07:00:47Z", datetime(2026, 9, 21, 7, 0, 47, tzinfo=UTC)),
        ("2026-09-10T21:00:00+00:00", datetime(2026, 9, 10, 21, tzinfo=UTC)),
        ("2026-09-10T21:00:00.5", datetime(2026, 9, 10, 21, 0, 0, 500000, UTC)),
        ("2026-09-10T21:00:00+05:30", datetime(2026, 9, 10, 15, 30, tzinfo=UTC)),
        ("2026-09-10T21:00:00-0800", datetime(2026, 9, 11, 5, tzinfo=UTC)),
        ("2026-09-10 21:00", datetime(2026, 9, 10, 21, tzinfo=UTC)),
        ("2026-09-10t21:00:00z", datetime(2026, 9, 10, 21, tzinfo=UTC)),
        ("2026-09-10", datetime(2026, 9, 10, tzinfo=UTC)),
        (" 2026-09-10 ", datetime(2026, 9, 10, tzinfo=UTC)),
    ],
)
def test_spellings_of_a_time(text: str, expected: datetime) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["2026-09-10T21:00:00", "2026-09-10T21:00:00+02:00"])
def test_a_parsed_time_is_in_utc(text: str) -> None:
    parsed = parse_time(text)

    assert parsed is not None
    assert parsed.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00Z",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "2026-09-10T25:00:00Z",
        "2026-09-10T21",
        "11/27/2019 8:24:10 AM",
        "20260910",
    ],
)
def test_what_is_no_time_yet_or_at_all_is_none(text: str | None) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-01:00", "0001-01-02T00:00:00+23:59"])
def test_the_ends_of_the_calendar_raise_nothing(text: str) -> None:
    parse_time(text)


def test_a_time_is_returned_to_the_second_with_z() -> None:
    moment = datetime(2026, 9, 10, 23, 5, 6, 789, timezone(timedelta(hours=2)))

    assert format_time(moment) == "2026-09-10T21:05:06Z"


def test_no_time_stays_none() -> None:
    assert format_time(None) is None


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (0, "2026-09-10 12:30:00 AM"),
        (9, "2026-09-10 09:30:00 AM"),
        (12, "2026-09-10 12:30:00 PM"),
        (23, "2026-09-10 11:30:00 PM"),
    ],
)
def test_filters_take_twelve_hour_times(hour: int, expected: str) -> None:
    assert filter_time(datetime(2026, 9, 10, hour, 30, tzinfo=UTC)) == expected


class Moment(datetime):
    """A time in a locale that knows no AM and PM, as in Germany."""

    def strftime(self, fmt: str) -> str:
        return super().strftime(fmt.replace("%p", ""))


def test_filters_do_not_depend_on_the_locale() -> None:
    assert filter_time(Moment(2026, 9, 10, 23, 30, tzinfo=UTC)) == "2026-09-10 11:30:00 PM"


def test_now_knows_its_zone() -> None:
    assert now().utcoffset() == timedelta(0)


def test_minutes_are_a_span() -> None:
    assert minutes(90) == timedelta(hours=1, minutes=30)
