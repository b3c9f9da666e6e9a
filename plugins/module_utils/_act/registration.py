# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering a storage account with a vault: read, plan, act, wait, read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from .._azure.errors import BackupError, unexpected
from .._azure.ids import AccountId, same
from .._options.accounts import AccountRef
from .._options.registration import Registration
from .._plan.registration import PlannedContainer, check_identity, differs
from .._read.accounts import deleted_registration, discovered_account, registered_container
from .._read.inventory import other_subscription
from .._read.lists import VaultLists
from .._read.whereabouts import find_moved
from .._records.container import Container, DeletedRegistration, ProtectableAccount
from .._records.storage_account import StorageAccount
from .._result.container import ContainerResult
from .._run.parallel import Turn, in_turns
from .._session import Session
from .._storage import AccountGone
from .._wait.obstacles import persist

NOT_FOUND = (
    "Azure Backup does not offer a storage account that is registered with another vault, is in another region than "
    "the vault, was created in the last minutes, has a firewall without an exception for trusted services, uses "
    "internet routing or a hierarchical namespace, or whose name and resource group have more than 84 characters"
)
REFRESHES = 3  # at most, in one run
AT_ONCE = 20  # registrations that are asked for

Found = TypeVar("Found")
Known = Container | ProtectableAccount | DeletedRegistration
# What is done about an account by how the vault knows it: what the result calls it, and what the service does.
KINDS: dict[type[Known], tuple[str, str]] = {
    Container: ("reregister", "Reregister"),
    ProtectableAccount: ("register", "Register"),
    DeletedRegistration: ("undelete", "Rehydrate"),
}


@dataclass
class Registering:
    """An account on its way into the vault. ``doubt`` is why the end of its operation stays unknown."""

    ref: AccountRef
    known: Known | None
    planned: PlannedContainer
    result: ContainerResult
    error: BackupError | None = None
    doubt: BackupError | None = None

    @property
    def kind(self) -> tuple[str, str]:
        """An account that is still to be discovered will be registered."""
        return KINDS[type(self.known) if self.known else ProtectableAccount]


def ensure_registered(
    session: Session, ref: AccountRef, desired: Registration, lists: VaultLists | None = None
) -> None:
    """Register the account, unless it is registered in that way already. ``lists`` are those that were read already."""
    session.foresee()
    known: Known | None = (lists or VaultLists(session)).container_of(ref)
    account = None
    result = ContainerResult()
    if not isinstance(known, Container) or differs(desired, known):
        _check_identity(session, desired)
    if known is None:
        known = discovered_account(session.vault, ref) or deleted_registration(session.vault, ref)
        account = known.account if known else _account_to_discover(session, ref)
        session.outcome.result = result
        if known is None and not session.check_mode:
            known = _discover(session, ref, result)
    if isinstance(known, Container):
        session.outcome.result = result = ContainerResult(known, known, result.deferred)
        if not differs(desired, known):
            return
        # Registering again is how access and lock are changed; nothing happens to what is protected.
        desired = Registration(desired.lock, desired.access or known.access)
    registering = Registering(ref, known, PlannedContainer.of(session.vault.id, known, account, ref, desired), result)
    register_accounts(session, [registering], ref.name)
    if registering.error:
        raise registering.error


def _check_identity(session: Session, desired: Registration) -> None:
    """A user-assigned identity has to be one of the vault's, which the vault tells for one read."""
    if desired.access and desired.access.identity_id:
        check_identity(session.vault.id, session.vault.settings(), desired.access.identity_id)


def register_accounts(session: Session, registrations: Sequence[Registering], whose: str) -> None:
    """Register discovered accounts, or registered ones again, and wait for all together; in check mode, only say so.

    What fails for one of them is its own error.
    """
    for each in registrations:
        each.result.action = each.kind[0]
    if session.check_mode:
        for each in registrations:
            each.result.changed, each.result.container = True, each.planned
        return
    with session.progress.doing(whose, "registering"):
        ends = in_turns(partial(_register, session), registrations, AT_ONCE)
    for each, end in zip(registrations, ends, strict=True):
        each.error = unexpected(end) if isinstance(end, Exception) else None
    if session.wait:
        _look_back(session, [each for each in registrations if each.error is None])


def _register(session: Session, registering: Registering, turn: Turn) -> None:
    known, desired, result = registering.known, registering.planned.desired, registering.result
    if known is None or known.account is None:
        raise BackupError(f"The vault does not tell the id of the storage account '{registering.ref.name}'.")
    name, account, kind = known.name, known.account, registering.kind[1]

    def attempt() -> None:
        with turn:
            result.changed = True
            operation = session.vault.register(name, account, desired.lock, desired.access, kind)
            result.container = registering.planned
        if session.wait:
            session.waiter.operation(operation)

    try:
        persist(session.waiter, attempt)
    except BackupError as error:
        if not error.in_doubt:
            result.changed, result.container = False, result.found
            result.defer(error)
            raise
        if not session.wait:
            raise
        registering.doubt = error


