# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login is refused for some minutes what a role allows that it was given just now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import ServiceError
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault
from ansible_collections.azurefiles.backup.tests.unit.support.runs import VirtualTime, client_of, vault_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import registered, world

VAULT = "Microsoft.RecoveryServices/"
ASSIGNMENTS = "Microsoft.Authorization/roleAssignments/read"
ROLE = "5e467623-bb1f-42f4-a55d-6e525e11384b"


@dataclass
class Asked:
    """A vault that is asked, the time that this takes, and what is said of it."""

    vault: Vault
    time: VirtualTime
    said: list[str] = field(default_factory=list)

    def read(self) -> int:
        """How many seconds it takes until an answer comes; raises ServiceError for a refusal."""
        before = self.time.now
        self.vault.containers()
        return round(self.time.now - before)


def start(simulators: Simulators, *denied: dict[str, Any], assigned: bool, seconds: float = 3600) -> Asked:
    simulator = simulators.start(world(registered("finance"), denied=list(denied)))
    time = VirtualTime(simulator)
    if assigned:
        assign(simulator)
    said: list[str] = []
    client = client_of(simulator, time.deadline(seconds), pause=5.0, tell=said.append)
    return Asked(vault_of(simulator, client), time, said)


def assign(simulator: Simulator) -> None:
    scope = f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg"
    role = f"/subscriptions/{simulator.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}"
    client = client_of(simulator)
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001"
    client.send(
        "PUT", path, {"api-version": "2022-04-01"}, {"properties": {"roleDefinitionId": role, "principalId": "p"}}
    )


@pytest.mark.parametrize("delay", [60, 240, 500])
def test_a_role_that_was_assigned_just_now_is_waited_for(simulators: Simulators, delay: int) -> None:
    asked = start(simulators, {"action": VAULT, "seconds": delay}, assigned=True)

    assert delay <= asked.read() <= delay + 30
    assert len(asked.said) == 1
    assert "AuthorizationFailed" in asked.said[0]
    assert "A role was assigned 0 seconds ago" in asked.said[0]


@pytest.mark.parametrize("delay", [60, 240])
def test_where_nothing_may_be_read_a_first_role_is_supposed(simulators: Simulators, delay: int) -> None:
    denied = ({"action": VAULT, "seconds": delay}, {"action": ASSIGNMENTS, "seconds": delay})
    asked = start(simulators, *denied, assigned=False)

    assert delay <= asked.read() <= delay + 30
    assert len(asked.said) == 1


def test_a_refusal_that_is_no_news_costs_two_more_looks(simulators: Simulators) -> None:
    asked = start(simulators, {"action": VAULT}, assigned=False)

    with pytest.raises(ServiceError, match="AuthorizationFailed"):
        asked.read()

    assert asked.time.now <= 15
    assert asked.said == []
    assert asked.vault.client.calls.to_result()["reads"] == 4
    with pytest.raises(ServiceError):
        asked.vault.protected_items()
    assert asked.vault.client.calls.to_result()["reads"] == 5, "one patience for a whole run"


@pytest.mark.parametrize(("assigned", "most"), [(True, 600), (False, 300)])
def test_the_patience_ends(simulators: Simulators, assigned: bool, most: int) -> None:
    denied = [{"action": VAULT}] + ([] if assigned else [{"action": ASSIGNMENTS}])
    asked = start(simulators, *denied, assigned=assigned)

    with pytest.raises(ServiceError, match="AuthorizationFailed"):
        asked.read()

    assert most - 1 <= asked.time.now <= most + 1


@pytest.mark.parametrize("age", [620, 3500])
def test_an_old_assignment_is_no_news(simulators: Simulators, age: int) -> None:
    asked = start(simulators, {"action": VAULT}, assigned=True)
    asked.time.sleep(age)

    with pytest.raises(ServiceError, match="AuthorizationFailed"):
        asked.read()

    assert asked.time.now <= age + 15
    assert asked.said == []


def test_the_wait_ends_with_the_run(simulators: Simulators) -> None:
    asked = start(simulators, {"action": VAULT}, assigned=True, seconds=45)

    with pytest.raises(ServiceError, match="AuthorizationFailed"):
        asked.read()

    assert asked.time.now == 45
    asked_at = [0, 5, 15, 35]
    assert asked.vault.client.calls.to_result()["reads"] == len(asked_at) + 1, "and the list of assignments"


@pytest.mark.parametrize("body", [{"error": {"code": "RequestDisallowedByPolicy", "message": "No."}}, {}])
def test_another_refusal_is_final(simulators: Simulators, body: dict[str, Any]) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "/backupProtectionContainers", "status": 403, "times": None, "body": body})
    time = VirtualTime(simulator)

    with pytest.raises(ServiceError):
        vault_of(simulator, client_of(simulator, time.deadline(), pause=5.0)).containers()

    assert time.now == 0
