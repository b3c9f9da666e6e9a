# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._parallel import side_by_side


def test_results_come_in_the_order_of_the_things() -> None:
    def work(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    assert side_by_side(work, [0.03, 0.0, 0.01], 3) == [0.03, 0.0, 0.01]


@pytest.mark.parametrize("things", [[1], [1, 2, 3]])
def test_an_exception_takes_the_place_of_its_result(things: list[int]) -> None:
    def work(thing: int) -> int:
        if thing == 1:
            raise ValueError("one")
        return thing

    first, *others = side_by_side(work, things, 2)

    assert isinstance(first, ValueError)
    assert others == things[1:]


def test_things_are_worked_on_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=5)

    results = side_by_side(lambda _thing: meeting.wait(), [1, 2, 3], 3)

    assert not any(isinstance(result, Exception) for result in results)


def test_no_more_than_allowed_at_once() -> None:
    lock = threading.Lock()
    active, most = 0, 0

    def work(_thing: int) -> None:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.005)
        with lock:
            active -= 1

    side_by_side(work, range(12), 3)

    assert most == 3


def test_nothing_to_do() -> None:
    assert side_by_side(lambda thing: thing, [], 4) == []
