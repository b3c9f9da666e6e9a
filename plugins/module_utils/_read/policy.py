# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's policies. Private to the collection."""

from __future__ import annotations

import difflib

from .._azure.errors import BackupError
from .._options.policies import PolicyRef
from .._records.policy import Policy
from .._vault.vault import Vault


def find_policy(vault: Vault, ref: PolicyRef) -> Policy:
    """The policy as the vault has it; an unknown one is answered with the names of those that exist."""
    known = vault.policies()
    for policy in known:
        if ref.means(policy.id):
            return policy
    names = sorted(policy.name for policy in known)
    near = difflib.get_close_matches(ref.name, names, n=1)
    raise BackupError(
        f"The vault '{vault.name}' has no policy '{ref.name}' for file shares. "
        + (f"Did you mean '{near[0]}'? " if near else "")
        + (f"It has: {', '.join(names)}." if names else "It has none at all: create one first.")
    )
