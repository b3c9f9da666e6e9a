# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody at home in Microsoft's SDK writes to do the same: 20 threads, lists first, and only what is missing.

``sdk.py protect|backup --group G --vault V [--policy P] [--pause SECONDS] GROUP/ACCOUNT...``; cloud and login are in
the environment. It starts all that can be started at once, and asks every few seconds how it stands.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from azure.identity import ClientSecretCredential
from azure.mgmt.recoveryservicesbackup import RecoveryServicesBackupClient
from azure.mgmt.recoveryservicesbackup.models import (
    AzureFileShareBackupRequest,
    AzureFileshareProtectedItem,
    AzureStorageContainer,
    BackupRequestResource,
    ProtectedItemResource,
    ProtectionContainerResource,
)
from azure.mgmt.storage import StorageManagementClient

THREADS = 20
PATIENCE = 1800  # seconds for one step
STORAGE = "backupManagementType eq 'AzureStorage'"
SHARES = f"{STORAGE} and workloadType eq 'AzureFileShare'"

Account = tuple[str, str]
"""Resource group and name, in lower case, as in a container's name."""
Share = tuple[Account, str]


class Script:
    def __init__(self, group: str, vault: str, pause: float) -> None:
        url, self._subscription = os.environ["AZURE_CLOUD_ENVIRONMENT"], os.environ["AZURE_SUBSCRIPTION_ID"]
        credential = ClientSecretCredential(
            os.environ["AZURE_TENANT"],
            os.environ["AZURE_CLIENT_ID"],
            os.environ["AZURE_SECRET"],
            authority=url,
            disable_instance_discovery=True,
        )
        where: dict[str, Any] = {"base_url": url, "credential_scopes": [f"{url}/.default"]}
        self._backup: Any = RecoveryServicesBackupClient(credential, self._subscription, **where)
        self._storage: Any = StorageManagementClient(credential, self._subscription, **where)
        self._vault = {"resource_group_name": group, "vault_name": vault}
        self._fabric = self._vault | {"fabric_name": "Azure"}
        self._pause = pause
        self._pool = ThreadPoolExecutor(THREADS)

    def protect(self, accounts: list[Account], policy: str) -> int:
        """Protect all shares of these accounts; how many could not be."""
        self._register(accounts)
        there = dict(zip(accounts, self._each(self._shares, accounts), strict=True))
        items = self._items()
        good = {share for share, item in items.items() if _has_policy(item, policy)}
        missing = [(account, name) for account, names in there.items() for name in names if (account, name) not in good]
        if not missing:
            return 0
        offered = self._offer([share for share in missing if share not in items])
        rows = [(share, items.get(share) or offered[share]) for share in missing]
        policy_id = f"{self._vault_id()}/backupPolicies/{policy}"
        bodies = [(row, self._protected(share[0], policy_id)) for share, row in rows]
        operations = self._each(lambda each: self._put(*each), bodies)
        ends = self._follow(operations, self._operation)
        return _tell(
            (name, end.error and end.error.message) for ((_group, name), _row), end in zip(rows, ends, strict=True)
        )

    def back_up(self, accounts: list[Account]) -> int:
        """Back up all protected shares of these accounts, to the end of the jobs; how many could not be."""
        items = {(share[0][1], share[1]): item for share, item in self._items().items() if share[0] in accounts}
        running = self._running_backups()
        idle = [item for share, item in items.items() if share not in running]
        request = BackupRequestResource(properties=AzureFileShareBackupRequest())
        operations = self._each(lambda item: self._trigger(item, request), idle)
        started = self._follow(operations, self._operation)
        jobs = [job for share, job in running.items() if share in items]
        jobs += [end.properties.job_id for end in started if end.properties]
        ends = self._follow(jobs, self._job)
        refused = _tell((item.name, end.error and end.error.message) for item, end in zip(idle, started, strict=True))
        return refused + _tell(
            (job.entity_friendly_name, None if job.status == "Completed" else job.status)
            for job in (end.properties for end in ends)
        )

    # What is there.

    def _shares(self, account: Account) -> list[str]:
        group, name = account
        return [
            share.name
            for share in self._storage.file_shares.list(group, name)
            if share.enabled_protocols in (None, "SMB") and not share.deleted
        ]

    def _items(self) -> dict[Share, Any]:
        rows = self._backup.backup_protected_items.list(**self._vault, filter=STORAGE)
        return {(_account(row), row.properties.friendly_name): row for row in rows}

    def _offered(self) -> dict[Share, Any]:
        rows = self._backup.backup_protectable_items.list(**self._vault, filter=SHARES)
        return {(_account(row), row.properties.friendly_name): row for row in rows}

    def _registered(self) -> set[Account]:
        query = f"{STORAGE} and status eq 'Registered'"
        return {_account(row) for row in self._backup.backup_protection_containers.list(**self._vault, filter=query)}

    def _registrable(self) -> dict[Account, Any]:
        rows = self._backup.protectable_containers.list(**self._fabric, filter=STORAGE)
        return {_account(row): row for row in rows}

    def _running_backups(self) -> dict[tuple[str, str], str]:
        """Jobs by account and share; they do not tell the account's resource group."""
        query = f"{STORAGE} and operation eq 'Backup' and status eq 'InProgress'"
        rows = self._backup.backup_jobs.list(**self._vault, filter=query)
        jobs = [(row.name, row.properties) for row in rows]
        return {(job.storage_account_name, job.entity_friendly_name): name for name, job in jobs}

    # What is done about it.

    def _register(self, accounts: list[Account]) -> None:
        missing = set(accounts) - self._registered()
        if not missing:
            return
        if missing - set(self._registrable()):
            self._backup.protection_containers.refresh(**self._fabric, filter=STORAGE)
            self._until(lambda: missing <= set(self._registrable()))
        rows = self._registrable()
        self._each(lambda account: self._register_one(account, rows[account]), sorted(missing))
        self._until(lambda: missing <= self._registered())

    def _register_one(self, account: Account, row: Any) -> None:
        container = AzureStorageContainer(
            source_resource_id=self._account_id(account), backup_management_type="AzureStorage"
        )
        parameters = ProtectionContainerResource(properties=container)
        register = self._backup.protection_containers.begin_register
        register(**self._fabric, container_name=row.name, parameters=parameters, polling=False)

    def _offer(self, shares: list[Share]) -> dict[Share, Any]:
        """What the vault offers to protect, after an inquiry of the accounts of which it does not know all shares."""
        wanted, offered = set(shares), self._offered()
        unknown = {account for account, _share in wanted - set(offered)}
        if unknown:
            inquire = self._backup.protection_containers.inquire
            names = [f"StorageContainer;Storage;{group};{name}" for group, name in sorted(unknown)]
            self._each(lambda name: inquire(**self._fabric, container_name=name), names)
            self._until(lambda: wanted <= set(self._offered()))
            offered = self._offered()
        return offered

    def _protected(self, account: Account, policy_id: str) -> ProtectedItemResource:
        item = AzureFileshareProtectedItem(source_resource_id=self._account_id(account), policy_id=policy_id)
        return ProtectedItemResource(properties=item)

    def _put(self, row: Any, parameters: ProtectedItemResource) -> str:
        return self._started(
            self._backup.protected_items.begin_create_or_update, row, parameters=parameters, polling=False
        )

    def _trigger(self, row: Any, parameters: BackupRequestResource) -> str:
        return self._started(self._backup.backups.trigger, row, parameters=parameters)

    def _started(self, method: Callable[..., Any], row: Any, **arguments: Any) -> str:
        """Call the method for an item; the id of the operation that it has started."""
        urls: list[str] = []

        def keep(response: Any) -> None:
            urls.append(response.http_response.headers["Azure-AsyncOperation"])

        names = {"container_name": row.id.split("/")[12], "protected_item_name": row.name}
        method(**self._fabric, **names, **arguments, raw_response_hook=keep)
        identifier: str = re.findall(r"/([^/?]+)\?", urls[-1])[-1]
        return identifier

    # How it stands.

    def _operation(self, identifier: str) -> Any:
        status = self._backup.backup_operation_statuses.get(**self._vault, operation_id=identifier)
        return None if status.status == "InProgress" else status

    def _job(self, identifier: str) -> Any:
        job = self._backup.job_details.get(**self._vault, job_name=identifier)
        return None if job.properties.status == "InProgress" else job

    def _follow(self, things: list[str], ask: Callable[[str], Any]) -> list[Any]:
        """The end of each thing, of which ``ask`` knows nothing as long as it goes on."""
        ends: dict[str, Any] = dict.fromkeys(things)

        def all_ended() -> bool:
            going = [thing for thing, end in ends.items() if end is None]
            ends.update(zip(going, self._each(ask, going), strict=True))
            return None not in ends.values()

        if things:
            self._until(all_ended)
        return [ends[thing] for thing in things]

    def _until(self, good: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            time.sleep(self._pause)
            if good():
                return
            if time.monotonic() > deadline:
                sys.exit(f"This has not ended after {PATIENCE} seconds.")

    def _each(self, work: Callable[[Any], Any], things: Iterable[Any]) -> list[Any]:
        """The work on all things, side by side but for the first: the SDK's models set themselves up at their first
        use, and do not expect several threads there."""
        things = list(things)
        return [*map(work, things[:1]), *self._pool.map(work, things[1:])]

    def _vault_id(self) -> str:
        group, vault = self._vault["resource_group_name"], self._vault["vault_name"]
        return f"{self._group_id(group)}/providers/Microsoft.RecoveryServices/vaults/{vault}"

    def _account_id(self, account: Account) -> str:
        group, name = account
        return f"{self._group_id(group)}/providers/Microsoft.Storage/storageAccounts/{name}"

    def _group_id(self, group: str) -> str:
        return f"/subscriptions/{self._subscription}/resourceGroups/{group}"


def _account(row: Any) -> Account:
    """From an id, which has the container's name in it: StorageContainer;Storage;GROUP;ACCOUNT."""
    group, account = re.findall(r"storagecontainer;storage;([^;/]+);([^;/]+)", row.id.lower())[-1]
    return group, account


def _has_policy(item: Any, policy: str) -> bool:
    return (item.properties.policy_id or "").lower().endswith(f"/backuppolicies/{policy.lower()}")


def _tell(outcomes: Iterable[tuple[str, str | None]]) -> int:
    """Say what went wrong; how much did."""
    wrong = [(name, problem) for name, problem in outcomes if problem]
    for name, problem in wrong:
        print(f"{name}: {problem}", file=sys.stderr)
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description="Protect or back up all shares of storage accounts.")
    parser.add_argument("work", choices=["protect", "backup"])
    parser.add_argument("--group", required=True)
    parser.add_argument("--vault", required=True)
    parser.add_argument("--policy")
    parser.add_argument("--pause", type=float, default=5, help="seconds between two questions")
    parser.add_argument("accounts", nargs="+", metavar="GROUP/ACCOUNT")
    options = parser.parse_args()
    accounts = [(group, name) for group, _slash, name in (each.lower().partition("/") for each in options.accounts)]
    script = Script(options.group, options.vault, options.pause)
    failed = script.back_up(accounts) if options.work == "backup" else script.protect(accounts, options.policy)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
