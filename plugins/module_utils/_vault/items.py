# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about shares: one method each, and no decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .._azure.ids import last_segment
from .._records.job import JobKey
from .._records.operation import Operation
from .._records.protectable_item import ItemAddress, ProtectableItem
from .._records.protected_item import ItemDetails, ProtectedItem
from .._records.safeguards import Approval
from .wire import STORAGE, VaultWire, named


class ItemCalls(VaultWire):
    def protectable_items(self) -> list[ProtectableItem]:
        """The shares that can still be protected, of all registered accounts; each account has to be inquired first."""
        found = self.elements("/backupProtectableItems", STORAGE | {"workloadType": "AzureFileShare"})
        return [ProtectableItem.from_api(each) for each in found]

    def protected_items(self) -> list[ProtectedItem]:
        """The shares that are protected, stopped or soft-deleted, of all accounts."""
        found = self.elements("/backupProtectedItems", STORAGE | {"itemType": "AzureFileShare"})
        return [ProtectedItem.from_api(each) for each in found]

    def details(self, item: ItemAddress) -> ItemDetails:
        """What the lists leave out of a share that is protected, stopped or soft-deleted."""
        return ItemDetails.from_api(self.read(self.item_path(item)).object)

    def protect(
        self, title: str, item: ItemAddress, policy_id: str, approval: Approval | None = None
    ) -> Operation | None:
        """Protect a share by a policy; also how a policy is changed and a stopped share resumed."""
        return self._put_item(title, item, {"policyId": policy_id}, "ConfigureBackup", approval)

    def stop(self, title: str, item: ItemAddress, state: str, approval: Approval | None = None) -> Operation | None:
        """End the backups of a share and keep its recovery points, in one of the two states that mean so."""
        return self._put_item(title, item, {"policyId": "", "protectionState": state}, "DisableBackup", approval)

    def undelete(self, title: str, item: ItemAddress) -> Operation | None:
        """Take back the deletion of a soft-deleted share; it is stopped afterwards."""
        properties = {"policyId": "", "protectionState": "ProtectionStopped", "isRehydrate": True}
        return self._put_item(title, item, properties, "Undelete")

    def delete(self, title: str, item: ItemAddress, approval: Approval | None = None) -> Operation | None:
        """End the protection of a share and delete its backup data, or mark it deleted where soft delete is on.

        What a guard watches over has to be unlocked before.
        """
        operation = self.item_operation(self.send("DELETE", self.item_path(item), approval=approval), title)
        return _with_job(operation, item, "DeleteBackupData")

    def backup(
        self, title: str, item: ItemAddress, expiry: datetime, activity_id: str | None = None
    ) -> Operation | None:
        """Take a backup now. The operation ends once there is a job, which has the ``activity_id``; the job goes on."""
        properties = {
            "objectType": "AzureFileShareBackupRequest",
            "recoveryPointExpiryTimeInUTC": expiry.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        answer = self.send("POST", f"{self.item_path(item)}/backup", None, {"properties": properties}, activity_id)
        return self.item_operation(answer, title)

    def _put_item(
        self, title: str, item: ItemAddress, properties: dict[str, Any], job: str, approval: Approval | None = None
    ) -> Operation | None:
        body = {
            "protectedItemType": "AzureFileShareProtectedItem",
            "sourceResourceId": item.source_resource_id,
        }
        wanted = {"properties": body | properties | named(approval)}
        operation = self.item_operation(self.send("PUT", self.item_path(item), body=wanted, approval=approval), title)
        return _with_job(operation, item, job)


def _with_job(operation: Operation | None, item: ItemAddress, job: str) -> Operation | None:
    """These operations begin and end together with a job of this kind, as all recorded ones did."""
    key = JobKey.of(job, last_segment(item.source_resource_id), item.share)
    return replace(operation, job=key) if operation else None
