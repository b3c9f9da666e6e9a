# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One time limit for a whole run."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from contextlib import suppress

LAST_WORD = 10  # seconds after the end in which it may still be read how things stand then

# Seconds; a year is as good as for ever, and clocks and timers can count it.
LONGEST = 365 * 86400.0


class Deadline:
    """Counts down ``seconds`` from its creation, on a clock that never jumps; ``stop`` ends it at once."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._stopped: float | None = None  # when, by the clock
        # Of all that threads wait for, only this may be set off by a handler of signals: its put never waits for a lock
        # that the interrupted thread may hold.
        self._ends: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._cause = ""
        self._sleep = sleep or self._until_stopped
        self._start = clock()

    @property
    def waited(self) -> float:
        """Seconds since the start, or from there to where it was stopped, so that all who are woken tell the same."""
        return (self._clock() if self._stopped is None else self._stopped) - self._start

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return 0.0 if self._stopped is not None else max(0.0, self.seconds - self.waited)

    @property
    def over(self) -> bool:
        """Whether nothing new may be begun."""
        return self.remaining <= 0

    @property
    def closed(self) -> bool:
        """Whether not even a question may be asked any more."""
        return self._stopped is not None or self.waited > self.seconds + LAST_WORD

    @property
    def reason(self) -> str:
        """Why it is over, in words."""
        return self._cause or f"wait_timeout is {self.seconds:.0f}"

    def stop(self, cause: str) -> None:
        """End it now, and every sleep with it. May be called by a handler of signals, wherever the run is."""
        self._cause, self._stopped = cause, self._clock()
        self._ends.put(None)

    def sleep(self, seconds: float) -> None:
        """Sleep, but not past the end."""
        self._sleep(min(seconds, self.remaining))

    def _until_stopped(self, seconds: float) -> None:
        """One who is woken wakes the next."""
        with suppress(queue.Empty):
            self._ends.put(self._ends.get(timeout=max(0.0, seconds)))
