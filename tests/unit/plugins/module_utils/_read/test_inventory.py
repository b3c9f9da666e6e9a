# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.inquiry import inquire_accounts
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._read.inventory import (
    listed_shares,
    protected_shares,
    unregistered_account,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._read.lists import VaultLists
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

REF = AccountRef.parse("contosofiles", None)


def account_of(simulator: Simulator, name: str = "contosofiles") -> AccountId:
    return AccountId(simulator.subscription_id, "FILES-rg", "Microsoft.Storage", name)


def unregistered(run: Run, ref: AccountRef) -> AccountId | None:
    return unregistered_account(VaultLists(run), ref)


def test_namesakes_of_two_accounts_are_kept_apart(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered("hiring", protected("finance", "hourly-7")),
            registered("finance", protected("hiring"), name="fabrikamfiles"),
        )
    )
    run = run_of(simulator)

    kept = protected_shares(run.vault, REF)
    offered = VaultLists(run).offers_of(account_of(simulator))

    assert {name: item.policy_name for name, item in kept.items()} == {"finance": "hourly-7"}
    assert {item.source_resource_id.rsplit("/", 1)[-1] for item in offered.values()} == {"contosofiles"}
    assert set(offered) == {"hiring"}


def test_a_living_share_wins_over_a_deleted_namesake(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(account({"name": "finance", "deleted": True}, "hiring", {"name": "hiring", "deleted": True}))
    )
    simulator.change_share("contosofiles", "finance", "create")

    listed = listed_shares(run_of(simulator), account_of(simulator))

    assert listed is not None
    assert {name: share.deleted for name, share in listed.items()} == {"finance": False, "hiring": False}


def test_a_list_that_may_not_be_read_is_none(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))

    assert listed_shares(run_of(simulator), account_of(simulator)) is None


@pytest.fixture(scope="module")
def kept_once(shared_simulators: Simulators) -> Simulator:
    return shared_simulators.start(world(registered(protected("finance"))))


@pytest.mark.parametrize("order", [*itertools.permutations(["Protected", "ProtectionStopped", "SoftDeleted"])])
def test_of_several_items_of_one_share_the_liveliest_counts(kept_once: Simulator, order: Sequence[str]) -> None:
    """A share that was deleted and made anew can be in the vault more than once."""
    vault = run_of(kept_once).vault
    body = vault.client.get(f"{vault.root}/backupProtectedItems", {"api-version": "2026-07-01"}).object
    (listed,) = body["value"]
    items = [
        listed
        | {
            "id": f"{listed['id']}-{state}",
            "name": f"AzureFileShare;{state}",
            "properties": listed["properties"]
            | {
                "protectionState": "ProtectionStopped" if state == "SoftDeleted" else state,
                "isScheduledForDeferredDelete": state == "SoftDeleted",
            },
        }
        for state in order
    ]
    kept_once.plan({"path": "backupProtectedItems", "status": 200, "body": {"value": items}})

    assert protected_shares(run_of(kept_once).vault, REF)["finance"].state == "Protected"


def test_an_inquiry_makes_new_shares_known(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    run = run_of(simulator)
    simulator.change_share("contosofiles", "hiring", "create")
    assert set(VaultLists(run).offers_of(account_of(simulator))) == {"finance"}

    container = VaultLists(run).container_of(REF)
    assert container
    assert inquire_accounts(run, [container], "contosofiles") == [None]

    assert set(VaultLists(run).offers_of(account_of(simulator))) == {"finance", "hiring"}
    assert run.calls["inquiries"] == 1


@pytest.mark.parametrize("discovered", [True, False])
def test_an_account_that_is_still_to_be_registered_is_found_by_reading(
    simulators: Simulators, discovered: bool
) -> None:
    simulator = simulators.start(world(account("finance", discovered=discovered)))

    found = unregistered(run_of(simulator), REF)

    assert found is not None
    assert found.key == account_of(simulator).key
    assert simulator.writes() == {}


def test_an_account_that_is_nowhere_is_not_found(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", name="fabrikamfiles")))

    assert unregistered(run_of(simulator), REF) is None


def test_an_account_that_cannot_be_looked_up_is_taken_at_its_id(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance"), storage_read=False))
    by_id = AccountRef.parse(str(account_of(simulator)), None)

    assert unregistered(run_of(simulator), by_id) == account_of(simulator)
    assert unregistered(run_of(simulator), REF) is None
