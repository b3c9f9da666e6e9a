# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report on coverage that a user asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._azure.errors import BackupError
from .gate import Gate
from .vaults import WantedVaults

MOST_DAYS = 28


@dataclass(frozen=True)
class WantedCoverage:
    vaults: WantedVaults
    days: int
    recovery_points: bool
    unregistered_accounts: bool
    at_once: int
    gate: Gate = field(default_factory=Gate)

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> WantedCoverage:
        """Raises BackupError for vaults that cannot be meant, and for an impossible number of days."""
        vaults = WantedVaults.parse(params)
        if not 1 <= params["days"] <= MOST_DAYS:
            raise BackupError(f"days is {params['days']}, but it has to be from 1 to {MOST_DAYS}.")
        return cls(
            vaults,
            params["days"],
            params["recovery_points"],
            params["unregistered_accounts"],
            params["parallel"],
            Gate.parse(params),
        )
