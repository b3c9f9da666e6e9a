# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft.Storage's own lists: what they show costs none of the backup service's daily budgets.

A login that may not read them gets None, never an error: Azure Backup works without them, only less sparingly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ._arm.client import ArmClient
from ._azure.errors import ServiceError
from ._azure.ids import AccountId, path
from ._records.storage_account import Share, StorageAccount

_API = {"api-version": "2023-05-01"}
Found = TypeVar("Found")


class Storage:
    def __init__(self, client: ArmClient, subscription: str) -> None:
        self._client = client
        self._subscription = subscription

    def accounts(self) -> list[StorageAccount] | None:
        """The subscription's storage accounts that this login may see."""
        where = path("subscriptions", self._subscription, "providers", "Microsoft.Storage", "storageAccounts")
        return _if_allowed(lambda: [StorageAccount.from_api(each) for each in self._client.pages(where, _API)])

    def shares(self, account: AccountId) -> list[Share] | None:
        """An account's shares, deleted ones included."""
        where = account.path + path("fileServices", "default", "shares")
        query = _API | {"$expand": "deleted"}
        return _if_allowed(lambda: [Share.from_api(each) for each in self._client.pages(where, query)])


def _if_allowed(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except ServiceError as error:
        if error.forbidden or error.not_found:
            return None
        raise
