# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks, run by ``ansible-rulebook`` itself. It is on the PATH of ``make test-rulebook``."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world
from workplace import COLLECTIONS

RULEBOOKS = Path(__file__).parents[2] / "extensions" / "eda" / "rulebooks"
PATIENCE = 240  # seconds
NAMES = {"resource_group": "backup-rg", "vault_name": "backup-vault"}


class Webhook:
    """Takes what is posted to it."""

    def __init__(self) -> None:
        self.posted: Queue[dict[str, Any]] = Queue()
        posted = self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                posted.put(json.loads(body))

            def log_message(self, *_args: Any) -> None:
                """Nobody reads it."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    opened = Webhook()
    yield opened
    opened.close()


Rules = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rules]:
    """Starts a rulebook, which ends with the test."""
    running: list[subprocess.Popen[str]] = []

    # Users have no other path to the collection than Ansible's.
    monkeypatch.delenv("PYTHONPATH", raising=False)

    def start(simulator: Simulator, rulebook: str, **variables: Any) -> subprocess.Popen[str]:
        given = tmp_path / "variables.json"
        quick = {"interval": 1, "coverage_interval": 1, "state_file": str(tmp_path / "state.json")}
        given.write_text(json.dumps(NAMES | quick | variables), encoding="utf-8")
        inventory = tmp_path / "inventory.yml"
        localhost = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory.write_text(json.dumps({"all": {"hosts": {"localhost": localhost}}}), encoding="utf-8")
        log = (tmp_path / "log").open("w", encoding="utf-8")
        process = subprocess.Popen(
            [
                "ansible-rulebook",
                "-r",
                RULEBOOKS / f"{rulebook}.yml",
                "-i",
                inventory,
                "--vars",
                given,
                "--print-events",
            ],
            cwd=tmp_path,
            env=simulator.environment
            | {"PYTHONUNBUFFERED": "1"}
            | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "HOME": str(tmp_path), "NO_PROXY": "localhost,127.0.0.1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.terminate()
        process.wait()
    print((tmp_path / "log").read_text(encoding="utf-8"))


def back_up(simulator: Simulator) -> None:
    """Begin the backup that the rules are told of."""
    wanted = WantedBackups(Selection.parse(["finance"], False, ["*"], []), now() + timedelta(days=30), 0)
    trigger_backups(run_of(simulator, wait=False), AccountRef.parse("contosofiles", None), wanted, 1)


def until(process: subprocess.Popen[str], seen: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not seen():
        assert process.poll() is None, "ansible-rulebook has ended"
        assert time.monotonic() < end, "It has not come to that"
        time.sleep(0.5)


def test_a_failed_backup_is_tried_once_more_and_then_told(
    simulators: Simulators, rules: Rules, webhook: Webhook
) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    simulator.plan(
        {"operation": "backup", "status": "Failed", "code": "FileShareNotFound", "message": "gone", "times": 9}
    )
    process = rules(simulator, "retry_a_failed_backup", webhook_url=webhook.url)
    until(process, lambda: simulator.tally().get("GET backupJobs", 0) > 1)
    back_up(simulator)
    told = webhook.posted.get(timeout=PATIENCE)
    assert told["text"].startswith("The backup of the share finance of contosofiles has failed twice")
    assert len(simulator.jobs()) == 2


def test_a_ticket_is_opened_for_a_gap(simulators: Simulators, rules: Rules, webhook: Webhook) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1), "hiring")))
    rules(simulator, "open_a_ticket_for_a_gap", ticket_url=webhook.url, max_age_hours=1)
    titles = {webhook.posted.get(timeout=PATIENCE)["title"] for _ticket in range(2)}
    assert titles == {
        "The share hiring of contosofiles is not backed up",
        "The share finance of contosofiles has no recent recovery point",
    }


def test_a_new_share_is_protected(simulators: Simulators, rules: Rules) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    process = rules(simulator, "protect_a_new_share", policy="daily-30")
    until(process, lambda: simulator.tally().get("GET backupProtectedItems", 0) > 1)
    simulator.change_share("contosofiles", "hiring", "create")
    until(process, lambda: ("contosofiles", "hiring") in simulator.items())
    assert simulator.items()["contosofiles", "hiring"]["policy"] == "daily-30"
