# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a vault's backups and those who would take them away: a resource guard, and immutability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .fields import properties_of, string

# The operations that a guard can watch over, as far as they are ours, in the service's words: recorded in 2026, but for
# suspensions and restores, which are in the source of Microsoft's CLI and not in every guard.
_VAULTS = "Microsoft.RecoveryServices/vaults"
_ITEMS = f"{_VAULTS}/backupFabrics/protectionContainers/protectedItems"
DELETE_ITEM = f"{_ITEMS}/delete"
CHANGE_ITEM = f"{_ITEMS}/write"
STOP_ITEM = f"{_ITEMS}/write#stopProtectionWithRetainData"
SUSPEND_ITEM = f"{_ITEMS}/write#suspendBackupsWithRetainData"
RESTORE = f"{_ITEMS}/recoveryPoints/restore/action"
CHANGE_POLICY = f"{_VAULTS}/backupPolicies/write"


@dataclass(frozen=True)
class Approval:
    """What is sent along so that a guard lets one operation through: the id of its standing request for that."""

    guard_id: str
    request: str


@dataclass(frozen=True)
class Guard:
    """A resource guard. ``requests`` go by the operations, in lower case, that need them."""

    id: str
    requests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Guard:
        properties = properties_of(resource)
        details = properties.get("resourceGuardOperationDetails")
        rows = [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []
        requests = {
            string(each.get("vaultCriticalOperation")).lower(): string(each.get("defaultResourceRequest"))
            for each in rows
        }
        return cls(string(properties.get("resourceGuardResourceId")), requests)

    def approval(self, operation: str) -> Approval | None:
        """None for an operation that the guard does not watch over."""
        request = self.requests.get(operation.lower())
        return Approval(self.id, request) if request else None


@dataclass(frozen=True)
class Safeguards:
    """What is known of a vault's safeguards."""

    immutability: str | None = None
    guard: Guard | None = None

    def approval(self, operation: str) -> Approval | None:
        return self.guard.approval(operation) if self.guard else None
