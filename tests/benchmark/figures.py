# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of one client in one world."""

from __future__ import annotations

from dataclasses import dataclass

from .worlds import Size

FINISHED, STOPPED, FAILED = "finished", "stopped", "failed"
# What the service allows so often a day.
BUDGETS = ("refreshes", "inquiries", "protections", "backups")


@dataclass(frozen=True)
class Cell:
    """What was measured. Of a client that was stopped or has failed, it is what it had cost until then."""

    kind: str
    accounts: int
    shares: int
    """How many each account had at the start."""
    client: str
    critical_path: float
    """Seconds that no client can avoid."""
    end: str
    """``finished``, ``stopped`` by the time limit, or ``failed``."""
    handled: int
    """How many shares the client has been through, as far as it tells."""
    wanted: int
    """How many it was to go through."""
    seconds: float
    cpu: float
    """Seconds of the processor, of all processes."""
    memory: float
    """MB, of the largest process."""
    memory_in_all: float | None
    """MB, of all processes at once, at the most; None where it was not measured."""
    reads: int
    writes: int
    throttled: int
    """Requests that were refused for coming too fast."""
    refreshes: int
    inquiries: int
    protections: int
    backups: int

    @property
    def size(self) -> Size:
        return Size(self.accounts, self.shares)

    @property
    def what(self) -> tuple[str, Size, str]:
        """What is measured anew if it is measured again."""
        return self.kind, self.size, self.client

    @property
    def ratio(self) -> float | None:
        """How many times the critical path it took; None where there is none. A lower bound if it was stopped."""
        return self.seconds / self.critical_path if self.critical_path else None

    def times(self, other: Cell | None) -> float | None:
        """How many times as long as another client it took; None if that did not finish, or this one failed.

        A lower bound if it was stopped.
        """
        if other is None or other.end != FINISHED or self.end == FAILED:
            return None
        return self.seconds / other.seconds
