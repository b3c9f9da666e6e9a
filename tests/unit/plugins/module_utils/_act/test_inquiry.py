# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.inquiry import list_protectable
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtectable
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world


def look(
    run: Run,
    of: str | None = "contosofiles",
    shares: Sequence[str] = ("*",),
    exclude: Sequence[str] = (),
    inquire: str = "auto",
) -> Run:
    ref = AccountRef.parse(of, None) if of else None
    list_protectable(run, WantedProtectable(ref, shares, exclude, inquire))
    return run


def found(run: Run) -> list[tuple[str, str]]:
    return [(item["storage_account"], item["share"]) for item in run.values["protectable_items"]]


@pytest.fixture(scope="module")
def known(shared_simulators: Simulators) -> Simulator:
    """Accounts that the vault knows all about; for tests that change nothing."""
    return shared_simulators.start(
        world(
            registered("finance", "hiring", protected("legal"), {"name": "unix-home", "protocol": "NFS"}),
            registered("finance", "media", name="fabrikamfiles", resource_group="Fabrikam-RG"),
            registered(protected("finance"), name="fullfiles"),
            account("finance", name="newfiles"),
        )
    )


@pytest.fixture
def unchanged(known: Simulator) -> Simulator:
    known.forget()
    return known


def new_share(simulators: Simulators, storage_read: bool = True) -> Simulator:
    """An account in which there is one share more than the vault knows."""
    simulator = simulators.start(world(registered("finance", protected("legal")), storage_read=storage_read))
    simulator.change_share("contosofiles", "hiring", "create")
    return simulator


# One account


def test_what_the_vault_offers_is_returned_by_name(unchanged: Simulator) -> None:
    run = look(run_of(unchanged))

    assert found(run) == [("contosofiles", "finance"), ("contosofiles", "hiring")]
    assert unchanged.tally() == {
        "GET backupProtectableItems": 1,
        "GET backupProtectedItems": 1,
        "GET shares": 1,
    }
    assert not run.outcome.changed


def test_an_offered_share_is_returned_in_full(unchanged: Simulator) -> None:
    item = look(run_of(unchanged), shares=["hiring"]).values["protectable_items"][0]

    container = "storagecontainer;storage;files-rg;contosofiles"
    assert item == {
        "name": item["name"],
        "share": "hiring",
        "container_name": container,
        "storage_account": "contosofiles",
        "storage_account_id": f"/subscriptions/{unchanged.subscription_id}/resourceGroups/Files-RG"
        "/providers/Microsoft.Storage/storageAccounts/contosofiles",
        "share_type": "XSMB",
        "protection_state": "NotProtected",
        "id": f"/subscriptions/{unchanged.subscription_id}/resourceGroups/backup-rg/providers/"
        f"Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/{container}"
        f"/protectableItems/{item['name']}",
    }
    assert len(item["name"]) == len("azurefileshare;") + 64


@pytest.mark.parametrize(
    ("shares", "exclude", "expected"),
    [(["FIN*"], [], ["finance"]), (["*"], ["fin*"], ["hiring"]), (["nobody"], [], []), (["legal"], [], [])],
)
def test_patterns_narrow_what_is_returned(
    unchanged: Simulator, shares: list[str], exclude: list[str], expected: list[str]
) -> None:
    run = look(run_of(unchanged), shares=shares, exclude=exclude)

    assert [share for _account, share in found(run)] == expected
    assert unchanged.writes() == {}


def test_an_account_whose_shares_are_all_protected_costs_no_inquiry(unchanged: Simulator) -> None:
    assert found(look(run_of(unchanged), of="fullfiles")) == []

    assert unchanged.writes() == {}


def test_a_new_share_costs_one_inquiry(simulators: Simulators) -> None:
    simulator = new_share(simulators)

    run = look(run_of(simulator))

    assert found(run) == [("contosofiles", "finance"), ("contosofiles", "hiring")]
    assert simulator.writes() == {"POST inquire": 1}
    assert not run.outcome.changed
    simulator.forget()
    assert found(look(run_of(simulator))) == found(run)
    assert simulator.writes() == {}


def test_a_new_share_that_is_not_asked_for_costs_no_inquiry(simulators: Simulators) -> None:
    simulator = new_share(simulators)

    assert found(look(run_of(simulator), exclude=["hiring"])) == [("contosofiles", "finance")]

    assert simulator.writes() == {}


@pytest.mark.parametrize(("inquire", "expected"), [("never", 0), ("always", 1)])
def test_inquiries_can_be_forced_and_forbidden(simulators: Simulators, inquire: str, expected: int) -> None:
    simulator = new_share(simulators)

    run = look(run_of(simulator), inquire=inquire)

    assert run.calls["inquiries"] == simulator.writes().get("POST inquire", 0) == expected
    assert (("contosofiles", "hiring") in found(run)) is bool(expected)


@pytest.mark.parametrize("inquire", ["auto", "always"])
def test_check_mode_foretells_the_inquiry(simulators: Simulators, inquire: str) -> None:
    simulator = new_share(simulators)

    run = look(run_of(simulator, check_mode=True), inquire=inquire)

    assert simulator.writes() == {}
    assert found(run) == [("contosofiles", "finance")]
    assert "would be spent on each of: contosofiles" in run.warnings[0]


