# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's list of offers while others of the vault are being protected: it can hide shares."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import LOOKS, ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import registered, world

LISTS = "GET backupProtectableItems"


@pytest.fixture
def simulator(simulators: Simulators) -> Simulator:
    """An account with a share that the vault does not know yet."""
    started = simulators.start(world(registered("finance", "legal", {"name": "nfs", "protocol": "NFS"})))
    started.change_share("contosofiles", "new", "create")
    return started


def hide(monkeypatch: pytest.MonkeyPatch, run: Run, share: str, looks: int) -> None:
    """Leave a share out of the first lists of offers."""
    honest = run.vault.protectable_items
    left = iter(range(looks))

    def list_offers() -> Any:
        offers = honest()
        return [each for each in offers if each.share != share] if next(left, None) is not None else offers

    monkeypatch.setattr(run.vault, "protectable_items", list_offers)


def protect_all(run: Run) -> dict[str, Any]:
    desired = Desired.of("present", Selection(all_shares=True), PolicyRef("daily-30"))
    ensure_protection(run, AccountRef.parse("contosofiles", None), desired, 5)
    return {share: result["state_after"] for share, result in run.shares().items()}


@pytest.mark.parametrize("hidden", [0, 1, 2, LOOKS])
def test_a_share_that_a_list_hides_is_protected_in_the_same_run(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, hidden: int
) -> None:
    run = run_of(simulator)
    hide(monkeypatch, run, "legal", hidden)
    assert protect_all(run) == dict.fromkeys(("finance", "legal", "new"), "IRPending")
    assert run.calls["inquiries"] == 1
    assert simulator.tally()[LISTS] == 2 + max(0, hidden - 1), "no look more than it takes"


def test_a_share_that_is_never_offered_is_skipped_in_the_end(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(simulator)
    hide(monkeypatch, run, "legal", 99)
    assert protect_all(run) == dict.fromkeys(("finance", "new"), "IRPending")
    assert [warning for warning in run.warnings if "'legal' is skipped" in warning]
    assert simulator.tally()[LISTS] == 1 + LOOKS
