# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, registered, world
from jinja2 import Environment

PLAYBOOK = "azurefiles.backup.protect_vault"
TEMPLATES = Path(__file__).resolve().parents[3] / "playbooks" / "templates"
NO_COST = {"refreshes": 0, "inquiries": 0, "writes": 0}


def play(programs: Programs, source: Path, *arguments: str | Path) -> Ended:
    return programs.run(
        "ansible-playbook",
        *("-i", source, PLAYBOOK, *arguments),
        ANSIBLE_SHOW_CUSTOM_STATS="true",
        ANSIBLE_RETRY_FILES_ENABLED="true",
        ANSIBLE_RETRY_FILES_SAVE_PATH=str(programs.folder),
    )


def result_of(ended: Ended) -> dict[str, Any]:
    result: dict[str, Any] = ended.stats["protect_vault_result"]
    return result


def counts(ended: Ended, *names: str) -> list[int]:
    summary = result_of(ended)["summary"]
    return [summary[name] for name in names]


def protected_shares(simulator: Simulator) -> list[tuple[str, str]]:
    return sorted(key for key, item in simulator.items().items() if item["state"] in ("IRPending", "Protected"))


def test_all_accounts_are_protected_once_and_the_second_run_changes_nothing(
    simulators: Simulators, tmp_path: Path
) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance"), "legal", name="onefiles"),
            account("finance", {"name": "nfs", "protocol": "NFS"}, name="twofiles", discovered=True),
            account("finance", "legal", name="threefiles", discovered=True),
        )
    )
    programs = Programs(tmp_path, simulator)
    source = programs.source()

    plan = play(programs, source, "-e", "policy=daily-30", "--check")
    assert plan.code == 0, plan.output
    assert counts(plan, "accounts", "protected", "changed") == [3, 5, 4]
    assert simulator.writes() == {}
    assert "3 of 3 accounts would be protected as wanted" in plan.output

    first = play(programs, source, "-e", "policy=daily-30")
    assert first.code == 0, first.output
    assert (
        result_of(first)["summary"]
        == result_of(plan)["summary"]
        == {
            "accounts": 3,
            "accounts_failed": 0,
            "total": 6,
            "protected": 5,
            "changed": 4,
            "protected_anew": 4,
            "policy_changed": 0,
            "resumed": 0,
            "undeleted": 0,
            "backed_up": 0,
            "failed": 0,
            "unfinished": 0,
            "excluded": 1,
            "left": 0,
            "deferred": 0,
        }
    )
    everything = [
        ("onefiles", "finance"),
        ("onefiles", "legal"),
        ("threefiles", "finance"),
        ("threefiles", "legal"),
        ("twofiles", "finance"),
    ]
    assert protected_shares(simulator) == everything
    assert simulator.writes().get("POST refreshContainers", 0) == 0
    assert first.stdout.count("left out") == 1, "one table for all"

    simulator.forget()
    second = play(programs, source, "-e", "policy=daily-30")
    assert counts(second, "protected", "changed", "failed") == [5, 0, 0]
    assert simulator.writes() == {}
    spent = result_of(second)["api_calls"]
    assert spent == NO_COST | {"reads": len(simulator.journal()) - 4}, "all but the inventory's four"
    assert spent["reads"] <= 3 * 6


