# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client is to the benchmark."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from simulated import Simulated

from .measure import Costs
from .worlds import Kind, World

COLLECTION = Path(__file__).resolve().parents[2]
SETTINGS = {
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "PYTHONUNBUFFERED": "1",  # what a client has said before it is stopped is not lost
}


class Client(ABC):
    """A client with a simulator to work on. It may write to ``folder``."""

    name: ClassVar[str]
    title: ClassVar[str]
    family: ClassVar[str]
    """What it is made of: those of a family have one colour."""
    patience: ClassVar[float] = 0
    """How many times the kind's time limit it is given, as it could take very long; 0 if it needs no limit."""

    def __init__(self, azure: Simulated, folder: Path) -> None:
        self.environment = azure.environment | SETTINGS
        self._folder = folder

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot be run here, or None."""
        return None

    @classmethod
    def serves(cls, kind: Kind) -> bool:
        """Whether it is for this kind of work."""
        return not kind.fleet

    @abstractmethod
    def commands(self, world: World) -> list[list[str]]:
        """What is run, in this order."""

    def wanted(self, world: World) -> int:
        """How many shares it has to go through."""
        return world.total

    def handled(self, world: World, costs: list[Costs]) -> int:
        """How many shares it has gone through with these commands, of which the last may have been stopped.

        All or none, unless the client tells of each.
        """
        return world.total if all(each.code == 0 for each in costs) else 0

    def playbook(self, *plays: dict[str, Any]) -> str:
        """A file with these plays."""
        file = self._folder / "play.yml"
        file.write_text(json.dumps([{"gather_facts": False} | play for play in plays]), encoding="utf-8")
        return str(file)

    def play(self, *tasks: dict[str, Any], **variables: Any) -> list[str]:
        """The command that runs these tasks."""
        content = {"hosts": "localhost", "connection": "local", "vars": variables, "tasks": tasks}
        return ["ansible-playbook", self.playbook(content)]


def extra(**variables: str) -> list[str]:
    """The words that hand variables to a playbook."""
    return [word for pair in variables.items() for word in ("-e", "=".join(pair))]
