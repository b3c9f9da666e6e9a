# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staying under the resource manager's limits, instead of running into them.

The resource manager keeps a bucket of tokens for each login: 250 reads, refilled by 25 a second, and 200 writes and 200
deletes, refilled by 10 a second each. Azure Backup counts its reads in a bucket of its own and those of its jobs in
another one (recorded since 2020), of which nothing is documented: they are taken for buckets of reads.

Other programs and earlier runs draw on the same buckets. So a run begins with little, takes over what the service says
is left, and measures by it how much comes in for it.
"""

from __future__ import annotations

import re
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

FIRST = 20  # how many requests go out before the service has said what is left
FEW = 2  # the same of writes, of which the task before may have left no more than it keeps back
MEASURED_OVER = 1.0  # seconds
# What is left is told in whole tokens. So a measure can be wrong by one at each of its ends, and so many are kept back.
RESERVE = 2
# Tokens a second. Where still less comes in, the service itself says when to come again: in whole seconds.
SLOWEST = 1.0
# As long as it is not measured what comes in, this part of it counts: others may draw on a bucket that runs dry.
CAUTION = 0.25
# Until the first answer has told what is left, those who wait ask again after so many seconds.
SOON = 0.1
# Who has waited and has to wait for less than that again, need not.
TINY = 0.01  # seconds
_LEFT = "x-ms-ratelimit-remaining-subscription-"
_BACKUP = re.compile(r"/providers/Microsoft\.RecoveryServices/vaults/[^/]+/(?P<what>[^/]+)", re.IGNORECASE)


@dataclass(frozen=True)
class _Level:
    """How full a bucket was at a time, and how many tokens had been taken from it by then."""

    at: float
    tokens: float
    taken: int


class Bucket:
    """The tokens that are left, as far as this run knows; used from any number of threads."""

    def __init__(
        self, size: float, per_second: float, clock: Callable[[], float] = time.monotonic, first: int = FIRST
    ) -> None:
        self._size = size
        self._most_per_second = per_second
        self._per_second = per_second
        self._clock = clock
        self._tokens = min(size, float(first + RESERVE))
        self._at = clock()
        self._closed_until = self._at
        self._under_way = 0
        self._taken = 0
        self._ended = 0
        self._fullest = 0
        self._measured_from: _Level | None = None
        self._measured = False
        self._waiting: list[int] = []
        self._places = 0
        self._lock = threading.Lock()

    def queue(self) -> int:
        """Take a token, also one that is still to come. Returns a place in the queue, to be given to ``wait``."""
        with self._lock:
            self._refill()
            self._tokens -= 1
            self._taken += 1
            self._under_way += 1
            self._places += 1
            self._waiting.append(self._places)
            return self._places

    def wait(self, place: int) -> float:
        """The seconds until the token at this place comes in, as far as that is known by now; 0 once it is there.

        Whoever has waited asks again: more or less may have come in than was expected.
        """
        with self._lock:
            now = self._refill()
            ahead = bisect_right(self._waiting, place)
            tokens = self._tokens + len(self._waiting) - ahead
            pause = max((RESERVE - tokens) / self._per_second, self._closed_until - now)
            if pause > TINY:
                return pause
            del self._waiting[ahead - 1]
            return 0.0

    @property
    def told(self) -> bool:
        """Whether an answer has said what is left, before which there may be far more than is counted on."""
        return self._measured_from is not None

    def take(self) -> float:
        """The same for one who asks once: the seconds to wait before using the token."""
        place = self.queue()
        pause = self.wait(place)
        if pause:
            with self._lock:
                self._waiting.remove(place)
        return pause

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
            if closed_for:
                self._taken -= 1  # what is refused takes no token
            if left is not None:
                level = _Level(now, float(left - self._under_way - (self._ended - mark)), self._taken)
                self._tokens = min(self._size, level.tokens)
                self._measure(level, left)
            self._ended += 1
            self._closed_until = max(self._closed_until, now + closed_for)

    def _measure(self, level: _Level, left: int) -> None:
        """What comes in is what the bucket has gained and what was taken from it, less what others took.

        A bucket that is as full as it ever was may run over, which tells nothing of what comes in.
        """
        if left >= self._fullest or self._measured_from is None:
            self._fullest = max(self._fullest, left)
            self._per_second = self._most_per_second
            self._measured_from, self._measured = level, False
            return
        since = self._measured_from
        seconds = level.at - since.at
        if seconds >= MEASURED_OVER:
            gained = level.tokens - since.tokens + level.taken - since.taken
            self._per_second = min(self._most_per_second, max(SLOWEST, gained / seconds))
            self._measured_from, self._measured = level, True

    def _refill(self) -> float:
        now = self._clock()
        # A service that answers and does not tell what is left has no need of caution.
        unknown = not self._measured and (self._measured_from is not None or not self._ended)
        rate = self._per_second * (CAUTION if unknown else 1.0)
        self._tokens = min(self._size, self._tokens + (now - self._at) * rate)
        self._at = now
        return now


class RateLimit:
    """The buckets on which a login's requests draw."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = {
            "reads": Bucket(250, 25, clock),
            "backup": Bucket(250, 25, clock),
            "jobs": Bucket(250, 25, clock),
            "writes": Bucket(200, 10, clock, FEW),
            "deletes": Bucket(200, 10, clock, FEW),
        }

    def bucket(self, method: str, url: str) -> Bucket:
        return self._buckets[kind(method, url)]


def kind(method: str, url: str) -> str:
    """Which bucket a request draws on: a vault and its resource guard are read as all other resources are."""
    if method != "GET":
        return "deletes" if method == "DELETE" else "writes"
    found = _BACKUP.search(urlsplit(url).path)
    what = found["what"].lower() if found else "backupresourceguardproxies"
    return {"backupresourceguardproxies": "reads", "backupjobs": "jobs"}.get(what, "backup")


def told_left(headers: Mapping[str, str]) -> int | None:
    """What the service says is left: the least, where it tells it of a region and of all of them; None untold."""
    told = (whole_number(value) for name, value in headers.items() if name.lower().startswith(_LEFT))
    return min((left for left in told if left is not None), default=None)


def whole_number(header: str | None) -> int | None:
    """The number in a header, of nine digits at most, or None for anything else."""
    text = (header or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
