# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a vault, each read once, however many accounts are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Generic, TypeVar

from .._azure.ids import AccountId
from .._options.accounts import AccountRef
from .._options.policies import PolicyRef
from .._records.container import Container, ProtectableAccount
from .._records.policy import Policy
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import ProtectedItem, living_last
from .._records.storage_account import StorageAccount
from .._run.parallel import all_side_by_side
from .._session import Session
from .policies import policy_among

Thing = TypeVar("Thing")
Key = tuple[str, str, str, str]


class ByAccount(Generic[Thing]):
    """The elements of a list by the accounts to which they belong."""

    def __init__(self, things: Iterable[Thing], account_of: Callable[[Thing], AccountId | None]) -> None:
        self.all = list(things)
        self._account_of = account_of
        self._by_key: dict[Key, list[Thing]] = {}
        for thing in self.all:
            account = account_of(thing)
            if account:
                self._by_key.setdefault(account.key, []).append(thing)

    def of(self, ref: AccountRef) -> list[Thing]:
        """Raises BackupError for a name that several accounts have."""
        if ref.account_id:
            return self._by_key.get(ref.account_id.key, [])
        return ref.pick(self.all, self._account_of)


class VaultLists:
    """Each list is read when it is first asked for, and anew when it has been forgotten. Not for several threads."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, *names: str) -> None:
        """Read those of these lists that are not there yet, side by side: for lists that are needed in any case.

        Raises BackupError for the first that cannot be read.
        """
        due = [name for name in names if name not in self.__dict__]
        all_side_by_side(lambda name: getattr(self, name), due, len(due))

    def forget(self, *names: str) -> None:
        for name in names:
            self.__dict__.pop(name, None)

    @cached_property
    def items(self) -> ByAccount[ProtectedItem]:
        return ByAccount(self._session.vault.protected_items(), lambda item: item.account)

    @cached_property
    def containers(self) -> ByAccount[Container]:
        return ByAccount(self._session.vault.containers(), lambda container: container.account)

    @cached_property
    def discovered(self) -> ByAccount[ProtectableAccount]:
        return ByAccount(self._session.vault.protectable_accounts(), lambda account: account.account)

    @cached_property
    def offered(self) -> ByAccount[ProtectableItem]:
        return ByAccount(self._session.vault.protectable_items(), lambda item: item.account)

    @cached_property
    def policies(self) -> list[Policy]:
        return self._session.vault.policies()

    @cached_property
    def accounts(self) -> ByAccount[StorageAccount] | None:
        """The accounts of the vault's subscription; None where they may not be listed."""
        accounts = self._session.storage.accounts()
        return None if accounts is None else ByAccount(accounts, lambda account: account.account)

    def items_of(self, ref: AccountRef) -> dict[str, ProtectedItem]:
        """The shares that the vault protects or keeps something of, by their names in lower case."""
        return {item.share.lower(): item for item in living_last(self.items.of(ref))}

    def container_of(self, ref: AccountRef) -> Container | None:
        """The account's registration with this vault."""
        found = self.containers.of(ref)
        return found[0] if found and found[0].registered else None

    def discovered_of(self, ref: AccountRef) -> ProtectableAccount | None:
        """The account among those that the vault has discovered but not registered."""
        found = self.discovered.of(ref)
        return found[0] if found else None

    def account_of(self, ref: AccountRef) -> StorageAccount | None:
        """The account as the subscription lists it."""
        found = self.accounts.of(ref) if self.accounts else []
        return found[0] if found else None

    def offers_of(self, account: AccountId) -> dict[str, ProtectableItem]:
        """The shares that the vault offers to protect; it knows those of the last inquiry."""
        return {item.share.lower(): item for item in self.offered.of(ref_to(account))}

    def policy(self, ref: PolicyRef) -> Policy:
        """Raises BackupError for one that the vault does not have."""
        return policy_among(self.policies, ref, self._session.vault.name)


def ref_to(account: AccountId) -> AccountRef:
    return AccountRef(account.name, account.resource_group, account)
