# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import ServiceError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._storage import AccountGone, Storage
from ansible_collections.azurefiles.backup.tests.unit.support.runs import client_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, world


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    shares = ("finance", {"name": "unix-home", "protocol": "NFS"}, {"name": "old", "deleted": True})
    return shared_simulators.start(world(account(*shares), account(name="fabrikamfiles"), page_size=1))


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.log_in()
    running.clear_faults()
    running.forget()
    return running


def storage_of(simulator: Simulator) -> Storage:
    return Storage(client_of(simulator), simulator.subscription_id)


def account_of(simulator: Simulator, name: str = "contosofiles") -> AccountId:
    return AccountId(simulator.subscription_id, "files-rg", "Microsoft.Storage", name)


def test_accounts_are_listed_with_their_regions(simulator: Simulator) -> None:
    accounts = storage_of(simulator).accounts()

    assert accounts is not None
    assert [(found.account.name, found.location) for found in accounts if found.account] == [
        ("contosofiles", "westeurope"),
        ("fabrikamfiles", "westeurope"),
    ]


def test_shares_are_listed_with_what_keeps_them_from_protection(simulator: Simulator) -> None:
    shares = storage_of(simulator).shares(account_of(simulator))

    assert shares is not None
    assert [(share.name, share.protocol, share.deleted) for share in shares] == [
        ("finance", "SMB", False),
        ("old", "SMB", True),
        ("unix-home", "NFS", False),
    ]


def test_an_account_without_shares_has_an_empty_list(simulator: Simulator) -> None:
    assert storage_of(simulator).shares(account_of(simulator, "fabrikamfiles")) == []


@pytest.mark.parametrize("group", ["files-rg", "no-such-rg"])
@pytest.mark.parametrize("read", [Storage.shares, Storage.account])
def test_an_account_that_is_not_there_is_gone(
    simulator: Simulator, group: str, read: Callable[[Storage, AccountId], object]
) -> None:
    account = AccountId(simulator.subscription_id, group, "Microsoft.Storage", "nobody")

    with pytest.raises(AccountGone) as caught:
        read(storage_of(simulator), account)

    assert caught.value.account == account


@pytest.mark.parametrize(
    ("provider", "code"),
    [("Microsoft.ClassicStorage", "ResourceNotFound"), ("Microsoft.Storage", "SubscriptionNotFound")],
)
def test_what_is_out_of_sight_is_not_gone(simulator: Simulator, provider: str, code: str) -> None:
    """Microsoft.Storage does not know classic accounts, and a login no subscription in which it has no role."""
    simulator.plan({"path": "/shares", "status": 404, "body": {"error": {"code": code, "message": "No."}}})

    account = AccountId(simulator.subscription_id, "files-rg", provider, "contosofiles")
    assert storage_of(simulator).shares(account) is None


def test_one_account_is_read_by_its_id(simulator: Simulator) -> None:
    found = storage_of(simulator).account(account_of(simulator))

    assert found is not None
    assert (found.account and found.account.key, found.location) == (account_of(simulator).key, "westeurope")
    assert simulator.tally() == {"GET storageAccounts/*": 1}


def test_what_may_not_be_read_is_none(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))
    storage = storage_of(simulator)

    assert storage.accounts() is None
    assert storage.shares(account_of(simulator)) is None


@pytest.mark.parametrize("status", [400, 409])
def test_another_failure_is_an_error(simulator: Simulator, status: int) -> None:
    simulator.plan({"path": "/shares", "status": status})

    with pytest.raises(ServiceError):
        storage_of(simulator).shares(account_of(simulator))


def test_a_failure_on_a_later_page_is_not_a_shorter_list(simulator: Simulator) -> None:
    simulator.plan({"path": "/shares", "after": 1, "status": 409})

    with pytest.raises(ServiceError):
        storage_of(simulator).shares(account_of(simulator))
