# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service knows, as records: from its JSON, and to the dicts that modules return. Private to the collection.

Unknown keys are ignored and missing ones are None: the service adds keys all the time and leaves out what is empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ._durations import parse_duration
from ._errors import AzureFault
from ._ids import AccountId, last_segment, segment
from ._times import format_time, parse_time

NOT_PROTECTED = "NotProtected"
IR_PENDING = "IRPending"
PROTECTED = "Protected"
PROTECTION_ERROR = "ProtectionError"
PROTECTION_STOPPED = "ProtectionStopped"
BACKUPS_SUSPENDED = "BackupsSuspended"
SOFT_DELETED = "SoftDeleted"

# A backup policy runs for a share in one of these states.
ACTIVE_STATES = (IR_PENDING, PROTECTED, PROTECTION_ERROR)

JOB_RUNNING = ("InProgress", "Cancelling")
JOB_GOOD = ("Completed", "CompletedWithWarnings")
JOB_CANCELLED = "Cancelled"
JOB_BAD = ("Failed", JOB_CANCELLED)
OPERATION_ENDS = ("Succeeded", "Failed", "Canceled", "Cancelled")

LONGEST_KEPT = 10_000  # days; more is no number of days
_NAMED_ERROR = re.compile(r"(?P<name>[A-Z][A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*): (?P<words>.+)")


def _properties(resource: dict[str, Any]) -> dict[str, Any]:
    properties = resource.get("properties")
    return properties if isinstance(properties, dict) else {}


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _region(value: Any) -> str:
    """A region in the form ``westeurope``; the service also writes ``West Europe``."""
    return str(value or "").replace(" ", "").lower()


def _str(value: Any) -> str:
    """Empty for null, which is as good as missing."""
    return "" if value is None else str(value)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _words(value: Any) -> str | None:
    """A text on one line."""
    return " ".join(str(value).split()) or None if value is not None else None


@dataclass(frozen=True)
class Access:
    """How the vault gets at an account: by its ``key``, or by an ``identity`` (without an id, the vault's own)."""

    kind: str
    identity_id: str | None = None

    @classmethod
    def from_api(cls, properties: dict[str, Any]) -> Access | None:
        """None where the service does not say, as those before identities existed do not."""
        kind, info = properties.get("accessType"), properties.get("identityInfo")
        if kind == "IdentityBased":
            return cls("identity", _text(info.get("managedIdentityResourceId")) if isinstance(info, dict) else None)
        return cls("key") if kind == "KeyBased" else None

    def to_api(self) -> dict[str, Any]:
        if self.kind == "key":
            return {"accessType": "KeyBased"}
        info: dict[str, Any] = {"isSystemAssignedIdentity": not self.identity_id}
        if self.identity_id:
            info["managedIdentityResourceId"] = self.identity_id
        return {"accessType": "IdentityBased", "identityInfo": info}


@dataclass(frozen=True)
class Container:
    """A storage account that is registered with the vault. ``access`` and ``lock`` are None where it does not say."""

    id: str
    name: str
    account: AccountId | None
    friendly_name: str
    registration_status: str | None
    health_status: str | None
    protected_item_count: int
    access: Access | None
    lock: bool | None
    location: str | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Container:
        properties = _properties(resource)
        lock = properties.get("acquireStorageAccountLock")
        return cls(
            id=_str(resource.get("id")),
            name=_str(resource.get("name")),
            account=AccountId.parse(properties.get("sourceResourceId")),
            friendly_name=_str(properties.get("friendlyName")),
            registration_status=_text(properties.get("registrationStatus")),
            health_status=_text(properties.get("healthStatus")),
            protected_item_count=_count(properties.get("protectedItemCount")),
            access=Access.from_api(properties),
            lock=str(lock).lower() == "acquire" if lock else None,
            location=_region(properties.get("sourceLocation")) or None,
        )

    @property
    def registered(self) -> bool:
        return (self.registration_status or "").lower() == "registered"

    def to_result(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "storage_account": self.friendly_name,
            "storage_account_id": str(self.account) if self.account else None,
            "registration_status": self.registration_status,
            "health_status": self.health_status,
            "protected_item_count": self.protected_item_count,
            "access_type": self.access.kind if self.access else None,
            "identity_id": self.access.identity_id if self.access else None,
            "storage_account_lock": self.lock,
        }


@dataclass(frozen=True)
class ProtectableAccount:
    """A storage account that the vault has discovered and that no vault has registered yet."""

    name: str
    account: AccountId | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ProtectableAccount:
        return cls(_str(resource.get("name")), AccountId.parse(_properties(resource).get("containerId")))


