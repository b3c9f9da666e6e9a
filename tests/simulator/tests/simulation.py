# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running simulator, as the tests see it: Microsoft's clients and the control interface."""

import itertools
import json
import re
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, cast

import requests
from azure.core.pipeline import PipelineResponse
from azure.identity import ClientSecretCredential
from azure.mgmt.recoveryservicesbackup import RecoveryServicesBackupClient
from azure.mgmt.storage import StorageManagementClient
from simulated import Simulated

FILE_SHARES = "backupManagementType eq 'AzureStorage'"
GROUP, VAULT = "backup-rg", "backup-vault"
PATIENCE = 60  # seconds: only what will never come takes so long
IN_VAULT = {"vault_name": VAULT, "resource_group_name": GROUP}
IN_FABRIC = {**IN_VAULT, "fabric_name": "Azure"}

_SWIFT = {
    "refresh": 0.1,
    "register": 0.1,
    "inquire": 0.1,
    "protect": 0.1,
    "stop": 0.1,
    "delete": 0.1,
    "undelete": 0.1,
    "unregister": 0.1,
    "backup_start": 0.05,
    "backup": 0.2,
    "restore_start": 0.05,
    "restore": 0.2,
    "cancel": 0.1,
    "policy": 0.1,
    "vault": 0.1,
}


def swift(**slower: float) -> str:
    """The opening of most scenarios: nothing is throttled, and only what a test must see run lasts long.

    That takes a minute or more, which nobody waits for: ``Simulation.until`` moves the clock.
    """
    return f"""
durations: {json.dumps(_SWIFT | slower)}
retry_after: 0
limits: {{reads_per_second: 0, writes_per_second: 0}}
"""


class Simulation(Simulated):
    @cached_property
    def credential(self) -> ClientSecretCredential:
        return self._credential_of(self.tenant)

    def token_of(self, tenant: str) -> str:
        """A token of another tenant, for the same application."""
        return self._credential_of(tenant).get_token(self.url + "/.default").token

    def _credential_of(self, tenant: str) -> ClientSecretCredential:
        return ClientSecretCredential(
            tenant,
            self.client_id,
            self.client_secret,
            authority=self.url,
            disable_instance_discovery=True,
            connection_verify=self.ca_file,
        )

    @cached_property
    def backup(self) -> Any:
        """A RecoveryServicesBackupClient; its models, unions of all workloads, are too wide to be typed."""
        return RecoveryServicesBackupClient(
            self.credential,
            self.subscription_id,
            base_url=self.url,
            credential_scopes=[self.url + "/.default"],
            connection_verify=self.ca_file,
            polling_interval=0.05,
        )

    @cached_property
    def storage(self) -> StorageManagementClient:
        return StorageManagementClient(
            self.credential,
            self.subscription_id,
            base_url=self.url,
            credential_scopes=[self.url + "/.default"],
            connection_verify=self.ca_file,
        )

    @cached_property
    def http(self) -> requests.Session:
        """Plain HTTP with a good token."""
        session = requests.Session()
        session.trust_env = False  # a CA bundle of the environment would win over verify
        session.verify = self.ca_file
        token = self.credential.get_token(self.url + "/.default").token
        session.headers["Authorization"] = f"Bearer {token}"
        return session

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """A call of ARM; ``path`` may be a full URL, an id, or what follows the vault's id."""
        if not path.startswith(("https://", "/subscriptions", "/tenants")):
            path = self.vault_id() + path
        if not path.startswith("https://"):
            path = self.url + path
        if "api-version=" not in path:
            path += "?api-version=2026-07-01"
        return self.http.request(method, path, **arguments)

    def vault_id(self, vault: str = VAULT, group: str = GROUP) -> str:
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{vault}"
        )

    def account_id(self, account: str, group: str = "Files-RG") -> str:
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{group}"
            f"/providers/Microsoft.Storage/storageAccounts/{account}"
        )

    def journal(self, kind: str = "arm") -> list[dict[str, Any]]:
        return self.entries(kind)

    def advance(self, *, days: float) -> None:
        self.pass_time(days * 86_400)

    def until(self, read: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
        """Read again and again, and let the simulator's time pass meanwhile: little at first, so that what follows one
        operation is not over with it."""
        steps = (min(0.1 * 2**number, 20) for number in itertools.count())

        def look() -> Any:
            if good(value := read()):
                return (value,)
            self.control("POST", "clock", {"advance": next(steps)})
            return None

        return wait_for(look)[0]

    # What many tests do on their way.

    def items(self) -> dict[str, Any]:
        """The protected items by share name."""
        rows = self.backup.backup_protected_items.list(**IN_VAULT, filter=FILE_SHARES)
        return {row.properties.friendly_name: row for row in rows}

    def protectable(self) -> dict[str, Any]:
        rows = self.backup.backup_protectable_items.list(
            **IN_VAULT, filter=f"{FILE_SHARES} and workloadType eq 'AzureFileShare'"
        )
        return {row.properties.friendly_name: row for row in rows}

    def end_of(self, operation_id: str) -> Any:
        """The status of an operation when it has ended."""
        operations = self.backup.backup_operation_statuses
        return self.until(
            lambda: operations.get(**IN_VAULT, operation_id=operation_id),
            lambda status: status.status != "InProgress",
        )

    def end_of_job(self, job_id: str) -> Any:
        return self.until(
            lambda: self.backup.job_details.get(**IN_VAULT, job_name=job_id),
            lambda job: job.properties.status not in ("InProgress", "Cancelling"),
        )

    def result(self, poller: Any) -> Any:
        """What an SDK that waits by itself returns at the end."""
        self.until(poller.done)
        return poller.result()

    def follow(self, answer: requests.Response) -> dict[str, Any]:
        """The status JSON at the end of what ``answer`` accepted."""
        assert answer.status_code in (201, 202), answer.text
        url = answer.headers["Azure-AsyncOperation"]
        status = self.until(lambda: self.call("GET", url).json(), lambda body: body["status"] != "InProgress")
        return cast(dict[str, Any], status)


class Headers:
    """Keeps status and headers of an SDK call: ``client.refresh(..., raw_response_hook=headers)``."""

    def __init__(self) -> None:
        self.status = 0
        self._headers: dict[str, str] = {}

    def __call__(self, response: PipelineResponse[Any, Any]) -> None:
        self.status = response.http_response.status_code
        self._headers = dict(response.http_response.headers)

    def __getitem__(self, name: str) -> str:
        return self._headers[name]

    def __contains__(self, name: str) -> bool:
        return name in self._headers

    @property
    def operation_id(self) -> str:
        return operation_id(self["Azure-AsyncOperation"])


def operation_id(url: str) -> str:
    match = re.search(r"/([^/?]+)\?", url)
    assert match, url
    return match[1]


def parts(resource: Any) -> dict[str, str]:
    """Container and item of an item's id, as arguments of the SDK."""
    segments = resource.id.split("/")
    return {"container_name": segments[12], "protected_item_name": resource.name}


def wait_for(read: Callable[[], Any], good: Callable[[Any], bool] = bool, seconds: float = PATIENCE) -> Any:
    deadline = time.monotonic() + seconds
    while not good(value := read()):
        assert time.monotonic() < deadline, f"still {value}"
        time.sleep(0.03)
    return value
