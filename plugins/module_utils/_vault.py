# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Recovery Services vault's vocabulary for file shares: one method per call, and no decisions.

Everything odd about the wire stays in here: what an operation's address looks like, which status means success, and
how names are spelled. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ._client import Answer, ArmClient
from ._errors import AzureFault, BackupError, ServiceError
from ._ids import AccountId, path
from ._records import Container, ItemAddress, Job, Policy, ProtectableAccount, ProtectableItem, ProtectedItem
from ._times import filter_time

DEFAULT_API_VERSION = "2026-07-01"
STORAGE = {"backupManagementType": "AzureStorage"}
Found = TypeVar("Found")


@dataclass(frozen=True)
class Operation:
    """Work that Azure has begun. ``title`` says in words what it is, for messages.

    ``by_status_code`` tells the service's two protocols apart: the HTTP status of a result, or a status in JSON.
    """

    title: str
    path: str
    by_status_code: bool


@dataclass(frozen=True)
class Progress:
    """How far an operation is. ``hint`` is the service's wish for the next question, in seconds."""

    status: str
    hint: float | None = None
    job_id: str | None = None
    fault: AzureFault | None = None

    @property
    def running(self) -> bool:
        return self.status == "InProgress"

    @property
    def succeeded(self) -> bool:
        return self.status == "Succeeded"