@dataclass(frozen=True)
class ItemAddress:
    """Where a share is found in the vault: names as the service spells them, and the id of its storage account."""

    container_name: str
    item_name: str
    source_resource_id: str
    share: str


@dataclass(frozen=True)
class ProtectableItem:
    """A share that the vault offers to protect."""

    id: str
    name: str
    share: str
    container_name: str
    source_resource_id: str
    share_type: str | None
    protection_state: str | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ProtectableItem:
        properties = _properties(resource)
        identity = _str(resource.get("id"))
        return cls(
            id=identity,
            name=_str(resource.get("name")),
            share=_str(properties.get("friendlyName")),
            container_name=segment(identity, "protectionContainers"),
            source_resource_id=_str(properties.get("parentContainerFabricId")),
            share_type=_text(properties.get("azureFileShareType")),
            protection_state=_text(properties.get("protectionState")),
        )

    @property
    def account(self) -> AccountId | None:
        return AccountId.parse(self.source_resource_id)

    @property
    def address(self) -> ItemAddress:
        return ItemAddress(self.container_name, self.name, self.source_resource_id, self.share)

    def to_result(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "share": self.share,
            "container_name": self.container_name,
            "storage_account": self.account.name if self.account else None,
            "storage_account_id": self.source_resource_id,
            "share_type": self.share_type,
            "protection_state": self.protection_state,
            "id": self.id,
        }


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
        properties = _properties(resource)
        identity = _str(resource.get("id"))
        deleted = properties.get("isScheduledForDeferredDelete") is True
        backed_up = _str(properties.get("lastBackupStatus")).startswith("Completed")
        last_backup = parse_time(properties.get("lastBackupTime"))
        # Older services list the last backup only, and not the recovery point that it made.
        point = parse_time(properties.get("lastRecoveryPoint")) or (last_backup if backed_up else None)
        return cls(
            id=identity,
            name=_str(resource.get("name")),
            share=_str(properties.get("friendlyName")),
            container_name=segment(identity, "protectionContainers"),
            source_resource_id=_str(properties.get("sourceResourceId")),
            policy_id=_text(properties.get("policyId")),
            state=SOFT_DELETED if deleted else str(properties.get("protectionState") or NOT_PROTECTED),
            last_backup_status=_text(properties.get("lastBackupStatus")),
            last_backup_time=last_backup,
            latest_recovery_point=point,
            protection_status=_text(properties.get("protectionStatus")),
            # The service's name for it notwithstanding, this is when it was deleted, not when it will be purged.
            deleted_time=parse_time(properties.get("deferredDeleteTimeInUTC")) if deleted else None,
            kept_days=_kept_days(properties) if deleted else None,
        )

    @property
    def account(self) -> AccountId | None:
        return AccountId.parse(self.source_resource_id)

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


def _kept_days(properties: dict[str, Any]) -> int | None:
    """How long a soft-deleted item is kept; the service and its SDK spell it in two ways."""
    days = properties.get("softDeleteRetentionPeriod") or properties.get("softDeleteRetentionPeriodInDays")
    return days if isinstance(days, int) and 0 < days <= LONGEST_KEPT else None


@dataclass(frozen=True)
class Policy:
    id: str
    name: str

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Policy:
        return cls(_str(resource.get("id")), _str(resource.get("name")))


@dataclass(frozen=True)
class JobKey:
    """What is done to which share; two of the same work on the same share are equal, however they are spelled."""

    operation: str
    account_name: str
    share: str

    @classmethod
    def of(cls, operation: str, account_name: str, share: str) -> JobKey:
        return cls(operation.lower(), account_name.lower(), share.lower())


