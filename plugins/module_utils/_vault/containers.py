# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about storage accounts: one method each, and no decisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .._azure.ids import AccountId
from .._records.container import Access, Container, DeletedRegistration, ProtectableAccount
from .._records.operation import Operation
from .wire import STORAGE, VaultWire


class ContainerCalls(VaultWire):
    def containers(self) -> list[Container]:
        """The storage accounts that are registered with this vault."""
        found = self.elements("/backupProtectionContainers", STORAGE | {"status": "Registered"})
        return [Container.from_api(each) for each in found]

    def protectable_accounts(self) -> list[ProtectableAccount]:
        """The storage accounts that the vault has discovered; registered ones are not among them."""
        found = self.elements("/backupFabrics/Azure/protectableContainers", STORAGE)
        return [ProtectableAccount.from_api(each) for each in found]

    def deleted_registrations(self) -> list[DeletedRegistration]:
        """The storage accounts whose registrations are soft-deleted."""
        found = self.elements("/backupDeletedProtectionContainers", STORAGE)
        return [DeletedRegistration.from_api(each) for each in found]

    def refresh(self) -> Operation | None:
        """Discover the subscription's storage accounts anew: 50 times a day for each vault."""
        self.client.calls.count("refreshes")
        answer = self.send("POST", f"{self.root}/backupFabrics/Azure/refreshContainers", STORAGE)
        return self.operation(
            answer,
            f"Refreshing the vault '{self.name}'",
            f"{self.root}/backupFabrics/Azure/operationResults",
            True,
        )

    def register(
        self, container_name: str, account: AccountId, lock: bool, access: Access | None, kind: str = "Register"
    ) -> Operation | None:
        """Register a storage account; ``Reregister`` it in another way, or ``Rehydrate`` a deleted registration.

        ``lock`` lets Azure Backup place its delete lock on the account.
        """
        properties: dict[str, Any] = STORAGE | {
            "containerType": "StorageContainer",
            "friendlyName": account.name,
            "resourceGroup": account.resource_group,
            "sourceResourceId": str(account),
            "acquireStorageAccountLock": "Acquire" if lock else "NotAcquire",
        }
        if access:
            properties |= access.to_api()
        if kind != "Register":
            properties["operationType"] = kind
        where = self.container_path(container_name)
        answer = self.send("PUT", where, body={"properties": properties})
        return self.operation(
            answer, f"Registering the storage account '{account.name}'", f"{where}/operationResults", True
        )

    def unregister(self, container_name: str, account_name: str) -> Operation | None:
        """Take a storage account from the vault, which has to keep nothing of it any more.

        Recorded from 2022 to 2024: the vault's operations know of it, and name its job in the end. Should they not,
        the container's results do, which Microsoft's CLI asks.
        """
        where = self.container_path(container_name)
        answer = self.send("DELETE", where)
        title = f"Unregistering the storage account '{account_name}'"
        operation = self.item_operation(answer, title)
        if operation is None:
            return None
        return replace(operation, otherwise=self.operation(answer, title, f"{where}/operationResults", True))

    def inquire(self, container_name: str, account_name: str) -> Operation | None:
        """Look for the account's shares anew: 25 times a day for each account."""
        self.client.calls.count("inquiries")
        where = self.container_path(container_name)
        answer = self.send("POST", f"{where}/inquire", {"workloadType": "AzureFileShare"})
        return self.operation(answer, f"Inquiring the shares of '{account_name}'", f"{where}/operationResults", True)
