# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registering a storage account with a vault: read, plan, act, wait, read back. Private to the collection."""

from __future__ import annotations

from typing import Any

from ._accounts import AccountRef, discovered_account, registered_container
from ._errors import BackupError
from ._ids import AccountId
from ._records import Container, ProtectableAccount
from ._session import Session

NOT_FOUND = (
    "Azure Backup does not offer a storage account that is registered with another vault, is in another region than "
    "the vault, was created in the last minutes, has a firewall without an exception for trusted services, uses "
    "internet routing or a hierarchical namespace, or whose name and resource group have more than 84 characters"
)


def ensure_registered(session: Session, ref: AccountRef, lock: bool) -> None:
    """Register the account, unless it is registered already."""
    outcome = session.outcome
    container = registered_container(session, ref)
    if container:
        _report(session, container.to_result(), container.to_result())
        return
    known = discovered_account(session, ref)
    account = known.account if known else _account_to_discover(session, ref)
    if session.check_mode:
        outcome.changed = True
        _report(session, None, _expected(known, account, ref))
        return
    known = known or _discover(session, ref)
    _report(session, None, None)
    outcome.changed = True
    _register(session, ref, known, lock)


def _register(session: Session, ref: AccountRef, known: ProtectableAccount, lock: bool) -> None:
    if known.account is None:
        raise BackupError(f"The vault lists the storage account '{ref.name}' without its id; it cannot be registered.")
    operation = session.vault.register(known.name, known.account, lock)
    if not session.wait:
        _report(session, None, _expected(known, known.account, ref))
        return
    session.waiter.operation(operation)
    found: list[Container] = []

    def visible() -> bool:
        container = registered_container(session, ref)
        found.extend([container] if container else [])
        return bool(container)

    if not session.waiter.until(visible):
        raise BackupError(
            f"Azure says that the storage account '{ref.name}' is registered, but the vault does not list it yet. "
            "Run again in some minutes."
        )
    _report(session, None, found[0].to_result())


def _discover(session: Session, ref: AccountRef) -> ProtectableAccount:
    """Let the vault look at the subscription anew; a new account can take a moment to show."""
    session.waiter.operation(session.vault.refresh())
    found: list[ProtectableAccount] = []

    def visible() -> bool:
        account = discovered_account(session, ref)
        found.extend([account] if account else [])
        return bool(account)

    if not session.waiter.until(visible):
        raise BackupError(
            f"The vault '{session.vault.name}' does not find the storage account '{ref.name}', also after a refresh. "
            f"{NOT_FOUND}."
        )
    return found[0]


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


def _expected(known: ProtectableAccount | None, account: AccountId | None, ref: AccountRef) -> dict[str, Any]:
    """The container as it will be; what only Azure can know is None."""
    return {
        "id": None,
        "name": known.name if known else None,
        "storage_account": account.name if account else ref.name,
        "storage_account_id": str(account) if account else None,
        "registration_status": "Registered",
        "health_status": None,
        "protected_item_count": 0,
    }


def _report(session: Session, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    session.outcome.values["container"] = after
    session.outcome.before, session.outcome.after = {"container": before}, {"container": after}
