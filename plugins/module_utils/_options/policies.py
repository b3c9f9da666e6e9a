# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup policy that a user names."""

from __future__ import annotations

from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.ids import VaultId, last_segment, same, segment


@dataclass(frozen=True)
class PolicyRef:
    """A policy by its name in the vault, or by its full id."""

    text: str

    @property
    def name(self) -> str:
        return last_segment(self.text)

    def means(self, policy_id: str | None) -> bool:
        if not policy_id:
            return False
        return same(policy_id, self.text) if "/" in self.text else same(last_segment(policy_id), self.text)

    def check(self, vault: VaultId) -> None:
        """Raises BackupError for the id of another vault's policy, or of something else."""
        if "/" not in self.text:
            return
        if not segment(self.text, "backupPolicies"):
            raise BackupError(f"policy '{self.text}' is neither a policy's name nor the id of a backup policy.")
        home = {"subscriptions": vault.subscription, "resourceGroups": vault.resource_group, "vaults": vault.name}
        if not all(same(segment(self.text, kind), name) for kind, name in home.items()):
            raise BackupError(f"policy '{self.text}' belongs to another vault than '{vault.name}'.")
