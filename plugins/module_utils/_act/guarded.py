# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Getting past a resource guard: what its refusals mean, and unlocking what is to be deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from .._azure.errors import ServiceError
from .._azure.guards import guard_advice, refused_by_guard
from .._records.safeguards import Approval
from .._session import Session

MARGIN = timedelta(minutes=1)  # before the end of its time, something counts as locked again

Done = TypeVar("Done")


@contextmanager
def approved(session: Session, approval: Approval | None) -> Iterator[None]:
    """What is asked of Azure in here needs a guard's approval; a refusal says whose, and who has to act."""
    try:
        yield
    except ServiceError as error:
        if approval and refused_by_guard(error.fault, approval.guard_id):
            error.advise(guard_advice(error.fault, approval.guard_id, session.guard_tenant))
        raise


class Unlocking:
    """The lock of a guard on one share's backup data, opened as late as it can be and again when it has closed."""

    def __init__(self, session: Session, item_id: str, approval: Approval) -> None:
        self._session = session
        self._item_id = item_id
        self._approval = approval
        self._until: datetime | None = None

    def delete(self, delete: Callable[[], Done]) -> Done:
        """Unlock, unless that was done and still holds, and delete.

        An unlocking that turns out to be over, or spent, is done anew.
        """
        is_fresh = not self._is_open()
        if is_fresh:
            self._open()
        while True:
            try:
                return delete()
            except ServiceError as error:
                if not refused_by_guard(error.fault, self._approval.guard_id) or (is_fresh and self._is_open()):
                    raise
            self._open()
            is_fresh = True

    def _is_open(self) -> bool:
        return self._until is not None and self._session.client.service_time() + MARGIN < self._until

    def _open(self) -> None:
        """After the end of the run's time nothing is unlocked any more; the deletion then says so."""
        if not self._session.deadline.over:
            self._until = self._session.vault.unlock_delete(self._item_id, self._approval)
