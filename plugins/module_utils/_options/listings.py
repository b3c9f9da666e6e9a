# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shares that a user wants to have listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._azure.ids import same
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import (
    BACKUPS_SUSPENDED,
    IR_PENDING,
    PROTECTED,
    PROTECTION_ERROR,
    PROTECTION_STOPPED,
    SOFT_DELETED,
    ProtectedItem,
)
from .accounts import AccountRef
from .patterns import chosen

STATES = (IR_PENDING, PROTECTED, PROTECTION_ERROR, PROTECTION_STOPPED, BACKUPS_SUSPENDED, SOFT_DELETED)


@dataclass(frozen=True)
class WantedProtected:
    """``account`` is None for the whole vault, and ``states`` is empty for any state."""

    account: AccountRef | None
    include: Sequence[str]
    exclude: Sequence[str]
    states: Sequence[str]

    def matches(self, item: ProtectedItem) -> bool:
        return chosen(item.share, self.include, self.exclude) and (
            not self.states or any(same(item.state, state) for state in self.states)
        )


@dataclass(frozen=True)
class WantedProtectable:
    """``account`` is None for the whole vault; ``inquire`` is auto, always or never."""

    account: AccountRef | None
    include: Sequence[str]
    exclude: Sequence[str]
    inquire: str

    def matches(self, item: ProtectableItem | ProtectedItem) -> bool:
        return (self.account is None or self.account.means(item.account)) and self.names(item.share)

    def names(self, share: str) -> bool:
        return chosen(share, self.include, self.exclude)
