# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts that are not where a vault has them: deleted, or moved to another resource group."""

from __future__ import annotations

from collections.abc import Iterable

from .._azure.errors import BackupError
from .._azure.ids import AccountId, same
from .._records.storage_account import StorageAccount
from .._session import Session
from .._storage import AccountGone, Storage
from .lists import VaultLists


def moved_to(listed: Iterable[StorageAccount], account: AccountId) -> AccountId | None:
    """Where an account is now, as a subscription lists it. The names of storage accounts are unique in all of Azure."""
    for each in listed:
        if each.account and same(each.account.name, account.name) and each.account.key != account.key:
            return each.account
    return None


def find_moved(session: Session, lists: VaultLists, account: AccountId) -> AccountId | None:
    """The same, at the cost of one list; None also where that may not or cannot be read."""
    try:
        if same(account.subscription, session.vault.subscription):
            listed = lists.accounts.all if lists.accounts else []
        else:
            listed = Storage(session.client, account.subscription).accounts() or []
    except BackupError:
        return None
    return moved_to(listed, account)


def gone(session: Session, lists: VaultLists, problem: AccountGone) -> BackupError:
    """Why nothing of an account can be backed up that a vault still has."""
    words = gone_in_words(session.vault.name, problem.account, find_moved(session, lists, problem.account))
    return BackupError(words, problem.fault)


def gone_in_words(vault: str, account: AccountId, now_at: AccountId | None) -> str:
    """The snapshots are in the account itself, so only what is in the vault outlives it."""
    if now_at:
        return (
            f"The storage account '{account.name}' is not in the resource group '{account.resource_group}' any more: "
            f"it was moved to '{now_at.resource_group}'. The vault '{vault}' still has it under its old id. Protect it "
            f"by its new id, {now_at}, and end the backups under the old one with the playbook retire_account."
        )
    return (
        f"The storage account '{account}' does not exist any more, so its shares are not backed up: it was deleted, or "
        f"moved. What the vault '{vault}' keeps in its vault tier can be restored to another account with "
        "azurefiles.backup.afs_restore; the playbook retire_account takes the account from the vault."
    )
