# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tiers of policies: a share does not come back from the vault tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .._azure.errors import BackupError
from .._records.policy import SNAPSHOT, VAULT, Policy
from .._records.protected_item import ProtectedItem
from .protection import Plan, Step


def without_steps_back(plan: Plan, policies: Sequence[Policy]) -> Plan:
    """The plan, in which no share is taken from the vault tier: Microsoft's own clients refuse that before they ask."""
    return replace(plan, steps=tuple(_forward(step, policies) for step in plan.steps))


def _forward(step: Step, policies: Sequence[Policy]) -> Step:
    if not isinstance(step.item, ProtectedItem) or step.policy is None:
        return step
    old, new = step.item.policy_id, step.policy
    before = next((each for each in policies if old and each.means(old)), None)
    after = next((each for each in policies if new.means(each.id)), None)
    if before is None or after is None or (before.terms.tier, after.terms.tier) != (VAULT, SNAPSHOT):
        return step
    problem = BackupError(
        f"The share '{step.share}' is in the vault tier by its policy '{before.name}', and '{after.name}' is a policy "
        "of the snapshot tier. Azure does not take a share back from the vault tier: give it another policy of the "
        "vault tier, or leave it as it is."
    )
    return replace(step, action="none", after=step.before, problem=problem)
