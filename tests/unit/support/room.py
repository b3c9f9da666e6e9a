# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done side by side, counted without a clock."""

from __future__ import annotations

import threading
import time

PATIENCE = 60  # seconds: only what will never come takes so long


class Room:
    """Counts how many are in it at once. Nobody leaves before it has been full for the first time.

    Those who are in it stay for a moment more, which gives one too many the time to show.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._inside = 0
        self.most = 0

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
            if self._inside >= self._places:
                self._full.set()
        self._full.wait(PATIENCE)
        time.sleep(0.005)
        with self._lock:
            self._inside -= 1
