# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's work is given, and where it puts its results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ._arm.client import ArmClient
from ._azure.errors import BackupError
from ._options.argspec import API_VERSION
from ._options.vaults import VaultName
from ._result.result import Result
from ._run.deadline import Deadline
from ._run.progress import LiveProgress
from ._storage import Storage
from ._vault.planned import PlannedVault
from ._vault.vault import Vault
from ._wait.operations import Waiter

Found = TypeVar("Found")


@dataclass
class Outcome:
    """What the work leads to. ``result`` is told as far as it got, also when the work ends in an error."""

    result: Result = field(default_factory=Result)
    failure: BackupError | None = None

    @property
    def changed(self) -> bool:
        return self.result.changed

    @property
    def values(self) -> dict[str, Any]:
        return self.result.to_result()

    @property
    def before(self) -> Any:
        return self.result.before

    @property
    def after(self) -> Any:
        return self.result.after


@dataclass
class Session:
    """The tools of one run. ``wait`` is false where the user does not want to wait for the end of what is started.

    ``hide`` is told of secrets that shall appear in no output.
    ``place`` is the vault that the options name: ``vault`` and ``waiter`` are there where they name one.
    ``guard_tenant`` is the tenant of its resource guard, where that is another one than the login's.
    """

    client: ArmClient
    subscription: str
    deadline: Deadline
    check_mode: bool
    wait: bool
    warn: Callable[[str], None]
    hide: Callable[[str], None] = lambda _secret: None
    place: VaultName | None = None
    api_version: str = API_VERSION
    poll_interval: float = 5.0
    guard_tenant: str | None = None
    outcome: Outcome = field(default_factory=Outcome)
    progress: LiveProgress = field(default_factory=LiveProgress)
    said: set[str] = field(default_factory=set)
    storage: Storage = field(init=False)
    vault: Vault = field(init=False)
    waiter: Waiter = field(init=False)

    def __post_init__(self) -> None:
        self.storage = Storage(self.client, self.subscription)
        if self.place:
            self.vault = self.vault_of(self.place)
            self.waiter = Waiter(self.vault, self.deadline, self.poll_interval)

    def vault_of(self, name: VaultName) -> Vault:
        """Any vault; one that is named without a subscription is in that of the login."""
        subscription = name.subscription or self.subscription
        return Vault(self.client, subscription, name.resource_group, name.name, self.api_version)

    def warn_once(self, words: str) -> None:
        """For what several accounts or shares give reason to say."""
        if words not in self.said:
            self.said.add(words)
            self.warn(words)

    def foresee(self) -> None:
        """In check mode, let the vault be one that an earlier task is still to make."""
        if self.check_mode and self.place and not isinstance(self.vault, PlannedVault):
            self.vault = self.planned(self.vault)

    def planned(self, vault: Vault) -> Vault:
        return PlannedVault(self.client, vault.id, self.api_version, self.warn)

    def look_for(self, look: Callable[[], Found]) -> Found | None:
        """What the service shows after some looks, or None."""
        found: list[Found] = []

        def visible() -> bool:
            thing = look()
            found.extend([] if thing is None else [thing])
            return bool(found)

        self.waiter.until(visible)
        return found[0] if found else None
