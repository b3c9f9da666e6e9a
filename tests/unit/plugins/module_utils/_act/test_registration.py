# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.registration import ensure_registered
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError, WaitTimeout
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.registration import Registration
from ansible_collections.azurefiles.backup.plugins.module_utils._records.container import Access
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

NAME = "contosofiles"
CONTAINER = "StorageContainer;Storage;Files-RG;contosofiles"
LISTS = {
    "GET backupProtectionContainers",
    "GET protectableContainers",
    "GET backupDeletedProtectionContainers",
    "GET storageAccounts",
    "GET vaults/*",
}


def register(run: Run, text: str = NAME, group: str | None = None, desired: Registration | None = None) -> Run:
    ensure_registered(run, AccountRef.parse(text, group), desired or Registration(lock=True))
    return run


def refused(run: Run, text: str = NAME, group: str | None = None) -> BackupError:
    with pytest.raises(BackupError) as caught:
        register(run, text, group)
    return caught.value


def storage_id(simulator: Simulator, name: str = NAME) -> str:
    return (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/Files-RG"
        f"/providers/Microsoft.Storage/storageAccounts/{name}"
    )


# What it costs


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    """Accounts in every state; for tests that change nothing."""
    return shared_simulators.start(
        world(
            account("finance"),
            account("finance", name="readyfiles", discovered=True),
            registered("finance", protected("hiring"), name="donefiles"),
            account("finance", name="farfiles", location="northeurope"),
            resource_groups=["other-rg"],
        )
    )


@pytest.fixture
def unchanged(running: Simulator) -> Simulator:
    running.forget()
    return running


def test_a_registered_account_costs_one_read(unchanged: Simulator) -> None:
    run = register(run_of(unchanged), "donefiles")

    assert unchanged.tally() == {"GET backupProtectionContainers": 1}
    assert not run.outcome.changed
    assert run.outcome.before == run.outcome.after
    assert run.values["container"]["protected_item_count"] == 1


def test_an_account_that_the_vault_knows_is_registered_without_a_refresh(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))

    run = register(run_of(simulator))

    assert simulator.tally() == {
        "GET backupProtectionContainers": 2,
        "GET protectableContainers": 1,
        "PUT protectionContainers/*": 1,
        "GET operationResults/*": 1,
    }
    assert run.calls["refreshes"] == 0


