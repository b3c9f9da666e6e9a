# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans that come before what they are about: vault, storage account, shares and policy are still to be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._act.policy import ensure_policy
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._act.registration import ensure_registered
from ansible_collections.azurefiles.backup.plugins.module_utils._act.vault_protection import protect_vault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.coverage import WantedCoverage
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policy_terms import WantedTerms
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.registration import Registration
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vault_protection import WantedVault
from ansible_collections.azurefiles.backup.plugins.module_utils._read.coverage import report_coverage
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import Retention, Schedule
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, world

NAME = "contosofiles"


@pytest.fixture(scope="module")
def shared(shared_simulators: Simulators) -> Simulator:
    """A subscription with one vault and one account; what the plans are about is another vault, another account."""
    return shared_simulators.start(world(account("finance"), vaults=[VAULT | {"policies": ["daily-30"]}]))


@pytest.fixture
def simulator(shared: Simulator) -> Simulator:
    shared.forget()
    return shared


def account_id(simulator: Simulator, name: str, group: str = "Files-RG") -> str:
    home = f"/subscriptions/{simulator.subscription_id}/resourceGroups/{group}"
    return f"{home}/providers/Microsoft.Storage/storageAccounts/{name}"


def vault_id(simulator: Simulator, name: str) -> str:
    home = f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg"
    return f"{home}/providers/Microsoft.RecoveryServices/vaults/{name}"


def plan_of(simulator: Simulator, vault: str = "brand-new") -> Run:
    return run_of(simulator, vault=vault, check_mode=True)


def protect(run: Run, ref: AccountRef, *shares: str, policy: str = "daily-60", state: str = "present") -> Run:
    policy_ref = PolicyRef(policy) if state == "present" else None
    ensure_protection(run, ref, Desired.of(state, Selection(shares, not shares), policy_ref), 20)
    return run


@pytest.mark.parametrize("vault", ["brand-new", "backup-vault"])
def test_a_policy_foretells_its_id(simulator: Simulator, vault: str) -> None:
    run = plan_of(simulator, vault)

    ensure_policy(run, "daily-60", WantedTerms(Schedule("daily", ("21:00",)), retention=Retention(60)))

    assert run.outcome.changed
    assert run.values["policy"]["id"] == f"{vault_id(simulator, vault)}/backupPolicies/daily-60"
    assert len(run.warnings) == (vault == "brand-new")
    assert simulator.writes() == {}


# How a play names an account that it has just made, and the id that a plan foretells of it.
WAYS: dict[str, Callable[[Simulator], AccountRef]] = {
    "an id": lambda simulator: AccountRef.parse(account_id(simulator, "newfiles"), None),
    "a name and its group": lambda _simulator: AccountRef.parse("newfiles", "Files-RG"),
    "a name": lambda _simulator: AccountRef.parse("newfiles", None),
}
FORETOLD = {"an id": True, "a name and its group": True, "a name": False}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vault", ["brand-new", "backup-vault"])
def test_an_account_that_is_still_to_be_made_is_registered_in_the_plan(
    simulator: Simulator, way: str, vault: str
) -> None:
    run = plan_of(simulator, vault)

    ensure_registered(run, WAYS[way](simulator), Registration(lock=True))

    container = run.values["container"]
    assert run.outcome.changed
    assert container["storage_account"] == "newfiles"
    if FORETOLD[way]:
        assert container["storage_account_id"] == account_id(simulator, "newfiles")
        assert container["name"] == "StorageContainer;Storage;Files-RG;newfiles"
        fabric = f"{vault_id(simulator, vault)}/backupFabrics/Azure"
        assert container["id"] == f"{fabric}/protectionContainers/{container['name']}"
    assert run.warnings
    assert simulator.writes() == {}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vault", ["brand-new", "backup-vault"])
