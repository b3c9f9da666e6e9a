# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import Answer
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._records.container import Access
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protectable_item import ItemAddress
from ansible_collections.azurefiles.backup.plugins.module_utils._records.recovery_point import RecoveryPoint
from ansible_collections.azurefiles.backup.plugins.module_utils._records.restore import (
    RestoreFile,
    RestoreOrder,
    RestoreTarget,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault

SOURCE = AccountId("0", "files-rg", "Microsoft.Storage", "contosofiles")
OTHER = AccountId("0", "Other-RG", "Microsoft.Storage", "fabrikamfiles")
ADDRESS = ItemAddress("StorageContainer;storage;files-rg;contosofiles", "AzureFileShare;hash", str(SOURCE), "finance")
POINT = RecoveryPoint("id", "1847532043816240297", None, None, "snapshot", None, None)
FILE, DIRECTORY = RestoreFile("reports/q3.xlsx", directory=False), RestoreFile("invoices", directory=True)
FULL = {
    "objectType": "AzureFileShareRestoreRequest",
    "sourceResourceId": str(SOURCE),
    "copyOptions": "Overwrite",
    "restoreRequestType": "FullShareRestore",
}
ORIGINAL = {"recoveryType": "OriginalLocation"}
ALTERNATE = {
    "recoveryType": "AlternateLocation",
    "targetDetails": {"name": "landing", "targetResourceId": str(OTHER)},
}


@dataclass
class Recorder:
    """A client that keeps what it is to send."""

    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    cloud: Any = None

    def send(self, method: str, path: str, _query: Any, body: Any = None, _activity_id: str | None = None) -> Answer:
        self.sent.append((method, path, body))
        return Answer(200, {}, None)


def order(
    *files: RestoreFile,
    target: RestoreTarget | None = None,
    overwrite: bool = True,
    access: Access | None = None,
) -> RestoreOrder:
    return RestoreOrder(SOURCE, files, target, overwrite, access)


def sent_for(wanted: RestoreOrder) -> tuple[str, str, Any]:
    client = Recorder()
    operation: Operation | None = Vault(client, "0", "backup-rg", "backup-vault").restore(  # type: ignore[arg-type]
        "Restoring", ADDRESS, POINT, wanted
    )

    assert operation is None, "an answer of 200 announces no operation"
    return client.sent[0]


@pytest.mark.parametrize(
    ("wanted", "properties"),
    [
        (order(), FULL | ORIGINAL),
        (order(overwrite=False), FULL | ORIGINAL | {"copyOptions": "Skip"}),
        (order(target=RestoreTarget(OTHER, "landing", "")), FULL | ALTERNATE),
        (
            order(target=RestoreTarget(OTHER, "landing", "a/b")),
            FULL | ALTERNATE | {"restoreFileSpecs": [{"targetFolderPath": "a/b"}]},
        ),
        (
            order(FILE, DIRECTORY),
            FULL
            | ORIGINAL
            | {
                "restoreRequestType": "ItemLevelRestore",
                "restoreFileSpecs": [
                    {"path": "reports/q3.xlsx", "fileSpecType": "File"},
                    {"path": "invoices", "fileSpecType": "Directory"},
                ],
            },
        ),
        (
            order(FILE, target=RestoreTarget(OTHER, "landing", "a")),
            FULL
            | ALTERNATE
            | {
                "restoreRequestType": "ItemLevelRestore",
                "restoreFileSpecs": [{"path": "reports/q3.xlsx", "fileSpecType": "File", "targetFolderPath": "a"}],
            },
        ),
        (order(access=Access("key")), FULL | ORIGINAL),
        (
            order(access=Access("identity")),
            FULL | ORIGINAL | {"identityInfo": {"isSystemAssignedIdentity": True}},
        ),
        (
            order(access=Access("identity", "/x/userAssignedIdentities/backup")),
            FULL
            | ORIGINAL
            | {
                "identityInfo": {
                    "isSystemAssignedIdentity": False,
                    "managedIdentityResourceId": "/x/userAssignedIdentities/backup",
                }
            },
        ),
    ],
)
def test_what_is_sent_for_a_restore(wanted: RestoreOrder, properties: dict[str, Any]) -> None:
    assert sent_for(wanted)[2] == {"properties": properties}


def test_where_a_restore_is_sent() -> None:
    method, path, _body = sent_for(order())

    assert method == "POST"
    assert path == (
        "/subscriptions/0/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices/vaults/backup-vault"
        "/backupFabrics/Azure/protectionContainers/StorageContainer%3Bstorage%3Bfiles-rg%3Bcontosofiles"
        "/protectedItems/AzureFileShare%3Bhash/recoveryPoints/1847532043816240297/restore"
    )
