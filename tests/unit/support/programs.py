# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own programs, run as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import warm
from workplace import COLLECTIONS

from .simulator import Simulator

NAME = "files.afs_accounts.yml"


@dataclass(frozen=True)
class Ended:
    """A program that has come to its end. ``output`` is on one line, for it is wrapped as the terminal is wide."""

    code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return " ".join(f"{self.stdout} {self.stderr}".split())

    @property
    def stats(self) -> dict[str, Any]:
        """What a playbook hands to the next step of a workflow, which ANSIBLE_SHOW_CUSTOM_STATS shows."""
        line = next(line for line in self.stdout.splitlines() if line.startswith("\tRUN: "))
        stats: dict[str, Any] = json.loads(line.removeprefix("\tRUN: "))
        return stats


@dataclass
class Programs:
    """``ansible-inventory`` and ``ansible-playbook`` in a folder of their own."""

    folder: Path
    simulator: Simulator | None = None
    environment: dict[str, str] = field(default_factory=dict)
    fresh: bool = False
    """Whether they are loaded anew for each run, as they are for a user."""

    def source(self, options: Mapping[str, Any] | None = None, name: str = NAME, **more: Any) -> Path:
        """An inventory source, by default of the one vault that tests have."""
        text: dict[str, Any] = {
            "plugin": "azurefiles.backup.afs_accounts",
            "vaults": [{"resource_group": "backup-rg", "vault_name": "backup-vault"}],
        }
        file = self.folder / name
        file.write_text(json.dumps(text | dict(options or {}) | more), encoding="utf-8")
        return file

    def run(self, program: str, *arguments: str | Path, **environment: str) -> Ended:
        return self.wait(self.start(program, *arguments, **environment))

    def start(self, program: str, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        """Begin to run a program, so that something can become of it before it ends."""
        return subprocess.Popen(
            self._command(program, *arguments),
            cwd=self.folder,
            env=self._surroundings(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self, running: subprocess.Popen[str]) -> Ended:
        with running:
            output, errors = running.communicate()
        return Ended(running.returncode, output, errors)

    def inventory(self, *sources: Path, arguments: tuple[str, ...] = (), **environment: str) -> dict[str, Any]:
        """What ``ansible-inventory --list`` says; it has to succeed."""
        ended = self.run("ansible-inventory", "--list", *self._each(sources), *arguments, **environment)
        assert ended.code == 0, ended.output
        listed: dict[str, Any] = json.loads(ended.stdout)
        return listed

    def hosts(self, *sources: Path, **environment: str) -> dict[str, dict[str, Any]]:
        """The variables of all hosts."""
        listed = self.inventory(*sources, arguments=(), **environment)
        variables: dict[str, dict[str, Any]] = listed["_meta"]["hostvars"]
        return variables

    def refusal(self, source: Path, *arguments: str, **environment: str) -> str:
        """What is said about a source that cannot be used."""
        ended = self.run("ansible-inventory", "--list", "-i", source, *arguments, **environment)
        assert ended.code != 0, ended.output
        return ended.output

    def _command(self, program: str, *arguments: str | Path) -> list[str]:
        return [str(warm.PROGRAMS / program if self.fresh else warm.program(program)), *map(str, arguments)]

    def _surroundings(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {**self._environment(), **self.environment, **environment}

    @staticmethod
    def _each(sources: tuple[Path, ...]) -> list[str]:
        return [word for source in sources for word in ("-i", str(source))]

    def _environment(self) -> dict[str, str]:
        login = {}
        if self.simulator:
            login = {
                "AZURE_TENANT": self.simulator.tenant,
                "AZURE_CLIENT_ID": self.simulator.client_id,
                "AZURE_SECRET": self.simulator.client_secret,
                "AZURE_SUBSCRIPTION_ID": self.simulator.subscription_id,
                "AZURE_CLOUD_ENVIRONMENT": self.simulator.url,
            }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        return (
            kept
            | {
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
                "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
                "ANSIBLE_NOCOLOR": "true",
            }
            | login
        )
