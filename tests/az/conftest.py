# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's CLI and the collection's modules, side by side at one simulated Azure.

Run by ``make test-az``, which installs the CLI, starts the simulator and sets the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from az_cli import GROUP, AzCli, Call


@pytest.fixture(scope="session")
def az(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """``az("backup", "job", "list", …)``: the answer of a logged-in CLI; AssertionError with its words if it fails."""
    cli = AzCli(os.environ["AZ"], tmp_path_factory.mktemp("az"), os.environ)
    cli.log_in()
    return cli.run


@pytest.fixture(scope="session")
def module() -> Call:
    """``module("afs_protection", vault_name=…)``: the result of one of the collection's modules."""

    def run(name: str, /, **options: Any) -> dict[str, Any]:
        arguments = json.dumps({"resource_group": GROUP} | options)
        words = ["ansible", "localhost", "-m", f"azurefiles.backup.{name}", "-a", arguments]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        result: dict[str, Any] = json.loads(done.stdout.split(" => ", maxsplit=1)[1])
        return result

    return run
