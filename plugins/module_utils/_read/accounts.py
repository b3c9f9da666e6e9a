# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a storage account stands with the vault."""

from __future__ import annotations

from .._options.accounts import AccountRef
from .._records.container import Container, DeletedRegistration, ProtectableAccount
from .._vault.vault import Vault
from .allowed import if_allowed


def registered_container(vault: Vault, ref: AccountRef) -> Container | None:
    """The account's registration with this vault."""
    found = ref.pick(vault.containers(), lambda container: container.account)
    return found[0] if found and found[0].registered else None


def discovered_account(vault: Vault, ref: AccountRef) -> ProtectableAccount | None:
    """The account among those that the vault has discovered but not registered."""
    found = ref.pick(vault.protectable_accounts(), lambda account: account.account)
    return found[0] if found else None


def deleted_registration(vault: Vault, ref: AccountRef) -> DeletedRegistration | None:
    """The account's registration with this vault, if that is soft-deleted."""
    found = ref.pick(if_allowed(vault.deleted_registrations) or [], lambda registration: registration.account)
    return found[0] if found else None
