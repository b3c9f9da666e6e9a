# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other region of a vault, as a user asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError

_REGION = re.compile(r"[a-z][a-z0-9]+", re.ASCII)


@dataclass(frozen=True)
class WantedRegion:
    """``name`` is None for the pair of the vault's own region."""

    name: str | None

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> WantedRegion | None:
        """None where the vault's own region is meant. Raises BackupError for what cannot be a region's name."""
        used, name = params["use_secondary_region"], params["secondary_region"]
        if name and not used:
            raise BackupError(
                f"secondary_region is '{name}', but use_secondary_region is not true: say so, or leave it out."
            )
        if not used:
            return None
        plain = (name or "").replace(" ", "").lower()
        if name and not _REGION.fullmatch(plain):
            raise BackupError(f"secondary_region '{name}' cannot be a region: write it as northeurope.")
        return cls(plain or None)
