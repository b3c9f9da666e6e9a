# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

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


def test_an_account_with_recovery_points_stays_registered(simulators: Simulators, tmp_path: Path) -> None:
    """Without an answer to whether to delete them, they are kept."""
    simulator = simulators.start(world(registered(protected("finance"), protected("legal"))))
    programs = Programs(tmp_path, simulator)
    answers = {"delete_data": "", "wait_timeout": "", "storage_account_resource_group": ""}

    plan = play(programs, answers, "--check")
    assert plan.code == 0, plan.output
    assert "contosofiles: 2 shares would be kept in backup-vault" in plan.output
    assert "finance: IRPending -> ProtectionStopped" in plan.output
    assert "registered" not in plan.output.split("Show the summary")[1].split("RUN:")[0]
    assert unregistered(plan) is False
    assert "deprecated" not in plan.output.lower()
    assert simulator.writes() == {}

    ended = play(programs, answers)
    assert ended.code == 0, ended.output
    assert "contosofiles: 2 shares are kept in backup-vault" in ended.output
    assert {item["state"] for item in simulator.items().values()} == {"ProtectionStopped"}
    assert unregistered(ended) is False


def test_the_end_of_a_registration_is_a_plan_in_check_mode(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered("finance")))
    programs = Programs(tmp_path, simulator)

    plan = play(programs, {}, "--check")
    assert plan.code == 0, plan.output
    assert "contosofiles: 0 shares would be kept in backup-vault; the account would be unregistered" in plan.output
    assert unregistered(plan) is False

    ended = play(programs, {})
    assert ended.code == 0, ended.output
    assert "0 shares are kept in backup-vault; the account is not registered any more" in ended.output
    assert unregistered(ended) is True


def test_whether_the_vault_keeps_deleted_data_is_not_known_before(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("legal"))))
    plan = play(Programs(tmp_path, simulator), {"delete_data": True}, "--check")
    assert plan.code == 0, plan.output
    said = plan.output.split("Show the summary")[1].split("PLAY RECAP")[0].split("TASK")[0]
    assert "contosofiles: 2 shares would be deleted or soft-deleted in backup-vault" in said
    assert "finance: IRPending -> deleted or soft-deleted" in said
    assert "the account would be unregistered once nothing is kept" in said
    assert "SoftDeleted" not in said
    assert unregistered(plan) is False
