# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other region of a vault, where it is asked for."""

from __future__ import annotations

from .._options.secondary import WantedRegion
from .._plan.secondary import secondary_of
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .._wait.operations import Waiter

# So many times the poll interval passes between two questions about a job there: each counts as a write, of which
# there are fewer than reads, and Microsoft's clients ask every 20 or 30 seconds.
SLOWER = 4


def source_of_reads(session: Session, wanted: WantedRegion | None) -> Source:
    """The vault, or its other region, for one read more. Raises BackupError where the vault has none."""
    return secondary_region(session, wanted) if wanted else session.vault


def secondary_region(session: Session, wanted: WantedRegion) -> SecondaryRegion:
    vault = session.vault
    settings = vault.settings()
    return SecondaryRegion(vault, secondary_of(vault.id, settings, wanted), settings)


def waiter_for(session: Session, source: Source) -> Waiter:
    if not isinstance(source, SecondaryRegion):
        return session.waiter
    return Waiter(source, session.deadline, session.poll_interval, SLOWER * session.poll_interval)
