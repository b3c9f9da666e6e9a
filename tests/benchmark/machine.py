# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from .az_clients import AzClient
from .sdk_client import Sdk


@dataclass(frozen=True)
class Machine:
    date: str
    system: str
    cores: int
    load: float
    """How many processes wanted a core before the start, on average over a minute."""
    python: str
    ansible: str
    az: str | None
    """None where it was not installed."""
    sdk: str | None
    """Microsoft's, for Azure Backup; None where it was not installed."""

    @classmethod
    def this(cls) -> Machine:
        return cls(
            date=date.today().isoformat(),
            system=f"{platform.system()} on {platform.machine()}",
            cores=os.cpu_count() or 1,
            load=round(os.getloadavg()[0], 1),
            python=platform.python_version(),
            ansible=version("ansible-core"),
            az=AzClient.version(),
            sdk=Sdk.version(),
        )
