# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as .NET writes them, and the clock."""

import pytest
from azure_simulator import dotnet
from azure_simulator.clock import DAY, SECOND, Clock


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (15748408869220568, "2019-11-27T07:48:06.9220568Z"),
        (15748410543892250, "2019-11-27T07:50:54.389225Z"),
    ],
)
def test_moments(moment: int, text: str) -> None:
    assert dotnet.timestamp(moment) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "PT0S"),
        (68000000, "PT6.8S"),
        (745278504, "PT1M14.5278504S"),
        (312 * SECOND, "PT5M12S"),
        (3600 * SECOND, "PT1H"),
        (DAY + 60 * SECOND, "P1DT1M"),
    ],
)
def test_durations(span: int, text: str) -> None:
    assert dotnet.duration(span) == text


@pytest.mark.parametrize(
    ("span", "text"),
    [(14 * DAY, "14.00:00:00"), (14 * DAY - 309071609, "13.23:59:29.0928391"), (SECOND, "00:00:01")],
)
def test_time_spans(span: int, text: str) -> None:
    assert dotnet.timespan(span) == text


def test_american_times() -> None:
    assert dotnet.us_time(15748430500000000) == "11/27/2019 8:24:10 AM"
    assert dotnet.us_time(0) == "1/1/1970 12:00:00 AM"


@pytest.mark.parametrize("text", ["2019-11-27 08:24:10 AM", "2019-11-27T08:24:10Z", "2019-11-27T09:24:10+01:00"])
def test_times_in_filters(text: str) -> None:
    assert dotnet.parse_filter_time(text) == 15748430500000000


def test_the_clock_carries_out_what_is_due_in_order_and_at_its_time() -> None:
    clock = Clock()
    seen: list[tuple[str, int]] = []
    begin = clock.now()

    def chain() -> None:
        seen.append(("first", round((clock.now() - begin) / SECOND)))
        clock.after(5, lambda: seen.append(("third", round((clock.now() - begin) / SECOND))))

    clock.after(20, lambda: seen.append(("fourth", 20)))
    clock.after(7, lambda: seen.append(("second", 7)))
    clock.after(5, chain)
    clock.settle()
    assert seen == []
    clock.advance(60)
    assert seen == [("first", 5), ("second", 7), ("third", 10), ("fourth", 20)]
    assert clock.now() - begin >= 60 * SECOND