class Vault:
    def __init__(
        self,
        client: ArmClient,
        subscription: str,
        resource_group: str,
        name: str,
        api_version: str = DEFAULT_API_VERSION,
    ) -> None:
        self.client = client
        self.subscription = subscription
        self.resource_group = resource_group
        self.name = name
        self._api = {"api-version": api_version}
        self._root = path(
            "subscriptions",
            subscription,
            "resourceGroups",
            resource_group,
            "providers",
            "Microsoft.RecoveryServices",
            "vaults",
            name,
        )

    # Storage accounts

    def location(self) -> str:
        """The vault's region, in the form ``westeurope``."""
        vault = self._get(self._root).object
        return str(vault.get("location", "")).replace(" ", "").lower()

    def containers(self) -> list[Container]:
        """The storage accounts that are registered with this vault."""
        found = self._list("/backupProtectionContainers", STORAGE | {"status": "Registered"})
        return [Container.from_api(each) for each in found]

    def protectable_accounts(self) -> list[ProtectableAccount]:
        """The storage accounts that the vault has discovered; registered ones are not among them."""
        found = self._list("/backupFabrics/Azure/protectableContainers", STORAGE)
        return [ProtectableAccount.from_api(each) for each in found]

    def refresh(self) -> Operation | None:
        """Discover the subscription's storage accounts anew: 50 times a day for each vault."""
        self.client.calls.count("refreshes")
        answer = self._send("POST", f"{self._root}/backupFabrics/Azure/refreshContainers", STORAGE)
        return self._operation(
            answer,
            f"Refreshing the vault '{self.name}'",
            f"{self._root}/backupFabrics/Azure/operationResults",
            True,
        )

    def register(self, container_name: str, account: AccountId, lock: bool) -> Operation | None:
        """Register a storage account; ``lock`` lets Azure Backup place its delete lock on the account."""
        properties = STORAGE | {
            "containerType": "StorageContainer",
            "sourceResourceId": str(account),
            "acquireStorageAccountLock": "Acquire" if lock else "NotAcquire",
        }
        where = self._container(container_name)
        answer = self._send("PUT", where, body={"properties": properties})
        return self._operation(
            answer, f"Registering the storage account '{account.name}'", f"{where}/operationResults", True
        )

    def inquire(self, container_name: str, account_name: str) -> Operation | None:
        """Look for the account's shares anew: 25 times a day for each account."""
        self.client.calls.count("inquiries")
        where = self._container(container_name)
        answer = self._send("POST", f"{where}/inquire", {"workloadType": "AzureFileShare"})
        return self._operation(answer, f"Inquiring the shares of '{account_name}'", f"{where}/operationResults", True)

    # Shares

    def protectable_items(self) -> list[ProtectableItem]:
        """The shares that can still be protected, of all registered accounts; each account has to be inquired first."""
        found = self._list("/backupProtectableItems", STORAGE | {"workloadType": "AzureFileShare"})
        return [ProtectableItem.from_api(each) for each in found]

    def protected_items(self) -> list[ProtectedItem]:
        """The shares that are protected, stopped or soft-deleted, of all accounts."""
        found = self._list("/backupProtectedItems", STORAGE | {"itemType": "AzureFileShare"})
        return [ProtectedItem.from_api(each) for each in found]

    def protect(self, title: str, item: ItemAddress, policy_id: str) -> Operation | None:
        """Protect a share by a policy; also how a policy is changed and a stopped share resumed."""
        return self._put_item(title, item, {"policyId": policy_id})

    def stop(self, title: str, item: ItemAddress, state: str) -> Operation | None:
        """End the backups of a share and keep its recovery points, in one of the two states that mean so."""
        return self._put_item(title, item, {"policyId": "", "protectionState": state})

    def undelete(self, title: str, item: ItemAddress) -> Operation | None:
        """Take back the deletion of a soft-deleted share; it is stopped afterwards."""
        return self._put_item(
            title, item, {"policyId": "", "protectionState": "ProtectionStopped", "isRehydrate": True}
        )

    def delete(self, title: str, item: ItemAddress) -> Operation | None:
        """End the protection of a share and delete its backup data, or mark it deleted where soft delete is on."""
        return self._item_operation(self._send("DELETE", self._item(item)), title)

    def backup(self, title: str, item: ItemAddress, expiry: datetime) -> Operation | None:
        """Take a backup now. The operation ends once there is a job; the job goes on."""
        properties = {
            "objectType": "AzureFileShareBackupRequest",
            "recoveryPointExpiryTimeInUTC": expiry.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        answer = self._send("POST", f"{self._item(item)}/backup", body={"properties": properties})
        return self._item_operation(answer, title)

    # Policies, jobs, operations

    def policies(self) -> list[Policy]:
        """The policies for file shares; the vault's policies for virtual machines are not among them."""
        return [Policy.from_api(each) for each in self._list("/backupPolicies", STORAGE)]

    def job(self, job_id: str) -> Job:
        return Job.from_api(self._get(self._root + path("backupJobs", job_id)).object)

    def jobs(self, operation: str, status: str | None = None, since: datetime | None = None) -> list[Job]:
        """The vault's file share jobs of one kind; ``since`` bounds their start."""
        conditions = STORAGE | {"operation": operation}
        if status:
            conditions["status"] = status
        if since:
            conditions["startTime"] = filter_time(since)
        return [Job.from_api(each) for each in self._list("/backupJobs", conditions)]

    def progress(self, operation: Operation) -> Progress:
        """Ask once how far an operation is."""
        answer = self._get(operation.path)
        hint = _seconds(answer.headers.get("Retry-After"))
        if operation.by_status_code:
            return Progress("InProgress" if answer.status == 202 else "Succeeded", hint)
        return _progress(answer.object, hint)

    def _put_item(self, title: str, item: ItemAddress, properties: dict[str, Any]) -> Operation | None:
        body = {
            "protectedItemType": "AzureFileShareProtectedItem",
            "sourceResourceId": item.source_resource_id,
        } | properties
        return self._item_operation(self._send("PUT", self._item(item), body={"properties": body}), title)

    def _item_operation(self, answer: Answer, title: str) -> Operation | None:
        return self._operation(answer, title, f"{self._root}/backupOperations", False)

    def _operation(self, answer: Answer, title: str, where: str, by_status_code: bool) -> Operation | None:
        """The operation that an answer announces, or None where the service was done at once.

        Its address is made from its id, as Microsoft's own CLI does: the announced ones can be malformed
        (two question marks), several kilobytes long, and of another api-version.
        """
        if answer.status != 202:
            return None
        for header in ("Azure-AsyncOperation", "Location"):
            announced = urlsplit(answer.headers.get(header, ""))
            operation_id = announced.path.rstrip("/").rsplit("/", 1)[-1]
            if operation_id:
                self._refuse_foreign(announced.geturl())
                return Operation(title, where + path(operation_id), by_status_code)
        raise BackupError(f"{title} was accepted, but Azure named no operation to follow. Run again to see its result.")

    def _refuse_foreign(self, announced: str) -> None:
        home, there = urlsplit(self.client.cloud.resource_manager), urlsplit(announced)
        if there.netloc and (there.scheme.lower(), there.netloc.lower()) != (
            home.scheme,
            home.netloc.lower(),
        ):
            raise BackupError(
                f"Azure's answer leads to {there.scheme}://{there.netloc}, which is not the resource manager "
                f"({home.scheme}://{home.netloc}); nothing was sent there."
            )

    # Addresses

    def _container(self, name: str) -> str:
        return self._root + path("backupFabrics", "Azure", "protectionContainers", name)

    def _item(self, item: ItemAddress) -> str:
        return self._container(item.container_name) + path("protectedItems", item.item_name)

    def _get(self, where: str) -> Answer:
        return self._explained(lambda: self.client.get(where, self._api))

    def _list(self, where: str, conditions: Mapping[str, str]) -> list[dict[str, Any]]:
        query = self._api | {"$filter": _filter(conditions)}
        return self._explained(lambda: list(self.client.pages(self._root + where, query)))

    def _send(self, method: str, where: str, conditions: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        query = self._api | ({"$filter": _filter(conditions)} if conditions else {})
        return self._explained(lambda: self.client.send(method, where, query, body))

    def _explained(self, call: Callable[[], Found]) -> Found:
        """Turn the answer that the vault itself is not there into words."""
        try:
            return call()
        except ServiceError as error:
            if error.not_found and error.fault.code in (
                "ResourceNotFound",
                "ResourceGroupNotFound",
                "SubscriptionNotFound",
            ):
                raise BackupError(
                    f"There is no Recovery Services vault '{self.name}' in resource group '{self.resource_group}' of "
                    f"subscription {self.subscription}, or this login may not see it. "
                    f"Azure said: {error.fault.message or error.fault.code}",
                    error.fault,
                ) from error
            raise


def _filter(conditions: Mapping[str, str]) -> str:
    """An OData filter; keys in alphabetical order, as Microsoft's own CLI writes them."""
    quoted = {key: value.replace("'", "''") for key, value in conditions.items()}
    return " and ".join(f"{key} eq '{quoted[key]}'" for key in sorted(quoted))


def _progress(body: dict[str, Any], hint: float | None) -> Progress:
    status = str(body.get("status") or "Unknown")
    properties, error = body.get("properties"), body.get("error")
    job_id = properties.get("jobId") if isinstance(properties, dict) else None
    fault = None
    if isinstance(error, dict):
        fault = AzureFault(code=_word(error.get("code")), message=_word(error.get("message")))
    return Progress(status, hint, _word(job_id), fault)


def _word(value: Any) -> str | None:
    return " ".join(str(value).split()) if value not in (None, "") else None


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.strip().isdigit() else None
