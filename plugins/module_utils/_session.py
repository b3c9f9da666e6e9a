# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's work is given, and where it puts its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ._azure.errors import BackupError
from ._run.progress import LiveProgress
from ._storage import Storage
from ._vault.vault import Vault
from ._wait.operations import Waiter

Found = TypeVar("Found")


@dataclass
class Outcome:
    """A result in the making. It is returned as far as it got, also when the work ends in an error."""

    changed: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    before: Any = None
    after: Any = None
    failure: BackupError | None = None

    @contextmanager
    def may_change(self) -> Iterator[None]:
        """What is asked of Azure in here may change something; only a clear refusal says that it has not."""
        before, self.changed = self.changed, True
        try:
            yield
        except BackupError as error:
            self.changed = before or error.in_doubt
            raise


@dataclass
class Session:
    """The tools of one run. ``wait`` is false where the user does not want to wait for the end of what is started."""

    vault: Vault
    storage: Storage
    waiter: Waiter
    check_mode: bool
    wait: bool
    warn: Callable[[str], None]
    outcome: Outcome = field(default_factory=Outcome)
    progress: LiveProgress = field(default_factory=LiveProgress)

    def look_for(self, look: Callable[[], Found]) -> Found | None:
        """What the service shows after some looks, or None."""
        found: list[Found] = []

        def visible() -> bool:
            thing = look()
            found.extend([] if thing is None else [thing])
            return bool(found)

        self.waiter.until(visible)
        return found[0] if found else None
