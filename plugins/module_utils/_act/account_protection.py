# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account and its shares in one run: registered first, where it is not, and then protected."""

from __future__ import annotations

from .._options.accounts import AccountRef
from .._options.protection import Desired
from .._options.registration import Registration
from .._read.lists import VaultLists
from .._result.registered import RegisteredResult
from .._session import Session
from .protection import check_policies, ensure_protection
from .registration import ensure_registered

AS_USUAL = Registration(lock=True)


def ensure_account_protection(session: Session, ref: AccountRef, desired: Desired, parallel: int) -> None:
    """Like ``ensure_protection``, for an account that may still have to be registered with the vault."""
    check_policies(session, [desired])
    session.foresee()
    lists = VaultLists(session)
    # Most accounts are registered already, and need both. A vault that cannot be read gets no registration either.
    lists.read("containers", "items")
    ensure_registered(session, ref, AS_USUAL, lists)
    registration = session.outcome.result
    if not session.check_mode and (registration.changed or not lists.container_of(ref)):
        lists.forget("containers", "items")
    try:
        ensure_protection(session, ref, desired, parallel, lists)
    finally:
        if session.outcome.result is not registration:
            session.outcome.result = RegisteredResult(registration, session.outcome.result)
