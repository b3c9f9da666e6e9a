# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees while Ansible runs the modules. All cases run side by side; the operations end when the first
lines have been written."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._run.progress import VARIABLE
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import registered, world

PATIENCE = 120  # seconds: only what will never come takes so long
SHOWING = 3  # runs whose lines are shown: those of plain, piped and adhoc
LINE = re.compile(r"\[\w+\] \d/\d \w+(, \d \w+)*, 0:\d\d:\d\d")
# Every host protects the shares of an account of that name.
HOSTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "piped": {"ansible_pipelining": True},
    "quiet": {"progress": False},
    "secret": {"hidden": True},
    "later": {"seconds": 60},
    "elsewhere": {"ansible_connection": "elsewhere"},
}
TASK = {
    "name": "Protect",
    "azurefiles.backup.afs_protection": {
        "storage_account": "{{ inventory_hostname }}",
        "all_shares": True,
        "policy": "daily-30",
    },
    "async": "{{ seconds | default(0) }}",
    "no_log": "{{ hidden | default(false) }}",
    "poll": 1,
}
PLAY = {
    "hosts": "all",
    "gather_facts": False,
    "module_defaults": {
        "group/azurefiles.backup.all": {
            "resource_group": "backup-rg",
            "vault_name": "backup-vault",
            "poll_interval": 1,
            "progress": "{{ progress | default(true) }}",
        }
    },
    "tasks": [TASK],
}
# One document on the standard output, as the callback "json" of the collection ansible.posix writes it.
CALLBACK = """
import json
from ansible.plugins.callback import CallbackBase
DOCUMENTATION = "{name: document, type: stdout, short_description: One document, description: One document.}"
class CallbackModule(CallbackBase):
    CALLBACK_VERSION, CALLBACK_TYPE, CALLBACK_NAME = 2.0, "stdout", "document"
    def __init__(self):
        super().__init__()
        self.results = {}
    def v2_runner_on_ok(self, result):
        self.results[result._host.get_name()] = result._result
    v2_runner_on_failed = v2_runner_on_unreachable = v2_runner_on_ok
    def v2_playbook_on_stats(self, stats):
        self._display.display(json.dumps(self.results))
"""
# A machine that shares nothing but its disk with this one.
CONNECTION = """
from ansible.plugins.connection import local
DOCUMENTATION = local.__dict__.get("DOCUMENTATION", "").replace("name: local", "name: elsewhere")
class Connection(local.Connection):
    transport = "elsewhere"
"""


@dataclass(frozen=True)
class Runs:
    play: Ended
    ad_hoc: Ended
    left: list[str]

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """By host; the standard output holds nothing else."""
        results: dict[str, dict[str, Any]] = json.loads(self.play.stdout)
        return results

    def lines(self, host: str) -> list[str]:
        return [line for line in self.play.stderr.splitlines() if line.startswith(f"[{host}]")]


def wait_for_first_lines(place: Path) -> None:
    """Those that are on their way to the terminal, of all runs that show any."""
    give_up = time.monotonic() + PATIENCE
    while sum(file.stat().st_size > 0 for file in place.rglob("progress-*")) < SHOWING and time.monotonic() < give_up:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def runs(shared_simulators: Simulators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    names = [*HOSTS, "adhoc"]
    simulator = shared_simulators.start(
        world(*(registered("finance", "legal", name=name) for name in names), durations={"protect": 3600})
    )
    folder = tmp_path_factory.mktemp("play")
    for kind, name, text in (("callback", "document", CALLBACK), ("connection", "elsewhere", CONNECTION)):
        (folder / f"{kind}_plugins").mkdir()
        (folder / f"{kind}_plugins" / f"{name}.py").write_text(text, encoding="utf-8")
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    (folder / "hosts.yml").write_text(
        json.dumps({"all": {"hosts": {name: local | own for name, own in HOSTS.items()}}}), encoding="utf-8"
    )
    (folder / "play.yml").write_text(json.dumps([PLAY]), encoding="utf-8")
    programs = Programs(
        folder,
        simulator,
        {
            "ANSIBLE_ASYNC_DIR": str(folder / "async"),
            "ANSIBLE_CALLBACK_PLUGINS": str(folder / "callback_plugins"),
            "ANSIBLE_CONNECTION_PLUGINS": str(folder / "connection_plugins"),
            "ANSIBLE_FORKS": str(len(HOSTS)),
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
        },
        fresh=True,
    )
    arguments = "resource_group=backup-rg vault_name=backup-vault storage_account=adhoc all_shares=true policy=daily-30"
    with ThreadPoolExecutor() as pool:
        play = pool.submit(
            programs.run, "ansible-playbook", "-i", "hosts.yml", "play.yml", ANSIBLE_STDOUT_CALLBACK="document"
        )
        ad_hoc = pool.submit(
            programs.run, "ansible", "localhost", "-m", "azurefiles.backup.afs_protection", "-a", arguments
        )
        wait_for_first_lines(folder / "tmp")
        simulator.pass_time(3600)
        ended = play.result(), ad_hoc.result()
    yield Runs(*ended, [file.name for file in (folder / "tmp").rglob("*")])


def test_every_host_protects_its_shares(runs: Runs) -> None:
    assert runs.play.code == 0, runs.play.output
    results = runs.results
    hidden = results.pop("secret")
    assert "shares" not in hidden
    assert results.keys() == HOSTS.keys() - {"secret"}
    assert all([share["changed"] for share in each["shares"]] == [True, True] for each in results.values())


@pytest.mark.parametrize("host", ["plain", "piped"])
def test_how_far_the_work_is_shows_on_the_standard_error(runs: Runs, host: str) -> None:
    lines = runs.lines(host)

    assert len(lines) >= 2
    assert re.fullmatch(rf"\[{host}\] 0/2 protected(, [12] running)?, 0:\d\d:\d\d", lines[0])
    assert re.fullmatch(rf"\[{host}\] 2/2 protected, 0:\d\d:\d\d", lines[-1])


@pytest.mark.parametrize("host", ["quiet", "secret", "later", "elsewhere"])
def test_nothing_shows_where_it_must_not_or_cannot(runs: Runs, host: str) -> None:
    assert runs.lines(host) == []


def test_lines_of_several_hosts_are_not_mixed(runs: Runs) -> None:
    lines = [line for line in runs.play.stderr.splitlines() if " protected" in line]

    assert lines
    assert all(LINE.fullmatch(line) for line in lines)


def test_the_way_the_lines_take_leaves_no_trace(runs: Runs) -> None:
    assert VARIABLE not in runs.play.output
    assert "progress-" not in runs.play.output
    assert not [name for name in runs.left if name.startswith("progress-")]
    assert runs.results["plain"]["invocation"]["module_args"]["progress"] is True


def test_it_shows_in_the_shell_too(runs: Runs) -> None:
    assert runs.ad_hoc.code == 0, runs.ad_hoc.output
    assert "[adhoc] 0/2 protected" in runs.ad_hoc.stderr
    assert "[adhoc] 2/2 protected" in runs.ad_hoc.stderr
    assert "[adhoc]" not in runs.ad_hoc.stdout
    assert '"changed": true' in runs.ad_hoc.stdout
