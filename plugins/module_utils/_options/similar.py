# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that look like one that nothing has, and patterns that nothing fits."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from .patterns import matches

MOST = 3  # names that are suggested
LEAST = 0.7  # of two names that look alike, as difflib measures it
_WILDCARDS = re.compile(r"\[[^\]]*\]|[*?]")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question with the known names that look like it, or nothing. The wildcards of a pattern are left out."""
    wanted = _WILDCARDS.sub("", name).lower()
    is_beginning = name.endswith("*")
    found = sorted(
        (-_likeness(wanted, each, is_beginning), each)
        for each in {each.lower() for each in known}
        if wanted and _likeness(wanted, each, is_beginning) >= LEAST
    )
    return f"Did you mean {' or '.join(each for _likeness, each in found[:MOST])}?" if found else ""


def _likeness(wanted: str, known: str, is_beginning: bool) -> float:
    return max(
        difflib.SequenceMatcher(None, known, wanted).ratio(),
        difflib.SequenceMatcher(None, known[: len(wanted)], wanted).ratio() if is_beginning else 0,
    )


def idle(patterns: Iterable[str], known: Iterable[str]) -> list[str]:
    """The patterns that none of the known names fits."""
    names = list(known)
    return [pattern for pattern in patterns if pattern != "*" and not any(matches(name, [pattern]) for name in names)]
