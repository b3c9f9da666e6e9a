# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Semaphore, Thread
from typing import TypeVar

# How many things are on their way at once, where nearly all wait for Azure: more than a vault protects in a day.
ON_THEIR_WAY = 250

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Turn:
    """The leave to be worked on, which a thing gives up while it only waits.

    ``with turn`` gives it up at the end of the block; a later block takes it again.
    """

    def __init__(self, free: Semaphore) -> None:
        self._free = free
        self._is_held = False

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_problem: object) -> None:
        self.give_up()

    def take(self) -> None:
        if not self._is_held:
            self._free.acquire()
            self._is_held = True

    def give_up(self) -> None:
        if self._is_held:
            self._is_held = False
            self._free.release()


def in_turns(work: Callable[[Thing, Turn], Result], things: Sequence[Thing], at_once: int) -> list[Result | Exception]:
    """Do the same work on many things. It is begun in their order, and ``at_once`` of them have their turn at a time;
    those that have given it up wait beside them.

    The results are in the order of the things. An exception takes the place of its result, so that one failure does
    not lose the others. The threads are daemons: a run that is told to end does not wait for one that hangs in a
    connection.
    """
    results: dict[int, Result | Exception] = {}
    places, turns = Semaphore(ON_THEIR_WAY), Semaphore(at_once)

    def attempt(index: int, place: Turn, turn: Turn) -> None:
        with place, turn:
            try:
                results[index] = work(things[index], turn)
            except Exception as problem:
                results[index] = problem

    def begin(index: int) -> Thread:
        place, turn = Turn(places), Turn(turns)
        place.take()
        turn.take()
        thread = Thread(target=attempt, args=(index, place, turn), daemon=True)
        thread.start()
        return thread

    if len(things) == 1:
        attempt(0, Turn(places), Turn(turns))
    else:
        for thread in [begin(index) for index in range(len(things))]:
            thread.join()
    return [results[index] for index in range(len(things))]


def side_by_side(work: Callable[[Thing], Result], things: Sequence[Thing], at_once: int) -> list[Result | Exception]:
    """Like ``in_turns``, for work that keeps its turn until its end."""
    return in_turns(lambda thing, _turn: work(thing), things, at_once)


def all_side_by_side(work: Callable[[Thing], Result], things: Sequence[Thing], at_once: int) -> list[Result]:
    """Like ``side_by_side``, where all have to go well. Raises the first failure."""
    good: list[Result] = []
    for result in side_by_side(work, things, at_once):
        if isinstance(result, Exception):
            raise result
        good.append(result)
    return good
