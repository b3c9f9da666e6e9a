# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much the service lets a caller do: ARM's token buckets and Azure Backup's daily budgets."""

import math
from collections import defaultdict
from dataclasses import dataclass

from .clock import DAY, SECOND, Clock, Ticks
from .errors import gateway

# What is said to be left where there is no limit, as the service did before it had buckets.
PLENTY = 11999


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
    """ARM's buckets of reads, writes and deletes, kept for each subscription and principal."""

    def __init__(self, clock: Clock, rates: dict[str, Rate]) -> None:
        self._clock = clock
        self._rates = rates
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def spend(self, method: str, subscription: str, principal: str) -> dict[str, str]:
        """Count one request and return the header which tells what is left. Refuses with 429 when none is."""
        kind = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}.get(method, "writes")
        rate = self._rates[kind]
        header = f"x-ms-ratelimit-remaining-subscription-{kind}"
        if not rate.per_second:
            return {header: str(PLENTY)}
        now = self._clock.now()
        bucket = self._buckets.setdefault((principal, kind), Bucket(rate.size, rate.per_second, rate.size, now))
        wait = bucket.take(now)
        if wait:
            seconds = math.ceil(wait)
            raise gateway(
                429,
                "SubscriptionRequestsThrottled",
                f"Number of '{kind}' requests for subscription '{subscription}' actor '{principal}' "
                f"exceeded. Please try again after '{seconds}' seconds after additional tokens are "
                "available. Refer to https://aka.ms/arm-throttling for additional information.",
                {"Retry-After": str(seconds), header: "0"},
            )
        return {header: str(int(bucket.tokens))}


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
