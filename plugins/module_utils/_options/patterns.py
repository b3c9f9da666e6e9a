# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell-style patterns for names of shares and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from .._azure.errors import BackupError
from .texts import names

EVERY = ("*",)
# A list that was written as a text, such as [scratch*], would pass for a single character.
_PATTERN = re.compile(r"(?!\[[^\]]*\]\Z)[A-Za-z0-9*?\[\]!-]+", re.ASCII)


def included(option: str, given: Sequence[str]) -> tuple[str, ...]:
    """Patterns of what is wanted; blank ones, as an empty answer to a survey gives them, count as unset."""
    return patterns_of(option, given) or (EVERY if given else ())


def patterns_of(option: str, given: Iterable[str]) -> tuple[str, ...]:
    """The patterns of an option, several of which may stand on lines of their own or have commas between them.

    Raises BackupError for what no name can fit: silently, it would leave nothing out, or everything.
    """
    patterns = names(option, given)
    for pattern in patterns:
        if not _PATTERN.fullmatch(pattern):
            raise BackupError(
                f"{option}: '{pattern}' is no pattern for a name. A pattern has letters, digits, hyphens and the "
                "wildcards *, ? and []; give several as a list, as lines, or with commas between them."
            )
    return patterns


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name fits one of the patterns, without regard to case."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def chosen(name: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    return matches(name, include) and not matches(name, exclude)
