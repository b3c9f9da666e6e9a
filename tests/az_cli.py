# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's CLI, unmodified, led to a simulated Azure."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Call = Callable[..., Any]
GROUP = "backup-rg"


class AzCli:
    """The az command with settings of its own in ``folder``; ``environment`` names the simulator and the login."""

    def __init__(self, program: str | Path, folder: Path, environment: Mapping[str, str]) -> None:
        self._program = str(program)
        self.environment = dict(environment) | {
            "AZURE_CONFIG_DIR": str(folder),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "yes",
        }

    def command(self, *words: str) -> list[str]:
        return [self._program, *words, "-o", "json"]

    def run(self, *words: str) -> Any:
        """The command's answer; AssertionError with its words if it fails."""
        done = subprocess.run(self.command(*words), env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"az {' '.join(words)}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def log_in(self) -> None:
        """Make the simulator known as a cloud, and log in there."""
        url = self.environment["AFS_SIMULATOR_URL"]
        endpoints = {
            "resource-manager": url,
            "active-directory": url,
            "active-directory-resource-id": f"{url}/",
            "active-directory-graph-resource-id": f"{url}/",
        }
        named = [word for name, value in endpoints.items() for word in (f"--endpoint-{name}", value)]
        self.run("cloud", "register", "-n", "Simulated", *named, "--suffix-storage-endpoint", "core.localhost")
        self.run("cloud", "set", "-n", "Simulated")
        self.run("config", "set", "core.instance_discovery=false")
        login = {"-u": "AZURE_CLIENT_ID", "-p": "AZURE_SECRET", "-t": "AZURE_TENANT"}
        words = [word for option, name in login.items() for word in (option, self.environment[name])]
        self.run("login", "--service-principal", *words)
