# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to know about the shares of one account, at the least cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.similar import did_you_mean
from .._records.container import Container
from .._records.protected_item import ItemDetails, ProtectedItem, living_last
from .._records.storage_account import Share
from .._run.parallel import side_by_side
from .._session import Session
from .._vault.vault import Vault
from .lists import VaultLists

AT_ONCE = 10  # items that are asked one by one


def protected_shares(vault: Vault, ref: AccountRef) -> dict[str, ProtectedItem]:
    """The shares that the vault protects or keeps something of, by their names in lower case."""
    items = ref.pick(vault.protected_items(), lambda item: item.account)
    return {item.share.lower(): item for item in living_last(items)}


def listed_shares(session: Session, account: AccountId) -> dict[str, Share] | None:
    """The account's own list, or None where it may not be read. A living share wins over a deleted namesake."""
    shares = session.storage.shares(account)
    if shares is None:
        return None
    return {share.name.lower(): share for share in sorted(shares, key=lambda share: not share.deleted)}


def gone_items(session: Session, items: Sequence[ProtectedItem]) -> frozenset[str]:
    """The ids of those items whose own share is deleted; the vault's lists do not tell.

    A share that was made anew has the name of the old one and nothing else of it. What cannot be read is taken for
    alive: the service refuses what it cannot do.
    """
    answers = side_by_side(lambda item: session.vault.details(item.address), items, AT_ONCE)
    return frozenset(
        item.id
        for item, details in zip(items, answers, strict=True)
        if isinstance(details, ItemDetails) and details.share_is_gone
    )


def not_registered(session: Session, ref: AccountRef, containers: Iterable[Container]) -> BackupError:
    """``containers`` are the vault's, so that a name that was mistyped can be told."""
    return BackupError(
        sentences(
            unregistered(session, ref, containers),
            "Register it first with azurefiles.backup.afs_container_registration, or use the role protect_account.",
        )
    )


def unregistered(session: Session, ref: AccountRef, containers: Iterable[Container] = ()) -> str:
    return sentences(
        f"The storage account '{ref.account_id or ref.name}' is not registered with the vault '{session.vault.name}'.",
        did_you_mean(ref.name, [container.friendly_name for container in containers if container.registered]),
    )


def other_subscription(account: AccountId, vault: Vault) -> BackupError:
    return BackupError(
        f"The storage account '{account.name}' is in subscription {account.subscription}, but the vault "
        f"'{vault.name}' is in {vault.subscription}. Azure Backup protects only accounts of the vault's own "
        "subscription."
    )


def unregistered_account(lists: VaultLists, ref: AccountRef) -> AccountId | None:
    """An account that is still to be registered, found by reading alone: for plans that are made before."""
    discovered = lists.discovered_of(ref)
    if discovered:
        return discovered.account
    if ref.account_id:
        return ref.account_id
    listed = lists.account_of(ref)
    return listed.account if listed else None
