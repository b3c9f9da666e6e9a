# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._read.policy import PolicyRef
from ansible_collections.azurefiles.backup.tests.unit.support.records import policy_id
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily-30", True),
        ("DAILY-30", True),
        (policy_id("daily-30"), True),
        (policy_id("daily-30").upper(), True),
        (policy_id("daily-30") + "/", True),
        ("daily-3", False),
        ("hourly-7", False),
        (policy_id("hourly-7"), False),
        (policy_id("daily-30").replace("backup-vault", "other-vault"), False),
    ],
)
def test_which_policy_is_meant(text: str, expected: bool) -> None:
    assert PolicyRef(text).means(policy_id("daily-30")) is expected


@pytest.mark.parametrize("absent", [None, ""])
def test_no_policy_is_never_meant(absent: str | None) -> None:
    assert not PolicyRef("daily-30").means(absent)


@pytest.mark.parametrize("text", ["daily-30", policy_id("daily-30"), policy_id("daily-30") + "/"])
def test_a_policy_has_a_name(text: str) -> None:
    assert PolicyRef(text).name == "daily-30"


@pytest.mark.parametrize("spell", [str, str.upper, lambda _id: "Daily-30"], ids=["id", "id in capitals", "name"])
def test_a_policy_is_found_in_the_vault(simulator: Simulator, spell: Callable[[str], str]) -> None:
    vault = vault_of(simulator)
    ref = PolicyRef(spell(id_in(simulator)))

    ref.check(vault)

    assert ref.find(vault).id == id_in(simulator)


def test_an_unknown_policy_is_answered_with_those_that_exist(simulator: Simulator) -> None:
    with pytest.raises(BackupError) as caught:
        PolicyRef("dayly-30").find(vault_of(simulator))

    assert "no policy 'dayly-30' for file shares" in caught.value.message
    assert "Did you mean 'daily-30'?" in caught.value.message
    assert "It has: daily-30, hourly-7." in caught.value.message


def test_a_policy_for_virtual_machines_is_none_for_shares(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="no policy 'DefaultPolicy' for file shares"):
        PolicyRef("DefaultPolicy").find(vault_of(simulator))


def test_a_vault_without_policies_says_so(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="It has none at all: create one first"):
        PolicyRef("daily-30").find(vault_of(simulator, name="bare-vault"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/backup-vault/", "/other-vault/"), "belongs to another vault than 'backup-vault'"),
        (("/backup-rg/", "/other-rg/"), "belongs to another vault than 'backup-vault'"),
        (("/backupPolicies/", "/backupJobs/"), "neither a policy's name nor the id"),
    ],
)
def test_the_id_of_something_else_is_refused_unasked(simulator: Simulator, change: tuple[str, str], words: str) -> None:
    simulator.forget()

    with pytest.raises(BackupError, match=words):
        PolicyRef(id_in(simulator).replace(*change)).check(vault_of(simulator))

    assert simulator.journal() == []


def test_a_namesake_vaults_policy_in_another_subscription_is_refused_unasked(simulator: Simulator) -> None:
    elsewhere = id_in(simulator).replace(simulator.subscription_id, "11111111-1111-1111-1111-111111111111")

    with pytest.raises(BackupError, match="belongs to another"):
        PolicyRef(elsewhere).check(vault_of(simulator))