@pytest.mark.parametrize("policy", ["brand-new-policy", "daily-60", "id"])
def test_its_shares_are_protected_in_the_plan(simulator: Simulator, way: str, vault: str, policy: str) -> None:
    policy = f"{vault_id(simulator, vault)}/backupPolicies/daily-60" if policy == "id" else policy
    run = plan_of(simulator, vault)

    protect(run, WAYS[way](simulator), "finance", "legal", policy=policy)

    results = run.shares()
    assert {name: (each["action"], each["policy"], each["error"]) for name, each in results.items()} == {
        name: ("protect", policy.rsplit("/", 1)[-1], None) for name in ("finance", "legal")
    }
    assert run.outcome.failure is None
    assert run.warnings
    assert simulator.writes() == {}


@pytest.mark.parametrize("way", WAYS)
def test_of_all_its_shares_nothing_is_known_yet(simulator: Simulator, way: str) -> None:
    run = protect(plan_of(simulator), WAYS[way](simulator))

    assert run.values["shares"] == []
    assert run.outcome.failure is None
    assert run.warnings


def test_shares_that_are_there_already_are_in_the_plan_for_a_new_vault(simulator: Simulator) -> None:
    run = protect(plan_of(simulator), AccountRef(NAME))

    assert {name: each["action"] for name, each in run.shares().items()} == {"finance": "protect"}


def test_backups_are_in_the_plan_as_well(simulator: Simulator) -> None:
    run = plan_of(simulator)

    trigger_backups(run, AccountRef("newfiles"), WantedBackups(Selection(("finance",)), now()), 20)

    assert run.shares("backups")["finance"]["action"] == "triggered"
    assert run.outcome.failure is None
    assert run.warnings


def test_a_whole_vault_and_a_report_are_planned(simulator: Simulator) -> None:
    run = plan_of(simulator)
    options: dict[str, Any] = {
        "accounts": ["registered", "discoverable", "undiscovered"],
        "storage_accounts": [NAME, account_id(simulator, "newfiles")],
        "stopped": "leave",
        "initial_backup": "never",
        "retention_days": 30,
        "parallel": 20,
        "rules": [{"policy": "daily-60"}],
    }
    protect_vault(run, WantedVault.parse(options, now()))

    assert run.outcome.failure is None
    shares = {each["storage_account"]: [share["action"] for share in each["shares"]] for each in run.values["accounts"]}
    assert shares == {NAME: ["protect"], "newfiles": []}
    assert run.warnings

    report = plan_of(simulator)
    # What is not given here is not given to the module.
    options = defaultdict[str, Any](
        lambda: None, resource_group="backup-rg", vault_name="brand-new", days=7, parallel=10
    )
    options["unregistered_accounts"] = True
    report_coverage(report, WantedCoverage.parse(options))

    assert report.values["coverage"]["summary"]["unread_vaults"] == 0
    assert len(report.warnings) == 1
    assert simulator.writes() == {}


# What is wrong stays wrong in a plan


@pytest.mark.parametrize("by_id", [False, True])
@pytest.mark.parametrize("vault", ["brand-new", "backup-vault"])
def test_an_account_that_is_elsewhere_is_not_foretold(simulator: Simulator, by_id: bool, vault: str) -> None:
    """The names of storage accounts are unique, so one in another group cannot be made."""
    wrong = account_id(simulator, NAME, "other-rg")
    ref = AccountRef.parse(wrong, None) if by_id else AccountRef(NAME, "other-rg")

    with pytest.raises(BackupError, match="it is in 'Files-RG'"):
        ensure_registered(plan_of(simulator, vault), ref, Registration(lock=True))
    with pytest.raises(BackupError):
        protect(plan_of(simulator, vault), ref, "finance")


def test_a_mistyped_policy_is_no_plan(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="Did you mean 'daily-30'"):
        protect(plan_of(simulator, "backup-vault"), AccountRef(NAME), policy="dayly-30")


@pytest.mark.parametrize("state", ["stopped", "suspended", "absent"])
def test_what_is_to_end_has_to_be_there(simulator: Simulator, state: str) -> None:
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'brand-new'"):
        protect(plan_of(simulator), AccountRef(NAME), "finance", state=state)


def test_without_check_mode_nothing_is_foretold(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'brand-new'"):
        protect(run_of(simulator, vault="brand-new"), AccountRef(NAME), "finance")
    with pytest.raises(BackupError, match="There is no storage account"):
        ensure_registered(run_of(simulator), WAYS["an id"](simulator), Registration(lock=True))
