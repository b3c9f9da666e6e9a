# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock which can be moved, and the agenda of what falls due on it."""

import heapq
import itertools
import time
from collections.abc import Callable

Ticks = int
"""A moment or a span in .NET's unit of 100 ns; moments count from 1970 (UTC)."""

SECOND: Ticks = 10_000_000
DAY: Ticks = 86_400 * SECOND


class Clock:
    """Real time plus what it was moved by, or only that while it is stopped.

    Whatever falls due happens at its own moment, in order.
    """

    def __init__(self, offset: float = 0.0) -> None:
        self._start = time.time_ns() // 100 - time.monotonic_ns() // 100 + int(offset * SECOND)
        self._agenda: list[tuple[Ticks, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._moment: Ticks | None = None
        self._stopped: Ticks | None = None

    def now(self) -> Ticks:
        """The time; while something due is carried out, the moment at which it was due."""
        if self._moment is not None:
            return self._moment
        if self._stopped is not None:
            return self._stopped
        return self._start + time.monotonic_ns() // 100

    def stop(self) -> None:
        """From here on, time passes only by ``advance``."""
        self._stopped = self.now()

    def advance(self, seconds: float) -> None:
        ticks = round(seconds * SECOND)
        if self._stopped is not None:
            self._stopped += ticks
        self._start += ticks
        self.settle()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.at(self.now() + int(seconds * SECOND), action)

    def at(self, moment: Ticks, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), action))

    def settle(self) -> None:
        """Carry out all that has fallen due."""
        until = self.now()
        try:
            while self._agenda and self._agenda[0][0] <= until:
                self._moment, _unused, action = heapq.heappop(self._agenda)
                action()
        finally:
            self._moment = None
