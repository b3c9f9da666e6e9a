# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that a vault does not know: mistyped, of another vault, or gone long ago."""

from __future__ import annotations

from collections.abc import Iterable

from .._azure.errors import BackupError
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.similar import did_you_mean
from .._options.vaults import WantedVaults
from .._records.container import Container
from .._run.parallel import side_by_side
from .._session import Session
from .._vault.vault import Vault
from .accounts import discovered_account
from .vaults import find_vaults

AT_ONCE = 10  # vaults that are asked side by side


def warn_of_unknown(session: Session, ref: AccountRef, containers: Iterable[Container]) -> None:
    """Say that the vault does not know an account that it does not have among its ``containers``.

    One that it has discovered is known, and nothing is said. The other vaults of the subscription are asked for it, as
    far as they can be read: one list, and one more for each vault.
    """
    if discovered_account(session.vault, ref):
        return
    known = [container.friendly_name for container in containers if container.registered]
    others = _vaults_that_have(session, ref)
    elsewhere = f"It is registered with {' and '.join(vault.name for vault in others)}." if others else None
    session.warn(
        sentences(
            f"The vault '{session.vault.name}' does not know the storage account '{ref.account_id or ref.name}'.",
            elsewhere or did_you_mean(ref.name, known),
        )
    )


def _vaults_that_have(session: Session, ref: AccountRef) -> list[Vault]:
    try:
        found = find_vaults(session.client, WantedVaults(), session.vault.subscription, session.api_version).vaults
    except BackupError:
        return []
    others = [vault for vault in found if vault.id.key != session.vault.id.key]
    answers = side_by_side(lambda vault: vault.containers(), others, AT_ONCE)
    return [
        vault
        for vault, answer in zip(others, answers, strict=True)
        if not isinstance(answer, Exception) and any(each.registered and ref.means(each.account) for each in answer)
    ]
