# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that are Microsoft's az command, as its documentation has it and as somebody at home in it uses it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from az_cli import AzCli
from simulated import Simulated

from .client import Client
from .measure import Costs
from .worlds import ACCOUNT, ACCOUNT_GROUP, BACKUP, GROUP, NEW_SHARE, ONE_MORE, POLICY, VAULT, World

SCRIPT = Path(__file__).parent / "peers" / "az.sh"
TARGET = ("--storage-account", ACCOUNT, "--policy-name", POLICY)
STORAGE = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")


class AzClient(Client):
    family = "az"
    patience = 1

    program = Path(os.environ.get("AZ", ".build/az/bin/az"))

    def __init__(self, azure: Simulated, folder: Path) -> None:
        super().__init__(azure, folder)
        self._cli = AzCli(self.program, folder, azure.environment)
        self._cli.log_in()
        self.environment = self._cli.environment | {"AZ": str(self.program.absolute())}

    @classmethod
    def missing(cls) -> str | None:
        return None if cls.program.exists() else "az is not installed: 'make bench-az' installs it"

    @classmethod
    def version(cls) -> str | None:
        """None where az is not installed."""
        if cls.missing():
            return None
        program = "import importlib.metadata; print(importlib.metadata.version('azure-cli'))"
        return subprocess.check_output([cls.program.parent / "python", "-c", program], text=True).strip()


class Az(AzClient):
    name = "az"
    title = "az"

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


class CarefulAz(AzClient):
    name = "az-careful"
    title = "a careful script of az"
    patience = 10

    def commands(self, world: World) -> list[list[str]]:
        work = "backup" if world.kind is BACKUP else "protect"
        return [[str(SCRIPT), work, GROUP, VAULT, ACCOUNT_GROUP, ACCOUNT, POLICY]]

    def handled(self, world: World, costs: list[Costs]) -> int:
        """It tells of the shares for which there was something to do."""
        (only,) = costs
        told = sum(line.startswith("done: ") for line in only.output.splitlines())
        return world.total if only.code == 0 else told
