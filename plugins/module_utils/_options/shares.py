# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shares that a user asks for: by name, or all that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.words import sentences
from .patterns import EVERY, chosen, included, patterns_of
from .similar import did_you_mean
from .texts import names as listed
from .texts import stripped

# Azure's own rule; only case is forgiven, because the service ignores it.
_NAME = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Selection:
    """Either ``names``, in the order asked for, or all shares within ``include`` and outside ``exclude``."""

    names: tuple[str, ...] = ()
    all_shares: bool = False
    include: tuple[str, ...] = EVERY
    exclude: tuple[str, ...] = ()

    @classmethod
    def parse(
        cls, names: Sequence[str] | None, all_shares: bool, include: Sequence[str], exclude: Sequence[str]
    ) -> Selection:
        """Raises BackupError for names together with all_shares, for none at all, and for impossible names.

        The same for patterns that no name can fit.
        """
        include, exclude = included("include", include), patterns_of("exclude", exclude)
        # What is blank throughout, as an empty answer to a survey, was not given.
        names = (listed("shares", names) or None) if names else names
        if all_shares and names is not None:
            raise BackupError("shares and all_shares exclude each other: name shares, or take all of the account's.")
        if all_shares:
            return cls((), True, include, exclude)
        if not names:
            raise BackupError(
                "No share is asked for: shares is empty. Name shares, or say all_shares: true."
                if names is not None
                else "Which shares? Name them in shares, or say all_shares: true."
            )
        if include != EVERY or exclude:
            raise BackupError("include and exclude narrow all_shares; with shares, name just the shares you mean.")
        for name in names:
            share_name(name)
        unique = {name.lower(): name for name in reversed(names)}
        return cls(tuple(dict.fromkeys(unique[name.lower()] for name in names)))

    def wants(self, share: str) -> bool:
        if self.all_shares:
            return chosen(share, self.include, self.exclude)
        return share.lower() in {name.lower() for name in self.names}


def share_name(name: str) -> str:
    """The name of a single share. Raises BackupError for what cannot be one."""
    name = stripped(name)
    if not _NAME.fullmatch(name):
        raise BackupError(
            f"'{name}' cannot be a share's name: those have 3 to 63 lower-case letters, digits and single hyphens, and "
            "begin and end with a letter or digit."
        )
    return name


def not_found(share: str, account: str, known: Iterable[str]) -> BackupError:
    """A share that does not exist, with the names that look like it."""
    return BackupError(
        sentences(f"There is no share '{share}' in the storage account '{account}'.", did_you_mean(share, known))
    )
