# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering a storage account with a vault: read, plan, act, wait, read back."""

from __future__ import annotations

from functools import partial

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .._options.accounts import AccountRef
from .._options.registration import Registration
from .._plan.registration import PlannedContainer, differs
from .._read.accounts import discovered_account, registered_container
from .._records.container import Container, ProtectableAccount
from .._result.container import ContainerResult
from .._session import Session

NOT_FOUND = (
    "Azure Backup does not offer a storage account that is registered with another vault, is in another region than "
    "the vault, was created in the last minutes, has a firewall without an exception for trusted services, uses "
    "internet routing or a hierarchical namespace, or whose name and resource group have more than 84 characters"
)
# The service's words for: another discovery of this vault is running.
DISCOVERING = "DiscoveryInProgress"
REFRESHES = 3  # at most, in one run


def ensure_registered(session: Session, ref: AccountRef, desired: Registration) -> None:
    """Register the account, unless it is registered in that way already."""
    known: Container | ProtectableAccount | None = registered_container(session.vault, ref)
    account = None
    result = ContainerResult()
    if known is None:
        known = discovered_account(session.vault, ref)
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
    _register(session, ref, known, PlannedContainer.of(known, account, ref, desired), result)


def _register(
    session: Session,
    ref: AccountRef,
    known: Container | ProtectableAccount | None,
    planned: PlannedContainer,
    result: ContainerResult,
) -> None:
    """Register a discovered account, or a registered one again; in check mode, only say so."""
    if session.check_mode:
        result.changed, result.container = True, planned
        return
    if known is None or known.account is None:
        raise BackupError(f"The vault does not tell the id of the storage account '{ref.name}'.")
    desired, again = planned.desired, isinstance(known, Container)
    problem = BackupError(
        f"Azure says that the storage account '{ref.name}' is registered, but the vault does not list it yet. "
        "Run again in some minutes."
    )
    result.changed = True
    try:
        operation = session.vault.register(known.name, known.account, desired.lock, desired.access, again)
        result.container = planned
        if not session.wait:
            return
        with session.progress.doing(ref.name, "registering"):
            session.waiter.operation(operation)
    except BackupError as error:
        if not error.in_doubt:
            result.changed, result.container = False, result.found
            result.defer(error)
            raise
        problem = error
    # Where the end of the operation stays unknown, the vault's list of accounts decides.
    container = session.look_for(lambda: registered_container(session.vault, ref))
    result.container = container or result.found
    if container is None or (problem.in_doubt and differs(desired, container)):
        raise problem


def _discover(session: Session, ref: AccountRef, result: ContainerResult) -> ProtectableAccount | Container:
    """Let the vault look at the subscription anew; a new account can take a moment to show.

    Where the vault is at it already, that is waited for first, and only then another refresh spent.
    """
    for _attempt in range(REFRESHES):
        problem = BackupError(
            f"The vault '{session.vault.name}' does not find the storage account '{ref.name}', also after a refresh. "
            f"{NOT_FOUND}."
        )
        try:
            with session.progress.doing(ref.name, "looking for the account"):
                session.waiter.operation(session.vault.refresh())
        except BackupError as error:
            result.defer(error)
            if not error.in_doubt and error.fault.code != DISCOVERING:
                raise
            problem = error
        known = session.look_for(partial(_seen, session, ref))
        if known:
            return known
        if problem.fault.code != DISCOVERING:
            break
    raise problem


def _seen(session: Session, ref: AccountRef) -> ProtectableAccount | Container | None:
    """The account as the vault shows it now: another run may have registered it meanwhile."""
    return discovered_account(session.vault, ref) or registered_container(session.vault, ref)


def _account_to_discover(session: Session, ref: AccountRef) -> AccountId | None:
    """The account in the subscription's own list, so that a wrong name costs no refresh.

    Returns None where that list may not be read; raises BackupError where it shows that a refresh cannot help.
    """
    accounts = session.storage.accounts()
    if accounts is None:
        return ref.account_id
    found = ref.pick(accounts, lambda account: account.account)
    if not found:
        raise BackupError(
            f"There is no storage account '{ref.account_id or ref.name}' in subscription {session.vault.subscription}"
            + (f" and resource group '{ref.resource_group}'" if ref.resource_group and not ref.account_id else "")
            + f", or this login may not see it. {NOT_FOUND}."
        )
    location = session.vault.location()
    if found[0].location and location and found[0].location != location:
        raise BackupError(
            f"The storage account '{ref.name}' is in {found[0].location}, but the vault '{session.vault.name}' is in "
            f"{location}. Azure Backup protects only accounts of the vault's own region."
        )
    return found[0].account
