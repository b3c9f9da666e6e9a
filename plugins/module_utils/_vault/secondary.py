# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other region of a vault: what is there of it, and restores from there.

These calls know one api-version only. It alone makes the vault's own addresses answer for the other region, so it is
never the one that is used for the vault (reported; both of Microsoft's clients do so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from .._azure.errors import BackupError
from .._azure.ids import path
from .._records.job import Job
from .._records.operation import Operation
from .._records.protectable_item import ItemAddress
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import RecoveryPoint
from .._records.restore import RestoreOrder
from .._records.vault_settings import VaultSettings
from .jobs import job_conditions
from .recovery_points import restore_request
from .vault import Vault
from .wire import STORAGE, VaultWire

SECONDARY_API = "2021-11-15"
# The members of a principal that a token is made for; what else it has is left out, as Microsoft's clients do.
_PRINCIPAL = ("tenantId", "audience", "servicePrincipalObjectId")


@dataclass(frozen=True)
class PointToken:
    """The right to read one recovery point for a day. What it holds is a secret, and passed on as it came."""

    details: Mapping[str, Any] = field(repr=False)

    @property
    def secret(self) -> str:
        return str(self.details["accessTokenString"])


class SecondaryRegion(VaultWire):
    """What the region ``region`` holds of a vault. Its jobs are asked for by POSTs, which count as writes."""

    def __init__(self, vault: Vault, region: str, vault_settings: VaultSettings) -> None:
        super().__init__(vault.client, vault.subscription, vault.resource_group, vault.name, SECONDARY_API)
        self.region = region
        self.vault_settings = vault_settings
        home = ("subscriptions", vault.subscription, "providers", "Microsoft.RecoveryServices", "locations", region)
        self._place = path(*home)

    @property
    def told(self) -> str:
        return f"The other region of the vault '{self.name}', {self.region},"

    def protected_items(self) -> list[ProtectedItem]:
        """The shares of which something has arrived there. Which recovery point is the latest there, is not told."""
        found = self.elements("/backupProtectedItems/", STORAGE | {"itemType": "AzureFileShare"})
        return [replace(ProtectedItem.from_api(each), latest_recovery_point=None) for each in found]

    def recovery_points(self, item: ItemAddress) -> list[RecoveryPoint]:
        """The recovery points that have arrived there: about an hour after the vault had its copy."""
        where = self.item_path(item) + "/recoveryPoints/"
        found = self._explained(lambda: list(self.client.pages(where, self._api)))
        return [RecoveryPoint.from_api(each) for each in found]

    def point_token(self, item: ItemAddress, point: RecoveryPoint) -> PointToken:
        """The right to read a recovery point, for the region's own principal.

        Without the filter the service names another principal; everything is accepted then, until the restore hangs
        and fails (reported).
        """
        where = f"{self._place}/backupAadProperties"
        principal = self._explained(lambda: self.client.get(where, self._query(STORAGE))).object.get("properties")
        if not isinstance(principal, dict) or not all(principal.get(name) for name in _PRINCIPAL):
            raise BackupError(f"Azure did not say who may restore in the region '{self.region}': run again.")
        body = {"properties": {name: principal[name] for name in _PRINCIPAL}}
        where = self.item_path(item) + path("recoveryPoints", point.name, "accessToken")
        details = self._explained(lambda: self.client.ask(where, self._api, body)).object.get("properties")
        if not isinstance(details, dict) or not details.get("accessTokenString"):
            raise BackupError(f"Azure gave no access to the recovery point {point.name}: run again.")
        return PointToken(details)

    def restore(
        self, title: str, token: PointToken, order: RestoreOrder, activity_id: str | None = None
    ) -> Operation | None:
        """Restore a share. The operation ends once there is a job, which goes on."""
        body = {"crossRegionRestoreAccessDetails": dict(token.details), "restoreRequest": restore_request(order)}
        answer = self.send("POST", f"{self._place}/backupCrossRegionRestore", None, body, activity_id)
        return self.operation(answer, title, f"{self._place}/backupCrrOperationsStatus", by_status_code=False)

    def job(self, job_id: str) -> Job:
        body = {"resourceId": str(self.id), "jobName": job_id}
        answer = self._explained(lambda: self.client.ask(f"{self._place}/backupCrrJob", self._api, body))
        return Job.from_api(answer.object)

    def jobs(
        self,
        operation: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Job]:
        """The region's jobs of the vault, as the vault lists its own."""
        query = self._query(job_conditions(operation, status, since, until))
        where, body = f"{self._place}/backupCrrJobs", {"resourceId": str(self.id)}
        found = self._explained(lambda: list(self.client.pages(where, query, body)))
        return [Job.from_api(each) for each in found]


Source: TypeAlias = "Vault | SecondaryRegion"
"""Where shares, recovery points and jobs are read, and restores begun."""
