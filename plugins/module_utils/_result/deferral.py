# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure's daily budgets: what one of them holds up is deferred, and not simply failed.

A vault may be refreshed 50 times a day, register 50 accounts and protect 200 shares; an account may be inquired 25
times, and a share backed up on demand 10 times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from .._azure.errors import BackupError
from .._azure.times import format_time, now

# The limits are documented, the codes of their refusals are not; they all end in these words.
_CODE = re.compile(r"(?:BMS)?UserError\w*(?:Limit|Quota)\w*(?:Reached|Exceeded)")
_WORDS = re.compile(r"\b(?:limit|quota|maximum)\b.*\b(?:a day|per day|daily|24 hours?)\b", re.IGNORECASE)
# A day is taken to be the last 24 hours, so by then each budget is free again.
DAY = timedelta(hours=24)


def over_budget(error: BackupError | None) -> bool:
    """Whether Azure refused something because a daily budget is used up."""
    if error is None or error.fault.http_status == 429:
        return False
    return bool(_CODE.fullmatch(error.fault.code or "") or _WORDS.search(error.fault.message or ""))


def deferred(results: Iterable[tuple[str | None, BackupError | None]]) -> list[dict[str, Any]]:
    """The ``deferred`` that modules return: what a used up budget holds up, why, and when to run again."""
    again = format_time(now() + DAY)
    return [
        {"share": share, "reason": error.fault.message or error.message, "retry_after": again}
        for share, error in results
        if error and over_budget(error)
    ]
