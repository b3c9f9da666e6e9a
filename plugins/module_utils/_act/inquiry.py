# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letting a vault look at accounts anew, each of which allows that 25 times a day."""

from __future__ import annotations

from collections.abc import Sequence

from .._azure.errors import BackupError, unexpected
from .._options.listings import WantedProtectable
from .._read.protectable import due_accounts
from .._records.container import Container
from .._records.protectable_item import ProtectableItem
from .._result.listings import FoundProtectableItems
from .._run.parallel import Turn, in_turns
from .._session import Session
from .._wait.obstacles import persist

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
    problems = inquire_accounts(session, due, session.vault.name)
    for container, problem in zip(due, problems, strict=True):
        if problem and wanted.account:
            raise problem
        if problem:
            session.warn(f"The inquiry of '{container.friendly_name}' failed: {problem.message}")


def inquire_accounts(session: Session, containers: Sequence[Container], whose: str) -> list[BackupError | None]:
    """Let the vault look at accounts anew; what went wrong with each. They are all waited for together."""

    def inquire(container: Container, turn: Turn) -> None:
        def attempt() -> None:
            with turn:
                operation = session.vault.inquire(container.name, container.friendly_name)
            session.waiter.operation(operation)

        persist(session.waiter, attempt)

    with session.progress.doing(whose, "looking for new shares"):
        ends = in_turns(inquire, containers, AT_ONCE)
    return [unexpected(end) if isinstance(end, Exception) else None for end in ends]
