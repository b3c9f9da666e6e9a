# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the other region of a vault shows."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.jobs import WantedJobs
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtected
from ansible_collections.azurefiles.backup.plugins.module_utils._options.recovery_points import WantedPoints
from ansible_collections.azurefiles.backup.plugins.module_utils._options.secondary import WantedRegion
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window
from ansible_collections.azurefiles.backup.plugins.module_utils._read.jobs import await_job, list_jobs
from ansible_collections.azurefiles.backup.plugins.module_utils._read.protected import list_protected
from ansible_collections.azurefiles.backup.plugins.module_utils._read.recovery_points import list_recovery_points
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, world

CONTOSO = AccountRef("contosofiles")
PAIR = WantedRegion(None)
TIERED = VAULT | {
    "policies": ["daily-30", {"name": "tiered", "days": 3, "vault_days": 30}],
    "cross_region_restore": True,
}
ALONE = VAULT | {"name": "alone"}


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    contoso = account(
        protected("finance", "tiered", recovery_points=4), protected("shallow", recovery_points=1), vault="backup-vault"
    )
    return shared_simulators.start(world(contoso, vaults=[TIERED, ALONE]))


def points(run: Run, share: str = "finance") -> list[dict[str, Any]]:
    list_recovery_points(run, CONTOSO, WantedPoints(share, Window(), "any"), PAIR)
    found: list[dict[str, Any]] = run.values["recovery_points"]
    return found


def jobs(**filters: Any) -> WantedJobs:
    return WantedJobs(
        **({"account": None, "share": None, "operation": None, "status": None} | filters),
        window=Window(),
        details=False,
    )


def test_recovery_points_say_that_the_other_region_has_them_for_three_reads(simulator: Simulator) -> None:
    simulator.forget()
    newest, *others = points(run_of(simulator))

    assert [point["cross_region"] for point in (newest, *others)] == [True] * 4
    assert (newest["expiry_time"], newest["rule"]) == (None, None)
    assert {point["rule"] for point in others} == {"Daily"}
    assert all(point["expiry_time"] > point["time"] for point in others)
    assert simulator.tally() == {"GET vaults/*": 1, "GET backupProtectedItems": 1, "GET recoveryPoints": 1}


def test_the_vaults_own_region_says_nothing_of_the_other(simulator: Simulator) -> None:
    run = run_of(simulator)
    list_recovery_points(run, CONTOSO, WantedPoints("finance", Window(), "any"))

    assert {point["cross_region"] for point in run.values["recovery_points"]} == {None}


def test_the_shares_of_the_other_region_are_listed(simulator: Simulator) -> None:
    run = run_of(simulator)
    list_protected(run, WantedProtected(None, ["*"], [], []), PAIR)

    assert [item["share"] for item in run.values["protected_items"]] == ["finance"]
    assert run.values["protected_items"][0]["latest_recovery_point"] is None


def test_a_share_that_is_not_there_is_told_with_the_region(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="The other region of the vault 'backup-vault', northeurope, has no share"):
        points(run_of(simulator), "shallow")


def test_the_restores_from_there_are_looked_for_there(simulator: Simulator) -> None:
    simulator.forget()
    run = run_of(simulator)
    list_jobs(run, jobs(operation="CrossRegionRestore"))
    assert run.values["jobs"] == []
    assert simulator.tally() == {"GET vaults/*": 1, "POST backupCrrJobs": 1}


def test_a_vault_without_another_region_has_no_such_jobs(simulator: Simulator) -> None:
    run = run_of(simulator, vault="alone")
    list_jobs(run, jobs(operation="CrossRegionRestore"))
    assert run.values["jobs"] == []
    with pytest.raises(BackupError, match="Cross-region restore is off"):
        list_jobs(run, jobs(operation="CrossRegionRestore"), PAIR)


def test_an_unknown_job_may_be_one_of_the_other_region(simulator: Simulator) -> None:
    unknown = "c0ffee00-0000-4000-8000-000000000000"
    with pytest.raises(BackupError, match="found with use_secondary_region: true"):
        await_job(run_of(simulator), unknown)
    with pytest.raises(BackupError, match="northeurope, has no job 'c0ffee00"):
        await_job(run_of(simulator), unknown, PAIR)


def test_a_question_that_is_posted_is_asked_again(simulator: Simulator) -> None:
    """As a read is, after an answer that was lost or an error; it changes nothing."""
    for fault in ({"status": 503}, {"drop": True}):
        simulator.plan({"method": "POST", "path": "/backupCrrJobs$", **fault})
        run = run_of(simulator)
        list_jobs(run, jobs(), PAIR)
        assert run.calls["retried"] == 1
