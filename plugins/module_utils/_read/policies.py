# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's policies."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import same
from .._options.policies import PolicyRef
from .._records.policy import SHARES, Policy
from .._result.listings import FoundPolicies
from .._run.parallel import all_side_by_side
from .._session import Session
from .._vault.vault import Vault


def find_policy(vault: Vault, ref: PolicyRef) -> Policy:
    """The policy as the vault has it; an unknown one is answered with the names of those that exist."""
    return policy_among(vault.policies(), ref, vault.name)


class PolicyMissing(BackupError):
    """The vault does not have a policy. ``mistyped`` tells whether it has one that is spelled almost so."""

    def __init__(self, ref: PolicyRef, known: Sequence[Policy], vault_name: str) -> None:
        names = sorted(policy.name for policy in known)
        near = difflib.get_close_matches(ref.name, names, n=1)
        super().__init__(
            f"The vault '{vault_name}' has no policy '{ref.name}' for file shares. "
            + (f"Did you mean '{near[0]}'? " if near else "")
            + (f"It has: {', '.join(names)}." if names else "It has none at all: create one first.")
        )
        # An id comes from an earlier task, and names with other numbers in them are those of other policies.
        self.mistyped = bool(near) and "/" not in ref.text and _numbers(near[0]) == _numbers(ref.name)


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def policy_among(known: Sequence[Policy], ref: PolicyRef, vault_name: str) -> Policy:
    """Raises PolicyMissing, with the names of those that exist, for a policy that is not among them."""
    for policy in known:
        if ref.means(policy.id):
            return policy
    raise PolicyMissing(ref, known, vault_name)


def list_policies(session: Session, name: str | None) -> None:
    """Return the vault's policies for file shares, or the one of that name."""
    found = _counted(session) if name is None else [session.vault.policy(name)]
    policies = [policy for policy in found if policy]
    for policy in policies:
        if not policy.for_shares:
            session.warn(f"{_foreign(policy)}, so it is left out.")
    mine = [policy for policy in policies if policy.for_shares]
    mine.sort(key=lambda policy: policy.name.lower())
    session.outcome.result = FoundPolicies(mine)


def _counted(session: Session) -> list[Policy]:
    """All policies, each with the number of its shares, which the service's list gives as 0 (recorded in 2019)."""
    reads: list[Callable[[], list[Any]]] = [session.vault.policies, session.vault.protected_items]
    policies, items = all_side_by_side(lambda read: read(), reads, len(reads))
    used = Counter((item.policy_id or "").lower() for item in items)
    return [replace(each, protected_items_count=used[each.id.lower()]) for each in policies]


def read_policy(session: Session, name: str) -> Policy | None:
    policy = session.vault.policy(name)
    if policy and not policy.for_shares:
        raise BackupError(f"{_foreign(policy)}, so it is left alone.")
    return policy


def _foreign(policy: Policy) -> str:
    purpose = policy.management
    if same(purpose, SHARES["backupManagementType"]):
        purpose = policy.workload
    return f"The policy '{policy.name}' is not for file shares but for {purpose or 'something unknown'}"
