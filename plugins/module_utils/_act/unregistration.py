# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a storage account from a vault: read, plan, act, wait, read back."""

from __future__ import annotations

from .._azure.errors import BackupError
from .._azure.times import format_time
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._read.accounts import registered_container
from .._read.inventory import protected_shares
from .._read.unknown import warn_of_unknown
from .._records.container import Container
from .._records.protected_item import SOFT_DELETED, ProtectedItem
from .._result.container import ContainerResult
from .._session import Session
from .._wait.obstacles import persist

NAMED = 10  # how many shares a message names


def ensure_unregistered(session: Session, ref: AccountRef) -> None:
    """Unregister the account, if it is registered and nothing of it is kept in the vault."""
    containers = session.vault.containers()
    mine = [each for each in ref.pick(containers, lambda each: each.account) if each.registered]
    container = mine[0] if mine else None
    result = session.outcome.result = ContainerResult(container, container)
    if not container:
        warn_of_unknown(session, ref, containers)
        return
    kept = list(protected_shares(session.vault, ref).values())
    if kept:
        raise _in_use(session, container, kept)
    result.changed, result.container, result.action = True, None, "unregister"
    if not session.check_mode:
        _unregister(session, ref, container, result)


def _unregister(session: Session, ref: AccountRef, container: Container, result: ContainerResult) -> None:
    def attempt() -> None:
        operation = session.vault.unregister(container.name, container.friendly_name)
        if session.wait:
            session.waiter.operation(operation)

    try:
        with session.progress.doing(ref.name, "unregistering"):
            persist(session.waiter, attempt)
    except BackupError as error:
        result.changed = error.in_doubt
        # The service was seen to answer 500 for the result of an operation; the list of accounts then decides.
        if not error.in_doubt or not session.waiter.until(lambda: registered_container(session.vault, ref) is None):
            result.container = container
            raise
        session.warn(sentences(error.message, "The account is not registered any more, though."))


def _in_use(session: Session, container: Container, kept: list[ProtectedItem]) -> BackupError:
    names = [f"{item.share} ({_state(item)})" for item in sorted(kept, key=lambda item: item.share)]
    told = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return BackupError(
        f"The storage account '{container.friendly_name}' cannot be unregistered, because the vault "
        f"'{session.vault.name}' still keeps backup data of {len(names)} of its shares: {told}. "
        "Delete it with afs_protection, state: absent and delete_data: true; soft-deleted shares have to be purged "
        "first."
    )


def _state(item: ProtectedItem) -> str:
    if item.state == SOFT_DELETED and item.purge_time:
        return f"{item.state}, purged at {format_time(item.purge_time)}"
    return item.state
