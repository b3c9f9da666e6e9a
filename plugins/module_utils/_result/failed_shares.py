# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of many shares, brought together."""

from __future__ import annotations

from collections.abc import Sequence

from .._azure.errors import BackupError
from .._azure.words import sentences
from .deferral import over_budget

NAMED = 5  # how many failures a message tells in full


def failed_shares(results: Sequence[tuple[str, BackupError | None]]) -> BackupError | None:
    """One error for all the shares that failed; None where none did."""
    return failures(results, "share")


def failures(results: Sequence[tuple[str, BackupError | None]], kind: str) -> BackupError | None:
    """One error for all that failed, with the first one's words of Azure; None where none did.

    Those that a daily budget holds up are counted apart.
    """
    late = [(share, error) for share, error in results if error and over_budget(error)]
    failed = [(share, error) for share, error in results if error and not over_budget(error)]
    if not late and not failed:
        return None
    of_all = f"of {len(results)} {kind if len(results) == 1 else f'{kind}s'}"
    told: list[str] = []
    if failed:
        told.append(f"{len(failed)} {of_all} failed: {_tell(failed)}")
    if late:
        verb = "is" if len(late) == 1 else "are"
        why = f"{len(late)} {of_all} {verb} deferred, because a daily budget is used up: {_tell(late[:1])}"
        told.append(sentences(why, f"Run again tomorrow; the {kind}s are named in deferred."))
    return BackupError(_listed(told), (failed or late)[0][1].fault)


def _tell(failed: Sequence[tuple[str, BackupError]]) -> str:
    more = [f"and {len(failed) - NAMED} more"] if len(failed) > NAMED else []
    return _listed([f"{share}: {error.message}" for share, error in failed[:NAMED]] + more)


def _listed(words: Sequence[str]) -> str:
    """What stands between semicolons has no full stop of its own."""
    return "; ".join([*(each.rstrip(".") for each in words[:-1]), *words[-1:]])
