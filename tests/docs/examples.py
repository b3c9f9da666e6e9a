# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of a module or plugin, and how they are carried out."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import yaml
from workplace import Azure

PREFIX = "azurefiles.backup."


def documented(plugin: Path, what: str) -> str:
    """The value of a top-level name such as EXAMPLES."""
    for statement in ast.parse(plugin.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == what:
            return str(ast.literal_eval(statement.value))
    raise AssertionError(f"{plugin.name} has no {what}")


def repeatable(modules: Path) -> set[str]:
    """The modules of a folder that say of themselves that a second run changes nothing."""
    found = set()
    for module in modules.glob("afs_*.py"):
        attributes = yaml.safe_load(documented(module, "DOCUMENTATION")).get("attributes", {})
        if attributes.get("idempotent", {}).get("support") == "full":
            found.add(PREFIX + module.stem)
    return found


def doubled(tasks: list[dict[str, Any]], idempotent: set[str]) -> list[dict[str, Any]]:
    """Each task that ought to change nothing when it runs again is followed by itself, and by this claim."""
    result = []
    for task in tasks:
        result.append(task)
        if idempotent & task.keys():
            again = {"name": f"{task['name']} (again)", "register": "again"}
            claim = {"that": "again is not changed", "quiet": True}
            result += [task | again, {"name": "It changes nothing", "ansible.builtin.assert": claim}]
    return result


def play(module: Path, azure: Azure) -> None:
    """Run a module's examples as they stand, and again where a second run is to change nothing."""
    tasks: list[dict[str, Any]] = yaml.safe_load(documented(module, "EXAMPLES"))
    assert any(PREFIX + module.stem in task for task in tasks)
    tasks = azure.world.before + doubled(tasks, repeatable(module.parent))
    azure.play({"hosts": "localhost", "gather_facts": False, "tasks": tasks})


def list_hosts(plugin: Path, azure: Azure) -> None:
    """List the hosts of each example of an inventory plugin."""
    sources = documented(plugin, "EXAMPLES").split("\n---\n")
    assert sources
    for number, source in enumerate(sources, start=1):
        file = azure.work / f"example{number}.{plugin.stem}.yml"
        file.write_text(source, encoding="utf-8")
        azure.run(["ansible-inventory", "-i", file.name, "--list", "--output", "listed.json"])
        listed = json.loads((azure.work / "listed.json").read_text(encoding="utf-8"))
        assert listed["_meta"]["hostvars"], f"{file.name} lists no host:\n{source}\n{listed}"
