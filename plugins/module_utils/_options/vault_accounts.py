# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage accounts around vaults that a user asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._azure.ids import AccountId
from .patterns import chosen

REGISTERED = "registered"
DISCOVERABLE = "discoverable"
UNDISCOVERED = "undiscovered"
# The best claim that a vault can have on an account comes first.
STATES = (REGISTERED, DISCOVERABLE, UNDISCOVERED)


@dataclass(frozen=True)
class WantedAccounts:
    """Accounts in which states, with which names (patterns), and whether to count each one's own shares."""

    states: Sequence[str] = (REGISTERED, DISCOVERABLE)
    include: Sequence[str] = ("*",)
    exclude: Sequence[str] = ()
    count_shares: bool = False

    def names(self, account: AccountId) -> bool:
        return chosen(account.name, self.include, self.exclude)
