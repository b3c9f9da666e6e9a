# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads at the end of each playbook: its plan, its run, a second run, a failure, an interruption.

The texts are in the folder golden. ``GOLDEN=write`` writes them anew; then read them as somebody who was not there.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import Popen, check_output
from typing import Any

import playbook_pages
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

GOLDEN = Path(__file__).parent / "golden"
# What differs from run to run. How many reads a run costs is tested elsewhere.
MASKS = {
    r"\(\d{15,}\)": "(<point>)",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "<id>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ": "<time>",
    r"\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?": "<day>",
    r"restored-\d{8}-\d{6}": "restored-<time>",
    r"\b\d+ reads?\b": "<some> reads",
    r"\b[\d.]+ (seconds?|minutes?)\b": "<some> seconds",
    r"\b[\d.]+ hours old": "<some> hours old",
    r"restored in [\d.]+ hours": "restored in <some> hours",
    r"\bdrill-(\w+)-[0-9a-f]{8}\b": r"drill-\1-<id>",
}


class Story:
    """The runs of one playbook, told one after the other."""

    def __init__(self, playbook: str, simulator: Simulator, folder: Path, name: str = "") -> None:
        self.playbook = playbook
        self.name = name or playbook
        self.simulator = simulator
        self.programs = Programs(folder, simulator)
        self.folder = folder
        self.told: list[str] = []

    def run(
        self,
        title: str,
        *arguments: str,
        without: str = "",
        meanwhile: Callable[[Popen[str]], None] | None = None,
    ) -> Ended:
        """Run the example of the playbook's page, with these arguments behind it, and tell what is seen of it.

        ``without`` is a variable that the example gives and that is left out. ``meanwhile`` is called while it runs, in
        processes of its own.
        """
        program, *words = shlex.split(playbook_pages.specification(self.playbook)["examples"][0])
        if without:
            place = next(place for place, word in enumerate(words) if word.startswith(f"{without}="))
            del words[place - 1 : place + 1]
        programs = replace(self.programs, fresh=meanwhile is not None)
        running = programs.start(program, *words, *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")
        if meanwhile:
            meanwhile(running)
        ended = programs.wait(running)
        shown = " ".join(argument for argument in arguments if argument != "-e")
        self.told.append(f"## {title}" + (f" ({shown})" if shown else "") + f": {ended.code}\n\n{seen(ended)}\n")
        return ended

    def end(self) -> None:
        """The story has to be the one that is known."""
        text = "\n".join(self.told)
        for pattern, mask in MASKS.items():
            text = re.sub(pattern, mask, text)
        text = text.replace(str(self.folder), "<folder>")
        file = GOLDEN / f"{self.name}.txt"
        if os.environ.get("GOLDEN") == "write":
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")


# What Ansible prints of a task that failed, of a difference, and of what is shown.
TOLD = re.compile(
    r"(?m)^fatal: \[[^]]+\]: FAILED! => (?P<fatal>\{.*\})$"
    r"|^--- before.*\n\+\+\+ after.*\n(?P<diff>(?:[-+@ ].*\n)+)"
    r"|^ok: .* => (?P<shown>\{\n(?s:.*?)^\})"
)


def seen(ended: Ended) -> str:
    """Warnings, failures, differences and the summary, in their order, without the names of Ansible's tasks."""
    lines: list[str] = []
    for found in TOLD.finditer(ended.stdout):
        if found["fatal"]:
            lines.append(f"fatal: {json.loads(found['fatal'])['msg']}")
        elif found["diff"]:
            lines += found["diff"].splitlines()
        else:
            said: Any = json.loads(found["shown"]).get("msg", [])
            lines += said if isinstance(said, list) else [said]
    return "\n".join([*warnings(ended), *lines])


def warnings(ended: Ended) -> list[str]:
    told = re.findall(r"(?ms)^\[WARNING\]: (.*?)(?=^\[|^\S+: |\Z|^$)", ended.stderr)
    # Of a play that has no hosts, and of a run without an inventory.
    own = [each for each in told if "localhost" not in each and "host pattern" not in each]
    return [f"warning: {' '.join(each.split())}" for each in own]


def waited_for(simulator: Simulator, kind: str) -> int:
    """How many operations or jobs somebody asks about, and so knows of."""
    return len({seen.path for seen in simulator.journal() if f"/{kind}/" in seen.path})


def interruption(simulator: Simulator, count: int, kind: str = "backupOperations") -> Callable[[Popen[str]], None]:
    """Ends what a playbook runs as soon as so many operations, or jobs, are waited for."""

    def interrupt(playbook: Popen[str]) -> None:
        while playbook.poll() is None and waited_for(simulator, kind) < count:
            time.sleep(0.2)
        end_module(playbook)

    return interrupt


def end_module(playbook: Popen[str]) -> None:
    """Ask the module that a playbook runs to end, as a shutdown does. It is the last in a row of processes."""
    listed = check_output(["ps", "-eo", "ppid=,pid="], text=True).splitlines()
    children = {int(parent): int(child) for parent, child in map(str.split, listed)}
    process = playbook.pid
    while process in children:
        process = children[process]
    assert process != playbook.pid, "no module runs"
    os.kill(process, signal.SIGTERM)


def end_backups(simulator: Simulator, **states: str) -> None:
    """Somebody ends the backups of shares, by name."""
    run = run_of(simulator)
    for item in run.vault.protected_items():
        if state := states.get(item.share):
            if state == "deleted":
                run.waiter.operation(run.vault.delete("Deleting", item.address))
            else:
                run.waiter.operation(run.vault.stop("Stopping", item.address, state))


def test_protect_account(simulators: Simulators, tmp_path: Path) -> None:
    shares = [protected("finance", recovery_points=1), protected("legal", "hourly-7"), "new"]
    shares += [protected("hiring", recovery_points=2), protected("old"), {"name": "unix", "protocol": "NFS"}, "scratch"]
    simulator = simulators.start(world(registered(*shares)))
    end_backups(simulator, hiring="ProtectionStopped", old="deleted")
    story = Story("protect_account", simulator, tmp_path)
    answers = ("-e", "initial_backup=if_missing", "-e", '{"exclude": ["scratch"]}')

    story.run("What is missing is said first", without="policy")
    story.run("What is wrong too", "-e", "stopped=resumed", "-e", "parallel=many", "-e", "policy=")
    names = ("exlude", "excclude", "exclyde", "ecxlude", "exclusion", "policies")
    mistyped = [word for name in names for word in ("-e", f"{name}=scratch*")]
    story.run("Names that are nearly right", *mistyped, without="policy")
    story.run("The plan, for those who leave what was stopped", "-e", "stopped=leave", "--check", *answers)
    story.run("The plan", "--check", "--diff", *answers)
    simulator.plan(
        *(
            {"operation": "protect", "share": share, "status": "Failed", "code": "UnreachableShare", "message": "No."}
            for share in ("hiring", "new")
        )
    )
    story.run("A failure of two shares by the same", *answers)
    simulator.clear_faults()
    story.run("The run after it", *answers)
    story.run("The second run", *answers)
    story.run("A policy that is not there", "-e", "policy=daily-31")
    story.end()


def test_protect_account_interrupted(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(
        world(registered("finance", "hiring", protected("legal", "hourly-7")), durations={"protect": 36000})
    )
    story = Story("protect_account", simulator, tmp_path, "protect_account_interrupted")

    story.run("It is ended while three shares are waited for", meanwhile=interruption(simulator, 3))
    simulator.pass_time(36000)
    story.run("The run after it")
    story.end()


def test_protect_vault(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance", recovery_points=1), protected("hiring"), name="onefiles"),
            registered(protected("legal", "hourly-7"), protected("old"), name="twofiles"),
            account("finance", "new", {"name": "unix", "protocol": "NFS"}, name="threefiles", discovered=True),
        )
    )
    end_backups(simulator, hiring="ProtectionStopped", old="deleted")
    story = Story("protect_vault", simulator, tmp_path)

    story.run("Where a vault should be is not said", "-e", "vualt_name=backup-vault", without="vault_name")
    story.run("The wrong name of a vault", "-e", "vault_name=backup-valt")
    story.run("A rule with a word that no rule has", "-e", '{"rules": [{"polcy": "daily-30"}]}', "--check")
    story.run("The plan", "--check")
    story.run("The plan, for those who resume what was stopped", "-e", "stopped=resume", "--check")
    simulator.plan(
        {"operation": "protect", "share": "new", "status": "Failed", "code": "UnreachableShare", "message": "No."}
    )
    story.run("A failure", "-e", "initial_backup=if_missing")
    simulator.clear_faults()
    story.run("The run after it", "-e", "initial_backup=if_missing")
    story.run("The second run", "-e", "initial_backup=if_missing")
    story.end()


def test_protect_vault_interrupted(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(
        world(
            registered("finance", name="onefiles"),
            registered("legal", name="twofiles"),
            account("new", name="threefiles", discovered=True),
            durations={"register": 36000},
        )
    )
    story = Story("protect_vault", simulator, tmp_path, "protect_vault_interrupted")

    story.run("It is ended while an account is registered", meanwhile=interruption(simulator, 1, "operationResults"))
    simulator.pass_time(36000)
    story.run("The run after it")
    story.end()


def test_restore_share(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1), "legal")))
    story = Story("restore_share", simulator, tmp_path)

    story.run("What is missing is said first", "-e", "shares=finance", without="share")
    story.run("The plan", "--check")
    story.run("The plan, over the living files", "--check", "-e", "in_place=true", "-e", "files=reports/q3.xlsx")
    story.run("The run", "-e", "files=reports/q3.xlsx", "-e", "target_folder=back")
    story.run("The second run", "-e", "files=reports/q3.xlsx", "-e", "target_folder=back")
    story.run("A share that is not protected", "-e", "share=finanse")
    simulator.plan(
        {"operation": "restore", "share": "finance", "status": "Failed", "code": "FileLocked", "message": "No."}
    )
    story.run("A failure")
    story.end()


