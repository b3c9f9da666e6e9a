# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module returns, while it is still in the making."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._azure.errors import BackupError, OperationFailed


class Told(Protocol):
    """Whatever has words for a result."""

    def to_result(self) -> dict[str, Any]: ...


class Result:
    """What a module returns. The work fills it as it goes on, and it is told as it is whenever that ends.

    ``before`` and ``after`` are the two ends of the diff; None for what has no diff.
    """

    @property
    def changed(self) -> bool:
        return False

    @property
    def before(self) -> Any:
        return None

    @property
    def after(self) -> Any:
        return None

    def to_result(self) -> dict[str, Any]:
        return {}


@dataclass
class Change(Result):
    """What becomes of one thing."""

    changed: bool = field(default=False, kw_only=True)

    @contextmanager
    def may_change(self) -> Iterator[None]:
        """What is asked of Azure in here may change something; only a clear refusal says that it has not."""
        before, self.changed = self.changed, True
        try:
            yield
        except BackupError as error:
            self.changed = before or error.in_doubt
            raise

    @contextmanager
    def unless_it_fails(self) -> Iterator[None]:
        """What Azure is waited for in here has changed nothing, where that fails."""
        try:
            yield
        except OperationFailed:
            self.changed = False
            raise


def told(thing: Told | None) -> dict[str, Any] | None:
    return thing.to_result() if thing else None
