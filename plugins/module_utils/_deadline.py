# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One time limit for a whole run. Private to the collection."""

from __future__ import annotations

import time
from collections.abc import Callable


class Deadline:
    """Counts down ``seconds`` from its creation, on a clock that never jumps."""

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._start = clock()

    @property
    def waited(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._start

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.seconds - self.waited)

    @property
    def over(self) -> bool:
        return self.remaining <= 0

    def sleep(self, seconds: float) -> None:
        """Sleep, but not past the end."""
        self._sleep(min(seconds, self.remaining))
