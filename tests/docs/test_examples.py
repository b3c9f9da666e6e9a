# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of every module and plugin run as they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from examples import list_hosts, play
from workplace import COLLECTION, Azure, World

MODULES = sorted((COLLECTION / "plugins" / "modules").glob("afs_*.py"))
INVENTORIES = sorted((COLLECTION / "plugins" / "inventory").glob("afs_*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_module(module: Path, azure: Callable[[World], Azure]) -> None:
    play(module, azure(World.of(module.stem)))


@pytest.mark.parametrize("plugin", INVENTORIES, ids=lambda plugin: plugin.stem)
def test_inventory(plugin: Path, azure: Callable[[World], Azure]) -> None:
    list_hosts(plugin, azure(World.of(plugin.stem)))
