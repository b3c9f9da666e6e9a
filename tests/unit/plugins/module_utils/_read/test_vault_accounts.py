# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._read.vault_accounts import FoundAccount, host_names
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import ProtectedItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault
from ansible_collections.azurefiles.backup.tests.unit.support.records import account_id, item
from ansible_collections.azurefiles.backup.tests.unit.support.runs import client_of, vault_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import world


def account(text: str) -> AccountId:
    parsed = AccountId.parse(text)
    assert parsed
    return parsed


FILES = account(account_id())
OTHER_NAME = account(account_id("fabrikamfiles"))
OTHER_GROUP = account(account_id(group="Other-RG"))
CLASSIC = account(account_id(provider="Microsoft.ClassicStorage"))
OTHER_SUBSCRIPTION = AccountId("other-subscription", "files-rg", "Microsoft.Storage", "contosofiles")


@pytest.mark.parametrize(
    ("accounts", "names"),
    [
        ((FILES, OTHER_NAME), ["contosofiles", "fabrikamfiles"]),
        ((FILES, OTHER_NAME, OTHER_GROUP), ["contosofiles.files-rg", "fabrikamfiles", "contosofiles.other-rg"]),
        (
            (FILES, OTHER_SUBSCRIPTION),
            [f"contosofiles.files-rg.{FILES.subscription}", "contosofiles.files-rg.other-subscription"],
        ),
        (
            (FILES, CLASSIC),
            [
                f"contosofiles.files-rg.{FILES.subscription}.microsoft.storage",
                f"contosofiles.files-rg.{FILES.subscription}.microsoft.classicstorage",
            ],
        ),
    ],
)
def test_namesakes_have_names_of_their_own(accounts: tuple[AccountId, ...], names: list[str]) -> None:
    assert host_names(accounts, {}) == names


def test_a_taken_name_is_left_to_its_account() -> None:
    assert host_names([FILES], {"contosofiles": str(OTHER_GROUP)}) == ["contosofiles.files-rg"]
    assert host_names([FILES], {"contosofiles": str(FILES).upper()}) == ["contosofiles"]


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    return shared_simulators.start(world())


@pytest.fixture
def vault(simulator: Simulator) -> Vault:
    return vault_of(simulator, client_of(simulator))


def numbers(found: FoundAccount) -> dict[str, int | None]:
    variables = found.to_variables()
    kinds = ("protected", "stopped", "soft_deleted", "unprotected", "unsupported")
    return {kind: variables[f"afs_{kind}_shares"] for kind in kinds}


ITEMS: list[ProtectedItem] = [
    item("a", "Protected"),
    item("b", "IRPending"),
    item("c", "ProtectionError"),
    item("d", "ProtectionStopped", policy=None),
    item("e", "BackupsSuspended", policy=None),
    item("f", "SoftDeleted", policy=None),
]
LISTED = [
    *(Share(name, "SMB", deleted=False) for name in ("A", "b", "c", "d", "new")),
    Share("nfs", "NFS", deleted=False),
    Share("f", "SMB", deleted=True),
]


def test_every_state_of_a_share_is_counted_once(vault: Vault) -> None:
    found = FoundAccount(FILES, vault, "registered", items=ITEMS, listed=LISTED)
    assert numbers(found) == {"protected": 3, "stopped": 2, "soft_deleted": 1, "unprotected": 2, "unsupported": 1}
    assert found.to_variables()["afs_policies"] == ["daily-30"]


def test_nothing_is_claimed_about_shares_that_nobody_listed(vault: Vault) -> None:
    found = FoundAccount(FILES, vault, "registered", items=ITEMS)
    assert numbers(found) == {
        "protected": 3,
        "stopped": 2,
        "soft_deleted": 1,
        "unprotected": None,
        "unsupported": None,
    }


def test_what_another_vault_does_is_not_claimed_to_be_nothing(vault: Vault) -> None:
    found = FoundAccount(FILES, vault, "undiscovered", listed=LISTED)
    assert numbers(found) == {
        "protected": None,
        "stopped": None,
        "soft_deleted": None,
        "unprotected": None,
        "unsupported": 1,
    }
    assert found.to_variables()["afs_policies"] is None
