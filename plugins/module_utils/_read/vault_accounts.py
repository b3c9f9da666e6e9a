# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage accounts around one vault or several, found by reading alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .._arm.client import ArmClient
from .._azure.errors import BackupError, ServiceError, unexpected
from .._azure.ids import AccountId, same
from .._options.vault_accounts import DISCOVERABLE, REGISTERED, STATES, UNDISCOVERED, WantedAccounts
from .._records.container import Container, ProtectableAccount
from .._records.protected_item import ACTIVE_STATES, SOFT_DELETED, ProtectedItem
from .._records.storage_account import Share, StorageAccount
from .._run.parallel import all_side_by_side, side_by_side
from .._storage import AccountGone, Storage
from .._vault.vault import Vault
from .whereabouts import gone_in_words, moved_to

VAULTS_AT_ONCE = 5
LISTS_AT_ONCE = 10  # of shares, each of another account

Key = tuple[str, str, str, str]
Details = Mapping[Key, StorageAccount]
Thing = TypeVar("Thing")
Result = TypeVar("Result")


@dataclass
class FoundAccount:
    """An account and the vault that it belongs to.

    ``rivals`` are the names of other vaults with the same claim. ``details`` and ``listed`` are None where
    Microsoft.Storage may not be read; ``listed`` also where nobody asked, or where there was a ``problem``.
    ``exists`` is None where there is no telling.
    """

    account: AccountId
    vault: Vault
    state: str
    container: Container | None = None
    items: Sequence[ProtectedItem] = ()
    rivals: list[str] = field(default_factory=list)
    details: StorageAccount | None = None
    listed: list[Share] | None = None
    problem: BackupError | None = None
    exists: bool | None = None

    def to_variables(self) -> dict[str, Any]:
        region = self.container.location if self.container else None
        active = [item for item in self.items if item.state in ACTIVE_STATES]
        soft_deleted = [item for item in self.items if item.state == SOFT_DELETED]
        return {
            "afs_storage_account": self.account.name,
            "afs_storage_account_id": str(self.account),
            "afs_resource_group": self.account.resource_group,
            "afs_subscription_id": self.account.subscription,
            "afs_location": (self.details.location if self.details else None) or region,
            "afs_kind": self.details.kind if self.details else None,
            "afs_tags": dict(self.details.tags) if self.details else None,
            "afs_vault_id": str(self.vault.id),
            "afs_vault_name": self.vault.name,
            "afs_vault_resource_group": self.vault.resource_group,
            "afs_vault_subscription_id": self.vault.subscription,
            "afs_state": self.state,
            "afs_registered": self.state == REGISTERED,
            "afs_exists": self.exists,
            "afs_health_status": self.container.health_status if self.container else None,
            "afs_policies": self._known(sorted({item.policy_name for item in self.items if item.policy_name})),
            "afs_protected_shares": self._known(len(active)),
            "afs_stopped_shares": self._known(len(self.items) - len(active) - len(soft_deleted)),
            "afs_soft_deleted_shares": self._known(len(soft_deleted)),
            "afs_unprotected_shares": self._unprotected({item.share.lower() for item in active}),
            "afs_unsupported_shares": self._unsupported(),
        }

    def _known(self, value: Result) -> Result | None:
        """What an account that the vault does not know has at another vault is not to be told."""
        return None if self.state == UNDISCOVERED else value

    def _unprotected(self, protected: set[str]) -> int | None:
        if self.listed is None:
            return None
        names = {share.name.lower() for share in self.listed if not share.unsupported}
        return self._known(len(names - protected))

    def _unsupported(self) -> int | None:
        if self.listed is None:
            return None
        return sum(1 for share in self.listed if share.unsupported and not share.deleted)


@dataclass(frozen=True)
class _View:
    """What one vault says. ``location`` is None where nobody asked for it."""

    vault: Vault
    containers: list[Container]
    discoverable: list[ProtectableAccount]
    items: Mapping[Key, list[ProtectedItem]]
    location: str | None


def find_accounts(
    client: ArmClient,
    vaults: Sequence[Vault],
    wanted: WantedAccounts,
    unread: Callable[[Vault, BackupError], None] | None = None,
) -> list[FoundAccount]:
    """Every account once, in the order of their names.

    An account that several vaults could take belongs to the one that has registered it, or else to the first.
    Costs three lists a vault and one a subscription, and one more read for an account that its subscription does not
    list; ``undiscovered`` costs one more read a vault whose region is not known, and ``count_shares`` one more list an
    account.

    Raises BackupError for a vault that cannot be read; with ``unread``, which is told of each, where none can.
    """
    views = _views(vaults, wanted, unread)
    subscriptions = list({vault.subscription.lower(): vault.subscription for vault in vaults}.values())
    listed = all_side_by_side(
        lambda subscription: Storage(client, subscription).accounts(), subscriptions, VAULTS_AT_ONCE
    )
    if UNDISCOVERED in wanted.states and None in listed:
        raise BackupError(
            "This login may not list the subscription's storage accounts, so undiscovered ones cannot be found."
        )
    details = {each.account.key: each for accounts in listed for each in accounts or [] if each.account}
    settled = _settle(claim for view in views for claim in _claims(view, details))
    found = [each for each in settled if each.state in wanted.states and wanted.names(each.account)]
    found.sort(key=lambda each: each.account.key[::-1])
    for each in found:
        each.details = details.get(each.account.key)
        each.exists = True if each.details else None
    readable = {
        subscription.lower()
        for subscription, accounts in zip(subscriptions, listed, strict=True)
        if accounts is not None
    }
    unlisted = [each for each in found if not each.exists and each.account.subscription.lower() in readable]
    all_side_by_side(lambda each: _look_for(client, each, details), unlisted, LISTS_AT_ONCE)
    if wanted.count_shares:
        there = [each for each in found if each.exists is not False]
        all_side_by_side(lambda each: _list_shares(client, each), there, LISTS_AT_ONCE)
    return found


