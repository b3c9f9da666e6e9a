# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules return that only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._records.job import Job
from .._records.policy import Policy
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .result import Result, Told


@dataclass
class FoundJobs(Result):
    jobs: Sequence[Job]

    def to_result(self) -> dict[str, Any]:
        return {"jobs": _all(self.jobs)}


@dataclass
class FoundPolicies(Result):
    policies: Sequence[Policy]

    def to_result(self) -> dict[str, Any]:
        return {"policies": _all(self.policies)}


@dataclass
class FoundRecoveryPoints(Result):
    recovery_points: Sequence[RecoveryPoint]

    def to_result(self) -> dict[str, Any]:
        return {"recovery_points": _all(self.recovery_points)}


@dataclass
class FoundProtectedItems(Result):
    protected_items: Sequence[ProtectedItem]

    def to_result(self) -> dict[str, Any]:
        return {"protected_items": _all(self.protected_items)}


@dataclass
class FoundProtectableItems(Result):
    protectable_items: Sequence[ProtectableItem]

    def to_result(self) -> dict[str, Any]:
        return {"protectable_items": _all(self.protectable_items)}


@dataclass
class CoverageReport(Result):
    coverage: dict[str, Any]

    def to_result(self) -> dict[str, Any]:
        return {"coverage": self.coverage}


def _all(found: Sequence[Told]) -> list[dict[str, Any]]:
    return [each.to_result() for each in found]
