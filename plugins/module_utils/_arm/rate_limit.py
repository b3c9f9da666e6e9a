# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staying under the resource manager's limits, instead of running into them.

The resource manager keeps a bucket of tokens for each login: 250 reads, refilled by 25 a second, and 200 writes and 200
deletes, refilled by 10 a second each. Other programs and earlier runs draw on the same buckets, so a run begins with
little and takes over what the service says is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST = 20  # how many requests go out before the service has said what is left


class Bucket:
    """The tokens that are left, as far as this run knows; used from any number of threads."""

    def __init__(self, size: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._per_second = per_second
        self._clock = clock
        self._tokens = min(size, float(FIRST))
        self._at = clock()
        self._closed_until = self._at
        self._under_way = 0
        self._ended = 0
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take a token, also one that is still to come. Returns the seconds to wait before using it."""
        with self._lock:
            now = self._refill()
            self._tokens -= 1
            self._under_way += 1
            return max(0.0, -self._tokens / self._per_second, self._closed_until - now)

    def send(self) -> int:
        """A request goes out now. Returns a mark to be given back with its answer."""
        with self._lock:
            return self._ended

    def give_back(self, mark: int, left: int | None, closed_for: float = 0.0) -> None:
        """A request has ended. ``left`` is what the service says, ``closed_for`` how long it answers nobody.

        What has ended since it was sent may have been served after it, so that ``left`` does not know of it.
        """
        with self._lock:
            now = self._refill()
            self._under_way -= 1
            if left is not None:
                self._tokens = min(self._size, float(left - self._under_way - (self._ended - mark)))
            self._ended += 1
            self._closed_until = max(self._closed_until, now + closed_for)

    def _refill(self) -> float:
        now = self._clock()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        return now


class RateLimit:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = {
            "reads": Bucket(250, 25, clock),
            "writes": Bucket(200, 10, clock),
            "deletes": Bucket(200, 10, clock),
        }

    def bucket(self, kind: str) -> Bucket:
        return self._buckets[kind]

    @staticmethod
    def kind(method: str) -> str:
        return {"GET": "reads", "DELETE": "deletes"}.get(method, "writes")

    @staticmethod
    def header(kind: str) -> str:
        """The header in which the service says what is left."""
        return f"x-ms-ratelimit-remaining-subscription-{kind}"
