# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recovery points that a user asks for, and the one to restore from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.times import format_time, parse_time
from .._records.recovery_point import RecoveryPoint, newest_first
from .window import Window

LATEST = "latest"


@dataclass(frozen=True)
class PointRef:
    """A recovery point by its name, the latest one, or the last one at or before a time."""

    text: str

    @classmethod
    def parse(cls, text: str) -> PointRef:
        if not text.strip():
            raise BackupError("recovery_point is empty: give a name, latest, or a time.")
        return cls(text.strip())

    def pick(self, points: Sequence[RecoveryPoint], share: str, where: str = "") -> RecoveryPoint:
        """``where`` is said of the place that has them.

        Raises BackupError where there is no such point, or none that can be restored from.
        """
        if not points:
            raise BackupError(f"The share '{share}' has no recovery point yet: back it up first.")
        for point in points:
            if point.name == self.text:
                if point.tier is None:
                    raise BackupError(f"The recovery point '{point.name}' has no copy any more to restore from.")
                return point
        usable = [point for point in newest_first(points) if point.tier and point.time]
        if not usable:
            raise BackupError(f"No recovery point of the share '{share}' has a copy any more to restore from.")
        if self.text.lower() == LATEST:
            return usable[0]
        moment = parse_time(self.text)
        if moment is None:
            raise BackupError(
                f"The share '{share}' has no recovery point '{self.text}'{where}. It has {len(usable)}, from "
                f"{_told(usable[-1])} to {_told(usable[0])}. A time is written as 2027-01-31T18:00:00Z."
            )
        found = next((point for point in usable if point.time and point.time <= moment), None)
        if found is None:
            raise BackupError(
                f"The share '{share}' has no recovery point{where} at or before {format_time(moment)}: the oldest is "
                f"{_told(usable[-1])}."
            )
        return found


def _told(point: RecoveryPoint) -> str:
    return f"{format_time(point.time)} ({point.name})"


@dataclass(frozen=True)
class WantedPoints:
    """``tier`` is any, or the one that has to hold a copy: snapshot or vault."""

    share: str
    window: Window
    tier: str

    def matches(self, point: RecoveryPoint) -> bool:
        held = {"any": True, "snapshot": point.in_snapshot, "vault": point.in_vault}
        return held[self.tier] and self.window.contains(point.time)
