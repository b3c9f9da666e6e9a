# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first release showed as examples runs as it stood, with the plugins of today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import workplace
from examples import list_hosts, play
from workplace import Azure, World

MODULES = [
    "afs_backup_trigger",
    "afs_container_registration",
    "afs_coverage_info",
    "afs_job",
    "afs_job_info",
    "afs_policy",
    "afs_policy_info",
    "afs_protectable_item_info",
    "afs_protected_item_info",
    "afs_protection",
    "afs_recovery_point_info",
    "afs_restore",
]


@pytest.fixture(autouse=True)
def worlds(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workplace, "WORLDS", released / "tests" / "docs" / "worlds")


@pytest.mark.parametrize("module", MODULES)
def test_module(module: str, released: Path, azure: Callable[[World], Azure]) -> None:
    play(released / "plugins" / "modules" / f"{module}.py", azure(World.of(module)))


def test_inventory(released: Path, azure: Callable[[World], Azure]) -> None:
    list_hosts(released / "plugins" / "inventory" / "afs_accounts.py", azure(World.of("afs_accounts")))
