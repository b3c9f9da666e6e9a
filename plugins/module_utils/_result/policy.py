# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._records.policy import Policy
from .result import Change, told


@dataclass
class PolicyResult(Change):
    """``found`` is the policy as it was at first, ``policy`` as it is, or in check mode as it is to be.

    ``guarded``: whether a resource guard has to approve of the change.
    """

    found: Policy | None
    policy: Policy | None
    guarded: bool = False

    @property
    def before(self) -> dict[str, Any]:
        return {"policy": told(self.found.terms) if self.found else None}

    @property
    def after(self) -> dict[str, Any]:
        after = {"policy": told(self.policy.terms) if self.policy else None}
        return after | ({"guarded": True} if self.guarded else {})

    def to_result(self) -> dict[str, Any]:
        return {"policy": told(self.policy), "guarded": self.guarded}
