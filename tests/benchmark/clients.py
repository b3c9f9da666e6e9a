# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that do the same work: this collection as it is meant to be used, az, and a loop over the shares."""

from __future__ import annotations

import json
import os
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from az_cli import AzCli
from simulated import Simulated

from .measure import Costs
from .worlds import ACCOUNT, BACKUP, GROUP, NEW_SHARE, ONE_MORE, POLICY, VAULT, World

SETTINGS = {
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "PYTHONUNBUFFERED": "1",  # what a client has said before it is stopped is not lost
}
PLACE = {"resource_group": GROUP, "vault_name": VAULT, "storage_account": ACCOUNT}
TARGET = ("--storage-account", ACCOUNT, "--policy-name", POLICY)
STORAGE = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")
DONE = ("ok: [localhost] => (item=", "changed: [localhost] => (item=")


class Client(ABC):
    """A client with a simulator to work on. It may write to ``folder``."""

    name: ClassVar[str]
    title: ClassVar[str]
    one_by_one: ClassVar[bool]
    """Whether it works on one share after the other, so that it needs a time limit."""

    def __init__(self, azure: Simulated, folder: Path) -> None:
        self.environment = azure.environment | SETTINGS
        self._folder = folder

    @abstractmethod
    def commands(self, world: World) -> list[list[str]]:
        """What is run, in this order."""

    def wanted(self, world: World) -> int:
        """How many shares it has to go through."""
        return len(world.names)

    @abstractmethod
    def handled(self, world: World, costs: list[Costs]) -> int:
        """How many shares it has gone through with these commands, of which the last may have been stopped."""

    def play(self, *tasks: dict[str, Any], **variables: Any) -> list[str]:
        """The command that runs these tasks."""
        content = {"hosts": "localhost", "connection": "local", "gather_facts": False}
        file = self._folder / "play.yml"
        file.write_text(json.dumps([content | {"vars": variables, "tasks": tasks}]), encoding="utf-8")
        return ["ansible-playbook", str(file)]


class Play(Client):
    name = "play"
    title = "this collection"
    one_by_one = False

    def commands(self, world: World) -> list[list[str]]:
        if world.kind is BACKUP:
            return [self.play({"azurefiles.backup.afs_backup_trigger": PLACE | {"all_shares": True}})]
        variables = [word for pair in (PLACE | {"policy": POLICY}).items() for word in ("-e", "=".join(pair))]
        return [["ansible-playbook", "azurefiles.backup.protect_account", *variables]]

    def handled(self, world: World, costs: list[Costs]) -> int:
        return len(world.names) if all(each.code == 0 for each in costs) else 0


class Naive(Client):
    name = "naive"
    title = "a loop over the shares"
    one_by_one = True

    def commands(self, world: World) -> list[list[str]]:
        one = PLACE | {"shares": ["{{ item }}"]}
        if world.kind is BACKUP:
            return [self.play({"azurefiles.backup.afs_backup_trigger": one, "loop": world.names})]
        register = {"azurefiles.backup.afs_container_registration": PLACE}
        protect = {"azurefiles.backup.afs_protection": one | {"policy": POLICY}, "loop": world.names}
        return [self.play(register, protect)]

    def handled(self, _world: World, costs: list[Costs]) -> int:
        return sum(line.startswith(DONE) for each in costs for line in each.output.splitlines())


class Az(Client):
    name = "az"
    title = "az"
    one_by_one = True

    program = Path(os.environ.get("AZ", ".build/az/bin/az"))

    def __init__(self, azure: Simulated, folder: Path) -> None:
        super().__init__(azure, folder)
        self._cli = AzCli(self.program, folder, azure.environment)
        self._cli.log_in()
        self.environment = self._cli.environment

    @classmethod
    def version(cls) -> str | None:
        """None where az is not installed."""
        if not cls.program.exists():
            return None
        program = "import importlib.metadata; print(importlib.metadata.version('azure-cli'))"
        return subprocess.check_output([cls.program.parent / "python", "-c", program], text=True).strip()

    def commands(self, world: World) -> list[list[str]]:
        vault = ("-g", GROUP, "-v", VAULT)
        if world.kind is BACKUP:
            words = ["backup-now", *vault, *STORAGE, "-c", ACCOUNT, "-i"]
        else:
            words = ["enable-for-azurefileshare", *vault, *TARGET, "--azure-file-share"]
        return [self._cli.command("backup", "protection", *words, share) for share in self._shares(world)]

    def wanted(self, world: World) -> int:
        return len(self._shares(world))

    def handled(self, _world: World, costs: list[Costs]) -> int:
        return sum(each.code == 0 for each in costs)

    @staticmethod
    def _shares(world: World) -> list[str]:
        """With one more share, its users would name that alone."""
        return [NEW_SHARE] if world.kind is ONE_MORE else world.names


CLIENTS: dict[str, type[Client]] = {client.name: client for client in (Play, Az, Naive)}
