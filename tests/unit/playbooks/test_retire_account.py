# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, protected, registered, world

PLAYBOOK = "azurefiles.backup.retire_account"


def play(programs: Programs, answers: dict[str, Any], *arguments: str) -> Ended:
    """With the answers as a controller hands those of a survey over."""
    given = {"resource_group": "backup-rg", "vault_name": "backup-vault", "storage_account": "contosofiles"}
    file = programs.folder / "answers.json"
    file.write_text(json.dumps(given | answers), encoding="utf-8")
    return programs.run("ansible-playbook", PLAYBOOK, "-e", f"@{file}", *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")


def unregistered(ended: Ended) -> bool:
    found: bool = ended.stats["retire_account_result"]["unregistered"]
    return found


def test_empty_answers_mean_the_defaults(simulators: Simulators, tmp_path: Path) -> None:
    """Without an answer to whether to delete them, recovery points are kept."""
    simulator = simulators.start(world(registered(protected("finance"), protected("legal"))))
    answers = {"delete_data": "", "wait_timeout": "", "storage_account_resource_group": ""}

    plan = play(Programs(tmp_path, simulator), answers, "--check")

    assert plan.code == 0, plan.output
    assert [share["state_after"] for share in plan.stats["retire_account_result"]["shares"]] == [
        "ProtectionStopped"
    ] * 2
    assert unregistered(plan) is False
    assert "deprecated" not in plan.output.lower()
    assert simulator.writes() == {}


def test_an_account_of_which_nothing_is_kept_is_unregistered(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered("finance")))
    programs = Programs(tmp_path, simulator)

    plan = play(programs, {}, "--check")
    assert plan.code == 0, plan.output
    assert "contosofiles: nothing is kept in backup-vault; the account would be unregistered" in plan.output
    assert unregistered(plan) is False

    ended = play(programs, {})
    assert ended.code == 0, ended.output
    assert unregistered(ended) is True


def test_a_guard_of_another_tenant_is_got_past(simulators: Simulators, tmp_path: Path) -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    vault = VAULT | {"resource_guard": {"tenant": tenant}}
    simulator = simulators.start(world(registered(protected("finance")), vaults=[vault]))

    ended = play(Programs(tmp_path, simulator), {"delete_data": True, "resource_guard_tenant_id": tenant})

    assert ended.code == 0, ended.output
    assert "guarded: a resource guard watches over it" in ended.output
    assert [share["guarded"] for share in ended.stats["retire_account_result"]["shares"]] == [True]
    assert {item["soft_deleted"] for item in simulator.items().values()} == {True}
