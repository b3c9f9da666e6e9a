# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work side by side. Private to the collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Thing], Result], things: Sequence[Thing], at_once: int) -> list[Result | Exception]:
    """Do the same work on many things, ``at_once`` at a time; results in the order of the things.

    An exception takes the place of its result, so that one failure does not lose the others.
    """

    def attempt(thing: Thing) -> Result | Exception:
        try:
            return work(thing)
        except Exception as problem:
            return problem

    if len(things) < 2:
        return [attempt(thing) for thing in things]
    with ThreadPoolExecutor(max_workers=min(at_once, len(things))) as pool:
        return list(pool.map(attempt, things))