def _views(
    vaults: Sequence[Vault], wanted: WantedAccounts, unread: Callable[[Vault, BackupError], None] | None
) -> list[_View]:
    looks = side_by_side(lambda vault: _look(vault, wanted), vaults, VAULTS_AT_ONCE)
    views = [look for look in looks if isinstance(look, _View)]
    failures = [
        (vault, unexpected(look)) for vault, look in zip(vaults, looks, strict=True) if isinstance(look, Exception)
    ]
    if failures and (unread is None or not views):
        raise failures[0][1]
    if unread:
        for vault, problem in failures:
            unread(vault, problem)
    return views


def _look_for(client: ArmClient, found: FoundAccount, details: Details) -> None:
    """Whether an account that the subscription's list lacks is gone, or only out of this login's sight."""
    try:
        found.details = Storage(client, found.account.subscription).account(found.account)
        found.exists = True if found.details else None
    except AccountGone as problem:
        found.exists = False
        words = gone_in_words(found.vault.name, found.account, moved_to(details.values(), found.account))
        found.problem = BackupError(words, problem.fault)
    except BackupError:
        return  # that it cannot be read is no news of the account


def _list_shares(client: ArmClient, found: FoundAccount) -> None:
    """Some kinds of accounts have no file service, and answer with an error: that is one account's, and not fatal."""
    try:
        found.listed = Storage(client, found.vault.subscription).shares(found.account)
    except (ServiceError, AccountGone) as problem:
        found.problem = problem


def _look(vault: Vault, wanted: WantedAccounts) -> _View:
    items: dict[Key, list[ProtectedItem]] = {}
    for item in vault.protected_items():
        if item.account:
            items.setdefault(item.account.key, []).append(item)
    return _View(
        vault,
        [container for container in vault.containers() if container.registered],
        vault.protectable_accounts() if set(wanted.states) != {REGISTERED} else [],
        items,
        vault.location() if UNDISCOVERED in wanted.states else None,
    )


def _claims(view: _View, details: Details) -> list[FoundAccount]:
    """The accounts that a vault has or could have, each with the vault's best claim on it."""
    claims: dict[Key, FoundAccount] = {}

    def claim(account: AccountId | None, state: str, container: Container | None = None) -> None:
        if account:
            items = view.items.get(account.key, ())
            claims.setdefault(account.key, FoundAccount(account, view.vault, state, container, items))

    for container in view.containers:
        claim(container.account, REGISTERED, container)
    for offered in view.discoverable:
        claim(offered.account, DISCOVERABLE)
    for each in details.values():
        if view.location and each.location == view.location and each.account and _is_in(view.vault, each.account):
            claim(each.account, UNDISCOVERED)
    return list(claims.values())


def _is_in(vault: Vault, account: AccountId) -> bool:
    return account.subscription.lower() == vault.subscription.lower()


def _settle(claims: Iterable[FoundAccount]) -> list[FoundAccount]:
    """One vault for each account."""
    settled: dict[Key, FoundAccount] = {}
    for claim in claims:
        held = settled.setdefault(claim.account.key, claim)
        if held is claim:
            continue
        if STATES.index(claim.state) < STATES.index(held.state):
            settled[claim.account.key] = claim
        elif claim.state == held.state:
            held.rivals.append(claim.vault.name)
    return list(settled.values())


def host_names(accounts: Sequence[AccountId], taken: Mapping[str, str]) -> list[str]:
    """A name for each account: its own, or where several have that name, with its resource group and so on.

    ``taken`` are the ids of accounts that have a name already, by these names.
    """
    ways: list[Callable[[AccountId], str]] = [
        lambda account: account.name.lower(),
        lambda account: f"{account.name}.{account.resource_group}".lower(),
        lambda account: f"{account.name}.{account.resource_group}.{account.subscription}".lower(),
        lambda account: f"{account.name}.{account.resource_group}.{account.subscription}.{account.provider}".lower(),
    ]
    names: dict[Key, str] = {}
    for way in ways:
        unnamed = [account for account in accounts if account.key not in names]
        uses = Counter(map(way, unnamed))
        for account in unnamed:
            name = way(account)
            if uses[name] == 1 and same(taken.get(name, str(account)), str(account)):
                names[account.key] = name
    return [names[account.key] for account in accounts]