def test_an_unknown_account_costs_one_refresh(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance")))

    run = register(run_of(simulator))

    assert simulator.tally() == {
        "GET backupProtectionContainers": 2,
        "GET protectableContainers": 2,
        "GET backupDeletedProtectionContainers": 1,
        "GET storageAccounts": 1,
        "GET vaults/*": 1,
        "POST refreshContainers": 1,
        "PUT protectionContainers/*": 1,
        "GET operationResults/*": 2,
    }
    assert (run.calls["refreshes"], run.calls["writes"]) == (1, 2)


def test_a_registration_is_returned_as_the_vault_lists_it(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance")))

    run = register(run_of(simulator))

    assert run.outcome.changed
    assert run.values["container"] == {
        "id": f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg/providers/"
        f"Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/{CONTAINER}",
        "name": CONTAINER,
        "storage_account": NAME,
        "storage_account_id": storage_id(simulator),
        "registration_status": "Registered",
        "health_status": "Healthy",
        "protected_item_count": 0,
        "access_type": "key",
        "identity_id": None,
        "storage_account_lock": True,
    }
    assert run.outcome.before == {"container": "not registered"}
    then = run.outcome.after["container"]
    assert then == {name: run.values["container"][name] for name in then}
    assert then["registration_status"] == "Registered"


def test_a_second_run_changes_nothing(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance")))
    first = register(run_of(simulator))
    simulator.forget()

    second = register(run_of(simulator))

    assert not second.outcome.changed
    assert first.values["action"] == "register"
    assert second.values == first.values | {"action": "none"}
    assert simulator.tally() == {"GET backupProtectionContainers": 1}


# Check mode


@pytest.mark.parametrize("discovered", [False, True])
def test_check_mode_only_reads_and_foretells(simulators: Simulators, discovered: bool) -> None:
    simulator = simulators.start(world(account("finance", discovered=discovered)))

    plan = register(run_of(simulator, check_mode=True))

    assert set(simulator.tally()) <= LISTS
    assert plan.outcome.changed
    done = register(run_of(simulator))
    known = {key: value for key, value in plan.values["container"].items() if value is not None}
    assert known.items() <= done.values["container"].items()
    assert plan.outcome.before == done.outcome.before


def test_check_mode_on_a_registered_account_foretells_nothing(unchanged: Simulator) -> None:
    assert not register(run_of(unchanged, check_mode=True), "donefiles").outcome.changed

    assert unchanged.tally() == {"GET backupProtectionContainers": 1}


# A registration that is soft-deleted


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_soft_deleted_registration_is_brought_back(simulators: Simulators, check_mode: bool) -> None:
    simulator = simulators.start(world(account(protected("finance", recovery_points=1), soft_deleted=True)))

    run = register(run_of(simulator, check_mode=check_mode))

    assert (run.outcome.changed, run.values["action"]) == (True, "undelete")
    assert run.values["container"]["storage_account_id"].lower() == storage_id(simulator).lower()
    assert run.calls["refreshes"] == 0
    assert simulator.writes() == ({} if check_mode else {"PUT protectionContainers/*": 1})
    assert [each["account"] for each in simulator.vault("backup-vault")["containers"]] == ([] if check_mode else [NAME])


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_cloud_without_the_list_of_deleted_registrations_does_no_harm(simulators: Simulators, status: int) -> None:
    simulator = simulators.start(world(account("finance")))
    body = {"error": {"code": "InvalidResourceType", "message": "Not here."}}
    simulator.plan({"path": "/backupDeletedProtectionContainers", "status": status, "body": body})

    assert register(run_of(simulator)).values["action"] == "register"


# How the account is named


@pytest.mark.parametrize("name", [NAME, "readyfiles", "donefiles"])
@pytest.mark.parametrize(
    "spell",
    [lambda name, _identity: name.title(), lambda _name, identity: identity, lambda _name, identity: identity.upper()],
    ids=["name", "id", "id in capitals"],
)
def test_case_does_not_matter(unchanged: Simulator, name: str, spell: Callable[[str, str], str]) -> None:
    identity = storage_id(unchanged, name)

    run = register(run_of(unchanged, check_mode=True), spell(name, identity), "files-RG")

    assert run.values["container"]["storage_account_id"].lower() == identity.lower()


def test_accounts_are_found_over_all_pages(simulators: Simulators) -> None:
    others = [account(name=f"files{number}") for number in range(4)]
    simulator = simulators.start(world(*others, account("finance"), page_size=2))

    assert register(run_of(simulator)).outcome.changed


# Wrong input costs nothing


def test_an_account_that_does_not_exist_costs_no_refresh(unchanged: Simulator) -> None:
    error = refused(run_of(unchanged), "nobody")

    assert f"There is no storage account 'nobody' in subscription {unchanged.subscription_id}" in error.message
    assert unchanged.writes() == {}


def test_an_account_of_another_resource_group_is_not_taken(unchanged: Simulator) -> None:
    error = refused(run_of(unchanged), NAME, "other-rg")

    assert "is not in the resource group 'other-rg': it is in 'Files-RG'" in error.message
    assert storage_id(unchanged) in error.message
    assert unchanged.writes() == {}


def test_an_account_of_another_region_costs_no_refresh(unchanged: Simulator) -> None:
    error = refused(run_of(unchanged), "farfiles")

    assert "is in northeurope, but the vault 'backup-vault' is in westeurope" in error.message
    assert unchanged.writes() == {}


def test_an_account_of_another_vault_is_not_found_and_the_causes_are_told(simulators: Simulators) -> None:
    other = VAULT | {"name": "other-vault"}
    taken = registered("finance", vault="other-vault")
    simulator = simulators.start(world(taken, vaults=[VAULT, other]))

    error = refused(run_of(simulator))

    assert "does not find the storage account 'contosofiles', also after a refresh" in error.message
    for cause in ("registered with another vault", "another region", "last minutes", "firewall"):
        assert cause in error.message
    assert simulator.writes() == {"POST refreshContainers": 1}


def test_a_vault_that_is_not_there(unchanged: Simulator) -> None:
    error = refused(run_of(unchanged, vault="nobody"))

    assert "There is no Recovery Services vault 'nobody'" in error.message
    assert unchanged.writes() == {}


# Where Microsoft.Storage may not be read


def test_an_account_is_found_by_a_refresh_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))

    run = register(run_of(simulator))

    assert run.values["container"]["name"] == CONTAINER
    assert simulator.writes() == {"POST refreshContainers": 1, "PUT protectionContainers/*": 1}


def test_a_wrong_name_costs_a_refresh_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))

    error = refused(run_of(simulator), "nobody")

    assert "does not find the storage account 'nobody', also after a refresh" in error.message
    assert simulator.writes() == {"POST refreshContainers": 1}


