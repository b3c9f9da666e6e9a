# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's calls as they look on the wire."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.operations import Waiter
from ansible_collections.azurefiles.backup.tests.unit.support.runs import (
    VirtualTime,
    client_of,
    run_of,
    vault_of,
)
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

OPERATION = "d3b07384-d9a0-4c9b-8f3e-0a1b2c3d4e5f"


@pytest.fixture
def running(simulators: Simulators) -> Simulator:
    """A vault in which nothing fits on one page."""
    return simulators.start(
        world(
            registered("finance", "hiring", protected("legal"), protected("projects", recovery_points=1)),
            registered("finance", name="fabrikamfiles", resource_group="fabrikam-rg"),
            account("finance", name="newfiles", discovered=True),
            page_size=1,
        )
    )


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.log_in()
    running.clear_faults()
    running.forget()
    return running


@pytest.fixture
def vault(simulator: Simulator) -> Vault:
    return vault_of(simulator, client_of(simulator, VirtualTime().deadline()))


# Lists


@pytest.mark.parametrize(
    ("read", "label", "condition"),
    [
        (
            Vault.containers,
            "GET backupProtectionContainers",
            "backupManagementType eq 'AzureStorage' and status eq 'Registered'",
        ),
        (Vault.protectable_accounts, "GET protectableContainers", "backupManagementType eq 'AzureStorage'"),
        (
            Vault.protectable_items,
            "GET backupProtectableItems",
            "backupManagementType eq 'AzureStorage' and workloadType eq 'AzureFileShare'",
        ),
        (
            Vault.protected_items,
            "GET backupProtectedItems",
            "backupManagementType eq 'AzureStorage' and itemType eq 'AzureFileShare'",
        ),
        (Vault.policies, "GET backupPolicies", "backupManagementType eq 'AzureStorage'"),
    ],
)
def test_a_list_is_asked_for_what_concerns_shares(
    vault: Vault, simulator: Simulator, read: Callable[[Vault], list[Any]], label: str, condition: str
) -> None:
    assert read(vault)

    requests = simulator.journal()
    assert {request.label for request in requests} == {label}
    assert {request.query["$filter"] for request in requests} == {condition}
    assert {request.query["api-version"] for request in requests} == {"2026-07-01"}


def test_lists_are_read_over_all_their_pages(vault: Vault, simulator: Simulator) -> None:
    offered = {(item.account.name, item.share) for item in vault.protectable_items() if item.account}
    kept = {item.share for item in vault.protected_items()}

    assert offered == {("contosofiles", "finance"), ("contosofiles", "hiring"), ("fabrikamfiles", "finance")}
    assert kept == {"legal", "projects"}
    assert simulator.tally() == {"GET backupProtectableItems": 3, "GET backupProtectedItems": 2}


def test_what_is_listed_twice_is_what_it_was_last(vault: Vault, simulator: Simulator) -> None:
    """The service does not spell an id in one way alone."""
    early, late = (
        {"id": identity, "name": "daily-30", "properties": {"protectedItemsCount": count}}
        for identity, count in (("/Policies/Daily-30", 1), ("/policies/daily-30", 2))
    )
    simulator.plan({"path": "/backupPolicies$", "status": 200, "body": {"value": [early, late]}})

    assert [policy.protected_items_count for policy in vault.policies()] == [2]


def test_a_quote_in_a_condition_ends_nothing(vault: Vault, simulator: Simulator) -> None:
    vault.jobs("Back'up")

    (request,) = simulator.journal()
    assert request.query["$filter"] == "backupManagementType eq 'AzureStorage' and operation eq 'Back''up'"


def test_the_api_version_can_be_chosen(simulator: Simulator) -> None:
    vault = Vault(client_of(simulator), simulator.subscription_id, "backup-rg", "backup-vault", "2016-12-01")

    vault.policies()

    assert [request.query["api-version"] for request in simulator.journal()] == ["2016-12-01"]


def test_registered_and_discovered_accounts_are_told_apart(vault: Vault) -> None:
    registered_ones = {container.friendly_name for container in vault.containers()}
    discovered_ones = {found.account.name for found in vault.protectable_accounts() if found.account}

    assert registered_ones == {"contosofiles", "fabrikamfiles"}
    assert discovered_ones == {"newfiles"}


def test_policies_for_virtual_machines_are_left_out(vault: Vault) -> None:
    assert sorted(policy.name for policy in vault.policies()) == ["daily-30", "hourly-7"]


