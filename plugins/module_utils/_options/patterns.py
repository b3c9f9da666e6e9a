# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shell-style patterns for share names. Private to the collection."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name fits one of the patterns, without regard to case."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def chosen(name: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    return matches(name, include) and not matches(name, exclude)
