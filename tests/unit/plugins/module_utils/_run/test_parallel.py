# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._run import parallel
from ansible_collections.azurefiles.backup.plugins.module_utils._run.parallel import Turn, in_turns, side_by_side
from ansible_collections.azurefiles.backup.tests.unit.support.room import PATIENCE, Room


def test_results_come_in_the_order_of_the_things() -> None:
    ended = [threading.Event() for _unused in range(4)]
    ended[3].set()

    def work(number: int) -> int:
        """The last one ends first."""
        ended[number + 1].wait(PATIENCE)
        ended[number].set()
        return number

    assert side_by_side(work, [0, 1, 2], 3) == [0, 1, 2]


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
    meeting = threading.Barrier(3, timeout=PATIENCE)

    results = side_by_side(lambda _thing: meeting.wait(), [1, 2, 3], 3)

    assert not any(isinstance(result, Exception) for result in results)


def test_no_more_than_allowed_at_once() -> None:
    room = Room(3)

    side_by_side(lambda _thing: room.enter(), range(12), 3)

    assert room.most == 3


def test_nothing_to_do() -> None:
    assert side_by_side(lambda thing: thing, [], 4) == []


def test_work_is_begun_in_the_order_of_the_things() -> None:
    begun: list[int] = []
    meeting = threading.Barrier(30, timeout=PATIENCE)

    def work(thing: int, turn: Turn) -> None:
        with turn:
            begun.append(thing)
        meeting.wait()

    assert in_turns(work, range(30), 1) == [None] * 30

    assert begun == list(range(30))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads that have been started."""
    threads: list[threading.Thread] = []

    class Noted(threading.Thread):
        def start(self) -> None:
            threads.append(self)
            super().start()

    monkeypatch.setattr(parallel, "Thread", Noted)
    return threads


def test_nothing_is_begun_before_it_can_have_its_turn(started: list[threading.Thread]) -> None:
    begun: list[int] = []

    def work(_thing: int, turn: Turn) -> None:
        with turn:
            time.sleep(0.002)  # gives what is begun too early the time to show
            begun.append(len(started))

    in_turns(work, range(5), 1)

    assert begun == [1, 2, 3, 4, 5]


def test_nothing_is_begun_before_it_has_a_place(
    started: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "ON_THEIR_WAY", 1)
    begun: list[int] = []

    def work(_thing: int, turn: Turn) -> None:
        with turn:
            pass
        time.sleep(0.002)
        begun.append(len(started))

    in_turns(work, range(5), 1)

    assert begun == [1, 2, 3, 4, 5]


def test_what_waits_leaves_its_turn_to_others() -> None:
    meeting = threading.Barrier(5, timeout=PATIENCE)

    def work(_thing: int, turn: Turn) -> None:
        with turn:
            pass
        meeting.wait()

    assert in_turns(work, range(5), 1) == [None] * 5


def test_a_turn_that_was_given_up_is_taken_again_when_it_is_free() -> None:
    room = Room(2)

    def work(_thing: int, turn: Turn) -> None:
        for _time in range(3):
            with turn:
                room.enter()

    assert in_turns(work, range(6), 2) == [None] * 6
    assert room.most == 2


def test_a_failure_leaves_its_turn_to_others() -> None:
    def work(thing: int, turn: Turn) -> int:
        if thing % 2:
            with turn:
                raise ValueError(thing)
        if thing == 2:
            raise KeyError(thing)
        return thing

    results = in_turns(work, range(6), 1)

    assert [type(result) for result in results] == [int, ValueError, KeyError, ValueError, int, ValueError]


def test_no_more_are_on_their_way_than_there_are_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "ON_THEIR_WAY", 2)
    room = Room(2)

    def work(_thing: int, turn: Turn) -> None:
        with turn:
            pass
        room.enter()

    in_turns(work, range(6), 1)

    assert room.most == 2
