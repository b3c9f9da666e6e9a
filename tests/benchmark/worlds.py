# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done: the worlds in which the clients start, and the shortest time any client can need there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulated import Simulated

GROUP, VAULT, ACCOUNT, POLICY = "backup-rg", "backup-vault", "contosofiles", "daily-30"
ACCOUNT_GROUP = "files-rg"
NEW_SHARE = "new"

# Seconds, as recorded from the service.
DURATIONS = {"refresh": 11, "register": 16, "inquire": 30, "protect": 55, "backup_start": 2, "backup": 15}
LATENCY = 0.1  # seconds for each request
RETRY_AFTER = 60  # what the service asks for, whatever it does
# Azure's limits, which the simulator has too.
WRITES_PER_SECOND, WRITES_AT_ONCE = 10, 200
REGISTRATIONS_A_DAY, PROTECTIONS_A_DAY = 50, 200


@dataclass(frozen=True, order=True)
class Size:
    accounts: int
    shares: int
    """Of each account, at the start."""

    def __str__(self) -> str:
        return str(self.shares) if self.accounts == 1 else f"{self.accounts} x {self.shares}"


@dataclass(frozen=True)
class Kind:
    """A piece of work. ``steps`` are the operations that it takes, one after the other, however it is done."""

    name: str
    title: str
    steps: tuple[str, ...]
    sizes: tuple[Size, ...]
    """What is measured by default."""
    limit: float
    """Seconds for a client that could take very long."""
    shares_each: int = 0
    """How many shares an account of a fleet has if nothing is said; 0 for a single account."""

    @property
    def fleet(self) -> bool:
        return self.shares_each > 0

    def size(self, text: str) -> Size:
        """``50``: shares of the account, or accounts of the fleet; ``50x40``: accounts and shares of each.

        ValueError where it is neither.
        """
        first, _times, second = text.partition("x")
        if second or self.fleet:
            return Size(int(first), int(second or self.shares_each))
        return Size(1, int(first))


def _one(*shares: int) -> tuple[Size, ...]:
    return tuple(Size(1, number) for number in shares)


PROTECTING = ("refresh", "register", "inquire", "protect")
FRESH = Kind("fresh", "Protect all shares of a fresh account", PROTECTING, _one(1, 5, 50, 200), 140)
CONVERGED = Kind("converged", "Protect all shares of an account once more", (), _one(1, 5, 50, 200), 220)
ONE_MORE = Kind("one-more", "Protect one more share of a protected account", ("inquire", "protect"), _one(200), 240)
# A job's time counts from the start of the operation that makes it.
BACKUP = Kind("backup", "Back up all shares of a protected account", ("backup",), _one(50), 60)
FLEET = Kind(
    "fleet",
    "Protect all shares of all accounts of a vault once more",
    (),
    (Size(50, 10), Size(100, 10), Size(200, 10), Size(50, 40)),
    900,
    shares_each=10,
)
FLEET_FRESH = Kind(
    "fleet-fresh",
    "Protect all shares of all fresh accounts of a vault's region",
    PROTECTING,
    (Size(20, 10), Size(50, 10), Size(100, 10), Size(200, 10)),
    900,
    shares_each=10,
)
KINDS = {kind.name: kind for kind in (FRESH, CONVERGED, ONE_MORE, BACKUP, FLEET, FLEET_FRESH)}


@dataclass(frozen=True)
class World:
    """The accounts at the start."""

    kind: Kind
    size: Size

    @property
    def accounts(self) -> list[str]:
        if not self.kind.fleet:
            return [ACCOUNT]
        return [f"files{number:04d}" for number in range(1, self.size.accounts + 1)]

    @property
    def names(self) -> list[str]:
        """The shares of each account that are to be protected or backed up."""
        width = max(2, len(str(self.size.shares)))
        names = [f"share-{number:0{width}d}" for number in range(1, self.size.shares + 1)]
        return [*names, NEW_SHARE] if self.kind is ONE_MORE else names

    @property
    def total(self) -> int:
        """How many shares are to be protected or backed up, in all accounts."""
        return len(self.accounts) * len(self.names)

    @property
    def critical_path(self) -> float:
        """Seconds that the service itself needs, with the pace at which it takes the last step's writes."""
        steps = float(sum(DURATIONS[step] for step in self.kind.steps))
        return steps + self.pacing

    @property
    def pacing(self) -> float:
        """Seconds from the first to the last of the writes that come in the last step, one for each share."""
        writes = 1 if self.kind is ONE_MORE else self.total if self.kind.steps else 0
        return max(0, writes - WRITES_AT_ONCE) / WRITES_PER_SECOND

    @property
    def beyond_a_day(self) -> bool:
        """Whether it is more than a vault takes in a day, so that the simulator's daily limits are off."""
        if self.kind is not FLEET_FRESH:
            return False
        return len(self.accounts) > REGISTRATIONS_A_DAY or self.total > PROTECTIONS_A_DAY

    def scenario(self) -> dict[str, Any]:
        protected = {} if self.kind in (FRESH, FLEET_FRESH) else {"protected_by": POLICY}
        return {
            "durations": DURATIONS,
            "latency": LATENCY,
            "retry_after": RETRY_AFTER,
            "limits": {"registrations": 0, "protections": 0} if self.beyond_a_day else {},
            "vaults": [{"name": VAULT, "resource_group": GROUP, "policies": [POLICY]}],
            "storage_accounts": [
                {
                    "name": account,
                    "resource_group": ACCOUNT_GROUP,
                    "shares": [{"name": "share", "count": self.size.shares} | protected],
                }
                for account in self.accounts
            ],
        }

    def prepare(self, azure: Simulated) -> None:
        """The new share is made now, so that the vault has yet to learn of it."""
        if self.kind is ONE_MORE:
            azure.change_share(ACCOUNT, NEW_SHARE, "create")

    def is_done(self, state: dict[str, Any]) -> bool:
        if self.kind is BACKUP:
            return len(state["budgets"]["backups"]) == len(self.names)
        (vault,) = state["vaults"]
        protected = [(item["account"], item["share"]) for item in vault["items"] if item["policy"] == POLICY]
        return sorted(protected) == [(account, name) for account in self.accounts for name in sorted(self.names)]
