# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading all that a report on the coverage needs: GETs only, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import AccountId, VaultId
from .._azure.times import CLOCKS_DIFFER, now
from .._options.coverage import WantedCoverage
from .._plan.coverage import Seen, SeenAccount, SeenVault, coverage
from .._plan.gate import gate, refusal
from .._records.protected_item import ItemDetails, ProtectedItem
from .._records.storage_account import StorageAccount
from .._result.listings import CoverageReport
from .._run.parallel import side_by_side
from .._session import Session
from .._storage import AccountGone, Storage
from .._vault.vault import Vault
from .vaults import find_vaults
from .whereabouts import gone_in_words, moved_to

# Microsoft answers so also where a role was assigned on an account that is gone: the role went with it.
UNREADABLE = "its list of shares may not be read, or the storage account is gone"

Reads = list[Callable[[], Any]]
Listings = dict[str, dict[tuple[str, str, str, str], StorageAccount]]


def report_coverage(session: Session, wanted: WantedCoverage) -> None:
    """Return what was seen of those vaults that could be read; the module fails where one could not.

    Raises BackupError where none could.
    """
    found = find_vaults(session.client, wanted.vaults, session.subscription, session.api_version)
    places = {vault.id: session.planned(vault) if session.check_mode else vault for vault in found.vaults}
    at = now()
    since = at - timedelta(days=wanted.days)
    vaults, listings = _read_vaults(session, wanted, places, since, at + CLOCKS_DIFFER)
    failure = _unread(vaults, list(found.unlisted.values()))
    if failure and all(vault.error for vault in vaults):
        raise failure
    accounts, others = _accounts(vaults, listings)
    details = _read_shares(session, wanted, places, vaults, accounts)
    _find_moved(session, listings, [each for each in accounts if each.gone and each.vault])
    accounts = [each for each in accounts if each.vault or each.shares is None or _has_shares(each)]
    _read_offers(session, wanted, places, vaults, accounts)
    unlisted = (
        sorted({ref.subscription.lower() for ref in places} - set(listings)) if wanted.unregistered_accounts else []
    )
    seen = Seen(at, since, wanted.days, vaults, accounts, details, others, unlisted, found.unlisted)
    report = coverage(seen)
    judged = gate(report, wanted.gate, at.date())
    session.outcome.result = CoverageReport(report | {"gate": judged})
    session.outcome.failure = _together(failure, refusal(judged))


def _together(*failures: BackupError | None) -> BackupError | None:
    told = [each for each in failures if each]
    return BackupError(" ".join(each.message for each in told), told[0].fault) if told else None


def _read_vaults(
    session: Session, wanted: WantedCoverage, places: Mapping[VaultId, Vault], since: datetime, until: datetime
) -> tuple[list[SeenVault], Listings]:
    """The lists of all vaults, and the storage accounts of their subscriptions as far as this login may see them."""
    reads: Reads = []
    for vault in places.values():
        reads += [
            vault.containers,
            vault.protected_items,
            partial(vault.jobs, status="Failed", since=since, until=until),
            vault.policies,
        ]
        if wanted.unregistered_accounts:
            reads.append(vault.protectable_accounts)
    subscriptions = {ref.subscription.lower(): ref.subscription for ref in places}
    if wanted.unregistered_accounts:
        reads += [Storage(session.client, each).accounts for each in subscriptions.values()]
    answers = _read(reads, wanted.at_once)
    count = 5 if wanted.unregistered_accounts else 4
    vaults = [_seen_vault(ref, answers[count * place :][:count]) for place, ref in enumerate(places)]
    listings = dict(zip(subscriptions, answers[count * len(places) :], strict=False))
    return vaults, {
        subscription: {each.account.key: each for each in listed if each.account}
        for subscription, listed in listings.items()
        if isinstance(listed, list)
    }


def _seen_vault(ref: VaultId, answers: Sequence[Any]) -> SeenVault:
    error = next((answer for answer in answers if isinstance(answer, BackupError)), None)
    if error:
        return SeenVault(ref, error=error)
    containers, items, jobs, policies, *discovered = answers
    return SeenVault(
        ref,
        [container for container in containers if container.registered],
        items,
        jobs,
        policies,
        [each.account for accounts in discovered for each in accounts if each.account],
    )


def _accounts(vaults: Sequence[SeenVault], listings: Listings) -> tuple[list[SeenAccount], list[AccountId]]:
    """The accounts that the vaults have registered or discovered, and those that they know nothing of.

    A discovered account that the subscription does not list is gone since; where the subscription could not be
    listed, there is no telling.
    """
    found: dict[tuple[str, str, str, str], SeenAccount] = {}
    for vault in vaults:
        kept = [*(container.account for container in vault.containers), *(item.account for item in vault.items)]
        for account in kept:
            if account:
                found.setdefault(account.key, SeenAccount(account, vault.ref))
    discovered = {account.key: account for vault in vaults for account in vault.discovered}
    for key, account in discovered.items():
        listed = listings.get(account.subscription.lower())
        if listed is None:
            found.setdefault(key, SeenAccount(account, problem="the subscription's accounts may not be listed"))
        elif key in listed and listed[key].may_have_shares:
            found.setdefault(key, SeenAccount(account))
    others = [
        each.account
        for listed in listings.values()
        for key, each in listed.items()
        if key not in found and key not in discovered and each.account and each.may_have_shares
    ]
    return list(found.values()), others


