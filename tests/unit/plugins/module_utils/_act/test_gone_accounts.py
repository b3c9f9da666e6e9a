# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts that a vault has and that were deleted, or moved to another resource group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.inquiry import list_protectable
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._act.registration import ensure_registered
from ansible_collections.azurefiles.backup.plugins.module_utils._act.restore import restore_share
from ansible_collections.azurefiles.backup.plugins.module_utils._act.unregistration import ensure_unregistered
from ansible_collections.azurefiles.backup.plugins.module_utils._act.vault_protection import protect_vault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.coverage import WantedCoverage
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtectable
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.recovery_points import WantedPoints
from ansible_collections.azurefiles.backup.plugins.module_utils._options.registration import Registration
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vault_accounts import WantedAccounts
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vault_protection import WantedVault
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window
from ansible_collections.azurefiles.backup.plugins.module_utils._read.coverage import report_coverage
from ansible_collections.azurefiles.backup.plugins.module_utils._read.recovery_points import list_recovery_points
from ansible_collections.azurefiles.backup.plugins.module_utils._read.vault_accounts import find_accounts
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, protected, registered, world

NO_GROUP = {"error": {"code": "ResourceGroupNotFound", "message": "Resource group 'Files-RG' could not be found."}}
CONTOSO = AccountRef("contosofiles")
TIERED = VAULT | {"policies": ["daily-30", {"name": "tiered", "days": 1, "vault_days": 30}]}
ROLE = "Reader"  # the advice for a list that may not be read


def delete(simulator: Simulator) -> None:
    simulator.change_account("contosofiles", "delete")


def delete_with_its_group(simulator: Simulator) -> None:
    delete(simulator)
    simulator.plan({"path": "/storageAccounts/contosofiles", "status": 404, "times": None, "body": NO_GROUP})


def move(simulator: Simulator) -> None:
    simulator.change_account("contosofiles", "move", "New-RG")


# What happened to the account, and the words that have to be said of it; of a moved one, where it is.
DELETED = (delete, "does not exist any more")
WITH_ITS_GROUP = (delete_with_its_group, "does not exist any more")
MOVED = (move, "moved to 'New-RG'")
Happen = Callable[[Simulator], None]
HAPPENED = pytest.mark.parametrize(
    ("happen", "words"), [DELETED, WITH_ITS_GROUP, MOVED], ids=["deleted", "deleted with its group", "moved"]
)
EVENTS = pytest.mark.parametrize("happen", [delete, delete_with_its_group, move])


def start(simulators: Simulators, happen: Happen) -> Simulator:
    simulator = simulators.start(
        world(
            registered(
                protected("finance", "tiered", recovery_points=3), protected("legal", recovery_points=1), "landing"
            ),
            registered(protected("hiring", recovery_points=1), "spare", name="fabrikamfiles"),
            vaults=[TIERED],
        )
    )
    happen(simulator)
    return simulator


def ensure(run: Run, *shares: str, state: str = "present") -> Run:
    policy = PolicyRef("daily-30") if state == "present" else None
    ensure_protection(run, CONTOSO, Desired.of(state, Selection(shares, not shares), policy), 20)
    return run