@dataclass(frozen=True)
class Job:
    """A piece of work that the vault keeps a record of.

    ``error_code`` and ``error_message`` are the service's own explanation of a failure; ``duration`` is in seconds.
    ``details`` is None where the service left them out, as its list of jobs does.
    """

    id: str
    operation: str | None
    status: str
    share: str
    account_name: str
    start_time: datetime | None
    end_time: datetime | None
    error_code: str | None
    error_message: str | None
    recommendations: tuple[str, ...] = ()
    duration: float | None = None
    details: dict[str, str] | None = None
    cancellable: bool = False

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Job:
        properties = _properties(resource)
        code, message, recommendations = _job_error(properties)
        return cls(
            id=_text(resource.get("name")) or "",
            operation=_text(properties.get("operation")),
            status=str(properties.get("status") or "Unknown"),
            share=_text(properties.get("entityFriendlyName")) or "",
            account_name=_text(properties.get("storageAccountName")) or "",
            start_time=parse_time(properties.get("startTime")),
            end_time=parse_time(properties.get("endTime")),
            error_code=code,
            error_message=message,
            recommendations=recommendations,
            duration=parse_duration(_text(properties.get("duration"))),
            details=_job_details(properties),
            # An integer in 2019, a word since.
            cancellable=any(action in (1, "Cancellable") for action in properties.get("actionsInfo") or []),
        )

    @property
    def running(self) -> bool:
        """A status that is not known is that of a running job until the job has an end."""
        return self.status in JOB_RUNNING or (self.end_time is None and self.status not in (*JOB_GOOD, *JOB_BAD))

    @property
    def good(self) -> bool:
        return self.status in JOB_GOOD

    @property
    def key(self) -> JobKey:
        return JobKey.of(self.operation or "", self.account_name, self.share)

    def count(self, detail: str) -> int | None:
        """A number among the details, all of which are strings; None where it is not told."""
        text = (self.details or {}).get(detail, "")
        return int(text) if text.isdecimal() else None

    def to_result(self) -> dict[str, Any]:
        error = None
        if self.error_code or self.error_message:
            error = {
                "code": self.error_code,
                "message": self.error_message,
                "recommendations": list(self.recommendations),
            }
        return {
            "job_id": self.id,
            "operation": self.operation,
            "status": self.status,
            "share": self.share,
            "storage_account": self.account_name,
            "start_time": format_time(self.start_time),
            "end_time": format_time(self.end_time),
            "duration_seconds": self.duration,
            "details": self.details,
            "error": error,
        }


def _job_error(properties: dict[str, Any]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The first error's code, message and recommendations.

    The code is a number; its name, by which Microsoft documents it, can stand before the other message.
    """
    errors = properties.get("errorDetails")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    extended = properties.get("extendedInfo")
    dynamic = _words(extended.get("dynamicErrorMessage")) if isinstance(extended, dict) else None
    named = _NAMED_ERROR.match(dynamic or "")
    told = tuple(filter(None, (_words(each) for each in first.get("recommendations") or [])))
    return (
        named["name"] if named else _text(first.get("errorCode")),
        _words(first.get("errorString")) or (named["words"] if named else dynamic),
        told,
    )


def _job_details(properties: dict[str, Any]) -> dict[str, str] | None:
    """The job's property bag. Its keys are headings for people; here they are written like all others."""
    extended = properties.get("extendedInfo")
    bag = extended.get("propertyBag") if isinstance(extended, dict) else None
    return {_snake_case(key): _text(value) or "" for key, value in bag.items()} if isinstance(bag, dict) else None


def _snake_case(heading: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return "_".join(re.findall(r"[a-z0-9]+", apart.lower()))


@dataclass(frozen=True)
class Share:
    """A share as its own storage account lists it."""

    name: str
    protocol: str
    deleted: bool

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Share:
        properties = _properties(resource)
        return cls(
            name=_str(resource.get("name")),
            protocol=str(properties.get("enabledProtocols") or "SMB"),
            deleted=properties.get("deleted") is True,
        )

    @property
    def unsupported(self) -> str | None:
        """Why Azure Backup cannot protect this share, or None where it can."""
        if self.deleted:
            return "the share is deleted"
        if self.protocol.upper() == "NFS":
            return "NFS shares are not supported by Azure Backup"
        return None


@dataclass(frozen=True)
class StorageAccount:
    account: AccountId | None
    location: str
    kind: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> StorageAccount:
        tags = resource.get("tags")
        return cls(
            account=AccountId.parse(_str(resource.get("id"))),
            location=_region(resource.get("location")),
            kind=_str(resource.get("kind")),
            tags={str(name): str(value) for name, value in tags.items()} if isinstance(tags, dict) else {},
        )


@dataclass(frozen=True)
class Operation:
    """Work that Azure has begun. ``title`` says in words what it is, for messages.

    ``by_status_code`` tells the service's two protocols apart: the HTTP status of a result, or a status in JSON.
    ``job`` is the job that begins and ends with it, where there is one.
    """

    title: str
    path: str
    by_status_code: bool
    job: JobKey | None = None


@dataclass(frozen=True)
class Progress:
    """How far an operation is."""

    status: str
    job_id: str | None = None
    fault: AzureFault | None = None

    @property
    def running(self) -> bool:
        return self.status not in OPERATION_ENDS

    @property
    def succeeded(self) -> bool:
        return self.status == "Succeeded"

    @classmethod
    def from_api(cls, body: dict[str, Any]) -> Progress:
        properties, error = body.get("properties"), body.get("error")
        fault = None
        if isinstance(error, dict):
            fault = AzureFault(code=_words(error.get("code")), message=_words(error.get("message")))
        job_id = properties.get("jobId") if isinstance(properties, dict) else None
        return cls(str(body.get("status") or "Unknown"), _text(job_id), fault)