def test_each_vault_is_one_task_also_without_an_inventory(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance"), "legal", "scratch1", name="onefiles"),
            account("finance", name="twofiles", discovered=True),
        )
    )
    programs = Programs(tmp_path, simulator)
    rules = tmp_path / "rules.yml"
    rules.write_text(json.dumps({"rules": [{"include": ["scratch*"]}, {"policy": "hourly-7"}]}), encoding="utf-8")
    vault = ("-e", "resource_group=backup-rg", "-e", "vault_name=backup-vault")

    def run(*arguments: str) -> Ended:
        return programs.run("ansible-playbook", PLAYBOOK, *vault, *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")

    by_policy = run("-e", "policy=daily-30", "-e", "exclude=scratch*")
    assert by_policy.code == 0, by_policy.output
    assert counts(by_policy, "accounts", "protected", "changed", "excluded") == [2, 3, 2, 1]
    assert "Could not match supplied host pattern" not in by_policy.output

    by_rules = run("-e", f"@{rules}")
    assert by_rules.code == 0, by_rules.output
    assert counts(by_rules, "accounts", "protected", "changed", "excluded") == [2, 3, 3, 1]
    assert {item["policy"] for item in simulator.items().values()} == {"hourly-7"}

    failed = run("-e", "policy=no-policy")
    assert failed.code == 2
    assert sorted(result_of(failed)["failures"]) == ["onefiles", "twofiles"]
    summary = failed.stdout.split("TASK [Show the summary]")[1]
    assert summary.index("onefiles, twofiles: FAILED: ") < summary.index("left out"), "what failed comes first"


def test_a_failed_account_stops_no_other_and_can_be_run_again(simulators: Simulators, tmp_path: Path) -> None:
    accounts = [account("finance", name=f"{name}files", discovered=True) for name in ("one", "two", "three")]
    simulator = simulators.start(world(*accounts))
    programs = Programs(tmp_path, simulator)
    source = programs.source(compose={"policy": "'no-policy' if afs_storage_account == 'onefiles' else 'daily-30'"})

    first = play(programs, source, "-e", "batch=1")
    assert first.code == 2
    assert counts(first, "accounts", "accounts_failed", "protected") == [3, 1, 2]
    assert protected_shares(simulator) == [("threefiles", "finance"), ("twofiles", "finance")]
    failures = result_of(first)["failures"]
    assert list(failures) == ["onefiles"]
    assert "has no policy 'no-policy'" in failures["onefiles"]
    assert first.stdout.count("=> (item=1 accounts of backup-vault)") == 3, "one after the other"
    assert f"onefiles: FAILED: {failures['onefiles']}" in first.output
    assert first.stdout.count("left out") == 1, "one table, also for several batches"

    (retry,) = tmp_path.glob("*.retry")
    assert retry.read_text(encoding="utf-8").split() == ["onefiles"]
    again = play(programs, source, "--limit", f"@{retry}", "-e", "policy=daily-30")
    assert again.code == 0, again.output
    assert counts(again, "accounts", "changed") == [1, 1]
    assert protected_shares(simulator) == [("onefiles", "finance"), ("threefiles", "finance"), ("twofiles", "finance")]


def test_a_vault_that_two_sources_spell_differently_is_one() -> None:
    names = {"onefiles": "/vaults/Backup-Vault", "twofiles": "/vaults/backup-vault", "otherfiles": "/vaults/other"}
    template = (TEMPLATES / "protect_vault_groups.json.j2").read_text(encoding="utf-8")
    environment = Environment()  # noqa: S701 - what it makes is no page
    environment.filters["to_json"] = json.dumps

    groups = environment.from_string(template).render(
        ansible_play_hosts=list(names),
        groups={"afs_accounts": list(names)},
        hostvars={name: {"afs_vault_id": vault} for name, vault in names.items()},
    )

    assert json.loads(groups) == [["onefiles", "twofiles"], ["otherfiles"]]


def test_new_accounts_cost_one_refresh_together(simulators: Simulators, tmp_path: Path) -> None:
    """Also those that the vault does not offer after it: they would cost one each."""
    simulator = simulators.start(
        world(
            account("finance", name="newfiles"),
            account("finance", name="nextfiles"),
            registered("finance", name="alienfiles", vault="vault-two"),
            registered("finance", name="anotherfiles", vault="vault-two"),
            vaults=[VAULT, VAULT | {"name": "vault-two"}],
        )
    )
    programs = Programs(tmp_path, simulator)
    source = programs.source(accounts=["registered", "discoverable", "undiscovered"])

    refused = play(programs, source, "-e", "policy=daily-30")
    assert refused.code == 2
    assert counts(refused, "accounts", "accounts_failed") == [4, 4]
    assert "-e discover=true lets the vault look for it" in refused.output
    assert simulator.writes() == {}

    ended = play(programs, source, "-e", "policy=daily-30", "-e", "discover=true")
    assert ended.code == 2
    assert sorted(result_of(ended)["failures"]) == ["alienfiles", "anotherfiles"]
    assert protected_shares(simulator) == [("newfiles", "finance"), ("nextfiles", "finance")]
    assert simulator.writes()["POST refreshContainers"] == 1
    assert result_of(ended)["api_calls"]["refreshes"] == 1


def test_each_vault_is_worked_on_in_its_own_subscription(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    programs = Programs(tmp_path, simulator)
    vault = {"resource_group": "backup-rg", "vault_name": "backup-vault", "subscription_id": simulator.subscription_id}
    programs.environment["AZURE_SUBSCRIPTION_ID"] = "00000000-0000-0000-0000-000000000000"
    ended = play(programs, programs.source(vaults=[vault]), "-e", "policy=daily-30")
    assert ended.code == 0, ended.output
    assert protected_shares(simulator) == [("contosofiles", "finance")]


def test_what_is_missing_is_said_before_anything_is_done(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))
    programs = Programs(tmp_path, simulator)
    source = programs.source()
    nothing = tmp_path / "empty.yml"
    nothing.write_text("all: {}", encoding="utf-8")

    no_inventory = play(programs, nothing, "-e", "policy=daily-30")
    assert no_inventory.code == 2
    assert "There are no storage accounts in the group afs_accounts. Give an inventory" in no_inventory.output
    assert simulator.journal() == []

    for without in ((), ("-e", "policy=")):
        simulator.forget()
        no_policy = play(programs, source, *without)
        assert no_policy.code == 2
        assert "There is no policy for 1 accounts (contosofiles). Give it by -e policy" in no_policy.output
        assert len(simulator.journal()) == 4, "the inventory's own"


def test_earlier_results_and_empty_answers_among_the_extra_variables(simulators: Simulators, tmp_path: Path) -> None:
    """A workflow hands the result of one step to the next one as such a variable, which nothing can set anew."""
    simulator = simulators.start(world(registered("finance"), account("finance", name="laterfiles")))
    programs = Programs(tmp_path, simulator)
    earlier = {
        "protect_account_result": {
            "summary": {"total": 77, "protected": 77, "changed": 0, "failed": 0, "excluded": 0},
            "api_calls": {"reads": 77, "writes": 0, "refreshes": 0, "inquiries": 0},
        },
        "protect_vault_result": {"summary": {"accounts": 77}, "api_calls": {}},
    }
    empty = dict.fromkeys(("progress", "discover", "batch", "wait_timeout", "parallel", "retention_days"), "")
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(earlier | empty | {"policy": "daily-30"}), encoding="utf-8")
    source = programs.source(accounts=["registered", "undiscovered"])

    ended = play(programs, source, "-e", f"@{answers}")

    assert ended.code == 2
    assert counts(ended, "accounts", "accounts_failed", "total", "protected", "changed") == [2, 1, 1, 1, 1]
    assert list(result_of(ended)["accounts"]) == ["contosofiles"]
    spent = result_of(ended)["api_calls"]
    reads = sum(seen.method == "GET" for seen in simulator.journal())
    assert spent["reads"] == reads - 5, "all but the inventory's five"
    lines = [line.strip(' ",') for line in ended.stdout.splitlines()]
    table = [line.split() for line in lines if line.startswith(("contosofiles ", "total ")) and ":" not in line]
    assert table == [[name, "1", "1", "1", *["0"] * 7] for name in ("contosofiles", "total")]
    assert any(line.startswith("laterfiles: FAILED: ") for line in lines)
    assert any(f"spent: {spent['reads']} reads, {spent['writes']} write" in line for line in lines)
    assert "deprecated" not in ended.output.lower()