@pytest.mark.parametrize(("age", "expected"), [(timedelta(hours=1), 1), (timedelta(0), 0), (None, 1)])
def test_jobs_are_listed_by_kind_status_and_start(simulators: Simulators, age: timedelta | None, expected: int) -> None:
    simulator = simulators.start(world(registered(protected("legal")), durations={"protect": 3600}))
    vault = vault_of(simulator)
    vault.protect("Protecting", vault.protected_items()[0].address, vault.policies()[0].id)
    later = now() + timedelta(minutes=1)

    jobs = vault.jobs("ConfigureBackup", "InProgress", since=None if age is None else later - age)

    assert len(jobs) == expected
    assert vault.jobs("ConfigureBackup", "Completed") == vault.jobs("Backup") == []


def test_the_region_is_read_without_its_spelling(vault: Vault, simulator: Simulator) -> None:
    simulator.plan({"path": "backup-vault$", "status": 200, "body": {"location": "West Europe"}})

    assert vault.location() == "westeurope"


# Names are the service's


def test_a_share_is_addressed_as_its_list_spells_it(vault: Vault, simulator: Simulator) -> None:
    offered, kept = vault.protectable_items()[0], vault.protected_items()[0]
    policy = vault.policies()[0].id
    simulator.forget()

    vault.protect("Protecting", offered.address, policy)
    vault.protect("Protecting", kept.address, policy)

    first, second = (request.path.split("/protectionContainers/")[1] for request in simulator.journal())
    assert first == f"storagecontainer;storage;files-rg;contosofiles/protectedItems/{offered.name}"
    assert offered.name.startswith("azurefileshare;")
    assert second == f"StorageContainer;storage;files-rg;contosofiles/protectedItems/{kept.name}"
    assert kept.name.startswith("AzureFileShare;")


def test_an_account_is_registered_as_it_was_discovered(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    vault = vault_of(simulator)
    (discovered,) = vault.protectable_accounts()
    assert discovered.account

    vault.register(discovered.name, discovered.account, lock=False, access=None)

    (request,) = [request for request in simulator.journal() if request.method == "PUT"]
    assert request.path.endswith("/protectionContainers/StorageContainer;Storage;Files-RG;contosofiles")
    (container,) = vault.containers()
    assert container.lock is False


def test_a_backup_expires_when_asked(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("legal"))))
    run = run_of(simulator)
    item = run.vault.protected_items()[0]

    run.waiter.operation(run.vault.backup("Backing up", item.address, now() + timedelta(days=2)))

    assert simulator.items()["contosofiles", "legal"]["recovery_points"] == 1
    simulator.pass_time(2 * 86400 + 60)
    assert simulator.items()["contosofiles", "legal"]["recovery_points"] == 0


def test_the_expiry_is_sent_in_utc(vault: Vault) -> None:
    item = vault.protected_items()[0]
    past = datetime.now(timezone(timedelta(hours=14))) - timedelta(minutes=5)

    with pytest.raises(BackupError, match="in the past"):
        vault.backup("Backing up", item.address, past)


@pytest.mark.parametrize("name", ["..", ".", ""])
def test_no_name_can_lead_out_of_the_vault(vault: Vault, simulator: Simulator, name: str) -> None:
    account_id = AccountId.parse(
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"
    )
    assert account_id

    with pytest.raises(BackupError):
        vault.register(name, account_id, lock=True, access=None)
    with pytest.raises(BackupError):
        Vault(vault.client, vault.subscription, vault.resource_group, name)

    assert simulator.journal() == []


# A vault that is not there


@pytest.mark.parametrize(
    ("subscription", "group", "name"),
    [
        (None, "backup-rg", "nobody"),
        (None, "nowhere", "backup-vault"),
        ("99999999-9999-9999-9999-999999999999", "backup-rg", "backup-vault"),
    ],
)
def test_a_vault_that_is_not_there_is_named(
    simulator: Simulator, subscription: str | None, group: str, name: str
) -> None:
    subscription = subscription or simulator.subscription_id
    vault = Vault(client_of(simulator), subscription, group, name)

    with pytest.raises(BackupError) as caught:
        vault.protected_items()

    assert caught.value.message.startswith(
        f"There is no Recovery Services vault '{name}' in resource group '{group}' of subscription {subscription}, "
        "or this login may not see it. Azure said: "
    )
    assert caught.value.fault.http_status == 404


def test_another_thing_that_is_not_there_is_not_taken_for_the_vault(vault: Vault) -> None:
    with pytest.raises(BackupError, match="BMSUserErrorJobNotFound"):
        vault.job(OPERATION)


# Operations are followed by their ids


