# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Recovery Services vault and all it holds."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from ..clock import DAY, Ticks
from ..errors import Failed, Refusal, invalid_input
from ..names import number
from ..regions import region
from .guard import Guard
from .storage import Share, StorageAccount

_SOFT_DELETE = {"alwayson": "AlwaysON", "enabled": "Enabled", "disabled": "Disabled"}


@dataclass(eq=False)
class Policy:
    name: str
    management: str
    """``AzureStorage``, or ``AzureIaasVM`` of the DefaultPolicy which every vault holds."""
    properties: dict[str, Any]
    """As the service answers them, without ``protectedItemsCount``."""

    @property
    def vaulted(self) -> bool:
        return "vaultRetentionPolicy" in self.properties

    @property
    def snapshot_days(self) -> int:
        """For how many days a vault-tier policy keeps the snapshots."""
        return int(self.properties["vaultRetentionPolicy"]["snapshotRetentionInDays"])

    @property
    def days(self) -> int:
        """Days of daily retention; 30 for a policy which has only longer ones."""
        tier = self.properties.get("vaultRetentionPolicy", {}).get("vaultRetention")
        retention = tier or self.properties.get("retentionPolicy") or {}
        daily = retention.get("dailySchedule") or {}
        return int(daily.get("retentionDuration", {}).get("count", 30))


@dataclass(eq=False)
class Container:
    """A storage account registered with a vault."""

    account: StorageAccount
    lock: str = "Acquire"
    access: str = "KeyBased"
    identity: dict[str, Any] | None = None
    found: list[Share] = field(default_factory=list)
    """The shares which the last inquiry found; the vault knows of no others."""

    @property
    def key(self) -> str:
        return self.account.container_name.lower()


@dataclass(eq=False)
class RecoveryPoint:
    name: str
    time: Ticks
    expiry: Ticks
    rule: str | None = None
    """By which rule of the policy it is kept; None for one of an on-demand backup."""
    snapshot: bool = True
    vaulted: bool = False
    snapshot_until: Ticks | None = None
    """When the snapshot goes, where the vault's copy outlives it."""


@dataclass(eq=False)
class ProtectedItem:
    share: Share
    container: Container
    policy: Policy | None
    synced_at: Ticks
    """When the service last looked at the share itself; nothing that is done to the item changes it."""
    state: str = "IRPending"
    last_backup_status: str = "IRPending"
    last_backup_time: Ticks | None = None
    last_backup: "Job | None" = None
    upper: bool = False
    """Whether its names are spelled in the other of the two recorded ways: ``Storage`` and an upper-case hash."""
    deleted_at: Ticks | None = None
    """When it was soft-deleted in the vault."""
    points: list[RecoveryPoint] = field(default_factory=list)

    @property
    def key(self) -> str:
        return item_key(self.container, self.share)

    @property
    def is_backed_up_now(self) -> bool:
        return self.last_backup is not None and self.last_backup.running


def item_key(container: Container, share: Share) -> str:
    return f"{container.key}/azurefileshare;{share.system_name}"


@dataclass(eq=False)
class Job:
    operation: str
    started: Ticks
    account: str
    share: str | None
    """None for the jobs of an account."""
    bag: dict[str, str] = field(default_factory=dict)
    version: str = "Storage"
    """``storageAccountVersion``, which says nothing about the account: see the face."""
    tasks: list[dict[str, str]] = field(default_factory=list)
    status: str = "InProgress"
    ended: Ticks | None = None
    error_code: str | None = None
    error_message: str | None = None
    cancellable: bool = False
    item_key: str | None = None
    restores_to: str | None = None
    """Account and share into which a restore writes."""
    later: bool = False
    """Whether it begins a moment after its operation."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    activity: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def entity(self) -> str:
        return self.share or self.account

    @property
    def running(self) -> bool:
        return self.status in ("InProgress", "Cancelling")

    def fail(self, failure: Failed, now: Ticks) -> None:
        """Jobs spell ``Cancelled`` with two l, operations with one."""
        self.end("Cancelled" if failure.cancelled else "Failed", now, failure.code, failure.message)

    def end(self, status: str, now: Ticks, code: str | None = None, message: str | None = None) -> None:
        self.status, self.ended, self.error_code, self.error_message = status, now, code, message
        for task in self.tasks:
            task["status"] = status if status in ("Failed", "Cancelled") else "Completed"


@dataclass(eq=False)
class Operation:
    kind: str
    started: Ticks
    activity: str = ""
    status: str = "InProgress"
    job: Job | None = None
    container: Container | None = None
    """What the result of a registration shows."""
    item: ProtectedItem | None = None
    """What the result of an item's PUT shows."""
    ended: Ticks | None = None
    error_code: str | None = None
    error_message: str | None = None
    error_http: int = 400
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def running(self) -> bool:
        return self.status == "InProgress"

    def fail(self, failure: Failed) -> None:
        self.status = "Canceled" if failure.cancelled else "Failed"
        self.error_code, self.error_message = failure.code, failure.message
        self.error_http = failure.http


