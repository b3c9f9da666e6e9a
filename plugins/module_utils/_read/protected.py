# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing the shares that a vault protects or keeps something of."""

from __future__ import annotations

from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.listings import WantedProtected
from .._options.secondary import WantedRegion
from .._options.similar import did_you_mean, idle
from .._result.listings import FoundProtectedItems
from .._session import Session
from .latest_points import with_latest_points
from .secondary import source_of_reads
from .unknown import warn_of_unknown


def list_protected(session: Session, wanted: WantedProtected, region: WantedRegion | None = None) -> None:
    """Return the shares in the order of their accounts and names.

    It costs one list, and one read for each share whose newest backup has failed. Where an account has none, it takes
    some more to tell whether the vault knows the account.
    """
    items = source_of_reads(session, region).protected_items()
    if wanted.account:
        items = wanted.account.pick(items, lambda item: item.account)
        if not items:
            _warn_of_account(session, wanted.account)
    _warn_of_patterns(session, wanted, [item.share for item in items])
    chosen = [item for item in items if wanted.matches(item)]
    chosen.sort(key=lambda item: (item.source_resource_id.lower(), item.share))
    # The other region tells of no recovery points, and is not asked.
    found = chosen if region else with_latest_points(session.vault, chosen)
    session.outcome.result = FoundProtectedItems(found)


def _warn_of_account(session: Session, ref: AccountRef) -> None:
    containers = session.vault.containers()
    if not any(each.registered and ref.means(each.account) for each in containers):
        warn_of_unknown(session, ref, containers)


def _warn_of_patterns(session: Session, wanted: WantedProtected, shares: list[str]) -> None:
    for option, patterns in (("shares", wanted.include), ("exclude", wanted.exclude)):
        for pattern in idle(patterns, shares) if shares else ():
            session.warn(sentences(f"{option}: no share fits '{pattern}'.", did_you_mean(pattern, shares)))