def announce(simulator: Simulator, **headers: str) -> None:
    simulator.plan({"method": "POST", "path": "refreshContainers", "status": 202, "body": "", "headers": headers})


def expected_operation(vault: Vault) -> Operation:
    where = (
        f"/subscriptions/{vault.subscription}/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices"
        f"/vaults/backup-vault/backupFabrics/Azure/operationResults/{OPERATION}"
    )
    return Operation("Refreshing the vault 'backup-vault'", where, by_status_code=True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Location": "{vault}/backupFabrics/Azure/operationResults/{id}?api-version=2026-07-01"},
        {"Azure-AsyncOperation": "{vault}/backupFabrics/Azure/operationsStatus/{id}?api-version=2019-05-13-preview"},
        {"Location": "{vault}/backupOperationResults/{id}?fabricName=Azure?api-version=2016-12-01"},
        {"Location": "{vault}/backupOperationResults/{id}/?api-version=2026-07-01"},
        {"Location": "{vault}/backupOperationResults/{id}"},
        {"Location": "{path}/backupOperationResults/{id}?api-version=2026-07-01"},
        {"location": "{vault}/backupOperationResults/{id}?t=1&c=" + "x" * 7000},
        {"Location": "{vault}/backupOperationResults/{id}", "Azure-AsyncOperation": "{vault}/operationsStatus/{id}"},
    ],
    ids=["Location", "status", "two question marks", "slash", "no query", "relative", "huge", "both"],
)
def test_an_operation_is_known_by_its_id_however_it_is_announced(
    vault: Vault, simulator: Simulator, headers: dict[str, str]
) -> None:
    path = f"/Subscriptions/{simulator.subscription_id}/resourceGroups/BACKUP-rg/providers/X/vaults/backup-vault"
    announce(
        simulator,
        **{name: text.format(vault=simulator.url + path, path=path, id=OPERATION) for name, text in headers.items()},
    )

    operation = vault.refresh()

    assert operation
    assert operation.activity_id, "that of the request"
    assert replace(operation, activity_id=None) == expected_operation(vault)


@pytest.mark.parametrize("headers", [{}, {"Location": "/subscriptions/x/operationResults/5a3c9d5e/more"}])
def test_an_operation_without_an_id_is_an_error(vault: Vault, simulator: Simulator, headers: dict[str, str]) -> None:
    announce(simulator, **headers)

    with pytest.raises(BackupError, match="was accepted, but Azure named no operation to follow"):
        vault.refresh()


@pytest.mark.parametrize("header", ["Location", "Azure-AsyncOperation"])
@pytest.mark.parametrize(
    "place", ["https://localhost.example", "http://localhost", "https://localhost:1", "https://localhost@example.org"]
)
def test_an_operation_that_leads_elsewhere_is_refused(
    vault: Vault, simulator: Simulator, header: str, place: str
) -> None:
    announce(simulator, **{header: f"{place}/operationResults/{OPERATION}"})

    with pytest.raises(BackupError, match="nothing was sent there"):
        vault.refresh()


@pytest.mark.parametrize("name", ["..", "%2e%2e"])
def test_an_operation_cannot_lead_out_of_the_vault(vault: Vault, simulator: Simulator, name: str) -> None:
    announce(simulator, Location=f"{simulator.url}/operationResults/{name}?api-version=2026-07-01")

    with pytest.raises(BackupError):
        Waiter(vault, VirtualTime().deadline(), 5).operation(vault.refresh())

    assert all(re.search("/vaults/backup-vault/", request.path) for request in simulator.journal())


@pytest.mark.parametrize("status", [200, 201, 204])
def test_what_is_done_at_once_has_no_operation(vault: Vault, simulator: Simulator, status: int) -> None:
    simulator.plan({"method": "PUT", "status": status, "body": {"id": "x"} if status != 204 else ""})

    assert vault.stop("Stopping", vault.protected_items()[0].address, "ProtectionStopped") is None


def test_budgets_are_counted(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    vault = vault_of(simulator)

    vault.refresh()
    vault.inquire(vault.containers()[0].name, "contosofiles")
    vault.inquire(vault.containers()[0].name, "contosofiles")

    counted = vault.client.calls
    assert (counted.refreshes, counted.inquiries, counted.writes) == (1, 2, 3)


def test_an_inquiry_concerns_file_shares(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    vault = vault_of(simulator)

    vault.inquire(vault.containers()[0].name, "contosofiles")

    (request,) = [request for request in simulator.journal() if request.method == "POST"]
    assert request.query["$filter"] == "workloadType eq 'AzureFileShare'"