def test_restore_share_interrupted(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(
        world(registered(protected("finance", recovery_points=1)), durations={"restore": 36000})
    )
    story = Story("restore_share", simulator, tmp_path, "restore_share_interrupted")

    story.run("It is ended while Azure restores", meanwhile=interruption(simulator, 1, "backupJobs"))
    story.end()


def test_retire_account(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1), protected("legal"), "new")))
    story = Story("retire_account", simulator, tmp_path)

    story.run("The plan", "--check")
    story.run("The plan, for those who delete all", "-e", "delete_data=true", "-e", "wait_timout=9", "--check")
    simulator.plan(
        {"operation": "stop", "share": "legal", "status": "Failed", "code": "UnreachableShare", "message": "No."}
    )
    story.run("A failure")
    simulator.clear_faults()
    story.run("The run after it")
    story.run("The second run")
    story.run("A wrong name", "-e", "storage_account=contosofile")
    story.run("The run that deletes all", "-e", "delete_data=true")
    story.run("The second one", "-e", "delete_data=true")
    simulator.pass_time(15 * 86400)
    story.run("The run after the days of grace", "-e", "delete_data=true")
    story.end()


def test_retire_account_interrupted(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("legal")), durations={"stop": 36000}))
    story = Story("retire_account", simulator, tmp_path, "retire_account_interrupted")

    story.run("It is ended while two shares are waited for", meanwhile=interruption(simulator, 2))
    simulator.pass_time(36000)
    story.run("The run after it")
    story.end()


