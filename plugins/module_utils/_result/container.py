# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a storage account's registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._azure.errors import BackupError
from .deferral import deferred, over_budget
from .result import Change, Told, told


@dataclass
class ContainerResult(Change):
    """``found`` is the registration as it was at first, ``container`` as it is, or as it is to be.

    ``action`` is what was done about it, or is to be.
    """

    found: Told | None = None
    container: Told | None = None
    deferred: list[dict[str, Any]] = field(default_factory=list)
    action: str = "none"

    def defer(self, error: BackupError) -> None:
        """Remember what a daily budget holds up, if it does."""
        if over_budget(error):
            self.deferred = deferred([(None, error)])

    @property
    def before(self) -> dict[str, Any]:
        return {"container": _view(self.found)}

    @property
    def after(self) -> dict[str, Any]:
        return {"container": _view(self.container)}

    def to_result(self) -> dict[str, Any]:
        result = {"action": self.action, "container": told(self.container)}
        return result | ({"deferred": self.deferred} if self.deferred else {})


def _view(container: Told | None) -> str | dict[str, Any]:
    """What of a registration can differ, without what is not known."""
    if container is None:
        return "not registered"
    told_all = container.to_result()
    names = ("storage_account", "registration_status", "access_type", "identity_id", "storage_account_lock")
    return {name: told_all[name] for name in names if told_all.get(name) is not None}
