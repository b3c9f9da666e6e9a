# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listing a share's recovery points."""

from __future__ import annotations

from collections.abc import Sequence

from .._azure.errors import BackupError
from .._azure.ids import same
from .._options.accounts import AccountRef
from .._options.recovery_points import PointRef, WantedPoints
from .._options.secondary import WantedRegion
from .._options.similar import did_you_mean
from .._records.protected_item import ProtectedItem, living_last
from .._records.recovery_point import RecoveryPoint, newest_first
from .._result.listings import FoundRecoveryPoints
from .._session import Session
from .._vault.secondary import SecondaryRegion, Source
from .secondary import source_of_reads

NAMED = 5  # how many shares a message names


def list_recovery_points(
    session: Session, ref: AccountRef, wanted: WantedPoints, region: WantedRegion | None = None
) -> None:
    """``region`` is the vault's other one, where that is asked for."""
    source = source_of_reads(session, region)
    item = protected_share(source, ref, wanted.share)
    points = newest_first(source.recovery_points(item.address))
    session.outcome.result = FoundRecoveryPoints([point for point in points if wanted.matches(point)])


def pick(source: Source, points: Sequence[RecoveryPoint], share: str, wanted: PointRef) -> RecoveryPoint:
    """The recovery point to restore from; in the other region, of those that can be restored there.

    Raises BackupError where there is none.
    """
    if not isinstance(source, SecondaryRegion):
        return wanted.pick(points, share)
    arrived = [point for point in points if point.in_vault and point.cross_region is not False]
    if not arrived:
        raise BackupError(
            f"No recovery point of the share '{share}' can be restored in {source.region} yet: those of the vault tier "
            "arrive there about an hour after the vault has its copy."
        )
    return wanted.pick(arrived, share, f" in {source.region}")


def protected_share(source: Source, ref: AccountRef, share: str) -> ProtectedItem:
    """The share as the vault knows it, stopped and soft-deleted ones included.

    Raises BackupError, with the names that look like it, where the vault keeps nothing of such a share.
    """
    return share_among(source.protected_items(), source.told, ref, share)


def share_among(items: list[ProtectedItem], told: str, ref: AccountRef, share: str) -> ProtectedItem:
    """The same among items that were read before, and by which name their source is told."""
    mine = ref.pick(items, lambda item: item.account)
    found = living_last(item for item in mine if same(item.share, share))
    if found:
        return found[-1]
    account = ref.account_id or ref.name
    if mine:
        hint = _near(share, [item.share for item in mine], "It protects")
        raise BackupError(f"{told} has no share '{share}' of '{account}'. {hint}")
    raise account_not_found(items, told, ref)


def account_not_found(items: list[ProtectedItem], told: str, ref: AccountRef) -> BackupError:
    """An account of which nothing is kept, with the names that look like it."""
    accounts = [item.account.name for item in items if item.account]
    hint = _near(ref.name, accounts, "It protects shares of") if accounts else "It protects no file share at all."
    return BackupError(f"{told} has no share of the storage account '{ref.account_id or ref.name}'. {hint}")


def _near(name: str, known: list[str], otherwise: str) -> str:
    names = sorted({each.lower() for each in known})
    return did_you_mean(name, names) or (
        f"{otherwise}: {', '.join(names[:NAMED])}{' and others' if len(names) > NAMED else ''}."
    )
