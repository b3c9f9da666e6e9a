# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares that the vault protects, and the states of their protection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._azure.ids import AccountId, last_segment, segment
from .._azure.times import format_time, parse_time
from .fields import properties_of, string, text
from .protectable_item import ItemAddress

NOT_PROTECTED = "NotProtected"
IR_PENDING = "IRPending"
PROTECTED = "Protected"
PROTECTION_ERROR = "ProtectionError"
PROTECTION_STOPPED = "ProtectionStopped"
BACKUPS_SUSPENDED = "BackupsSuspended"
SOFT_DELETED = "SoftDeleted"

# A backup policy runs for a share in one of these states.
ACTIVE_STATES = (IR_PENDING, PROTECTED, PROTECTION_ERROR)
LONGEST_KEPT = 10_000  # days; more is no number of days


@dataclass(frozen=True)
class ProtectedItem:
    """A share that the vault protects, or whose recovery points it still keeps.

    ``state`` is the service's protectionState, except that a soft-deleted item, which the service lists as stopped,
    is SoftDeleted here.
    """

    id: str
    name: str
    share: str
    container_name: str
    source_resource_id: str
    policy_id: str | None
    state: str
    last_backup_status: str | None
    last_backup_time: datetime | None
    latest_recovery_point: datetime | None
    protection_status: str | None = None
    deleted_time: datetime | None = None
    kept_days: int | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ProtectedItem:
        properties = properties_of(resource)
        identity = string(resource.get("id"))
        deleted = properties.get("isScheduledForDeferredDelete") is True
        backed_up = string(properties.get("lastBackupStatus")).startswith("Completed")
        last_backup = parse_time(properties.get("lastBackupTime"))
        # Older services list the last backup only, and not the recovery point that it made.
        point = parse_time(properties.get("lastRecoveryPoint")) or (last_backup if backed_up else None)
        return cls(
            id=identity,
            name=string(resource.get("name")),
            share=string(properties.get("friendlyName")),
            container_name=segment(identity, "protectionContainers"),
            source_resource_id=string(properties.get("sourceResourceId")),
            policy_id=text(properties.get("policyId")),
            state=SOFT_DELETED if deleted else str(properties.get("protectionState") or NOT_PROTECTED),
            last_backup_status=text(properties.get("lastBackupStatus")),
            last_backup_time=last_backup,
            latest_recovery_point=point,
            protection_status=text(properties.get("protectionStatus")),
            # The service's name for it notwithstanding, this is when it was deleted, not when it will be purged.
            deleted_time=parse_time(properties.get("deferredDeleteTimeInUTC")) if deleted else None,
            kept_days=_kept_days(properties) if deleted else None,
        )

    @property
    def account(self) -> AccountId | None:
        return AccountId.parse(self.source_resource_id)

    @property
    def hides_its_point(self) -> bool:
        """Whether a backup was taken since, and failed, so that only the item itself tells of older recovery points.

        Lists of 2024 and 2025 have no recovery points, and the last backup's time stands for it only where it was good.
        """
        return self.latest_recovery_point is None and self.last_backup_time is not None

    @property
    def address(self) -> ItemAddress:
        return ItemAddress(self.container_name, self.name, self.source_resource_id, self.share)

    @property
    def policy_name(self) -> str | None:
        return last_segment(self.policy_id) if self.policy_id else None

    @property
    def purge_time(self) -> datetime | None:
        """When a soft-deleted share's backup data will be gone for good."""
        if self.deleted_time is None or self.kept_days is None:
            return None
        try:
            return self.deleted_time + timedelta(days=self.kept_days)
        except OverflowError:
            return None

    def to_result(self) -> dict[str, Any]:
        return {
            "share": self.share,
            "name": self.name,
            "id": self.id,
            "container_name": self.container_name,
            "storage_account": self.account.name if self.account else None,
            "storage_account_id": self.source_resource_id,
            "policy": self.policy_name,
            "protection_state": self.state,
            "protection_status": self.protection_status,
            "last_backup_status": self.last_backup_status,
            "last_backup_time": format_time(self.last_backup_time),
            "latest_recovery_point": format_time(self.latest_recovery_point),
            "soft_deleted": self.state == SOFT_DELETED,
            "deleted_time": format_time(self.deleted_time),
            "purge_time": format_time(self.purge_time),
        }


@dataclass(frozen=True)
class ItemDetails:
    """What an item tells only where it is read by itself; None where it does not say.

    ``count``, ``oldest`` and ``latest`` are of its recovery points, ``share_state`` is that of the share itself.
    """

    count: int | None
    oldest: datetime | None
    share_state: str | None = None
    latest: datetime | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ItemDetails:
        extended = properties_of(resource).get("extendedInfo")
        info = extended if isinstance(extended, dict) else {}
        count = info.get("recoveryPointCount")
        return cls(
            count=count if isinstance(count, int) else None,
            oldest=parse_time(info.get("oldestRecoveryPoint")),
            share_state=text(info.get("resourceState")),
            latest=parse_time(properties_of(resource).get("lastRecoveryPoint")),
        )

    @property
    def share_is_gone(self) -> bool:
        return self.share_state in ("SoftDeleted", "Deleted")


def living_last(items: Iterable[ProtectedItem]) -> list[ProtectedItem]:
    """A share that was deleted and made anew has two items: the one with backups, and what is left of the old one."""
    return sorted(items, key=lambda item: (item.state in ACTIVE_STATES, item.state != SOFT_DELETED))


def _kept_days(properties: dict[str, Any]) -> int | None:
    """How long a soft-deleted item is kept; the service and its SDK spell it in two ways."""
    days = properties.get("softDeleteRetentionPeriod") or properties.get("softDeleteRetentionPeriodInDays")
    return days if isinstance(days, int) and 0 < days <= LONGEST_KEPT else None
