# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the service lets a caller do: ARM's token buckets and Azure Backup's daily budgets."""

import math
from collections import defaultdict
from dataclasses import dataclass

from .clock import DAY, SECOND, Clock, Ticks
from .errors import gateway
from .messages import Request

GLOBAL = 15
"""A subscription has so many times what is told for one of its regions."""


@dataclass(frozen=True)
class Counter:
    """One of the counters of a login's requests, and how its answers tell what is left."""

    name: str
    says: str
    """``<says>`` in ``x-ms-ratelimit-remaining-subscription-<says>``."""
    plenty: int
    """What is said to be left where there is no limit: the recorded number."""
    worldwide: bool = False
    """Whether a second header tells the same for all regions together."""

    def headers(self, left: int) -> dict[str, str]:
        prefix = "x-ms-ratelimit-remaining-subscription-"
        found = {prefix + self.says: str(left)}
        return found | {f"{prefix}global-{self.says}": str(left * GLOBAL)} if self.worldwide else found


READS = Counter("reads", "reads", 1099, worldwide=True)
WRITES = Counter("writes", "writes", 799, worldwide=True)
DELETES = Counter("deletes", "deletes", 799, worldwide=True)
BACKUP = Counter("backup", "resource-requests", 249)
JOBS = Counter("jobs", "resource-requests", 449)
VAULTS = Counter("vaults", "resource-requests", 199)

_VERBS = {"GET": READS, "HEAD": READS, "DELETE": DELETES}


def counter(request: Request) -> Counter | None:
    """On which counter a request draws, as recorded since 2024.

    Azure Backup's reads have one of their own, and its jobs another, of the same name; resource guard proxies and
    vaults are read as everything else is. What changes a vault counts elsewhere again, and an operation on a vault may
    be asked about as often as one likes. That Microsoft.Storage's calls count as ARM's own do is inferred.
    """
    words = [segment.lower() for segment in request.segments[5:]]
    if len(words) < 3 or words[:2] != ["microsoft.recoveryservices", "vaults"]:
        return _VERBS.get(request.method, WRITES)
    kind = words[3] if len(words) > 3 else ""
    if kind in ("operationstatus", "operationresults"):
        return None
    if not kind:
        return READS if request.method == "GET" else VAULTS
    if request.method != "GET" or kind == "backupresourceguardproxies":
        return _VERBS.get(request.method, WRITES)
    return JOBS if kind == "backupjobs" else BACKUP


@dataclass
class Bucket:
    """Tokens, refilled at a steady rate up to a size."""

    size: float
    rate: float
    tokens: float
    at: Ticks

    def take(self, now: Ticks) -> float:
        """Take a token. Returns 0, or the seconds until there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) / SECOND * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


@dataclass(frozen=True)
class Rate:
    """A bucket's size and refill per second; ``per_second`` 0 means unlimited."""

    size: float
    per_second: float


class Throttle:
    """ARM's buckets of tokens, one for each principal and counter."""

    def __init__(self, clock: Clock, reads: Rate, writes: Rate) -> None:
        self._clock = clock
        self._rates = {True: reads, False: writes}
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def spend(self, request: Request, principal: str) -> dict[str, str]:
        """Count one request and return the headers which tell what is left. Refuses with 429 when nothing is."""
        what = counter(request)
        if what is None:
            return {}
        rate = self._rates[what in (READS, BACKUP, JOBS)]
        if not rate.per_second:
            return what.headers(what.plenty)
        now = self._clock.now()
        bucket = self._buckets.setdefault((principal, what.name), Bucket(rate.size, rate.per_second, rate.size, now))
        wait = bucket.take(now)
        if wait:
            seconds = math.ceil(wait)
            subscription = next(iter(request.segments[1:2]), "")
            raise gateway(
                429,
                "SubscriptionRequestsThrottled",
                f"Number of '{what.says}' requests for subscription '{subscription}' actor '{principal}' "
                f"exceeded. Please try again after '{seconds}' seconds after additional tokens are "
                "available. Refer to https://aka.ms/arm-throttling for additional information.",
                {"Retry-After": str(seconds), **what.headers(0)},
            )
        return what.headers(int(bucket.tokens))


class DailyBudget:
    """So many a day for each key; 0 means unlimited. A day is the last 24 hours (inferred)."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self._clock = clock
        self.limit = limit
        self._spent: dict[str, list[Ticks]] = defaultdict(list)

    def spent(self, key: str) -> int:
        since = self._clock.now() - DAY
        self._spent[key] = [moment for moment in self._spent[key] if moment > since]
        return len(self._spent[key])

    def spend(self, key: str) -> bool:
        """Count one more; False when the budget is used up."""
        if self.limit and self.spent(key) >= self.limit:
            return False
        self._spent[key].append(self._clock.now())
        return True

    def report(self) -> dict[str, int]:
        return {key: count for key in self._spent if (count := self.spent(key))}
