# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing the shares that a vault protects or keeps something of."""

from __future__ import annotations

from .._options.listings import WantedProtected
from .._options.secondary import WantedRegion
from .._result.listings import FoundProtectedItems
from .._session import Session
from .latest_points import with_latest_points
from .secondary import source_of_reads


def list_protected(session: Session, wanted: WantedProtected, region: WantedRegion | None = None) -> None:
    """Return the shares in the order of their accounts and names.

    It costs one list, and one read for each share whose newest backup has failed.
    """
    items = source_of_reads(session, region).protected_items()
    if wanted.account:
        items = wanted.account.pick(items, lambda item: item.account)
    chosen = [item for item in items if wanted.matches(item)]
    chosen.sort(key=lambda item: (item.source_resource_id.lower(), item.share))
    # The other region tells of no recovery points, and is not asked.
    found = chosen if region else with_latest_points(session.vault, chosen)
    session.outcome.result = FoundProtectedItems(found)