@pytest.mark.parametrize("inquire", ["auto", "always"])
def test_an_account_that_is_not_registered_offers_nothing_and_is_warned_about(
    unchanged: Simulator, inquire: str
) -> None:
    run = look(run_of(unchanged), of="newfiles", inquire=inquire)

    assert found(run) == []
    assert "'newfiles' is not registered with the vault" in run.warnings[0]
    assert unchanged.writes() == {}


def test_an_account_that_was_never_inquired_is_inquired(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    run = run_of(simulator)
    (discovered,) = run.vault.protectable_accounts()
    assert discovered.account
    run.waiter.operation(run.vault.register(discovered.name, discovered.account, lock=True, access=None))

    assert found(look(run_of(simulator))) == [("contosofiles", "finance")]


# Where the account's own list may not be read


def test_an_inquiry_is_spent_only_if_nothing_is_known(simulators: Simulators) -> None:
    simulator = new_share(simulators, storage_read=False)

    assert found(look(run_of(simulator))) == [("contosofiles", "finance")]
    assert simulator.writes() == {}
    assert found(look(run_of(simulator), shares=["hiring"])) == [("contosofiles", "hiring")]
    assert simulator.writes() == {"POST inquire": 1}


def test_a_protected_share_is_known(simulators: Simulators) -> None:
    simulator = new_share(simulators, storage_read=False)

    assert found(look(run_of(simulator), shares=["legal"])) == []

    assert simulator.writes() == {}


# The whole vault


def test_the_whole_vault_is_listed_by_account_and_name(unchanged: Simulator) -> None:
    run = look(run_of(unchanged), of=None)

    assert found(run) == [
        ("fabrikamfiles", "finance"),
        ("fabrikamfiles", "media"),
        ("contosofiles", "finance"),
        ("contosofiles", "hiring"),
    ]
    assert unchanged.writes() == {}
    assert unchanged.tally()["GET shares"] == 3


def test_of_the_whole_vault_only_accounts_with_new_shares_are_inquired(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), registered("finance", name="fabrikamfiles")))
    simulator.change_share("fabrikamfiles", "media", "create")

    run = look(run_of(simulator), of=None)

    assert ("fabrikamfiles", "media") in found(run)
    inquiries = [seen.path for seen in simulator.journal() if seen.method == "POST"]
    assert [path.split(";")[-1] for path in inquiries] == ["fabrikamfiles/inquire"]


def test_every_account_of_the_vault_can_be_inquired(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), registered("finance", name="fabrikamfiles")))

    look(run_of(simulator), of=None, inquire="always")

    assert simulator.writes() == {"POST inquire": 2}


def test_of_several_accounts_one_that_fails_does_not_lose_the_others(simulators: Simulators) -> None:
    fault = {"operation": "inquire", "account": "fabrikamfiles", "code": "UserErrorStorageAccountIsLocked"}
    simulator = simulators.start(
        world(registered("finance"), registered("finance", name="fabrikamfiles"), faults=[fault])
    )
    simulator.change_share("contosofiles", "hiring", "create")

    run = look(run_of(simulator), of=None, inquire="always")

    assert ("contosofiles", "hiring") in found(run)
    assert "The inquiry of 'fabrikamfiles' failed" in run.warnings[0]
    assert "UserErrorStorageAccountIsLocked" in run.warnings[0]


def test_the_only_account_of_a_vault_that_fails_does_not_lose_what_is_known(simulators: Simulators) -> None:
    fault = {"operation": "inquire", "code": "UserErrorStorageAccountIsLocked"}
    simulator = simulators.start(world(registered("finance"), faults=[fault]))

    run = look(run_of(simulator), of=None, inquire="always")

    assert found(run) == [("contosofiles", "finance")]
    assert "The inquiry of 'contosofiles' failed" in run.warnings[0]


# Failures


def test_what_was_known_before_a_failure_is_returned(simulators: Simulators) -> None:
    simulator = new_share(simulators)
    simulator.plan({"operation": "inquire", "code": "UserErrorStorageAccountIsLocked"})
    run = run_of(simulator)

    with pytest.raises(BackupError):
        look(run)

    assert found(run)


def test_an_inquiry_that_fails_is_an_error(simulators: Simulators) -> None:
    simulator = new_share(simulators)
    simulator.plan({"operation": "inquire", "code": "UserErrorStorageAccountIsLocked", "message": "It is locked."})

    with pytest.raises(BackupError) as caught:
        look(run_of(simulator))

    assert caught.value.fault.code == "UserErrorStorageAccountIsLocked"


def test_a_budget_that_is_used_up_is_told(simulators: Simulators) -> None:
    limits = {"inquiries": 1, "reads_per_second": 0, "writes_per_second": 0}
    simulator = simulators.start(world(registered("finance"), limits=limits))
    look(run_of(simulator), inquire="always")

    with pytest.raises(BackupError, match=r"limit of 1 \w+ a day"):
        look(run_of(simulator), inquire="always")


def test_a_vault_that_is_not_there(unchanged: Simulator) -> None:
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'nobody'"):
        look(run_of(unchanged, vault="nobody"))
