# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run spends at the resource manager."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class ApiCalls:
    """What a run has spent at the resource manager. Attempts that were throttled or repeated count too."""

    reads: int = 0
    writes: int = 0
    refreshes: int = 0
    inquiries: int = 0
    throttled: int = 0
    retried: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, kind: str) -> None:
        with self._lock:
            setattr(self, kind, getattr(self, kind) + 1)

    def to_result(self) -> dict[str, int]:
        return {
            "reads": self.reads,
            "writes": self.writes,
            "total": self.reads + self.writes,
            "refreshes": self.refreshes,
            "inquiries": self.inquiries,
            "throttled": self.throttled,
            "retried": self.retried,
        }
