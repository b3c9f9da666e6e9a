# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client that is a script of Microsoft's SDK, for one account or many."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .client import Client
from .worlds import ACCOUNT_GROUP, BACKUP, GROUP, POLICY, VAULT, Kind, World

SCRIPT = Path(__file__).parent / "peers" / "sdk.py"


class Sdk(Client):
    name = "sdk"
    title = "a script of the SDK"
    family = "sdk"

    @classmethod
    def missing(cls) -> str | None:
        return None if cls.version() else "Microsoft's SDK is not installed: 'make bench' installs it"

    @classmethod
    def version(cls) -> str | None:
        """None where the SDK is not installed."""
        try:
            return version("azure-mgmt-recoveryservicesbackup")
        except PackageNotFoundError:
            return None

    @classmethod
    def serves(cls, _kind: Kind) -> bool:
        return True

    def commands(self, world: World) -> list[list[str]]:
        work = "backup" if world.kind is BACKUP else "protect"
        options = ["--group", GROUP, "--vault", VAULT, "--policy", POLICY]
        accounts = [f"{ACCOUNT_GROUP}/{account}" for account in world.accounts]
        return [[sys.executable, str(SCRIPT), work, *options, *accounts]]
