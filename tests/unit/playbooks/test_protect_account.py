# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

PLAYBOOK = "azurefiles.backup.protect_account"
POLICY = {"policy": "daily-30"}
NO_COST = {"writes": 0, "refreshes": 0, "inquiries": 0}
# As a step before has handed it over.
EARLIER: dict[str, Any] = {
    "protect_account_result": {
        "container": None,
        "shares": [],
        "skipped": [],
        "excluded": [],
        "backups": [],
        "error": None,
        "summary": {"total": 77, "protected": 77, "changed": 0, "failed": 0, "excluded": 0},
        "api_calls": {"reads": 77, "writes": 0, "refreshes": 0, "inquiries": 0},
    }
}


def play(programs: Programs, answers: dict[str, Any], *arguments: str) -> Ended:
    """With the answers as a controller hands those of a survey over."""
    given = {"resource_group": "backup-rg", "vault_name": "backup-vault", "storage_account": "contosofiles"}
    file = programs.folder / "answers.json"
    file.write_text(json.dumps(given | answers), encoding="utf-8")
    return programs.run("ansible-playbook", PLAYBOOK, "-e", f"@{file}", *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")


def result_of(ended: Ended) -> dict[str, Any]:
    result: dict[str, Any] = ended.stats["protect_account_result"]
    return result


def counts(ended: Ended, *names: str) -> list[int]:
    summary = result_of(ended)["summary"]
    return [summary[name] for name in names]


def test_the_result_of_an_earlier_step_is_not_told_again(simulators: Simulators, tmp_path: Path) -> None:
    """A workflow hands it over as an extra variable, which nothing can set anew."""
    simulator = simulators.start(world(registered("finance")))
    ended = play(Programs(tmp_path, simulator), POLICY | EARLIER)
    assert ended.code == 0, ended.output
    result = result_of(ended)
    reads = sum(seen.method == "GET" for seen in simulator.journal())
    assert counts(ended, "total", "protected", "changed", "protected_anew", "failed") == [1, 1, 1, 1, 0]
    assert result["api_calls"] == {"reads": reads, "writes": 1, "refreshes": 0, "inquiries": 0}
    assert [share["share"] for share in result["shares"]] == ["finance"]
    assert "contosofiles: 1 of 1 share is protected, 0 left out, 0 failed; 1 changed" in ended.output
    assert f'spent: {reads} reads, 1 write"' in ended.output

    simulator.forget()
    again = play(Programs(tmp_path, simulator), POLICY | EARLIER)
    assert again.code == 0, again.output
    assert " changed=0 " in again.output
    assert "0 failed; 0 changed" in again.output
    assert simulator.writes() == {}
    assert result_of(again)["api_calls"] == NO_COST | {"reads": len(simulator.journal())}
    assert len(simulator.journal()) <= 6


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"policy": "no-policy"}, "has no policy 'no-policy'"),
        (POLICY | {"storage_account": "nosuchfiles"}, "nosuchfiles"),
    ],
    ids=["policy", "account"],
)
def test_a_failure_of_the_whole_run_is_in_its_result(
    simulators: Simulators, tmp_path: Path, answers: dict[str, Any], message: str
) -> None:
    simulator = simulators.start(world(registered("finance")))
    ended = play(Programs(tmp_path, simulator), answers | EARLIER | {"initial_backup": "always"})
    assert ended.code == 2
    result = result_of(ended)
    assert message in result["error"]
    assert result["summary"]["protected"] == 0
    assert result["backups"] == []
    assert ": FAILED for the reason above; nothing was changed" in ended.output
    assert ended.output.count("fatal: [localhost]") == 1
    assert simulator.budgets()["backups"] == {}


def test_a_failed_share_keeps_no_other_from_its_backup(simulators: Simulators, tmp_path: Path) -> None:
    """Nor has it one itself, although it is protected by another policy."""
    simulator = simulators.start(world(registered(protected("finance", "hourly-7"), "hiring", "legal")))
    programs = Programs(tmp_path, simulator)
    backing_up = POLICY | {"initial_backup": "if_missing"}
    simulator.plan(
        {"operation": "protect", "share": "finance", "status": "Failed", "code": "UnreachableShare", "message": "No."},
        {"operation": "backup", "share": "hiring", "status": "Failed", "code": "SlowShare", "message": "No."},
    )

    first = play(programs, backing_up)
    assert first.code == 2
    result = result_of(first)
    assert "UnreachableShare" in result["error"], "the first failure"
    assert [(each["share"], each["action"]) for each in result["backups"]] == [
        ("hiring", "triggered"),
        ("legal", "triggered"),
    ]
    assert counts(first, "total", "protected", "changed", "backed_up", "failed") == [3, 2, 2, 1, 2]
    assert "legal: protected by daily-30, backed up" in first.output

    simulator.clear_faults()
    second = play(programs, backing_up)
    assert second.code == 0, second.output
    assert [(each["share"], each["action"]) for each in result_of(second)["backups"]] == [
        ("finance", "triggered"),
        ("hiring", "triggered"),
        ("legal", "fresh"),
    ]
    assert result_of(second)["error"] is None
    assert counts(second, "total", "protected", "changed", "backed_up", "failed") == [3, 3, 2, 2, 0]


def test_empty_answers_mean_the_defaults_and_every_share_is_named(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered("finance", "scratch", {"name": "unix", "protocol": "NFS"})))
    names = ("storage_account_resource_group", "include", "initial_backup", "retention_days", "wait_timeout")
    empty = dict.fromkeys((*names, "parallel", "progress", "stopped"), "")
    ended = play(Programs(tmp_path, simulator), POLICY | empty | {"exclude": ["scratch*"]}, "--check")
    assert ended.code == 0, ended.output
    result = result_of(ended)
    assert [share["share"] for share in result["shares"]] == ["finance"]
    assert [share["share"] for share in result["skipped"]] == ["unix"]
    assert result["excluded"] == ["scratch"]
    assert result["summary"]["excluded"] == 2
    assert "contosofiles: 1 of 3 shares would be protected, 2 left out, 0 failed; 1 would change" in ended.output
    assert "finance: protected by daily-30" in ended.output
    assert "left out by the patterns: scratch" in ended.output
    assert "unix: skipped, NFS shares" in ended.output
    assert "deprecated" not in ended.output.lower()
    assert simulator.writes() == {}