@HAPPENED
@pytest.mark.parametrize("shares", [(), ("finance",), ("finance", "landing")], ids=["all", "protected ones", "named"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_its_shares_cannot_be_protected_and_it_is_named(
    simulators: Simulators, happen: Happen, words: str, shares: tuple[str, ...], check_mode: bool
) -> None:
    simulator = start(simulators, happen)
    run = run_of(simulator, check_mode=check_mode)

    with pytest.raises(BackupError) as caught:
        ensure(run, *shares)

    assert words in caught.value.message
    assert "contosofiles" in caught.value.message
    assert ROLE not in caught.value.message + str(run.warnings)
    assert caught.value.fault.http_status == 404
    assert simulator.writes() == {}


@HAPPENED
def test_in_a_whole_vault_it_fails_and_stops_no_other(simulators: Simulators, happen: Happen, words: str) -> None:
    simulator = start(simulators, happen)
    run = run_of(simulator)
    options = {"accounts": ["registered", "discoverable"], "storage_accounts": None, "stopped": "leave"}
    more = {"initial_backup": "never", "retention_days": 30, "parallel": 20, "rules": [{"policy": "daily-30"}]}

    protect_vault(run, WantedVault.parse(options | more, now()))

    results = {each["storage_account"]: each for each in run.values["accounts"]}
    assert words in results["contosofiles"]["msg"]
    assert results["contosofiles"]["summary"]["protected"] == 0
    assert results["fabrikamfiles"]["summary"]["protected"] == 2
    assert run.outcome.failure
    assert "contosofiles" in run.outcome.failure.message


@HAPPENED
@pytest.mark.parametrize("everywhere", [True, False])
def test_in_a_report_its_shares_are_a_concern(
    simulators: Simulators, happen: Happen, words: str, everywhere: bool
) -> None:
    simulator = start(simulators, happen)
    run = run_of(simulator)
    # What is not given here is not given to the module.
    options = defaultdict[str, Any](
        lambda: None, resource_group="backup-rg", vault_name="backup-vault", days=7, parallel=10
    )
    options["unregistered_accounts"] = everywhere
    report_coverage(run, WantedCoverage.parse(options))

    coverage = run.values["coverage"]
    concerns = {(row["storage_account"], row["share"]): row["concerns"] for row in coverage["shares"] if row["vault"]}
    assert concerns == {
        ("contosofiles", "finance"): ["account_gone"],
        ("contosofiles", "legal"): ["account_gone"],
        ("fabrikamfiles", "hiring"): [],
        ("fabrikamfiles", "spare"): [],
    }
    summary = coverage["summary"]
    assert [summary[name] for name in ("at_risk", "gone_accounts", "unread_accounts")] == [2, 1, 0]
    (gone,) = [row for row in coverage["accounts"] if row["exists"] is False]
    assert words in gone["problem"]
    moved = f"/subscriptions/{simulator.subscription_id}/resourceGroups/New-RG/providers/Microsoft.Storage"
    assert gone["moved_to"] == (f"{moved}/storageAccounts/contosofiles" if happen is move else None)


@HAPPENED
def test_as_a_host_it_says_so(simulators: Simulators, happen: Happen, words: str) -> None:
    simulator = start(simulators, happen)
    run = run_of(simulator)
    wanted = WantedAccounts(("registered",), ("*",), (), count_shares=True)

    found = {each.account.name: each for each in find_accounts(run.client, [run.vault], wanted)}

    exists = {name: each.to_variables()["afs_exists"] for name, each in found.items()}
    assert exists == {"contosofiles": False, "fabrikamfiles": True}
    assert words in str(found["contosofiles"].problem)
    assert found["fabrikamfiles"].to_variables()["afs_unprotected_shares"] == 1


@HAPPENED
@pytest.mark.parametrize("account", [None, CONTOSO], ids=["whole vault", "one account"])
def test_no_inquiry_is_spent_on_it(
    simulators: Simulators, happen: Happen, words: str, account: AccountRef | None
) -> None:
    simulator = start(simulators, happen)
    run = run_of(simulator)

    list_protectable(run, WantedProtectable(account, ("*",), (), "auto"))

    assert [words in warning for warning in run.warnings] == [True]
    assert simulator.writes() == {}


@EVENTS
@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_its_backups_can_be_ended_and_it_can_be_unregistered(
    simulators: Simulators, happen: Happen, state: str
) -> None:
    simulator = start(simulators, happen)

    run = ensure(run_of(simulator), state=state)

    assert run.outcome.failure is None
    assert {each["action"] for each in run.values["shares"]} == {"stop" if state == "stopped" else "delete"}
    if state == "absent":
        simulator.pass_time(15 * 24 * 3600)
        ensure_unregistered(run_of(simulator), CONTOSO)
        assert [each["account"] for each in simulator.vault("backup-vault")["containers"]] == ["fabrikamfiles"]


def test_its_shares_can_be_ended_by_name_beside_one_that_never_was(simulators: Simulators) -> None:
    run = ensure(run_of(start(simulators, delete)), "finance", "nobody", state="stopped")

    results = run.shares()
    assert results["finance"]["error"] is None
    assert results["finance"]["state_after"] == "ProtectionStopped"
    assert "'nobody'" in results["nobody"]["error"]["message"]


@EVENTS
def test_its_recovery_points_are_listed_and_restored_elsewhere(simulators: Simulators, happen: Happen) -> None:
    """Those in the vault: snapshots are in the account, and gone with it."""
    simulator = start(simulators, happen)
    listing = run_of(simulator)
    list_recovery_points(listing, CONTOSO, WantedPoints("finance", Window(), "any"))
    points = listing.values["recovery_points"]
    assert len(points) == 3

    restore_run = run_of(simulator)
    target = {"storage_account": "fabrikamfiles", "share": "spare", "folder": None}
    restore_share(restore_run, CONTOSO, WantedRestore.parse("finance", points[-1]["name"], None, target, "overwrite"))
    assert restore_run.outcome.failure is None
    assert restore_run.outcome.changed

    with pytest.raises(BackupError, match=r"does not exist any more.*Name a target in another storage account"):
        restore_share(run_of(simulator), CONTOSO, WantedRestore.parse("legal", "latest", None, None, "skip"))


def test_a_moved_account_is_protected_by_its_new_id(simulators: Simulators) -> None:
    simulator = start(simulators, move)
    home = f"/subscriptions/{simulator.subscription_id}/resourceGroups/New-RG"
    moved = AccountRef.parse(f"{home}/providers/Microsoft.Storage/storageAccounts/contosofiles", None)

    ensure_registered(run_of(simulator), moved, Registration(lock=True))
    run = run_of(simulator)
    ensure_protection(run, moved, Desired.of("present", Selection((), all_shares=True), PolicyRef("daily-30")), 20)

    assert {name: each["state_after"] for name, each in run.shares().items()} == dict.fromkeys(
        ("finance", "landing", "legal"), "IRPending"
    )
    with pytest.raises(BackupError, match="There are 2 storage accounts 'contosofiles'"):
        ensure(run_of(simulator))
