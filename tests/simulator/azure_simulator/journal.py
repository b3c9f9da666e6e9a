# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of every request received."""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .messages import Request
from .tokens import AUXILIARY


@dataclass
class Entry:
    id: int
    kind: str
    """``arm``, ``token``, ``metadata`` or ``imds``."""
    method: str
    path: str
    """Decoded: semicolons are semicolons."""
    query: dict[str, str]
    start: float
    """Seconds since the simulator started; so is ``end``."""
    end: float | None = None
    status: int | None = None
    """None while under way, and for a connection which a fault broke."""
    authorised: bool | None = None
    """Whether the bearer token was good; None where none is asked for."""
    auxiliary: bool = False
    """Whether there were tokens of other tenants beside it."""


@dataclass
class Journal:
    entries: list[Entry] = field(default_factory=list)
    _count: int = 0
    _zero: float = field(default_factory=time.monotonic)

    def open(self, kind: str, request: Request) -> Entry:
        self._count += 1
        start = time.monotonic() - self._zero
        entry = Entry(self._count, kind, request.method, request.path, request.query, start)
        entry.auxiliary = AUXILIARY in request.headers
        self.entries.append(entry)
        return entry

    def close(self, entry: Entry) -> None:
        entry.end = time.monotonic() - self._zero

    def clear(self) -> None:
        self.entries.clear()

    def report(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.entries]
