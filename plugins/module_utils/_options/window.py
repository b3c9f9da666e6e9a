# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A span of time that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .._azure.errors import BackupError
from .._azure.times import format_time, parse_time


@dataclass(frozen=True)
class Window:
    """From ``start`` to ``end``, both included; None leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def parse(cls, start_time: str | None, end_time: str | None) -> Window:
        """Raises BackupError for a time that is none, and for an end before the start."""
        start, end = _moment("start_time", start_time), _moment("end_time", end_time)
        if start and end and end < start:
            raise BackupError(f"end_time ({format_time(end)}) is before start_time ({format_time(start)}).")
        return cls(start, end)

    def contains(self, moment: datetime | None) -> bool:
        """Whether a moment lies within; an unknown one only where both sides are open."""
        if moment is None:
            return self.start is None and self.end is None
        return (self.start is None or moment >= self.start) and (self.end is None or moment <= self.end)


def _moment(name: str, text: str | None) -> datetime | None:
    moment = parse_time(text)
    if text and moment is None:
        raise BackupError(
            f"{name} '{text}' is not a time: write 2027-01-31, or 2027-01-31T18:00:00Z (without a zone it is UTC)."
        )
    return moment