@dataclass(eq=False)
class SecondaryBooks:
    """What the other region of a vault keeps a record of."""

    operations: dict[str, Operation] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


@dataclass(eq=False)
class Vault:
    subscription: str
    group: str
    name: str
    location: str
    tags: dict[str, str]
    created: Ticks
    soft_delete: str = "AlwaysON"
    """``AlwaysON``, which is for good, ``Enabled`` or ``Disabled``."""
    retention_days: int = 14
    immutability: str | None = None
    """``Unlocked`` or ``Locked``."""
    guard: Guard | None = None
    """The resource guard that watches over it."""
    provisioning: str = "Succeeded"
    redundancy: str = "GeoRedundant"
    cross_region_restore: bool = False
    cross_subscription_restore: str = "Enabled"
    secondary_lag: float = 3600.0
    """Seconds until what is copied into the vault is there in the other region too."""
    identities: list[str] = field(default_factory=list)
    """The ids of the managed identities that it may use beside its own."""
    enhanced_security: str = "Enabled"
    discovered: set[str] = field(default_factory=set)
    """Lower-cased ids of the accounts which a refresh has found."""
    remembered: dict[str, list[Share]] = field(default_factory=dict)
    """What was found in accounts that are no longer registered, by their lower-cased ids."""
    policies: dict[str, Policy] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    deleted: dict[str, Container] = field(default_factory=dict)
    """Registrations that are soft-deleted; how one comes to be so is not recorded for storage accounts."""
    items: dict[str, ProtectedItem] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    secondary: SecondaryBooks = field(default_factory=SecondaryBooks)
    refreshing: Operation | None = None
    registering: dict[str, Operation] = field(default_factory=dict)
    """The last registration of each account, by the account's id in lower case."""
    busy: dict[str, Operation] = field(default_factory=dict)
    """The last operation on each item, by the item's key."""

    @property
    def id(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{self.name}"
        )

    @property
    def number(self) -> int:
        return number(self.id)

    @property
    def has_secondary(self) -> bool:
        return self.redundancy == "GeoRedundant" and self.cross_region_restore and bool(region(self.location).pair)

    @property
    def retention(self) -> Ticks:
        return self.retention_days * DAY

    def add_policy(self, policy: Policy) -> None:
        self.policies[policy.name.lower()] = policy

    @staticmethod
    def knows_soft_delete(state: str) -> bool:
        return state.lower() in _SOFT_DELETE

    def set_soft_delete(self, state: str | None, days: int | None) -> None:
        """Raises a refusal for what cannot be: AlwaysON cannot be left (code and message are reported)."""
        if state is not None and not self.knows_soft_delete(state):
            raise invalid_input(f"'{state}' is not a state of soft delete.")
        new = _SOFT_DELETE[(state or self.soft_delete).lower()]
        if self.soft_delete == "AlwaysON" and new != "AlwaysON":
            raise Refusal(
                400,
                "BMSUserErrorDisablingSoftDeleteStateNotAllowed",
                "Disabling soft delete or enhanced security state is not allowed for this vault.",
            )
        if days is not None and not 14 <= days <= 180:
            raise invalid_input("The retention of soft delete must be from 14 to 180 days.")
        self.soft_delete = new
        self.retention_days = self.retention_days if days is None else days

    def container(self, name: str) -> Container | None:
        return self.containers.get(name.lower())

    def item(self, container_name: str, item_name: str) -> ProtectedItem | None:
        return self.items.get(f"{container_name.lower()}/{item_name.lower()}")

    def policy(self, name: str) -> Policy | None:
        return self.policies.get(name.lower())

    def items_of(self, container: Container) -> list[ProtectedItem]:
        return [item for item in self.items.values() if item.container is container]

    def items_under(self, policy: Policy) -> list[ProtectedItem]:
        return [item for item in self.items.values() if item.policy is policy]

    def offered(self, container: Container) -> list[Share]:
        """The shares of the protectable list: found by an inquiry and not among the protected items."""
        return [share for share in container.found if item_key(container, share) not in self.items]
