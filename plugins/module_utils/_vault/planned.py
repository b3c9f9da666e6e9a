# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault as plans see it, which may come before the vault."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .._arm.client import ArmClient
from .._azure.ids import VaultId
from .._records.policy import Policy
from .._records.vault_settings import UNKNOWN, VaultSettings
from .vault import Vault
from .wire import VaultMissing

Found = TypeVar("Found")


class PlannedVault(Vault):
    """Where the vault is still to be made, it has nothing yet; that is said once, and not asked again."""

    def __init__(self, client: ArmClient, vault: VaultId, api_version: str, warn: Callable[[str], None]) -> None:
        super().__init__(client, vault.subscription, vault.resource_group, vault.name, api_version)
        self._warn = warn
        self._lock = threading.Lock()
        self._missing = False

    def location(self) -> str:
        """Empty where there is no vault yet."""
        return self._unless_missing(super().location, "")

    def settings(self) -> VaultSettings:
        return self._unless_missing(super().settings, UNKNOWN)

    def elements(self, where: str, conditions: Mapping[str, str]) -> list[dict[str, Any]]:
        return self._unless_missing(lambda: super(PlannedVault, self).elements(where, conditions), [])

    def policy(self, name: str) -> Policy | None:
        return self._unless_missing(lambda: super(PlannedVault, self).policy(name), None)

    def _unless_missing(self, read: Callable[[], Found], otherwise: Found) -> Found:
        if self._missing:
            return otherwise
        try:
            return read()
        except VaultMissing as problem:
            if problem.fault.code == "SubscriptionNotFound":
                raise
            with self._lock:
                first, self._missing = not self._missing, True
            if first:
                self._warn(f"{problem.message} The plan is made as if there were one.")
            return otherwise
