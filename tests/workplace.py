# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Azure for one test, and a scratch folder with a home of its own in which commands run."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ansible_collections.azurefiles.backup as collection
import trustme
import warm
import yaml
from azure_simulator.thread import Thread
from simulated import Simulated

COLLECTION = Path(__file__).resolve().parents[1]
COLLECTIONS = Path(next(iter(collection.__path__))).parents[2]
WORLDS = COLLECTION / "tests" / "docs" / "worlds"
PATIENCE = 300  # seconds


@dataclass
class World:
    """A file of the folder worlds, or what it takes from the file default.yml there."""

    scenario: dict[str, Any]
    """The simulator's, with the keys that are given here in place of the default's."""
    now: str | None = None
    """The time it is for the simulator; by default the real one."""
    login: bool = True
    """Whether the environment holds a login."""
    variables: dict[str, Any] = field(default_factory=dict)
    """Extra variables for playbooks."""
    before: list[dict[str, Any]] = field(default_factory=list)
    """Tasks that prepare what the examples speak of."""
    files: dict[str, str] = field(default_factory=dict)
    """Files that have to exist, below the home."""
    certificate: str | None = None
    """A file to make, below the home: a certificate and its key, known for the first of the clients."""

    @classmethod
    def of(cls, name: str) -> World:
        default: dict[str, Any] = yaml.safe_load((WORLDS / "default.yml").read_text(encoding="utf-8"))
        own = WORLDS / f"{name}.yml"
        if not own.exists():
            return cls(**default)
        data: dict[str, Any] = yaml.safe_load(own.read_text(encoding="utf-8"))
        return cls(**(default | data | {"scenario": default["scenario"] | data.get("scenario", {})}))


class Azure:
    """``with Azure(world, folder, thread) as azure: azure.run(["ansible-playbook", …])``"""

    def __init__(self, world: World, folder: Path, thread: Thread, patience: float = PATIENCE) -> None:
        self.world = world
        self.patience = patience
        self._thread = thread
        self.home = folder / "home"
        self.work = folder / "work"
        self._collections = self.home / ".ansible" / "collections"

    def __enter__(self) -> Azure:
        for place in (self.home, self.work, self._collections / "ansible_collections" / "azurefiles"):
            place.mkdir(parents=True)
        (self._collections / "ansible_collections" / "azurefiles" / "backup").symlink_to(COLLECTION)
        for name, content in self.world.files.items():
            file = self.home / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        if self.world.certificate:
            pem = trustme.CA().issue_cert("backup.example", key_type=trustme.KeyType.RSA).private_key_and_cert_chain_pem
            pem.write_to_path(str(self.home / self.world.certificate))
            self.world.scenario["clients"][0]["certificate"] = str(self.home / self.world.certificate)
        offset = {}
        if self.world.now:
            ahead = datetime.fromisoformat(self.world.now) - datetime.now(timezone.utc)
            offset = {"clock_offset": ahead.total_seconds()}
        with ExitStack() as stack:
            self.simulated = Simulated(stack.enter_context(self._thread.simulator(self.world.scenario | offset)))
            self.environment = self._environment()
            self._running = stack.pop_all()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._running.close()

    @property
    def login(self) -> dict[str, str]:
        return self.simulated.login

    def _environment(self) -> dict[str, str]:
        known = self.simulated.environment
        if not self.world.login:
            known = {name: value for name, value in known.items() if name not in self.login}
        return known | {
            # The same for all, so that what has read Ansible's settings serves all.
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_HOME": f"{os.environ['HOME']}/.ansible",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "AZURE_POD_IDENTITY_AUTHORITY_HOST": self.simulated.imds_url,
            "HOME": str(self.home),
            "NO_COLOR": "1",
            "PATH": os.pathsep.join(
                [str(warm.program("ansible-playbook").parent), str(warm.PROGRAMS), os.environ.get("PATH", os.defpath)]
            ),
        }

    def run(self, command: list[str]) -> str:
        """The command's output. AssertionError with all that it said, if it fails."""
        done = subprocess.run(
            command,
            cwd=self.work,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=self.patience,
            check=False,
        )
        assert done.returncode == 0, f"$ {' '.join(command)}\n{done.stdout}"
        return done.stdout

    def play(self, *plays: dict[str, Any]) -> str:
        """Run plays with the world's variables."""
        playbook, variables = self.work / "play.yml", self.work / "variables.yml"
        playbook.write_text(yaml.safe_dump(list(plays), sort_keys=False), encoding="utf-8")
        variables.write_text(yaml.safe_dump(self.world.variables), encoding="utf-8")
        return self.run(["ansible-playbook", "-e", "@variables.yml", "play.yml"])
