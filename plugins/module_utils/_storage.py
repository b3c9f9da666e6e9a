# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft.Storage's own accounts and lists: what they show costs none of the backup service's daily budgets.

A login that may not read them gets None, never an error: Azure Backup works without them, only less sparingly. An
account that is not there is another matter, and an error. Shares are made and deleted for drills alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ._arm.client import ArmClient
from ._azure.errors import AzureFault, BackupError, ServiceError
from ._azure.ids import AccountId, path
from ._records.storage_account import Share, ShareDetails, StorageAccount, lock_name

_API = {"api-version": "2023-05-01"}
_OUT_OF_SIGHT = "SubscriptionNotFound"  # also the answer to a login that has no role in a subscription
_LOCKS = {"api-version": "2016-09-01"}
Found = TypeVar("Found")


class AccountGone(BackupError):
    """There is no such storage account under this id, though a vault may still have it: it was deleted, or moved."""

    def __init__(self, account: AccountId, fault: AzureFault | None = None) -> None:
        super().__init__(f"There is no storage account '{account}'.", fault)
        self.account = account


class Storage:
    def __init__(self, client: ArmClient, subscription: str) -> None:
        self._client = client
        self._subscription = subscription

    def accounts(self) -> list[StorageAccount] | None:
        """The subscription's storage accounts that this login may see."""
        where = path("subscriptions", self._subscription, "providers", "Microsoft.Storage", "storageAccounts")
        return _if_allowed(lambda: [StorageAccount.from_api(each) for each in self._client.pages(where, _API)])

    def account(self, account: AccountId) -> StorageAccount | None:
        """One account, of any subscription. Raises AccountGone where there is none."""
        return _of(account, lambda: StorageAccount.from_api(self._client.get(account.path, _API).object))

    def shares(self, account: AccountId) -> list[Share] | None:
        """An account's shares, deleted ones included. Raises AccountGone where there is no such account."""
        where = account.path + path("fileServices", "default", "shares")
        query = _API | {"$expand": "deleted"}
        return _of(account, lambda: [Share.from_api(each) for each in self._client.pages(where, query)])

    def share(self, account: AccountId, name: str) -> ShareDetails | None:
        """One share, with its metadata and its size; None where there is none of that name.

        Unlike the lists, this is an error where it may not be read: what is not there need not be deleted.
        """
        try:
            return ShareDetails.from_api(self._client.get(_share(account, name), _API | {"$expand": "stats"}).object)
        except ServiceError as error:
            if error.not_found:
                return None
            raise

    def locks(self, account: AccountId) -> list[str] | None:
        """The names of the locks that keep an account, and with it its shares, from being deleted."""
        where = account.path + path("providers", "Microsoft.Authorization", "locks")
        return _if_allowed(lambda: [lock_name(each) for each in self._client.pages(where, _LOCKS)])

    def make_share(self, account: AccountId, name: str, metadata: Mapping[str, str], quota: int | None) -> None:
        """Make a share, of ``quota`` GiB at most. Of one that is there it changes the metadata, so look before."""
        properties: dict[str, Any] = {"metadata": dict(metadata)}
        if quota:
            properties["shareQuota"] = quota
        self._client.send("PUT", _share(account, name), _API, {"properties": properties})

    def mark_share(self, account: AccountId, name: str, metadata: Mapping[str, str]) -> None:
        """Put other metadata in the place of a share's own."""
        self._client.send("PATCH", _share(account, name), _API, {"properties": {"metadata": dict(metadata)}})

    def delete_share(self, account: AccountId, name: str) -> None:
        """Delete a share and its snapshots; it is no error if there is none."""
        try:
            self._client.send("DELETE", _share(account, name), _API)
        except ServiceError as error:
            if not error.not_found:
                raise


def _share(account: AccountId, name: str) -> str:
    return account.path + path("fileServices", "default", "shares", name)


def _of(account: AccountId, read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except ServiceError as error:
        if error.forbidden or error.fault.code == _OUT_OF_SIGHT:
            return None
        if error.not_found:
            # Microsoft.Storage knows nothing of classic accounts, so that these are not there says nothing.
            if account.is_classic:
                return None
            raise AccountGone(account, error.fault) from error
        raise


def _if_allowed(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except ServiceError as error:
        if error.forbidden or error.not_found:
            return None
        raise
