# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about recovery points: one method each, and no decisions."""

from __future__ import annotations

from typing import Any

from .._azure.ids import path
from .._records.operation import Operation
from .._records.protectable_item import ItemAddress
from .._records.recovery_point import RecoveryPoint
from .._records.restore import RestoreOrder
from .wire import VaultWire, named


class RecoveryPointCalls(VaultWire):
    def recovery_points(self, item: ItemAddress) -> list[RecoveryPoint]:
        """All of a share's recovery points, in no order to rely on."""
        where = self.item_path(item) + "/recoveryPoints"
        found = self._explained(lambda: list(self.client.pages(where, self._api)))
        return [RecoveryPoint.from_api(each) for each in found]

    def restore(
        self,
        title: str,
        item: ItemAddress,
        point: RecoveryPoint,
        order: RestoreOrder,
        activity_id: str | None = None,
    ) -> Operation | None:
        """Restore a share or files of it.

        The operation ends once there is a job, which has the ``activity_id``; the job goes on.
        """
        where = self.item_path(item) + path("recoveryPoints", point.name, "restore")
        answer = self.send("POST", where, None, {"properties": restore_request(order)}, activity_id, order.approval)
        return self.item_operation(answer, title)


def restore_request(order: RestoreOrder) -> dict[str, Any]:
    """What a restore is asked for by."""
    folder = {"targetFolderPath": order.target.folder} if order.target and order.target.folder else {}
    specs: list[dict[str, Any]] = [
        {"path": file.path, "fileSpecType": "Directory" if file.directory else "File"} | folder for file in order.files
    ]
    if folder and not specs:
        specs = [folder]
    properties: dict[str, Any] = {
        "objectType": "AzureFileShareRestoreRequest",
        "recoveryType": "AlternateLocation" if order.target else "OriginalLocation",
        "sourceResourceId": str(order.account),
        "copyOptions": "Overwrite" if order.overwrite else "Skip",
        "restoreRequestType": "ItemLevelRestore" if order.files else "FullShareRestore",
    } | named(order.approval)
    if specs:
        properties["restoreFileSpecs"] = specs
    if order.target:
        properties["targetDetails"] = {
            "name": order.target.share,
            "targetResourceId": str(order.target.account),
        }
    if order.access and order.access.kind == "identity":
        properties["identityInfo"] = order.access.to_api()["identityInfo"]
    return properties