def test_report(simulators: Simulators, tmp_path: Path) -> None:
    shares = [
        protected("finance", recovery_points=1),
        protected("hiring"),
        "legal",
        {"name": "unix", "protocol": "NFS"},
    ]
    simulator = simulators.start(world(registered(*shares), account("team", name="labfiles")))
    end_backups(simulator, hiring="ProtectionStopped")
    story = Story("report", simulator, tmp_path)

    story.run("What is missing is said first", "-e", "output_dirs=coverage", without="output_dir")
    story.run("The plan", "--check")
    story.run("The run")
    story.run("The second run")
    story.run("A vault that is not there", "-e", "vault_name=backup-vaults")
    simulator.forget()
    simulator.plan({"path": "/backup-vault/", "delay": 600, "times": None})
    story.run("It is ended while a vault is read", meanwhile=interruption(simulator, 1, "backup-vault"))
    story.end()


def test_restore_drill(simulators: Simulators, tmp_path: Path) -> None:
    shares = [protected("finance", recovery_points=1), protected("hiring", recovery_points=1), protected("legal")]
    simulator = simulators.start(world(registered(*shares), account(name="drillfiles")))
    story = Story("restore_drill", simulator, tmp_path)

    story.run("The plan", "-e", "restores=1", "-e", "share=finance", "--check")
    story.run("The run", "-e", "restores=1")
    story.run("The second run of the day", "-e", "restores=1")
    simulator.plan(
        {"operation": "restore", "share": "hiring", "status": "Failed", "code": "FileLocked", "message": "No."}
    )
    simulator.pass_time(86400)
    story.run("A failure, a day later", "-e", "restores=1")
    story.end()


def test_restore_drill_interrupted(simulators: Simulators, tmp_path: Path) -> None:
    shares = [protected("finance", recovery_points=1), protected("hiring", recovery_points=1)]
    simulator = simulators.start(world(registered(*shares), account(name="drillfiles"), durations={"restore": 36000}))
    story = Story("restore_drill", simulator, tmp_path, "restore_drill_interrupted")

    story.run("It is ended while Azure restores", "-e", "sample=1", meanwhile=interruption(simulator, 1, "backupJobs"))
    simulator.pass_time(36000)
    story.run("The run after it", "-e", "sample=1")
    story.end()
