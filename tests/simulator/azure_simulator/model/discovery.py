# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a vault learns of storage accounts and their shares: refresh, register, inquire, unregister."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from ..clock import Clock
from ..errors import Failed, Refusal, internal_error
from ..faults import Subject
from ..limits import DailyBudget
from .operations import Operations
from .storage import Lock, StorageAccount
from .vault import Container, Job, Operation, Vault

BACKUP_LOCK = Lock(
    "AzureBackupProtectionLock",
    "CanNotDelete",
    "Auto-created by Azure Backup for storage accounts registered with a Recovery Services Vault. "
    "This lock is intended to guard against deletion of backups due to accidental deletion of the "
    "storage account.",
)


@dataclass(frozen=True)
class Registration:
    """What a PUT of a container asks for."""

    account: StorageAccount
    operation: str
    """``Reregister`` changes the access of a registered account, ``Rehydrate`` brings a deleted registration back."""
    lock: str | None
    access: str | None
    identity: dict[str, Any] | None


class Discovery:
    def __init__(
        self,
        clock: Clock,
        operations: Operations,
        accounts: list[StorageAccount],
        vaults: list[Vault],
        *,
        refreshes: DailyBudget,
        inquiries: DailyBudget,
        registrations: DailyBudget,
    ) -> None:
        self._clock = clock
        self._operations = operations
        self._accounts = accounts
        self._vaults = vaults
        self.refreshes = refreshes
        self.inquiries = inquiries
        self.registrations = registrations

    def registered_with(self, account: StorageAccount) -> Vault | None:
        for vault in self._vaults:
            if vault.container(account.container_name):
                return vault
        return None

    def protectable(self, vault: Vault) -> list[StorageAccount]:
        """Accounts found by a refresh, in the vault's location and registered with no vault.

        That a soft-deleted registration is not among them is inferred.
        """
        return [
            account
            for account in self._accounts
            if account.id.lower() in vault.discovered
            and (account.subscription, account.location) == (vault.subscription, vault.location)
            and self.registered_with(account) is None
            and account.container_name.lower() not in vault.deleted
        ]

    def refresh(self, vault: Vault) -> Operation:
        if not self.refreshes.spend(vault.id):
            raise _over_budget("UserErrorDiscoveryLimitReached", "discoveries", self.refreshes, "vault")

        def finish(_operation: Operation) -> None:
            vault.discovered |= {account.id.lower() for account in self._accounts}
            vault.refreshing = None

        if vault.refreshing and vault.refreshing.running:
            return self._operations.begin(vault, "refresh", Subject(vault.name), _discovery_in_progress)
        vault.refreshing = self._operations.begin(vault, "refresh", Subject(vault.name), finish)
        return vault.refreshing

    def register(self, vault: Vault, wanted: Registration) -> Operation:
        under_way = vault.registering.get(wanted.account.id.lower())
        if under_way and under_way.running:
            # Reported of a registration, for another kind of container.
            raise Refusal(400, "BadRequest", "Registration is already in progress.")
        if not self.registrations.spend(vault.id):
            raise _over_budget("UserErrorRegistrationLimitReached", "registrations", self.registrations, "vault")
        subject = Subject(vault.name, wanted.account.name)
        finish = partial(self._registered, vault, wanted)
        job = self._job("Register", wanted.account)
        operation = self._operations.begin(vault, "register", subject, finish, job=job)
        vault.registering[wanted.account.id.lower()] = operation
        return operation

    def _job(self, operation: str, account: StorageAccount) -> Job:
        """Registering and unregistering are jobs, of the account as their entity (recorded in 2024)."""
        return Job(operation, self._clock.now(), account.name, None, {"Storage Account Name": account.name})

    def _registered(self, vault: Vault, wanted: Registration, operation: Operation) -> None:
        account = wanted.account
        taken_by = self.registered_with(account)
        if taken_by not in (None, vault):
            raise Failed(
                "UserErrorStorageAccountAlreadyRegistered",  # inferred: no source shows this refusal
                f"The storage account '{account.name}' is already registered with another vault.",
            )
        if (account.subscription, account.location) != (vault.subscription, vault.location):
            raise Failed("UserErrorFileShareEndpointUnreachable", "Storage account not found or not supported")
        self._bring_back(vault, wanted)
        container = vault.container(account.container_name)
        if container is None:
            if wanted.operation == "Reregister":
                raise Failed(
                    "BMSUserErrorContainerNotFound",  # inferred
                    f"The storage account '{account.name}' is not registered with this vault.",
                )
            container = Container(account, found=vault.remembered.get(account.id.lower(), []))
            vault.containers[container.key] = container
        container.lock = wanted.lock or container.lock
        container.access = wanted.access or container.access
        container.identity = wanted.identity if container.access == "IdentityBased" else None
        _set_lock(account, container.lock == "Acquire")
        operation.container = container

    def _bring_back(self, vault: Vault, wanted: Registration) -> None:
        """A soft-deleted registration has to be asked back as such (all of it inferred)."""
        name = wanted.account.container_name.lower()
        is_asked_back = wanted.operation == "Rehydrate"
        if is_asked_back and name not in vault.deleted:
            raise Failed("BMSUserErrorContainerNotFound", "There is no soft-deleted container of this name.")
        if name in vault.deleted and not is_asked_back:
            raise Failed("BMSUserErrorContainerInSoftDeletedState", "The container is in soft deleted state.")
        if is_asked_back:
            vault.containers[name] = vault.deleted.pop(name)

    def inquire(self, vault: Vault, container: Container) -> Operation:
        if not self.inquiries.spend(f"{vault.id}/{container.key}"):
            raise _over_budget("UserErrorInquiryLimitReached", "inquiries", self.inquiries, "container")
        subject = Subject(vault.name, container.account.name)
        return self._operations.begin(vault, "inquire", subject, lambda _operation: look_into(container))

    def unregister(self, vault: Vault, container: Container) -> Operation:
        items = vault.items_of(container)
        if any(item.deleted_at is None for item in items):
            raise Refusal(
                400,
                "BMSUserErrorContainerHasDatasources",
                # Code and text are both reported, for servers; that they belong together is inferred.
                "There are backup items associated with the server. Stop protection and delete backups for each of "
                "the backup items to delete the server's registration. If the issue persists, contact support. "
                "Refer to https://aka.ms/DeleteBackupItems for more info.",
            )
        subject = Subject(vault.name, container.account.name)
        finish = partial(self._unregistered, vault, container)
        job = self._job("UnRegister", container.account)
        return self._operations.begin(vault, "unregister", subject, finish, job=job)

    def _unregistered(self, vault: Vault, container: Container, _operation: Operation) -> None:
        if vault.items_of(container):
            # Recorded in 2026: with soft-deleted items left, polling ends in a 500 and the account stays.
            failure = internal_error()
            raise Failed(failure.code, failure.message, http=failure.status)
        # A later registration offers the shares at once, without an inquiry (recorded in 2024).
        vault.remembered[container.account.id.lower()] = container.found
        del vault.containers[container.key]
        _set_lock(container.account, False)


def look_into(container: Container) -> None:
    """What an inquiry finds: live SMB shares. NFS shares are not supported and not offered."""
    container.found = [share for share in container.account.visible_shares(deleted=False) if share.protocol == "SMB"]


def _set_lock(account: StorageAccount, wanted: bool) -> None:
    """Registering puts a delete lock on the account. That unregistering takes it away is inferred."""
    account.locks = [lock for lock in account.locks if lock is not BACKUP_LOCK]
    if wanted:
        account.locks.append(BACKUP_LOCK)


def _discovery_in_progress(_operation: Operation) -> None:
    raise Failed("DiscoveryInProgress", "A discovery of this vault is already in progress.", http=409)


def _over_budget(code: str, what: str, budget: DailyBudget, whose: str) -> Refusal:
    """The limits are documented, the refusal is not (inferred)."""
    return Refusal(400, code, f"The limit of {budget.limit} {what} a day for a {whose} is reached.")
