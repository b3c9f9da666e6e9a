# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore is ordered by."""

from __future__ import annotations

from dataclasses import dataclass

from .._azure.ids import AccountId
from .container import Access
from .safeguards import Approval


@dataclass(frozen=True)
class RestoreFile:
    """A file or a directory of the share, by its path from the share's root."""

    path: str
    directory: bool


@dataclass(frozen=True)
class RestoreTarget:
    """Another place than the original one; an empty ``folder`` is the share's root."""

    account: AccountId
    share: str
    folder: str


@dataclass(frozen=True)
class RestoreOrder:
    """What shall be restored. No ``files`` mean the full share, no ``target`` the original location.

    ``approval`` is a resource guard's, where one watches over restores.
    """

    account: AccountId
    files: tuple[RestoreFile, ...]
    target: RestoreTarget | None
    overwrite: bool
    access: Access | None
    approval: Approval | None = None
