# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ``make test-live`` does on a real vault, done on a simulated one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from workplace import Azure, World

RUN = [sys.executable, str(Path(__file__).with_name("run.py"))]
NAMES = {
    "AFS_LIVE_RESOURCE_GROUP": "backup-rg",
    "AFS_LIVE_VAULT": "backup-vault",
    "AFS_LIVE_STORAGE_ACCOUNT": "contosofiles",
    "AFS_LIVE_SHARE": "finance",
    "AFS_LIVE_POLICY": "daily-30",
}


@pytest.fixture
def running(azure: Callable[[World], Azure]) -> Azure:
    running = azure(World.of("runner"))
    running.environment |= running.login | NAMES | {"AFS_LIVE_POLL_INTERVAL": "0.2"}
    return running


def items(running: Azure) -> list[dict[str, Any]]:
    """What the vault holds, as the simulator sees it."""
    (vault,) = running.simulated.state()["vaults"]
    found: list[dict[str, Any]] = vault["items"]
    return found


def test_twice(running: Azure) -> None:
    """Also after a run whose deleted backups the vault still keeps."""
    for _time in range(2):
        output = running.run(RUN)
        assert "Every module works on backup-vault." in output
        assert [(item["share"], item["soft_deleted"]) for item in items(running)] == [("finance", True)]


def test_a_share_in_use_is_left_alone(azure: Callable[[World], Azure]) -> None:
    world = World.of("runner")
    world.scenario["storage_accounts"][0]["shares"] = [{"name": "finance", "protected_by": "daily-30"}]
    running = azure(world)
    running.environment |= running.login | NAMES
    before = items(running)
    with pytest.raises(AssertionError, match="Name a share in AFS_LIVE_SHARE that is not"):
        running.run(RUN)
    assert items(running) == before


@pytest.mark.parametrize("name", NAMES)
def test_without_a_vault(name: str) -> None:
    """It says what it needs, and ends well."""
    done = subprocess.run(
        RUN, env={each: "x" for each in NAMES if each != name}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Nothing was tested" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if name in line]
    assert "is set" not in line
