# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done: the worlds in which the clients start, and the shortest time any client can need there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulated import Simulated

GROUP, VAULT, ACCOUNT, POLICY = "backup-rg", "backup-vault", "contosofiles", "daily-30"
NEW_SHARE = "new"

# Seconds, as recorded from the service.
DURATIONS = {"refresh": 11, "register": 16, "inquire": 30, "protect": 55, "backup_start": 2, "backup": 15}
LATENCY = 0.1  # seconds for each request
RETRY_AFTER = 60  # what the service asks for, whatever it does


@dataclass(frozen=True)
class Kind:
    """A piece of work. ``steps`` are the operations that it takes, one after the other, however it is done."""

    name: str
    title: str
    steps: tuple[str, ...]
    sizes: tuple[int, ...]
    """How many shares the account has at first, by default."""
    limit: float
    """Seconds for a client that works on one share after the other."""

    @property
    def critical_path(self) -> float:
        """Seconds that the service itself needs; no client can be faster."""
        return float(sum(DURATIONS[step] for step in self.steps))


FRESH = Kind(
    "fresh",
    "Protect all shares of a fresh account",
    ("refresh", "register", "inquire", "protect"),
    (1, 5, 50, 200),
    140,
)
CONVERGED = Kind("converged", "Protect all shares of an account once more", (), (1, 5, 50, 200), 220)
ONE_MORE = Kind("one-more", "Protect one more share of a protected account", ("inquire", "protect"), (200,), 240)
# A job's time counts from the start of the operation that makes it.
BACKUP = Kind("backup", "Back up all shares of a protected account", ("backup",), (50,), 60)
KINDS = {kind.name: kind for kind in (FRESH, CONVERGED, ONE_MORE, BACKUP)}


@dataclass(frozen=True)
class World:
    """One account of so many shares at the start."""

    kind: Kind
    shares: int

    @property
    def names(self) -> list[str]:
        """All shares that are to be protected or backed up."""
        width = max(2, len(str(self.shares)))
        names = [f"share-{number:0{width}d}" for number in range(1, self.shares + 1)]
        return [*names, NEW_SHARE] if self.kind is ONE_MORE else names

    def scenario(self) -> dict[str, Any]:
        protected = {} if self.kind is FRESH else {"protected_by": POLICY}
        return {
            "durations": DURATIONS,
            "latency": LATENCY,
            "retry_after": RETRY_AFTER,
            "vaults": [{"name": VAULT, "resource_group": GROUP, "policies": [POLICY]}],
            "storage_accounts": [
                {
                    "name": ACCOUNT,
                    "resource_group": "files-rg",
                    "shares": [{"name": "share", "count": self.shares} | protected],
                }
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
        return sorted(item["share"] for item in vault["items"] if item["policy"] == POLICY) == sorted(self.names)
