# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about what guards the vault: one method each, and no decisions."""

from __future__ import annotations

from datetime import datetime

from .._azure.ids import path
from .._azure.times import parse_time
from .._records.safeguards import Approval, Guard
from .wire import VaultWire

# The only name that a vault's mapping to a guard can have.
PROXY = "VaultProxy"


class GuardCalls(VaultWire):
    def guard(self) -> Guard | None:
        """The resource guard that watches over the vault; None where there is none."""
        where = f"{self.root}/backupResourceGuardProxies"
        found = self._explained(lambda: list(self.client.pages(where, self._api)))
        return Guard.from_api(found[0]) if found else None

    def unlock_delete(self, item_id: str, approval: Approval) -> datetime | None:
        """Let one share's backup data be deleted; until when, where the service says so: for 30 minutes in 2025.

        It changes nothing by itself, so it is asked again where no answer came.
        """
        where = self.root + path("backupResourceGuardProxies", PROXY, "unlockDelete")
        body = {"resourceGuardOperationRequests": [approval.request], "resourceToBeDeleted": item_id}
        answer = self._explained(lambda: self.client.ask(where, self._api, body, guarded=True))
        return parse_time(answer.object.get("unlockDeleteExpiryTime"))
