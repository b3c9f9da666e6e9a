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
from collections.abc import Callable
from typing import Any

import pytest

Call = Callable[..., Any]
GROUP = "backup-rg"


@pytest.fixture(scope="session")
def az(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """``az("backup", "job", "list", …)``: the answer of a logged-in CLI; AssertionError with its words if it fails."""
    environment = os.environ | {
        "AZURE_CONFIG_DIR": str(tmp_path_factory.mktemp("az")),
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "AZURE_CORE_ONLY_SHOW_ERRORS": "yes",
    }

    def run(*words: str) -> Any:
        done = subprocess.run(
            [os.environ["AZ"], *words, "-o", "json"], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"az {' '.join(words)}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    url = os.environ["AFS_SIMULATOR_URL"]
    endpoints = {
        "resource-manager": url,
        "active-directory": url,
        "active-directory-resource-id": f"{url}/",
        "active-directory-graph-resource-id": f"{url}/",
    }
    named = [word for name, value in endpoints.items() for word in (f"--endpoint-{name}", value)]
    run("cloud", "register", "-n", "Simulated", *named, "--suffix-storage-endpoint", "core.localhost")
    run("cloud", "set", "-n", "Simulated")
    run("config", "set", "core.instance_discovery=false")
    login = ("-u", os.environ["AZURE_CLIENT_ID"], "-p", os.environ["AZURE_SECRET"], "-t", os.environ["AZURE_TENANT"])
    run("login", "--service-principal", *login)
    return run


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
