# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A vault's lists, and how one reading of them serves many accounts."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from .._records.container import Container, ProtectableAccount
from .._records.policy import Policy
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import ProtectedItem
from .._vault.vault import Vault

Found = TypeVar("Found")


class Lists(Protocol):
    """What is looked through for an account: a vault, which reads each list anew, or what was once read of one."""

    name: str

    def containers(self) -> list[Container]: ...

    def protectable_accounts(self) -> list[ProtectableAccount]: ...

    def protectable_items(self) -> list[ProtectableItem]: ...

    def protected_items(self) -> list[ProtectedItem]: ...

    def policies(self) -> list[Policy]: ...


class ReadOnce:
    """A vault's lists, each of them read when it is first asked for, and never again."""

    def __init__(self, vault: Vault) -> None:
        self.name = vault.name
        self.containers = _Once(vault.containers)
        self.protectable_accounts = _Once(vault.protectable_accounts)
        self.protectable_items = _Once(vault.protectable_items)
        self.protected_items = _Once(vault.protected_items)
        self.policies = _Once(vault.policies)


class _Once(Generic[Found]):
    """The list of one call, which those who ask side by side wait for together."""

    def __init__(self, read: Callable[[], list[Found]]) -> None:
        self._read = read
        self._lock = Lock()
        self._found: list[Found] | None = None

    def __call__(self) -> list[Found]:
        with self._lock:
            if self._found is None:
                self._found = self._read()
            return self._found
