# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

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


def test_the_result_of_an_earlier_step_is_not_told_again(simulators: Simulators, tmp_path: Path) -> None:
    """A workflow hands it over as an extra variable, which nothing can set anew."""
    simulator = simulators.start(world(registered("finance")))
    ended = play(Programs(tmp_path, simulator), POLICY | EARLIER)
    assert ended.code == 0, ended.output
    result = result_of(ended)
    reads = sum(seen.method == "GET" for seen in simulator.journal())
    assert result["summary"] == {"total": 1, "protected": 1, "changed": 1, "failed": 0, "excluded": 0, "left": 0}
    assert result["api_calls"] == {"reads": reads, "writes": 1, "refreshes": 0, "inquiries": 0}
    assert [share["share"] for share in result["shares"]] == ["finance"]
    assert "contosofiles: 1 of 1 shares are protected, 0 left out, 0 failed; 1 changed" in ended.output
    assert f"spent: {reads} reads, 1 writes, of them 0 refreshes and 0 inquiries" in ended.output

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
    assert f"FAILED: {' '.join(result['error'].split())}" in ended.output
    assert "Back up the protected shares" not in ended.output


def test_a_failed_share_keeps_no_other_from_its_backup(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(account("finance", "hiring", "legal", discovered=True)))
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
    assert result["summary"] == {"total": 3, "protected": 2, "changed": 2, "failed": 2, "excluded": 0, "left": 0}
    assert "legal: backup triggered, Completed" in first.output

    simulator.clear_faults()
    second = play(programs, backing_up)
    assert second.code == 0, second.output
    assert [(each["share"], each["action"]) for each in result_of(second)["backups"]] == [
        ("finance", "triggered"),
        ("hiring", "triggered"),
        ("legal", "fresh"),
    ]
    assert result_of(second)["error"] is None
    assert result_of(second)["summary"] == {
        "total": 3,
        "protected": 3,
        "changed": 2,
        "failed": 0,
        "excluded": 0,
        "left": 0,
    }


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
    assert "finance: NotProtected -> IRPending, policy daily-30" in ended.output
    assert "scratch: left out by the patterns" in ended.output
    assert "unix: skipped, NFS shares" in ended.output
    assert "deprecated" not in ended.output.lower()
    assert simulator.writes() == {}


def test_what_somebody_stopped_is_left_only_if_asked_for(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1), protected("hiring"))))
    programs = Programs(tmp_path, simulator)
    run = run_of(simulator)
    (address,) = [item.address for item in run.vault.protected_items() if item.share == "hiring"]
    run.waiter.operation(run.vault.stop("Stopping", address, "ProtectionStopped"))

    left = play(programs, POLICY | {"stopped": "leave", "initial_backup": "if_missing"})
    assert left.code == 0, left.output
    assert result_of(left)["summary"] == {
        "total": 2,
        "protected": 1,
        "changed": 0,
        "failed": 0,
        "excluded": 0,
        "left": 1,
    }
    assert [(each["share"], each["action"], each["left"]) for each in result_of(left)["shares"]] == [
        ("finance", "none", False),
        ("hiring", "none", True),
    ]
    assert [each["share"] for each in result_of(left)["backups"]] == ["finance"]
    assert "1 left as they are" in left.output
    assert "hiring: ProtectionStopped -> ProtectionStopped, policy none, left as it is" in left.output

    plan = play(programs, POLICY, "--check")
    assert [(each["share"], each["action"]) for each in result_of(plan)["shares"]] == [
        ("finance", "none"),
        ("hiring", "resume"),
    ]
    assert result_of(plan)["summary"]["left"] == 0
