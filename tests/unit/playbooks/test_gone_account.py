# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks do about a storage account that was deleted, or moved, and that the vault still has."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.azurefiles.backup.tests.unit.support.programs import Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

PLACE = ("-e", "resource_group=backup-rg", "-e", "vault_name=backup-vault")


def test_it_is_told_and_can_be_retired(simulators: Simulators, tmp_path: Path) -> None:
    points = 3
    simulator = simulators.start(
        world(
            registered(protected("finance", recovery_points=points)),
            registered(protected("hiring", recovery_points=points), name="fabrikamfiles"),
        )
    )
    simulator.change_account("contosofiles", "delete")
    simulator.change_account("fabrikamfiles", "move", "New-RG")
    programs = Programs(tmp_path, simulator, {"ANSIBLE_SHOW_CUSTOM_STATS": "true"})
    playbook = "azurefiles.backup"
    moved = "it was moved to 'New-RG'"

    protect = programs.run(
        "ansible-playbook", f"{playbook}.protect_account", *PLACE, "-e", "storage_account=contosofiles policy=daily-30"
    )
    assert protect.code != 0
    summary = protect.stats["protect_account_result"]
    assert summary["summary"]["protected"] == 0
    assert "does not exist any more" in summary["error"]
    assert "Reader" not in protect.output

    report = programs.run("ansible-playbook", f"{playbook}.report", *PLACE, "-e", "output_dir=coverage")
    assert report.code == 0, report.output
    assert "2 protected shares give cause for concern" in report.output
    assert "contosofiles is gone: " in report.output
    assert moved in report.output
    page = (tmp_path / "coverage" / "coverage.html").read_text(encoding="utf-8")
    assert page.count("<strong>Gone:</strong>") == 2
    assert page.count("its storage account is gone") == 2

    sweep = programs.run(
        "ansible-playbook", "-i", programs.source(), f"{playbook}.protect_vault", "-e", "policy=daily-30"
    )
    assert sweep.code != 0
    failures = sweep.stats["protect_vault_result"]["failures"]
    assert moved in failures["fabrikamfiles"]
    assert "does not exist any more" in failures["contosofiles"]

    retire = programs.run(
        "ansible-playbook", f"{playbook}.retire_account", *PLACE, "-e", "storage_account=contosofiles"
    )
    assert retire.code == 0, retire.output
    assert [kept["protection_state"] for kept in retire.stats["retire_account_result"]["kept"]] == ["ProtectionStopped"]
