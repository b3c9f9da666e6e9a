# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The latest recovery point of a share whose newest backup has failed, where the vault's list has none (2024, 2025)."""

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.coverage import WantedCoverage
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtected
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vaults import WantedVaults
from ansible_collections.azurefiles.backup.plugins.module_utils._read.coverage import report_coverage
from ansible_collections.azurefiles.backup.plugins.module_utils._read.protected import list_protected
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

OLDER = "2024-04-01"  # its lists have no recovery points
FAILURE = {"operation": "backup", "share": "finance", "code": "FileShareNotFound", "message": "Gone."}


def of_older_api(simulator: Simulator) -> Run:
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(600), poll_interval=5.0)
    assert run.place
    run.api_version = OLDER
    run.vault = run.vault_of(run.place)
    return run


def back_up(run: Run, max_age: int = 0) -> Run:
    wanted = WantedBackups(Selection(("finance", "hiring")), now().replace(year=now().year + 1), max_age)
    trigger_backups(run, AccountRef("contosofiles"), wanted, 20)
    return run


@pytest.fixture
def simulator(simulators: Simulators) -> Simulator:
    """The newest backup of finance has failed, and its older recovery points are still there."""
    shares = [protected(name, recovery_points=2) for name in ("finance", "hiring", "legal")]
    simulator = simulators.start(world(registered(*shares, protected("new"))))
    simulator.plan(FAILURE)
    back_up(of_older_api(simulator))
    simulator.forget()
    return simulator


def point_of(simulator: Simulator) -> str:
    """As a list of today's api tells it."""
    run = run_of(simulator)
    list_protected(run, WantedProtected(None, ("finance",), (), ()))
    simulator.forget()
    return str(run.values["protected_items"][0]["latest_recovery_point"])


def test_the_list_of_shares_tells_it_for_one_read(simulator: Simulator) -> None:
    point = point_of(simulator)
    run = of_older_api(simulator)
    list_protected(run, WantedProtected(None, ("*",), (), ()))

    found = {item["share"]: item for item in run.values["protected_items"]}
    assert (found["finance"]["last_backup_status"], found["finance"]["latest_recovery_point"]) == ("Failed", point)
    assert simulator.tally() == {"GET backupProtectedItems": 1, "GET protectedItems/*": 1}


def test_the_report_counts_it_and_has_no_other_details(simulator: Simulator) -> None:
    point = point_of(simulator)
    run = of_older_api(simulator)
    assert run.place
    report_coverage(run, WantedCoverage(WantedVaults((run.place,)), 7, False, False, 20))

    rows = {row["share"]: row for row in run.values["coverage"]["shares"]}
    assert rows["finance"]["latest_recovery_point"] == point
    assert "last_backup_failed" in rows["finance"]["concerns"]
    assert "no_recovery_point" not in rows["finance"]["concerns"]
    assert rows["finance"]["recovery_point_count"] is None
    assert simulator.tally()["GET protectedItems/*"] == 1


def test_a_backup_that_fails_again_tells_it_and_a_fresh_one_is_not_repeated(simulator: Simulator) -> None:
    point = point_of(simulator)
    simulator.plan(FAILURE)

    again = back_up(of_older_api(simulator)).shares("backups")["finance"]
    fresh = back_up(of_older_api(simulator), max_age=7 * 24 * 60).shares("backups")["finance"]

    assert (again["status"], again["latest_recovery_point"]) == ("Failed", point)
    assert (fresh["action"], fresh["latest_recovery_point"]) == ("fresh", point)
