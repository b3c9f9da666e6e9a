# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a share comes from and where it is restored to: the accounts, their regions and their shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.ids import AccountId, same
from .._options.accounts import AccountRef
from .._options.restore import WantedRestore
from .._options.similar import did_you_mean
from .._plan.restore import Place, needs_snapshot, snapshot_gone
from .._records.container import Access, Container
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .._records.storage_account import Share
from .._session import Session
from .._storage import AccountGone, Storage
from .inventory import listed_shares
from .lists import VaultLists
from .whereabouts import find_moved


@dataclass(frozen=True)
class LocatedAccount:
    """``location`` is None where nobody tells it."""

    account: AccountId
    location: str | None


@dataclass(frozen=True)
class Origin(LocatedAccount):
    access: Access | None


def origin_of(item: ProtectedItem, containers: list[Container]) -> Origin:
    """The share's account; its registration spells the id as the account does, and says how the vault gets at it.

    The account itself is not asked: what the vault has of it outlives it.
    """
    if item.account is None:
        raise BackupError(f"The vault lists the share '{item.share}' without the id of its storage account.")
    for container in containers:
        if container.account and container.account.key == item.account.key:
            return Origin(container.account, container.location, container.access)
    return Origin(item.account, None, None)


def target_account(
    session: Session, origin: Origin, containers: list[Container], wanted: WantedRestore
) -> LocatedAccount:
    """The target's account, which is the share's own where none is named."""
    target = wanted.target
    if target is None or target.account is None or target.account.means(origin.account):
        return origin
    subscription = target.subscription or session.vault.subscription
    if target.account.account_id:
        subscription = target.account.account_id.subscription
    if not same(subscription, session.vault.subscription):
        return _account_abroad(session, target.account, subscription)
    return _account_at_home(session, containers, target.account)


def account_to_restore_to(session: Session, containers: list[Container], ref: AccountRef) -> AccountId:
    """An account of any subscription by its full id, or of the vault's own by its name."""
    if ref.account_id and not same(ref.account_id.subscription, session.vault.subscription):
        return ref.account_id
    return _account_at_home(session, containers, ref).account


def _account_at_home(session: Session, containers: list[Container], ref: AccountRef) -> LocatedAccount:
    """An account as the vault or its subscription lists it.

    What neither can list is taken from a full id.
    """
    registered = ref.pick(containers, lambda container: container.account)
    if registered and registered[0].account:
        return LocatedAccount(registered[0].account, registered[0].location)
    accounts = session.storage.accounts()
    found = ref.pick(accounts or [], lambda account: account.account)
    if found and found[0].account:
        return LocatedAccount(found[0].account, found[0].location)
    if accounts is None and ref.account_id:
        return LocatedAccount(ref.account_id, None)
    ids = [*(container.account for container in containers), *(account.account for account in accounts or [])]
    others = [each.name for each in ids if each and not same(each.name, ref.name)]
    raise BackupError(
        f"There is no storage account '{ref.account_id or ref.name}' to restore to: it is neither registered with "
        f"the vault '{session.vault.name}' nor among the accounts of subscription {session.vault.subscription} "
        f"that this login may see. {did_you_mean(ref.name, others)}".rstrip()
    )


def _account_abroad(session: Session, ref: AccountRef, subscription: str) -> LocatedAccount:
    """An account of another subscription; by its full id also where it may not be read."""
    if ref.account_id:
        try:
            read = session.storage.account(ref.account_id)
        except AccountGone as problem:
            raise BackupError(
                f"There is no storage account '{ref.account_id}' to restore to.", problem.fault
            ) from problem
        return LocatedAccount(ref.account_id, read.location if read else None)
    accounts = Storage(session.client, subscription).accounts()
    if accounts is None:
        raise BackupError(
            f"The storage account '{ref.name}' cannot be looked for: this login may not list those of subscription "
            f"{subscription}. Give its full resource id, or let the login read there (role 'Reader')."
        )
    found = ref.pick(accounts, lambda account: account.account)
    if not found or found[0].account is None:
        raise BackupError(
            f"There is no storage account '{ref.name}' to restore to among those of subscription {subscription} that "
            "this login may see."
        )
    return LocatedAccount(found[0].account, found[0].location)


def check_origin(
    session: Session, origin: Origin, point: RecoveryPoint, points: Sequence[RecoveryPoint], wanted: WantedRestore
) -> None:
    """Refuse what only a snapshot can do where that went with its account. An account that was moved still has it.

    Nothing is asked where the vault's copy will do, nor of an account that may not be read.
    """
    if not needs_snapshot(point, wanted):
        return
    try:
        session.storage.account(origin.account)
    except AccountGone as problem:
        if not find_moved(session, VaultLists(session), origin.account):
            raise snapshot_gone(origin.account, point, points, problem.fault) from problem


def shares_at(session: Session, place: Place, source: AccountId) -> dict[str, Share] | None:
    """The shares of the account to restore to; None where they may not be read."""
    try:
        return listed_shares(session, place.account)
    except AccountGone as problem:
        words = f"The storage account '{place.account}' to restore to does not exist any more."
        moved = find_moved(session, VaultLists(session), place.account)
        if moved:
            words += f" It was moved, and its id is {moved} now."
        if place.account.key == source.key:
            words += " Name a target in another storage account."
        raise BackupError(words, problem.fault) from problem
