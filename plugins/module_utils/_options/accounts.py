# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage account that a user names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from .._azure.errors import BackupError
from .._azure.ids import AccountId, same

_NAME = re.compile(r"[a-z0-9]{3,24}", re.IGNORECASE | re.ASCII)
Candidate = TypeVar("Candidate")


@dataclass(frozen=True)
class AccountRef:
    """A storage account as the user names it: by a name, a name and its resource group, or a full id."""

    name: str
    resource_group: str | None = None
    account_id: AccountId | None = None

    @classmethod
    def parse(cls, text: str, resource_group: str | None) -> AccountRef:
        """Raises BackupError for what can be neither a name nor an id."""
        if "/" in text:
            account = AccountId.parse(text)
            if not account:
                raise BackupError(
                    f"storage_account '{text}' is not the id of a storage account: it has to look like /subscriptions/"
                    "<id>/resourceGroups/<group>/providers/Microsoft.Storage/storageAccounts/<name>."
                )
            if resource_group and not same(resource_group, account.resource_group):
                raise BackupError(
                    f"storage_account is in the resource group '{account.resource_group}' by its id, but "
                    f"storage_account_resource_group says '{resource_group}'."
                )
            return cls(account.name, account.resource_group, account)
        if not _NAME.fullmatch(text):
            raise BackupError(
                f"storage_account '{text}' cannot be a storage account's name: those have 3 to 24 letters and digits."
            )
        return cls(text, resource_group or None)

    def means(self, account: AccountId | None) -> bool:
        if account is None:
            return False
        if self.account_id:
            return account.key == self.account_id.key
        return same(account.name, self.name) and (
            self.resource_group is None or same(account.resource_group, self.resource_group)
        )

    def pick(
        self, candidates: Iterable[Candidate], account_of: Callable[[Candidate], AccountId | None]
    ) -> list[Candidate]:
        """The candidates that belong to this account.

        Raises BackupError if they belong to several accounts of the same name.
        """
        found = [candidate for candidate in candidates if self.means(account_of(candidate))]
        accounts = {account.key: account for account in map(account_of, found) if account}
        if len(accounts) > 1:
            raise BackupError(
                f"There are {len(accounts)} storage accounts '{self.name}': "
                f"{', '.join(sorted(map(str, accounts.values())))}. "
                "Give one's full id, or storage_account_resource_group."
            )
        return found
