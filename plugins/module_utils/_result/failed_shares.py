# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of many shares, brought together."""

from __future__ import annotations

from collections.abc import Sequence

from .._azure.errors import BackupError
from .deferral import over_budget

NAMED = 5  # how many failures a message tells in full


def failed_shares(results: Sequence[tuple[str, BackupError | None]]) -> BackupError | None:
    """One error for all the shares that failed, with the first one's words of Azure; None where none did.

    Those that a daily budget holds up are counted apart.
    """
    late = [(share, error) for share, error in results if error and over_budget(error)]
    failures = [(share, error) for share, error in results if error and not over_budget(error)]
    if not late and not failures:
        return None
    of_all = f"of {len(results)} {'share' if len(results) == 1 else 'shares'}"
    told: list[str] = []
    if failures:
        told.append(f"{len(failures)} {of_all} failed: {_tell(failures)}")
    if late:
        verb = "is" if len(late) == 1 else "are"
        told.append(
            f"{len(late)} {of_all} {verb} deferred, because a daily budget is used up: {_tell(late[:1])} "
            "Run again tomorrow; the shares are named in deferred."
        )
    return BackupError("; ".join(told), (failures or late)[0][1].fault)


def _tell(failures: Sequence[tuple[str, BackupError]]) -> str:
    told = "; ".join(f"{share}: {error.message}" for share, error in failures[:NAMED])
    return told + (f"; and {len(failures) - NAMED} more" if len(failures) > NAMED else "")