def test_check_mode_foretells_also_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))

    run = register(run_of(simulator, check_mode=True))

    assert run.outcome.changed
    assert simulator.writes() == {}


# What the service shows only after a while


def test_a_registration_that_shows_late_is_waited_for(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    late = {"path": "backupProtectionContainers", "after": 1, "times": 3, "status": 200, "body": {"value": []}}
    simulator.plan(late)

    run = register(run_of(simulator))

    assert run.values["container"]["name"] == CONTAINER


def test_an_account_that_shows_late_after_a_refresh_is_waited_for(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance")))
    simulator.plan({"path": "protectableContainers", "after": 1, "times": 3, "status": 200, "body": {"value": []}})

    assert register(run_of(simulator)).outcome.changed

    assert simulator.tally()["POST refreshContainers"] == 1


def test_a_registration_that_does_not_show_is_told(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    simulator.plan({"path": "backupProtectionContainers", "times": None, "status": 200, "body": {"value": []}})
    run = run_of(simulator)

    error = refused(run)

    assert "but the vault does not list it yet. Run again in some minutes." in error.message
    assert run.outcome.changed


# Failures


def test_a_registration_that_fails_changes_nothing(simulators: Simulators) -> None:
    fault = {"operation": "register", "code": "UserErrorStorageAccountIsLocked", "message": "It is locked."}
    simulator = simulators.start(world(account("finance", discovered=True), faults=[fault]))
    run = run_of(simulator)

    error = refused(run)

    assert error.fault.code == "UserErrorStorageAccountIsLocked"
    assert not run.outcome.changed
    assert run.values["container"] is None


def test_a_registration_that_is_refused_changes_nothing(simulators: Simulators) -> None:
    denied = {"action": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/write"}
    simulator = simulators.start(world(account("finance", discovered=True), denied=[denied]))
    run = run_of(simulator)

    error = refused(run)

    assert "'Backup Contributor' on the vault is missing" in error.message
    assert not run.outcome.changed


def test_a_refresh_that_fails_is_told(simulators: Simulators) -> None:
    fault = {"operation": "refresh", "code": "DiscoveryFailed", "message": "No."}
    simulator = simulators.start(world(account("finance"), faults=[fault]))
    run = run_of(simulator)

    assert refused(run).fault.code == "DiscoveryFailed"

    assert not run.outcome.changed


@pytest.mark.parametrize("refused_refresh", [True, False])
def test_another_run_may_register_the_account_meanwhile(simulators: Simulators, refused_refresh: bool) -> None:
    """It is no longer among those to discover then."""
    faults = [{"operation": "refresh", "code": "DiscoveryInProgress", "message": "Busy."}] if refused_refresh else []
    simulator = simulators.start(world(account("finance")))
    run = run_of(simulator)
    refresh = run.vault.refresh

    def overtaken() -> Operation | None:
        register(run_of(simulator))
        for fault in faults:
            simulator.plan(fault)
        return refresh()

    run.vault.refresh = overtaken  # type: ignore[method-assign]
    register(run)

    assert not run.outcome.changed
    assert run.values["container"]["registration_status"] == "Registered"
    assert run.calls["refreshes"] == 1


def test_a_used_up_budget_is_told(simulators: Simulators) -> None:
    limits = {"refreshes": 1, "reads_per_second": 0, "writes_per_second": 0}
    simulator = simulators.start(world(account("finance"), account(name="second"), limits=limits, storage_read=False))
    refused(run_of(simulator), "nobody")

    with pytest.raises(BackupError, match=r"limit of 1 \w+ a day"):
        register(run_of(simulator), "nobody")


def test_an_end_that_cannot_be_read_is_looked_up_in_the_list(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    simulator.plan({"path": "operationResults", "times": None, "status": 500})

    run = register(run_of(simulator, deadline=VirtualTime(simulator).deadline()))

    assert run.outcome.changed
    assert run.values["container"]["name"] == CONTAINER


def test_a_registration_that_does_not_end_in_time(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True), durations={"register": 100}))
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(30), poll_interval=5)

    error = refused(run)

    assert isinstance(error, WaitTimeout)
    assert "Registering the storage account 'contosofiles' was still InProgress after 30 seconds" in error.message
    assert run.outcome.changed
    assert not register(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=100)).warnings


def test_without_waiting_the_registration_goes_on(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True), durations={"register": 100}))

    run = register(run_of(simulator, wait=False))

    assert run.outcome.changed
    assert run.values["container"]["registration_status"] == "Registered"
    assert "GET operationResults/*" not in simulator.tally()


