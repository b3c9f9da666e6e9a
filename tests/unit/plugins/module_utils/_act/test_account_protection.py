# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering an account and protecting its shares in one run."""

from __future__ import annotations

from ansible_collections.azurefiles.backup.plugins.module_utils._act.account_protection import (
    ensure_account_protection,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, world


def ensure(simulator: Simulator, policy: str = "daily-30", check_mode: bool = False) -> Run:
    run = run_of(simulator, check_mode=check_mode)
    desired = Desired.of("present", Selection.parse(None, True, ["*"], []), PolicyRef(policy))
    try:
        ensure_account_protection(run, AccountRef.parse("contosofiles", None), desired, 20)
    except BackupError as error:
        run.outcome.failure = error
    return run


def test_a_fresh_account_is_registered_and_protected_and_the_plan_says_so(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", "hiring", discovered=True)))

    plan = ensure(simulator, check_mode=True)
    assert simulator.writes() == {}
    done = ensure(simulator)

    for run in (plan, done):
        assert run.outcome.failure is None
        assert run.outcome.changed
        assert run.values["action"] == "register"
        assert {name: share["action"] for name, share in run.shares().items()} == {
            "finance": "protect",
            "hiring": "protect",
        }
        assert run.outcome.before == {
            "container": "not registered",
            "shares": dict.fromkeys(("finance", "hiring"), "not protected"),
        }
        assert run.outcome.after["container"]["storage_account"] == "contosofiles"
    assert set(simulator.items()) == {("contosofiles", "finance"), ("contosofiles", "hiring")}

    simulator.forget()
    again = ensure(simulator)
    assert (again.outcome.changed, again.values["action"]) == (False, "none")
    assert simulator.tally() == {"GET backupProtectionContainers": 1, "GET backupProtectedItems": 1, "GET shares": 1}


def test_where_the_shares_cannot_be_protected_the_registration_is_told(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))

    run = ensure(simulator, policy="no-policy")

    assert run.outcome.failure
    assert "has no policy 'no-policy'" in run.outcome.failure.message
    assert run.outcome.changed
    assert run.values["container"]["registration_status"] == "Registered"


def test_where_the_account_cannot_be_registered_no_share_is_looked_at(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    simulator.plan({"operation": "register", "code": "UserErrorStorageAccountIsLocked", "message": "Locked."})

    run = ensure(simulator)

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorStorageAccountIsLocked"
    assert not run.outcome.changed
    assert "GET shares" not in simulator.tally()


def test_the_policy_of_another_vault_is_refused_before_anything_is_registered(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))

    run = ensure(
        simulator,
        "/subscriptions/1/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices/vaults/other"
        "/backupPolicies/daily-30",
    )

    assert run.outcome.failure
    assert simulator.journal() == []
