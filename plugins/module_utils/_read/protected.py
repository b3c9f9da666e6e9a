# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing the shares that a vault protects or keeps something of. Private to the collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._azure.ids import same
from .._options.patterns import chosen
from .._records.protected_item import (
    BACKUPS_SUSPENDED,
    IR_PENDING,
    PROTECTED,
    PROTECTION_ERROR,
    PROTECTION_STOPPED,
    SOFT_DELETED,
    ProtectedItem,
)
from .._session import Session
from .accounts import AccountRef

STATES = (IR_PENDING, PROTECTED, PROTECTION_ERROR, PROTECTION_STOPPED, BACKUPS_SUSPENDED, SOFT_DELETED)


@dataclass(frozen=True)
class Wanted:
    """``account`` is None for the whole vault, and ``states`` is empty for any state."""

    account: AccountRef | None
    include: Sequence[str]
    exclude: Sequence[str]
    states: Sequence[str]

    def matches(self, item: ProtectedItem) -> bool:
        return chosen(item.share, self.include, self.exclude) and (
            not self.states or any(same(item.state, state) for state in self.states)
        )


def list_protected(session: Session, wanted: Wanted) -> None:
    """Return the shares in the order of their accounts and names, at the cost of one list."""
    items = session.vault.protected_items()
    if wanted.account:
        items = wanted.account.pick(items, lambda item: item.account)
    found = sorted(
        (item for item in items if wanted.matches(item)), key=lambda item: (item.source_resource_id.lower(), item.share)
    )
    session.outcome.values["protected_items"] = [item.to_result() for item in found]
