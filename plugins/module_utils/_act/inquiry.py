# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letting a vault look at accounts anew, each of which allows that 25 times a day."""

from __future__ import annotations

from .._azure.errors import BackupError
from .._options.accounts import AccountRef
from .._options.listings import WantedProtectable
from .._read.accounts import registered_container
from .._read.inventory import not_registered
from .._read.protectable import due_accounts
from .._records.container import Container
from .._records.protectable_item import ProtectableItem
from .._result.listings import FoundProtectableItems
from .._run.parallel import side_by_side
from .._session import Session

AT_ONCE = 10  # accounts


def list_protectable(session: Session, wanted: WantedProtectable) -> None:
    """Return the shares that the vault offers, after an inquiry of those accounts that need one."""
    offered = session.vault.protectable_items()
    result = session.outcome.result = FoundProtectableItems(_chosen(wanted, offered))
    due = [] if wanted.inquire == "never" else due_accounts(session, wanted, offered)
    if due and session.check_mode:
        names = ", ".join(sorted(container.friendly_name for container in due))
        session.warn(f"Outside check mode, one of the 25 daily inquiries would be spent on each of: {names}.")
    elif due:
        _inquire(session, wanted, due)
        result.found = _chosen(wanted, session.vault.protectable_items())


def _chosen(wanted: WantedProtectable, offered: list[ProtectableItem]) -> list[ProtectableItem]:
    found = [item for item in offered if wanted.matches(item)]
    if wanted.account:
        wanted.account.pick(found, lambda item: item.account)
    return sorted(found, key=lambda item: (item.source_resource_id.lower(), item.share))


def _inquire(session: Session, wanted: WantedProtectable, due: list[Container]) -> None:
    """Side by side; in a whole vault, one that fails does not take the others' shares from the user."""

    def inquire(container: Container) -> None:
        session.waiter.operation(session.vault.inquire(container.name, container.friendly_name))

    with session.progress.doing(session.vault.name, "looking for new shares"):
        ends = side_by_side(inquire, due, AT_ONCE)
    for container, problem in zip(due, ends, strict=True):
        if isinstance(problem, BackupError):
            if wanted.account:
                raise problem
            session.warn(f"The inquiry of '{container.friendly_name}' failed: {problem.message}")
        elif isinstance(problem, Exception):
            raise problem


def inquire_account(session: Session, ref: AccountRef) -> None:
    """Let the vault look at one account anew."""
    container = registered_container(session.vault, ref)
    if not container:
        raise not_registered(session, ref)
    with session.progress.doing(container.friendly_name, "looking for new shares"):
        session.waiter.operation(session.vault.inquire(container.name, container.friendly_name))
