# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work side by side. Private to the collection."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

# How many things are on their way at once, where nearly all wait for Azure: more than a vault protects in a day.
ON_THEIR_WAY = 250

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Thing], Result], things: Sequence[Thing], at_once: int) -> list[Result | Exception]:
    """Do the same work on many things, ``at_once`` at a time; results in the order of the things.

    An exception takes the place of its result, so that one failure does not lose the others. The threads are daemons:
    a run that is told to end does not wait for one that hangs in a connection.
    """
    results: dict[int, Result | Exception] = {}
    waiting = deque(range(len(things)))

    def attempt(index: int) -> None:
        try:
            results[index] = work(things[index])
        except Exception as problem:
            results[index] = problem

    def attempt_all() -> None:
        while True:
            try:
                index = waiting.popleft()
            except IndexError:
                return
            attempt(index)

    if len(things) < 2:
        attempt_all()
    else:
        threads = [Thread(target=attempt_all, daemon=True) for _unused in range(min(at_once, len(things)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return [results[index] for index in range(len(things))]