def _has_shares(account: SeenAccount) -> bool:
    return any(not share.deleted for share in account.shares or [])


def _read_shares(
    session: Session,
    wanted: WantedCoverage,
    places: Mapping[VaultId, Vault],
    vaults: Sequence[SeenVault],
    accounts: Sequence[SeenAccount],
) -> dict[str, ItemDetails]:
    """The accounts' own lists of shares, and where asked for, what there is of recovery points."""
    due = [account for account in accounts if not account.problem]
    items = [
        (item, places[vault.ref])
        for vault in vaults
        for item in vault.items
        if item.hides_its_point or (wanted.recovery_points and item.latest_recovery_point)
    ]
    reads: Reads = [partial(session.storage.shares, account.account) for account in due]
    # One read each, where a list of the recovery points may take several.
    reads += [partial(vault.details, item.address) for item, vault in items]
    answers = iter(_read(reads, wanted.at_once))
    for account, answer in zip(due, answers, strict=False):
        if isinstance(answer, AccountGone):
            account.gone, account.shares = True, []
        elif isinstance(answer, BackupError):
            account.problem = answer.message
        elif answer is None:
            account.problem = UNREADABLE
        else:
            account.shares = answer
    details = _details(session, [item.id for item, vault in items], list(answers))
    for vault in vaults:
        vault.items = [_with_point(item, details.get(item.id)) for item in vault.items]
    return details if wanted.recovery_points else {}


def _with_point(item: ProtectedItem, details: ItemDetails | None) -> ProtectedItem:
    return replace(item, latest_recovery_point=details.latest) if details and item.hides_its_point else item


def _find_moved(session: Session, listings: Listings, accounts: Sequence[SeenAccount]) -> None:
    """Where the accounts are that the vaults still have and that are not there, as far as the subscriptions tell."""
    for each in accounts:
        subscription = each.account.subscription
        if subscription.lower() not in listings:
            (answer,) = _read([Storage(session.client, subscription).accounts], 1)
            listed = answer if isinstance(answer, list) else []
            listings[subscription.lower()] = {found.account.key: found for found in listed if found.account}
        each.now_at = moved_to(listings[subscription.lower()].values(), each.account)
        each.problem = gone_in_words(each.vault.name if each.vault else "", each.account, each.now_at)


def _details(session: Session, ids: Sequence[str], answers: Sequence[Any]) -> dict[str, ItemDetails]:
    failures = [answer for answer in answers if isinstance(answer, BackupError)]
    if failures:
        session.warn(f"The recovery points of {len(failures)} shares could not be read: {failures[0].message}")
    return {key: answer for key, answer in zip(ids, answers, strict=True) if isinstance(answer, ItemDetails)}


def _read_offers(
    session: Session,
    wanted: WantedCoverage,
    places: Mapping[VaultId, Vault],
    vaults: Sequence[SeenVault],
    accounts: Sequence[SeenAccount],
) -> None:
    """Where an account does not show its shares, its vault tells those that it saw at its last inquiry."""
    unread = {account.vault for account in accounts if account.shares is None}
    due = [vault for vault in vaults if vault.ref in unread]
    reads: Reads = [places[vault.ref].protectable_items for vault in due]
    for vault, answer in zip(due, _read(reads, wanted.at_once), strict=True):
        if isinstance(answer, BackupError):
            session.warn(f"What the vault '{vault.ref.name}' offers could not be read: {answer.message}")
        else:
            vault.offered = answer


def _unread(vaults: Sequence[SeenVault], unlisted: Sequence[BackupError]) -> BackupError | None:
    """What could not be read: vaults, and before them subscriptions whose vaults could not be listed."""
    failures = [(vault.ref.name, vault.error) for vault in vaults if vault.error]
    if len(vaults) == 1 and not unlisted:
        return failures[0][1] if failures else None
    told = [error.message for error in unlisted]
    if failures:
        each = "; ".join(f"{name}: {error.message}" for name, error in failures)
        told.append(f"{len(failures)} of {len(vaults)} vaults could not be read: {each}")
    first = [*unlisted, *(error for _name, error in failures)][:1]
    return BackupError(" ".join(told), first[0].fault) if first else None


def _read(reads: Reads, at_once: int) -> list[Any]:
    """The answers in order; a BackupError takes the place of one that there is none of."""
    answers: list[Any] = side_by_side(lambda read: read(), reads, at_once)
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, BackupError):
            raise answer
    return answers
