# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._read.policies import find_policy
from ansible_collections.azurefiles.backup.tests.unit.support.runs import vault_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, world


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    bare = {"name": "bare-vault", "resource_group": "backup-rg", "location": "northeurope"}
    return shared_simulators.start(world(vaults=[VAULT, bare]))


def id_in(simulator: Simulator, vault: str = "backup-vault", group: str = "backup-rg", name: str = "daily-30") -> str:
    return (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/{group}"
        f"/providers/Microsoft.RecoveryServices/vaults/{vault}/backupPolicies/{name}"
    )


@pytest.mark.parametrize("spell", [str, str.upper, lambda _id: "Daily-30"], ids=["id", "id in capitals", "name"])
def test_a_policy_is_found_in_the_vault(simulator: Simulator, spell: Callable[[str], str]) -> None:
    vault = vault_of(simulator)
    ref = PolicyRef(spell(id_in(simulator)))

    ref.check(vault.id)

    assert find_policy(vault, ref).id == id_in(simulator)


def test_an_unknown_policy_is_answered_with_those_that_exist(simulator: Simulator) -> None:
    with pytest.raises(BackupError) as caught:
        find_policy(vault_of(simulator), PolicyRef("dayly-30"))

    assert "no policy 'dayly-30' for file shares" in caught.value.message
    assert "Did you mean 'daily-30'?" in caught.value.message
    assert "It has: daily-30, hourly-7." in caught.value.message


def test_a_policy_for_virtual_machines_is_none_for_shares(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="no policy 'DefaultPolicy' for file shares"):
        find_policy(vault_of(simulator), PolicyRef("DefaultPolicy"))


def test_a_vault_without_policies_says_so(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="It has none at all: create one first"):
        find_policy(vault_of(simulator, name="bare-vault"), PolicyRef("daily-30"))