def test_without_waiting_a_registration_in_doubt_is_told(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    simulator.log_in()
    simulator.plan({"method": "PUT", "status": 500, "times": None})
    run = run_of(simulator, wait=False, deadline=VirtualTime(simulator).deadline())

    error = refused(run)

    assert error.fault.http_status == 500
    assert run.outcome.changed


# Registered in another way


@pytest.mark.parametrize(
    ("desired", "key", "value"),
    [
        (Registration(lock=False), "storage_account_lock", False),
        (Registration(lock=True, access=Access("identity")), "access_type", "identity"),
        (Registration(lock=True, access=Access("identity", "/my/identity")), "identity_id", "/my/identity"),
    ],
)
def test_another_way_is_registered_again(
    simulators: Simulators, desired: Registration, key: str, value: object
) -> None:
    vault = VAULT | {"identities": ["/my/identity"]}
    simulator = simulators.start(world(registered(protected("finance")), vaults=[vault]))

    plan = register(run_of(simulator, check_mode=True), desired=desired)
    assert simulator.tally() == {"GET backupProtectionContainers": 1} | (
        {"GET vaults/*": 1} if key == "identity_id" else {}
    )
    run = register(run_of(simulator), desired=desired)
    again = register(run_of(simulator), desired=desired)

    assert (plan.outcome.changed, run.outcome.changed, again.outcome.changed) == (True, True, False)
    assert plan.values["container"] | {"access_type": run.values["container"]["access_type"]} == run.values["container"]
    assert run.values["container"][key] == value
    assert run.values["container"]["protected_item_count"] == 1
    assert simulator.writes() == {"PUT protectionContainers/*": 1}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("identities", "words"), [([], "It has no user-assigned identity"), (["/my/identity"], "It has /my/identity")]
)
def test_an_identity_that_the_vault_does_not_have_is_refused(
    simulators: Simulators, check_mode: bool, identities: list[str], words: str
) -> None:
    """Before a refresh is spent on the account."""
    simulator = simulators.start(world(account("finance"), vaults=[VAULT | {"identities": identities}]))
    desired = Registration(lock=True, access=Access("identity", "/another/identity"))

    with pytest.raises(BackupError, match=f"'/another/identity' is not one of the vault 'backup-vault'. {words}"):
        register(run_of(simulator, check_mode=check_mode), desired=desired)
    assert simulator.writes() == {}


def test_a_lock_is_changed_without_a_change_of_access(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    register(run_of(simulator), desired=Registration(lock=True, access=Access("identity")))

    plan = register(run_of(simulator, check_mode=True), desired=Registration(lock=False))
    run = register(run_of(simulator), desired=Registration(lock=False))

    assert plan.values["container"]["access_type"] == run.values["container"]["access_type"] == "identity"
    assert run.values["container"]["storage_account_lock"] is False


@pytest.mark.parametrize("desired", [Registration(lock=True), Registration(lock=True, access=Access("key"))])
def test_what_is_not_asked_for_is_left_as_it_is(unchanged: Simulator, desired: Registration) -> None:
    assert not register(run_of(unchanged), "donefiles", desired=desired).outcome.changed
