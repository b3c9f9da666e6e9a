# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of many shares, brought together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .._azure.errors import BackupError, WaitTimeout
from .._azure.words import sentences
from .deferral import over_budget

NAMED = 5  # how many failures a message tells in full

Failed = Sequence[tuple[str, BackupError]]


def failed_shares(results: Sequence[tuple[str, BackupError | None]]) -> BackupError | None:
    """One error for all the shares that failed; None where none did."""
    return failures(results, "share")


def failures(results: Sequence[tuple[str, BackupError | None]], kind: str) -> BackupError | None:
    """One error for all that failed, with the first one's words of Azure; None where none did.

    Those that a daily budget holds up are counted apart, and so are those that the run's time did not last for. What to
    do about several is said once, at the end.
    """
    late = [(share, error) for share, error in results if error and over_budget(error)]
    others = [(share, error) for share, error in results if error and not over_budget(error)]
    unfinished = [(share, error) for share, error in others if isinstance(error, WaitTimeout)]
    failed = [(share, error) for share, error in others if not isinstance(error, WaitTimeout)]
    if not late and not others:
        return None
    of_all = f"of {len(results)} {kind if len(results) == 1 else f'{kind}s'}"
    told: list[str] = []
    if failed:
        told.append(f"{len(failed)} {of_all} failed: {_tell(failed, lambda error: error.message)}")
    if unfinished:
        why = _tell(unfinished, lambda error: error.said)
        told.append(f"{len(unfinished)} {of_all} {_is(unfinished)} not finished: {why}")
    if late:
        why = _tell(late[:1], lambda error: error.message)
        told.append(f"{len(late)} {of_all} {_is(late)} deferred, because a daily budget is used up: {why}")
        told.append(f"Run again tomorrow; the {kind}s are named in deferred.")
    advice = sentences(*(error.advice for _share, error in unfinished))
    fault = (failed or late or unfinished)[0][1].fault
    if failed or late:
        return BackupError(sentences(*told, advice), fault)
    return WaitTimeout(sentences(*told), fault, any(error.in_doubt for _share, error in unfinished), advice=advice)


def _is(several: Failed) -> str:
    return "is" if len(several) == 1 else "are"


def _tell(failed: Failed, words_of: Callable[[BackupError], str]) -> str:
    """By what they failed: each reason once, with the names of those that it holds for."""
    reasons: dict[str, list[tuple[str, BackupError]]] = {}
    for share, error in failed:
        azure = sentences(error.fault.words, error.advice) if error.fault.message else ""
        reasons.setdefault(azure or _without_names(words_of(error), share), []).append((share, error))
    told = [f"{_names(same)}: {_reason(same, words_of, azure)}" for azure, same in reasons.items()]
    more = sum(len(same) for same in list(reasons.values())[NAMED:])
    return _listed(told[:NAMED] + ([f"and {more} more"] if more else []))


def _reason(same: Failed, words_of: Callable[[BackupError], str], azure: str) -> str:
    """In full where all of it holds for each of them, and otherwise in Azure's words."""
    words = {_without_names(words_of(error), share) for share, error in same}
    return words_of(same[0][1]) if len(same) == 1 else words.pop() if len(words) == 1 else azure


def _without_names(words: str, share: str) -> str:
    """What is said of a share and its job, so that it can be said of others."""
    for kind in ("share", "storage account"):
        words = words.replace(f"he {kind} '{share}'", f"he {kind}")
    return re.sub(r" \(job [^)]*\)", "", words)


def _names(same: Failed) -> str:
    names = [share for share, _error in same]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _listed(words: Sequence[str]) -> str:
    """What stands between semicolons has no full stop of its own."""
    return "; ".join([*(each.rstrip(".") for each in words[:-1]), *words[-1:]])
