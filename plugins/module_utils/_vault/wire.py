# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How one vault is spoken to: its addresses, and how its answers and operations are read.

Everything odd about the wire stays in here: what an operation's address looks like, which status means success, and
how names are spelled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .._arm.client import Answer, ArmClient
from .._azure.errors import AzureFault, BackupError, ServiceError
from .._azure.ids import VaultId, path
from .._options.argspec import API_VERSION
from .._records.fields import region
from .._records.operation import Operation, Progress
from .._records.protectable_item import ItemAddress
from .._records.safeguards import Approval
from .._records.vault_settings import VaultSettings

STORAGE = {"backupManagementType": "AzureStorage"}
VAULT_NOT_FOUND = ("ResourceNotFound", "ResourceGroupNotFound", "SubscriptionNotFound")
# The statuses by which the result of an operation says that the operation failed.
FAILED_RESULT = (400, 409, 412, 422)
# How the service announces an operation; its id is the last part.
_ANNOUNCED = re.compile(r"/(?:backup(?:Crr)?)?operation(?:s|Results|sStatus|Status)/(?P<id>[\w.=-]+)/?", re.IGNORECASE)
Found = TypeVar("Found")


class VaultMissing(BackupError):
    """The vault itself is not there, or not to be seen by this login."""

    def __init__(self, vault: VaultId, fault: AzureFault) -> None:
        super().__init__(
            f"There is no Recovery Services vault '{vault.name}' in resource group '{vault.resource_group}' of "
            f"subscription {vault.subscription}, or this login may not see it. "
            f"Azure said: {fault.message or fault.code}",
            fault,
        )


class VaultWire:
    def __init__(
        self,
        client: ArmClient,
        subscription: str,
        resource_group: str,
        name: str,
        api_version: str = API_VERSION,
        location: str | None = None,
    ) -> None:
        """``location`` is the vault's region, where that is known."""
        self.client = client
        self.subscription = subscription
        self.resource_group = resource_group
        self.name = name
        self._api = {"api-version": api_version}
        self.id = VaultId(subscription, resource_group, name)
        self.root = self.id.path
        self._location = location

    @property
    def told(self) -> str:
        """Whose answers these are, at the beginning of a sentence."""
        return f"The vault '{self.name}'"

    def settings(self) -> VaultSettings:
        """Where the vault can restore to, and by which identities."""
        return VaultSettings.from_api(self.read(self.root).object)

    def location(self) -> str:
        """The vault's region, in the form ``westeurope``."""
        return self._location or region(self.read(self.root).object.get("location"))

    def read(self, where: str) -> Answer:
        return self._explained(lambda: self.client.get(where, self._api))

    def elements(self, where: str, conditions: Mapping[str, str]) -> list[dict[str, Any]]:
        """Every element of a list below the vault, over all its pages.

        A list that changes while it is read can show an element on two pages; the later one is newer.
        """
        query = self._query(conditions)
        found = self._explained(lambda: list(self.client.pages(self.root + where, query)))
        return list({str(each.get("id") or index).lower(): each for index, each in enumerate(found)}.values())

    def send(
        self,
        method: str,
        where: str,
        conditions: Mapping[str, str] | None = None,
        body: Any = None,
        activity_id: str | None = None,
        approval: Approval | None = None,
    ) -> Answer:
        """What needs a guard's ``approval`` goes with a token of the guard's tenant, where that is another one."""
        query, extra = self._query(conditions or {}), {"guarded": True} if approval else {}
        return self._explained(lambda: self.client.send(method, where, query, body, activity_id, **extra))

    def _query(self, conditions: Mapping[str, str]) -> dict[str, str]:
        return self._api | ({"$filter": _filter(conditions)} if conditions else {})

    def container_path(self, name: str) -> str:
        return self.root + path("backupFabrics", "Azure", "protectionContainers", name)

    def item_path(self, item: ItemAddress) -> str:
        return self.container_path(item.container_name) + path("protectedItems", item.item_name)

    def _explained(self, call: Callable[[], Found]) -> Found:
        """Turn the answer that the vault itself is not there into words."""
        try:
            return self._allowed(call)
        except ServiceError as error:
            if error.not_found and error.fault.code in VAULT_NOT_FOUND:
                raise VaultMissing(self.id, error.fault) from error
            raise

    def _allowed(self, call: Callable[[], Found], attempt: int = 0) -> Found:
        """Ask again what a role that was assigned just now will allow. A refusal has done nothing, so this is safe."""
        try:
            return call()
        except ServiceError as error:
            if not (error.forbidden and self.client.new_roles.wait(error, attempt)):
                raise
        return self._allowed(call, attempt + 1)

    def item_operation(self, answer: Answer, title: str) -> Operation | None:
        return self.operation(answer, title, f"{self.root}/backupOperations", by_status_code=False)

    def operation(self, answer: Answer, title: str, where: str, by_status_code: bool) -> Operation | None:
        """The operation that an answer announces, or None where the service was done at once.

        Its address is made from its id, as Microsoft's own CLI does: the announced ones can be malformed
        (two question marks), several kilobytes long, and of another api-version.
        Raises BackupError, in doubt, for an operation that was accepted and cannot be followed.
        """
        if answer.status != 202:
            return None
        for header in ("Azure-AsyncOperation", "Location"):
            operation_id = self._announced(answer.headers.get(header), title)
            if operation_id:
                return Operation(title, where + path(operation_id), by_status_code, activity_id=answer.activity_id)
        raise BackupError(
            f"{title} was accepted, but Azure named no operation to follow. Run again to see its result.", in_doubt=True
        )

    def _announced(self, link: str | None, title: str) -> str | None:
        """The id of the operation that a header leads to; None where it leads to none."""
        if not link:
            return None
        try:
            url = self.client.cloud.own_url(link)
        except BackupError as error:
            raise BackupError(f"{title} was accepted, but: {error.message}", in_doubt=True) from error
        match = _ANNOUNCED.search(urlsplit(url).path)
        return match["id"] if match and match.end() == len(urlsplit(url).path) else None

    def progress(self, operation: Operation) -> Progress:
        """Ask once how far an operation is.

        Raises ServiceError where that cannot be told, as for an operation that the service has forgotten.
        """
        try:
            answer = self.read(operation.path)
        except ServiceError as error:
            if operation.by_status_code and error.fault.http_status in FAILED_RESULT:
                return Progress("Failed", fault=error.fault)
            if operation.otherwise and error.not_found:
                return self.progress(operation.otherwise)
            raise
        if operation.by_status_code:
            return Progress("InProgress" if answer.status == 202 else "Succeeded")
        return Progress.from_api(answer.object)


def named(approval: Approval | None) -> dict[str, Any]:
    """The property by which a request names a guard's approval."""
    return {"resourceGuardOperationRequests": [approval.request]} if approval else {}


def _filter(conditions: Mapping[str, str]) -> str:
    """An OData filter; keys in alphabetical order, as Microsoft's own CLI writes them."""
    quoted = {key: value.replace("'", "''") for key, value in conditions.items()}
    return " and ".join(f"{key} eq '{quoted[key]}'" for key in sorted(quoted))
