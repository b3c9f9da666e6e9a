# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about backup policies: one method each, and no decisions. Private to the collection."""

from __future__ import annotations

from ._records import Policy
from ._vault_connection import STORAGE, VaultConnection


class PolicyCalls(VaultConnection):
    def policies(self) -> list[Policy]:
        """The policies for file shares; the vault's policies for virtual machines are not among them."""
        return [Policy.from_api(each) for each in self.elements("/backupPolicies", STORAGE)]
