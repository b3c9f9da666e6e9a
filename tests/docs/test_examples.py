# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of every module and plugin run as they stand, and again where a second run is to change nothing."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from workplace import COLLECTION, Azure, World

PREFIX = "azurefiles.backup."
MODULES = sorted((COLLECTION / "plugins" / "modules").glob("afs_*.py"))
INVENTORIES = sorted((COLLECTION / "plugins" / "inventory").glob("afs_*.py"))


def documented(plugin: Path, what: str) -> str:
    """The value of a top-level name such as EXAMPLES."""
    for statement in ast.parse(plugin.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == what:
            return str(ast.literal_eval(statement.value))
    raise AssertionError(f"{plugin.name} has no {what}")


def repeatable() -> set[str]:
    """The modules that say of themselves that a second run changes nothing."""
    found = set()
    for module in MODULES:
        attributes = yaml.safe_load(documented(module, "DOCUMENTATION")).get("attributes", {})
        if attributes.get("idempotent", {}).get("support") == "full":
            found.add(PREFIX + module.stem)
    return found


def examples(module: Path) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = yaml.safe_load(documented(module, "EXAMPLES"))
    return tasks


def doubled(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each task that ought to change nothing when it runs again is followed by itself, and by this claim."""
    idempotent = repeatable()
    result = []
    for task in tasks:
        result.append(task)
        if idempotent & task.keys():
            again = {"name": f"{task['name']} (again)", "register": "again"}
            claim = {"that": "again is not changed", "quiet": True}
            result += [task | again, {"name": "It changes nothing", "ansible.builtin.assert": claim}]
    return result


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_module(module: Path, azure: Callable[[World], Azure]) -> None:
    world = World.of(module.stem)
    tasks = examples(module)
    assert any(PREFIX + module.stem in task for task in tasks)
    azure(world).play({"hosts": "localhost", "gather_facts": False, "tasks": world.before + doubled(tasks)})


@pytest.mark.parametrize("plugin", INVENTORIES, ids=lambda plugin: plugin.stem)
def test_inventory(plugin: Path, azure: Callable[[World], Azure]) -> None:
    running = azure(World.of(plugin.stem))
    sources = documented(plugin, "EXAMPLES").split("\n---\n")
    assert sources
    for number, source in enumerate(sources, start=1):
        file = running.work / f"example{number}.{plugin.stem}.yml"
        file.write_text(source, encoding="utf-8")
        running.run(["ansible-inventory", "-i", file.name, "--list", "--output", "listed.json"])
        listed = json.loads((running.work / "listed.json").read_text(encoding="utf-8"))
        assert listed["_meta"]["hostvars"], f"{file.name} lists no host:\n{source}\n{listed}"
