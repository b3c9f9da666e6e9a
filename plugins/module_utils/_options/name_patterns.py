# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns that some name has to be able to fit: those of rules, where one that fits nothing would go unnoticed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from .._azure.errors import BackupError
from .patterns import matches

# What a pattern consists of, as fnmatch reads it: a wildcard, a set of characters, or a character.
_PART = re.compile(r"\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
# A list that was written as a text, such as [scratch*], would pass for a single character.
_LIST = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Names:
    """Azure's rule for the names of one kind of thing."""

    kind: str
    characters: str
    shortest: int
    longest: int
    rule: str
    edges: str
    """Characters that a name neither begins nor ends with, nor has two of in a row."""


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
ACCOUNTS = Names("a storage account", _LETTERS, 3, 24, "3 to 24 letters and digits", "")
SHARES = Names(
    "a share", f"{_LETTERS}-", 3, 63, "3 to 63 letters, digits and single hyphens, none of these at its ends", "-"
)
GROUPS = Names(
    "a resource group",
    f"{_LETTERS}_-.()",
    1,
    90,
    "at most 90 letters, digits, underscores, hyphens, parentheses and points",
    "",
)


def fitting(option: str, given: Iterable[str], names: Names) -> tuple[str, ...]:
    """The patterns of an option, several of which may stand on lines of their own.

    Raises BackupError for one that no name can fit.
    """
    lines = (line.strip() for text in given for line in text.splitlines())
    patterns = tuple(line for line in lines if line)
    for pattern in patterns:
        if _LIST.fullmatch(pattern) or not _possible(pattern.lower(), names):
            raise BackupError(
                f"{option}: no name of {names.kind} can fit '{pattern}', since those have {names.rule}. Wildcards are "
                "*, ? and []; give several patterns as a list, or as lines."
            )
    return patterns


def _possible(pattern: str, names: Names) -> bool:
    parts = _PART.findall(pattern)
    fixed = [part for part in parts if part != "*"]
    if len(fixed) > names.longest or (len(fixed) == len(parts) and len(fixed) < names.shortest):
        return False
    if any(pattern.startswith(edge) or pattern.endswith(edge) or edge * 2 in pattern for edge in names.edges):
        return False
    return all(
        any(_fits(character, part) for character in names.characters) or _is_letter(part, names) for part in fixed
    )


def _fits(character: str, part: str) -> bool:
    return part == "?" or (fnmatchcase(character, part) if len(part) > 1 else character == part)


def _is_letter(part: str, names: Names) -> bool:
    """The groups' names may have letters of any alphabet."""
    return names is GROUPS and part.isalnum()


def covers(other: str, pattern: str) -> bool:
    """Whether all that fits a pattern fits the other one too, as far as that is plain to see."""
    if other == "*" or other.lower() == pattern.lower():
        return True
    return not any(wildcard in pattern for wildcard in "*?[") and matches(pattern, [other])
