# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backup policy that a user names. Private to the collection."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.ids import last_segment, same, segment
from .._records.policy import Policy
from .._vault.vault import Vault


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

    def check(self, vault: Vault) -> None:
        """Raises BackupError for the id of another vault's policy, or of something else."""
        if "/" not in self.text:
            return
        if not segment(self.text, "backupPolicies"):
            raise BackupError(f"policy '{self.text}' is neither a policy's name nor the id of a backup policy.")
        home = {"subscriptions": vault.subscription, "resourceGroups": vault.resource_group, "vaults": vault.name}
        if not all(same(segment(self.text, kind), name) for kind, name in home.items()):
            raise BackupError(f"policy '{self.text}' belongs to another vault than '{vault.name}'.")

    def find(self, vault: Vault) -> Policy:
        """The policy as the vault has it; an unknown one is answered with the names of those that exist."""
        known = vault.policies()
        for policy in known:
            if self.means(policy.id):
                return policy
        names = sorted(policy.name for policy in known)
        near = difflib.get_close_matches(self.name, names, n=1)
        raise BackupError(
            f"The vault '{vault.name}' has no policy '{self.name}' for file shares. "
            + (f"Did you mean '{near[0]}'? " if near else "")
            + (f"It has: {', '.join(names)}." if names else "It has none at all: create one first.")
        )
