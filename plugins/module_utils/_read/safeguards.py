# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault's safeguards, which are looked for only by what they could stand in the way of."""

from __future__ import annotations

from .._records.safeguards import Safeguards
from .._session import Session
from .allowed import if_allowed


def read_safeguards(session: Session, *, immutability: bool = True) -> Safeguards:
    """One read where the vault says that it has no guard, two where it may have one.

    Without ``immutability``, which is no matter to a restore, only the guard is looked for. What this login may not
    read counts as absent: then Azure itself refuses what it has to.
    """
    settings = if_allowed(session.vault.settings) if immutability else None
    if settings and not settings.may_be_guarded:
        return Safeguards(settings.immutability)
    return Safeguards(settings.immutability if settings else None, if_allowed(session.vault.guard))
