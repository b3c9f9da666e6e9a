# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not be, and what of it somebody has accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .._azure.errors import BackupError
from .argspec import Options
from .patterns import EVERY, matches, patterns_of

UNPROTECTED = "unprotected"
OVERDUE = "overdue"
FAILED_JOBS = "failed_jobs"
UNREAD = "unread"
KINDS = (UNPROTECTED, OVERDUE, FAILED_JOBS, UNREAD)

GATE: Options = {
    "fail_on": {"type": "list", "elements": "str", "choices": list(KINDS), "default": []},
    "ignore": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "storage_accounts": {"type": "list", "elements": "str"},
            "shares": {"type": "list", "elements": "str"},
            "reason": {"type": "str", "required": True},
            "until": {"type": "str"},
        },
    },
}


@dataclass(frozen=True)
class Exemption:
    """Shares that may be as they are, for a reason; after the day ``until`` they may not any more."""

    accounts: tuple[str, ...]
    shares: tuple[str, ...]
    reason: str
    until: date | None

    def covers(self, account: str | None, share: str | None) -> bool:
        """Never what is about no account, as a vault that could not be read."""
        return account is not None and matches(account, self.accounts) and matches(share or "", self.shares)

    def holds(self, today: date) -> bool:
        return self.until is None or today <= self.until


@dataclass(frozen=True)
class Gate:
    fail_on: frozenset[str] = frozenset()
    exemptions: Sequence[Exemption] = ()

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> Gate:
        """Raises BackupError for an exemption of nothing or without a reason, and for a day that is none."""
        return cls(frozenset(params["fail_on"] or []), tuple(map(_exemption, params["ignore"] or [])))


def _exemption(given: Mapping[str, Any]) -> Exemption:
    reason = (given["reason"] or "").strip()
    if not reason:
        raise BackupError("reason in ignore is empty: say why these shares may be as they are.")
    accounts = patterns_of("storage_accounts in ignore", given["storage_accounts"] or [])
    shares = patterns_of("shares in ignore", given["shares"] or [])
    if not accounts and not shares:
        raise BackupError(
            f"ignore ('{reason[:100]}') names neither storage_accounts nor shares: name what it is about."
        )
    return Exemption(accounts or EVERY, shares or EVERY, reason, _day(given["until"]))


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BackupError(f"until in ignore is '{text[:100]}', which is not a day: write it as 2027-01-31.") from None
