# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protection of a whole vault that a user asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._azure.errors import BackupError
from .accounts import AccountRef
from .rules import Rule, parse_rules


@dataclass(frozen=True)
class WantedVault:
    """``states`` are those of the accounts to look at; ``only`` these accounts, or all where it is None."""

    rules: tuple[Rule, ...]
    states: frozenset[str]
    only: tuple[AccountRef, ...] | None
    parallel: int

    @classmethod
    def parse(cls, params: Mapping[str, Any], now: datetime) -> WantedVault:
        """Raises BackupError for rules that cannot work, for no accounts at all, and for impossible ones."""
        if not params["accounts"]:
            raise BackupError("accounts is empty: name registered, discoverable or undiscovered.")
        named = params["storage_accounts"]
        if named is not None and not named:
            raise BackupError("storage_accounts is empty, so there is nothing to do. Leave it out for all accounts.")
        refs = [AccountRef.parse(text, None) for text in named or []]
        unique = {str(ref.account_id or ref.name).lower(): ref for ref in refs}
        return cls(
            parse_rules(params["rules"], params, now),
            frozenset(params["accounts"]),
            tuple(unique.values()) if named is not None else None,
            params["parallel"],
        )
