# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vaults of a subscription."""

from __future__ import annotations

from .._arm.client import ArmClient
from .._azure.ids import path
from .._records.vault import ListedVault


def list_vaults(client: ArmClient, subscription: str, api_version: str) -> list[ListedVault]:
    """The vaults that this login may see."""
    where = path("subscriptions", subscription, "providers", "Microsoft.RecoveryServices", "vaults")
    found = map(ListedVault.from_api, client.pages(where, {"api-version": api_version}))
    return [vault for vault in found if vault]
