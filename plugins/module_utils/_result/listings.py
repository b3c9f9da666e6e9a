# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules return that only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .result import Result, Told


@dataclass
class _Found(Result):
    """Records, and the name under which they are returned."""

    name: ClassVar[str]
    found: Sequence[Told]

    def to_result(self) -> dict[str, Any]:
        return {self.name: [each.to_result() for each in self.found]}


class FoundJobs(_Found):
    name = "jobs"


class FoundPolicies(_Found):
    name = "policies"


class FoundRecoveryPoints(_Found):
    name = "recovery_points"


class FoundProtectedItems(_Found):
    name = "protected_items"


class FoundProtectableItems(_Found):
    name = "protectable_items"


@dataclass
class CoverageReport(Result):
    coverage: dict[str, Any]

    def to_result(self) -> dict[str, Any]:
        return {"coverage": self.coverage}
