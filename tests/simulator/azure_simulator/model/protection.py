# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protection of a share: configure, stop, suspend, resume, delete, undelete, purge."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..clock import SECOND, Clock
from ..errors import Failed, Refusal, immutable, invalid_protection, item_not_found, soft_deleted
from ..faults import Subject
from ..limits import DailyBudget
from .guard import DELETE_ITEM, STOP, UPDATE_ITEM, Plea
from .operations import Operations
from .policies import keeps_less, keeps_shorter
from .storage import Share
from .vault import Container, Job, Operation, Policy, ProtectedItem, Vault, item_key

PREFIX = "azurefileshare;"


@dataclass(frozen=True)
class Wanted:
    """What a PUT of a protected item asks for."""

    policy: Policy | None
    state: str | None
    rehydrate: bool
    plea: Plea
    """What is brought for a resource guard."""
    upper: bool = False
    """Whether the request spells the names in the way of the vault's containers."""


class Protection:
    def __init__(
        self, clock: Clock, operations: Operations, *, protections: DailyBudget, suspends_anywhere: bool
    ) -> None:
        self._clock = clock
        self._operations = operations
        self.protections = protections
        self._suspends_anywhere = suspends_anywhere

    def put(self, vault: Vault, container: Container, name: str, wanted: Wanted) -> Operation:
        """Route a PUT by what the item is and what is asked of it."""
        item = vault.item(container.account.container_name, name)
        if item is not None and item.deleted_at is not None:
            if not wanted.rehydrate:
                raise soft_deleted()
            return self._undelete(vault, item)
        if wanted.state in ("ProtectionStopped", "BackupsSuspended"):
            if item is None:
                raise item_not_found()
            if wanted.state == "BackupsSuspended" and not vault.immutability and not self._suspends_anywhere:
                raise immutable()
            if vault.guard and wanted.state == "ProtectionStopped":
                vault.guard.demand(STOP, wanted.plea)
            return self._stop(vault, item, wanted)
        if wanted.policy is None:
            raise invalid_protection("A policyId is needed.")
        share = item.share if item else self._share(vault, container, name)
        item = vault.items.get(item_key(container, share))
        if item is not None and item.deleted_at is not None:
            raise soft_deleted()
        if (
            vault.immutability
            and item
            and item.policy
            and keeps_shorter(wanted.policy.properties, item.policy.properties)
        ):
            raise immutable()
        if vault.guard and item and item.policy and keeps_less(wanted.policy.properties, item.policy.properties):
            vault.guard.demand(UPDATE_ITEM, wanted.plea)
        return self._configure(vault, container, share, wanted.policy, upper=wanted.upper)

    def _share(self, vault: Vault, container: Container, name: str) -> Share:
        """The share meant by an item name: the hash of one that was found, or the friendly name of any.

        A friendly name is good for creating an item and for nothing else.
        """
        if not name.lower().startswith(PREFIX):
            raise invalid_protection(f"'{name}' is not the name of a file share item.")
        wanted = name[len(PREFIX) :].lower()
        for share in vault.offered(container):
            if share.system_name == wanted:
                return share
        named = container.account.share(wanted)
        if named is None:
            raise invalid_protection(f"The container has no file share '{name}'.")
        if named.protocol != "SMB":
            raise invalid_protection(
                f"The file share '{named.name}' is an NFS share, which Azure Backup does not support."
            )
        return named

    def _configure(self, vault: Vault, container: Container, share: Share, policy: Policy, *, upper: bool) -> Operation:
        """Protect a share, give an item another policy, or resume it."""
        key = item_key(container, share)
        subject = Subject(vault.name, container.account.name, share.name)
        if self._is_busy(vault, key):
            return self._operations.begin(vault, "protect", subject, _conflicting)
        if key not in vault.items and not self.protections.spend(vault.id):
            raise Refusal(
                400,
                "UserErrorProtectionLimitReached",  # inferred
                f"The limit of {self.protections.limit} file shares protected a day for a vault is reached.",
            )
        job = self._job("ConfigureBackup", container, share, key)
        job.bag["Policy Name"] = policy.name
        job.later = key in vault.items

        def finish(operation: Operation) -> None:
            if share.deleted_at is not None:
                raise Failed("FileShareNotFound", "Operation failed as the file share is not found")
            if vault.containers.get(container.key) is not container:
                raise Failed("BMSUserErrorContainerNotFound", "The container was unregistered meanwhile.")
            item = vault.items.get(key)
            if item is None:
                item = vault.items[key] = ProtectedItem(share, container, policy, self._clock.now(), upper=upper)
            elif item.state in ("ProtectionStopped", "BackupsSuspended"):
                item.state = "IRPending"  # whatever it holds, until its next backup (recorded in 2025)
            item.policy = policy
            operation.item = item

        return self._begin(vault, "protect", subject, key, finish, job)

    def _stop(self, vault: Vault, item: ProtectedItem, wanted: Wanted) -> Operation:
        job = self._job("DisableBackup", item.container, item.share, item.key)

        def finish(operation: Operation) -> None:
            item.state = str(wanted.state)
            # A suspended item goes on expiring recovery points by its policy (inferred: it keeps the policy).
            item.policy = None if item.state == "ProtectionStopped" else wanted.policy or item.policy
            operation.item = item

        return self._begin(vault, "stop", _subject(vault, item), item.key, finish, job)

    def _undelete(self, vault: Vault, item: ProtectedItem) -> Operation:
        job = self._job("Undelete", item.container, item.share, item.key)
        job.bag.clear()

        def finish(operation: Operation) -> None:
            item.deleted_at = None
            item.state = "ProtectionStopped"
            operation.item = item

        return self._begin(vault, "undelete", _subject(vault, item), item.key, finish, job)

    def delete(self, vault: Vault, item: ProtectedItem, plea: Plea) -> Operation:
        """Delete an item and its data; with soft delete on, the item stays for the days of retention."""
        if vault.immutability:
            raise immutable()
        if item.deleted_at is not None and vault.soft_delete != "Disabled":
            raise soft_deleted()
        if vault.guard:
            vault.guard.demand_unlocked(DELETE_ITEM, item.key, plea)
        job = self._job("DeleteBackupData", item.container, item.share, item.key)

        def finish(_operation: Operation) -> None:
            if vault.soft_delete == "Disabled":
                self._purge(vault, item)
                return
            # The time of the deletion is the start of its job (recorded in 2026).
            item.deleted_at = job.started
            item.state = "ProtectionStopped"
            item.policy = None
            remaining = item.deleted_at + vault.retention - self._clock.now()
            self._clock.after(remaining / SECOND, partial(self._expire, vault, item, item.deleted_at))

        return self._begin(vault, "delete", _subject(vault, item), item.key, finish, job)

    def _expire(self, vault: Vault, item: ProtectedItem, deleted_at: int) -> None:
        """Purge at the end of the retention, unless the item was undeleted meanwhile."""
        if item.deleted_at == deleted_at:
            self._purge(vault, item)

    def _purge(self, vault: Vault, item: ProtectedItem) -> None:
        vault.items.pop(item.key, None)
        times = {point.time for point in item.points}
        item.share.snapshots = [taken for taken in item.share.snapshots if taken not in times]
        item.points.clear()

    def _begin(
        self,
        vault: Vault,
        kind: str,
        subject: Subject,
        key: str,
        finish: Callable[[Operation], None],
        job: Job,
    ) -> Operation:
        if self._is_busy(vault, key):
            return self._operations.begin(vault, kind, subject, _locked)
        operation = self._operations.begin(vault, kind, subject, finish, job=job)
        vault.busy[key] = operation
        return operation

    def _is_busy(self, vault: Vault, key: str) -> bool:
        operation = vault.busy.get(key)
        return operation is not None and operation.running

    def _job(self, operation: str, container: Container, share: Share, key: str) -> Job:
        bag = {"File Share Name": share.name, "Storage Account Name": container.account.name}
        return Job(operation, self._clock.now(), container.account.name, share.name, bag, item_key=key)


def _subject(vault: Vault, item: ProtectedItem) -> Subject:
    return Subject(vault.name, item.container.account.name, item.share.name)


def _conflicting(_operation: Operation) -> None:
    raise Failed(
        "BMSUserErrorConflictingProtectionOperation",
        "Another configure protection operation is in progress for this item. Please wait for configuration operation "
        "to finish or retry after some time.",
    )


def _locked(_operation: Operation) -> None:
    raise Failed("BMSUserErrorObjectLocked", "Another operation is in progress on the selected item.")