def _look_back(session: Session, registrations: Sequence[Registering]) -> None:
    """The vault's list of accounts tells what they are; also where the end of an operation stays unknown."""
    found: dict[int, Container] = {}

    def visible() -> bool:
        containers = session.vault.containers()
        for place, each in enumerate(registrations):
            for container in each.ref.pick(containers, lambda container: container.account):
                if container.registered:
                    found[place] = container
        return len(found) == len(registrations)

    try:
        if registrations:
            session.waiter.until(visible)
    except BackupError as error:
        for each in registrations:
            each.doubt = each.doubt or error
    for place, each in enumerate(registrations):
        container = found.get(place)
        each.result.container = container or each.result.found
        if container is None or (each.doubt and differs(each.planned.desired, container)):
            each.error = each.doubt or BackupError(
                f"Azure says that the storage account '{each.ref.name}' is registered, but the vault does not list it "
                "yet. Run again in some minutes."
            )


def discover(
    session: Session,
    whose: str,
    look: Callable[[], Found | None],
    not_found: BackupError,
    result: ContainerResult,
) -> Found:
    """Let the vault look at the subscription anew; a new account can take a moment to show.

    Where the vault is at it already, that is waited for first, and only then another refresh spent.
    """
    for _attempt in range(REFRESHES):
        problem = not_found
        try:
            with session.progress.doing(whose, "looking for the account"):
                session.waiter.operation(session.vault.refresh())
        except BackupError as error:
            result.defer(error)
            if not error.in_doubt and not error.busy:
                raise
            problem = error
        known = session.look_for(look)
        if known:
            return known
        if not problem.busy:
            break
    raise problem


def _discover(session: Session, ref: AccountRef, result: ContainerResult) -> Known:
    not_found = BackupError(
        f"The vault '{session.vault.name}' does not find the storage account '{ref.name}', also after a refresh. "
        f"{NOT_FOUND}."
    )

    def look() -> list[Known] | None:
        known = _seen(session, ref)
        return [known] if known else None

    return discover(session, ref.name, look, not_found, result)[0]


def _seen(session: Session, ref: AccountRef) -> Known | None:
    """The account as the vault shows it now: another run may have registered it meanwhile."""
    return discovered_account(session.vault, ref) or registered_container(session.vault, ref)


def _account_to_discover(session: Session, ref: AccountRef) -> AccountId | None:
    """The account as Microsoft.Storage knows it, so that a wrong name costs no refresh.

    Returns None where that may not be read; raises BackupError where it shows that a refresh cannot help. A plan may
    come before the account.
    """
    try:
        found = _listed_account(session, ref)
    except AccountGone as problem:
        now_at = find_moved(session, VaultLists(session), problem.account)
        words = (
            f"The storage account '{ref.name}' is not in the resource group '{problem.account.resource_group}': it is "
            f"in '{now_at.resource_group}'. Its id is {now_at}."
            if now_at
            else _nowhere(session, ref)
        )
        if now_at or not session.check_mode:
            raise BackupError(words, problem.fault) from problem
        session.warn(f"{words} The plan is made as if there were one.")
        return problem.account if problem.account.resource_group else None
    if found is None or found.account is None:
        return ref.account_id
    if not same(found.account.subscription, session.vault.subscription):
        raise other_subscription(found.account, session.vault)
    location = session.vault.location()
    if found.location and location and found.location != location:
        raise BackupError(
            f"The storage account '{ref.name}' is in {found.location}, but the vault '{session.vault.name}' is in "
            f"{location}. Azure Backup protects only accounts of the vault's own region."
        )
    return found.account


def _listed_account(session: Session, ref: AccountRef) -> StorageAccount | None:
    """Asked for by its id where that is given, and otherwise looked for in the subscription's list.

    None where that may not be read. Raises AccountGone where there is none.
    """
    if ref.account_id and not ref.account_id.is_classic:
        return session.storage.account(ref.account_id)
    accounts = session.storage.accounts()
    if accounts is None:
        return None
    found = ref.pick(accounts, lambda account: account.account)
    if not found:
        wanted = ref.account_id or AccountId(
            session.vault.subscription, ref.resource_group or "", "Microsoft.Storage", ref.name
        )
        raise AccountGone(wanted)
    return found[0]


def _nowhere(session: Session, ref: AccountRef) -> str:
    place = f"subscription {(ref.account_id or session.vault).subscription}"
    if ref.resource_group and not ref.account_id:
        place += f" and resource group '{ref.resource_group}'"
    return (
        f"There is no storage account '{ref.account_id or ref.name}' in {place}, or this login may not see it. "
        f"{NOT_FOUND}."
    )
