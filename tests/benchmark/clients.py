# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All clients that do the same work, in the order in which they are shown."""

from __future__ import annotations

from .account_clients import Module, Naive, Role
from .az_clients import Az, CarefulAz
from .client import Client
from .fleet_clients import CoverageReport, InventoryPlaybook, RoleLoop, VaultModule, VaultPlaybook
from .sdk_client import Sdk

CLIENTS: dict[str, type[Client]] = {
    client.name: client
    for client in (
        Role,
        Module,
        VaultPlaybook,
        VaultModule,
        InventoryPlaybook,
        Sdk,
        CarefulAz,
        Az,
        Naive,
        RoleLoop,
        CoverageReport,
    )
}
