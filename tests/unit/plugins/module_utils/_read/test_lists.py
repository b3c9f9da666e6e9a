# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._read.accounts import registered_container
from ansible_collections.azurefiles.backup.plugins.module_utils._read.inventory import offered_shares, protected_shares
from ansible_collections.azurefiles.backup.plugins.module_utils._read.lists import ReadOnce
from ansible_collections.azurefiles.backup.plugins.module_utils._read.policies import find_policy
from ansible_collections.azurefiles.backup.plugins.module_utils._run.parallel import all_side_by_side
from ansible_collections.azurefiles.backup.tests.unit.support.runs import vault_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world


def test_many_accounts_of_a_vault_are_looked_up_in_one_reading_of_its_lists(simulators: Simulators) -> None:
    names = [f"files{number:03}" for number in range(8)]
    simulator = simulators.start(world(*(registered(protected("finance"), "hiring", name=name) for name in names)))
    lists = ReadOnce(vault_of(simulator))

    def look(name: str) -> tuple[list[str], list[str]]:
        container = registered_container(lists, AccountRef(name))
        assert container and container.account
        assert find_policy(lists, PolicyRef("daily-30")).name == "daily-30"
        return list(protected_shares(lists, AccountRef(name))), list(offered_shares(lists, container.account))

    assert all_side_by_side(look, names, at_once=8) == [(["finance"], ["hiring"])] * 8
    assert simulator.tally() == {
        "GET backupProtectionContainers": 1,
        "GET backupPolicies": 1,
        "GET backupProtectedItems": 1,
        "GET backupProtectableItems": 1,
    }


def test_a_list_that_could_not_be_read_is_read_again(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    lists = ReadOnce(vault_of(simulator))
    simulator.plan({"method": "GET", "path": "backupProtectedItems", "status": 400, "code": "BadRequest", "times": 1})

    with pytest.raises(BackupError):
        lists.protected_items()

    assert [item.share for item in lists.protected_items()] == ["finance"]
