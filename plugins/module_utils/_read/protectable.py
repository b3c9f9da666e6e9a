# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which accounts have shares that the vault does not know yet."""

from __future__ import annotations

from collections.abc import Sequence

from .._azure.ids import AccountId
from .._options.accounts import AccountRef
from .._options.listings import WantedProtectable
from .._records.container import Container
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import ProtectedItem
from .._run.parallel import all_side_by_side
from .._session import Session
from .._storage import AccountGone
from .inventory import listed_shares, not_registered
from .lists import VaultLists
from .whereabouts import gone

AT_ONCE = 10  # accounts whose shares are listed side by side


def due_accounts(session: Session, wanted: WantedProtectable, offered: list[ProtectableItem]) -> list[Container]:
    """The registered accounts that have to be inquired."""
    if wanted.account and wanted.inquire == "always":
        return _registered(session, wanted.account)
    if wanted.account:
        return _due_account(session, wanted, wanted.account, offered)
    containers = [container for container in session.vault.containers() if container.registered]
    if wanted.inquire == "always":
        return containers
    known = _known(offered, session.vault.protected_items())

    def is_due(container: Container) -> bool:
        return bool(container.account and _has_unknown(session, wanted, container.account, known))

    answers = all_side_by_side(is_due, containers, AT_ONCE)
    return [container for container, due in zip(containers, answers, strict=True) if due]


def _due_account(
    session: Session, wanted: WantedProtectable, ref: AccountRef, offered: list[ProtectableItem]
) -> list[Container]:
    """The vault's two lists tell the account's id for nothing; only an account in neither needs a third."""
    items: list[ProtectableItem | ProtectedItem] = [*offered, *session.vault.protected_items()]
    mine = ref.pick(items, lambda item: item.account)
    account = next((item.account for item in mine if item.account), None)
    if account:
        due = _has_unknown(session, wanted, account, _known([], mine))
        return _registered(session, ref) if due else []
    containers = _registered(session, ref)
    return [each for each in containers if each.account and _has_unknown(session, wanted, each.account, set())]


def _registered(session: Session, ref: AccountRef) -> list[Container]:
    containers = session.vault.containers()
    mine = [each for each in ref.pick(containers, lambda each: each.account) if each.registered]
    if not mine:
        session.warn(not_registered(session, ref, containers).message)
    return mine[:1]


def _has_unknown(
    session: Session, wanted: WantedProtectable, account: AccountId, known: set[tuple[object, str]]
) -> bool:
    """Whether the account has a share that is asked for and that the vault does not know.

    Where the account's own list may not be read, the vault is asked to look only if it knows no such share at all.
    At an account that is gone there is nothing to look for.
    """
    try:
        listed = listed_shares(session, account)
    except AccountGone as problem:
        session.warn(gone(session, VaultLists(session), problem).message)
        return False
    if listed is None:
        return not any(key == account.key and wanted.names(share) for key, share in known)
    return any(
        wanted.names(share.name) and not share.unsupported and (account.key, share.name.lower()) not in known
        for share in listed.values()
    )


def _known(*lists: Sequence[ProtectableItem | ProtectedItem]) -> set[tuple[object, str]]:
    return {(item.account.key, item.share.lower()) for items in lists for item in items if item.account}
