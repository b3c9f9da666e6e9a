# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing the shares that a vault protects or keeps something of."""

from __future__ import annotations

from .._options.listings import WantedProtected
from .._options.secondary import WantedRegion
from .._result.listings import FoundProtectedItems
from .._session import Session
from .secondary import source_of_reads


def list_protected(session: Session, wanted: WantedProtected, region: WantedRegion | None = None) -> None:
    """Return the shares in the order of their accounts and names, at the cost of one list."""
    items = source_of_reads(session, region).protected_items()
    if wanted.account:
        items = wanted.account.pick(items, lambda item: item.account)
    found = sorted(
        (item for item in items if wanted.matches(item)), key=lambda item: (item.source_resource_id.lower(), item.share)
    )
    session.outcome.result = FoundProtectedItems(found)
