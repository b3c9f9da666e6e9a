# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each layer of the work imports only from those below it, and what is planned is worked out without any request."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.modules import COLLECTION

UTILS = COLLECTION / "plugins" / "module_utils"
TABLE = (COLLECTION / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## The layers of the work")[1]
LAYERS = re.findall(r"^\| `(_\w+)", TABLE.split("\n## ")[0], re.MULTILINE)  # from the top
PURE = ("_plan", "_options", "_records", "_azure")  # these stand on nothing else
FILES = sorted(UTILS.rglob("*.py"))


def layer_of(file: Path) -> str:
    return file.relative_to(UTILS).with_suffix("").parts[0]


def imported_layers(file: Path) -> set[str]:
    """The layers of all relative imports, those inside functions included."""
    layers = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            layers.add(layer_of(place))
    return layers


def test_every_file_is_in_a_layer() -> None:
    assert {layer_of(file) for file in FILES} == set(LAYERS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(UTILS)))
def test_a_file_imports_from_its_own_layer_and_those_below(file: Path) -> None:
    own = LAYERS.index(layer_of(file))
    assert {layer for layer in imported_layers(file) if LAYERS.index(layer) < own} == set()


@pytest.mark.parametrize(
    "file", [file for file in FILES if layer_of(file) in PURE], ids=lambda file: file.parent.name + "/" + file.name
)
def test_what_is_planned_cannot_send(file: Path) -> None:
    assert imported_layers(file) <= set(PURE)


def test_imports_are_seen() -> None:
    assert imported_layers(UTILS / "_act" / "backup.py") >= {"_plan", "_read", "_records", "_session"}
