# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario: the world at the start and the manners of the service, in YAML. Every key has a default."""

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .faults import Fault
from .model.guard import OPERATIONS
from .typed import BadData, build

# Azure's own rules.
_SHARE_NAME = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
CROSS_SUBSCRIPTION = ("Enabled", "Disabled", "PermanentlyDisabled")
REDUNDANCIES = ("GeoRedundant", "LocallyRedundant", "ZoneRedundant", "ReadAccessGeoZoneRedundant")
_ACCOUNT_NAME = re.compile(r"[a-z0-9]{3,24}")


def is_share_name(name: str) -> bool:
    return bool(_SHARE_NAME.fullmatch(name))


@dataclass
class Client:
    """An application of the tenant. It proves itself by its secret, certificate or federated token."""

    client_id: str
    secret: str | None = None
    certificate: str | None = None
    """Path of a PEM file with the certificate (a key in it is not needed)."""
    federated_token: str | None = None
    tenants: list[str] | None = None
    """The tenants, beside the scenario's, in which the application is known; by default all."""


@dataclass
class Denied:
    """What a role assignment lacks: actions by prefix (``Microsoft.Storage/``), or a fragment of the path."""

    client_id: str | None = None
    action: str = ""
    path: str = ""
    seconds: float = math.inf
    """By the movable clock, from the start: then a role that was assigned just before it works."""


@dataclass
class Durations:
    """Seconds by the movable clock. The real service takes about ten times as long or more."""

    refresh: float = 1.0
    register: float = 1.5
    inquire: float = 2.0
    protect: float = 2.0
    """Also a change of policy and a resumption."""
    stop: float = 1.0
    """Also a suspension."""
    delete: float = 1.0
    undelete: float = 1.0
    unregister: float = 1.0
    backup_start: float = 0.5
    """Until the operation has made its job; ``backup`` is the job itself."""
    backup: float = 2.0
    restore_start: float = 0.5
    restore: float = 2.0
    secondary_restore_start: float = 0.5
    secondary_restore: float = 2.0
    """A restore from the other region."""
    cancel: float = 0.5
    policy: float = 1.0
    """A change of a policy which items use."""
    vault: float = 0.5


@dataclass
class Limits:
    """The documented limits; 0 means unlimited."""

    refreshes: int = 50
    """A day for each vault."""
    inquiries: int = 25
    """A day for each container."""
    backups: int = 10
    """On-demand backups a day for each share."""
    registrations: int = 50
    """A day for each vault."""
    protections: int = 200
    """Shares newly protected, a day for each vault."""
    restores: int = 20
    """A day for each share."""
    policy_writes: int = 50
    """A day for each vault."""
    snapshots: int = 200
    """Recovery points a share can have."""
    reads_per_second: float = 25
    writes_per_second: float = 10
    """Deletes have a bucket of their own, of the same size and rate."""
    reads_bucket: int | None = None
    """How many reads at once; by default ten seconds' worth."""
    writes_bucket: int | None = None
    """How many writes at once; by default twenty seconds' worth."""
    others: float = 0.0
    """The part of both which other programs with the same login use up: 0.5 leaves half of each bucket."""

    def __post_init__(self) -> None:
        if not 0 <= self.others < 1:
            raise ValueError(f"{self.others} is not a part of what is there (0 to less than 1)")


@dataclass
class SoftDelete:
    state: str = "AlwaysON"
    days: int = 14

    def __post_init__(self) -> None:
        spellings = {"alwayson": "AlwaysON", "enabled": "Enabled", "disabled": "Disabled"}
        if self.state.lower() not in spellings:
            raise ValueError(f"'{self.state}' is not a state (AlwaysON, Enabled, Disabled)")
        self.state = spellings[self.state.lower()]


@dataclass
class Policy:
    """A policy. The name alone will do: ``daily-30`` keeps 30 days, ``hourly-7`` backs up every 4 hours."""

    name: str
    schedule: str = "Daily"
    days: int = 30
    time: str = "19:30"
    vault_days: int | None = None
    """Days of retention in the vault tier; ``days`` are then those of the snapshots."""

    @classmethod
    def from_name(cls, name: str) -> "Policy":
        match = re.fullmatch(r"(daily|hourly)-(\d+)", name, re.IGNORECASE)
        return cls(name, match[1].capitalize(), int(match[2])) if match else cls(name)

    def __post_init__(self) -> None:
        if self.schedule not in ("Daily", "Hourly"):
            raise ValueError(f"'{self.schedule}' is not a schedule (Daily, Hourly)")


@dataclass
class ResourceGuard:
    """A resource guard, which may be in another tenant than everything else."""

    tenant: str | None = None
    """By default the scenario's."""
    operations: list[str] | None = None
    """What it watches over, by the last words of its requests; by default the fourteen of a new guard."""
    approved: list[str] | None = None
    """The clients that have the role on the guard; by default all."""
    name: str = "guard"

    def __post_init__(self) -> None:
        for operation in self.operations or []:
            if operation not in OPERATIONS:
                raise ValueError(f"'{operation}' is not one of {', '.join(OPERATIONS)}")


@dataclass
class Vault:
    name: str
    resource_group: str
    subscription_id: str | None = None
    """By default the scenario's."""
    location: str = "westeurope"
    policies: list[Policy] = field(default_factory=list)
    soft_delete: SoftDelete | bool | None = None
    """By default the scenario's."""
    redundancy: str = "GeoRedundant"
    cross_region_restore: bool = False
    secondary_lag: float = 3600.0
    """Seconds until the other region has what was copied into the vault; recorded are 41 to 67 minutes."""
    cross_subscription_restore: str = "Enabled"
    """Whether it restores into other subscriptions: ``Enabled``, ``Disabled`` or ``PermanentlyDisabled``."""
    identities: list[str] = field(default_factory=list)
    """The ids of the managed identities that the vault may use beside its own."""
    immutability: str | None = None
    """``Unlocked`` or ``Locked``: data cannot be deleted."""
    resource_guard: ResourceGuard | bool = False
    """The resource guard that watches over it; with ``true`` one of the scenario's tenant, which approves of all."""
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value, known in (
            (self.redundancy, REDUNDANCIES),
            (self.immutability, (None, "Unlocked", "Locked")),
            (self.cross_subscription_restore, CROSS_SUBSCRIPTION),
        ):
            if value not in known:
                raise ValueError(f"'{value}' is not one of {', '.join(filter(None, known))}")


@dataclass
class Share:
    """A file share. ``count: 20`` makes ``<name>-01`` to ``<name>-20``, padded to two digits or more."""

    name: str
    protocol: str = "SMB"
    count: int | None = None
    deleted: bool = False
    """Soft-deleted in the storage account."""
    protected_by: str | None = None
    """The policy which protects it from the start; its account is then registered."""
    recovery_points: int = 0
    """How many it has, one a day up to the start."""
    size_gb: float = 0.0
    """How much data it holds, in GiB."""
    upper: bool = False
    """Whether its item is spelled in the other of the two recorded ways, with an upper-case hash."""

    @classmethod
    def from_name(cls, name: str) -> "Share":
        return cls(name)

    def __post_init__(self) -> None:
        if self.protocol not in ("SMB", "NFS"):
            raise ValueError(f"'{self.protocol}' is not a protocol (SMB, NFS)")

    def names(self) -> list[str]:
        if self.count is None:
            return [self.name]
        width = max(2, len(str(self.count)))
        return [f"{self.name}-{number:0{width}d}" for number in range(1, self.count + 1)]


@dataclass
class StorageAccount:
    name: str
    resource_group: str
    subscription_id: str | None = None
    """By default the scenario's."""
    shares: list[Share] = field(default_factory=list)
    location: str = "westeurope"
    kind: str = "StorageV2"
    sku: str = "Standard_LRS"
    tags: dict[str, str] = field(default_factory=dict)
    discovered: bool = False
    """Whether the vaults know of it without a refresh."""
    registered: bool = False
    """Registered and inquired at the start."""
    soft_deleted: bool = False
    """Whether its registration is soft-deleted at the start."""
    gone: bool = False
    """Deleted meanwhile; what vaults have of it stays there."""
    vault: str | None = None
    """The vault it is registered with; by default the first one in its subscription and location."""


@dataclass
class Scenario:
    subscription_id: str = "5a3c9d5e-0f4e-4c1b-9a57-b0f0f1e5a001"
    tenant: str = "7e9a1d0c-93c6-4a8e-8a54-6c1d2f3b4002"
    clients: list[Client] = field(
        default_factory=lambda: [Client("c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6003", "simulated-secret")]
    )
    denied: list[Denied] = field(default_factory=list)
    token_lifetime: int = 3599
    durations: Durations = field(default_factory=Durations)
    latency: float = 0.0
    """Seconds which every request takes."""
    retry_after: int = 60
    """Seconds in the Retry-After of every 202 of Azure Backup, whatever the work takes; 0 leaves the header out."""
    page_size: int = 200
    signed_urls: bool = True
    """Operation URLs carry 4 to 7 kB of certificate and signature, as the real ones do."""
    clock_offset: float = 0.0
    """Seconds by which the service's clock is ahead."""
    soft_delete: SoftDelete | bool = field(default_factory=SoftDelete)
    limits: Limits = field(default_factory=Limits)
    scheduled_backups: bool = False
    """Whether policies back up by the movable clock at the times they name, and not only when asked to."""
    suspends_anywhere: bool = False
    """Whether backups can be suspended in any vault. It is reported, for virtual machines, that only immutable do."""
    storage_read: bool = True
    """Whether the clients may read Microsoft.Storage."""
    impossible_names: bool = False
    """Whether shares and accounts may have names that Azure never gives, as in the answers of a hostile service."""
    resource_groups: list[str] = field(default_factory=list)
    """Beside those of the vaults and accounts."""
    vaults: list[Vault] = field(default_factory=list)
    storage_accounts: list[StorageAccount] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def other_tenants(self) -> list[str]:
        """Those of the resource guards."""
        guards = [vault.resource_guard for vault in self.vaults]
        named = [guard.tenant for guard in guards if isinstance(guard, ResourceGuard) and guard.tenant]
        return [tenant for tenant in dict.fromkeys(named) if tenant.lower() != self.tenant.lower()]


def load(file: Path) -> Scenario:
    """Raises BadData with a message for the user."""
    try:
        data: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadData(f"cannot read {file}: {problem.strerror}") from None
    except yaml.YAMLError as problem:
        raise BadData(f"{file} is not YAML: {' '.join(str(problem).split())}") from None
    return read(data or {}, file.name)


def read(data: Any, where: str) -> Scenario:
    """The same of what a file holds."""
    scenario = build(Scenario, data, where)
    _check(scenario, where)
    return scenario


def _check(scenario: Scenario, where: str) -> None:
    """What no single entry can know: names that must be unique, and references that must lead somewhere."""
    for kind, names in (
        ("vault", [f"{vault.subscription_id}/{vault.resource_group}/{vault.name}" for vault in scenario.vaults]),
        ("storage account", [account.name for account in scenario.storage_accounts]),
    ):
        for name in {name.lower() for name in names}:
            if sum(other.lower() == name for other in names) > 1:
                raise BadData(f"{where}: two entries for the {kind} '{name}'")
    if not scenario.impossible_names:
        _check_names(scenario, where)
    if scenario.page_size < 1:
        raise BadData(f"{where}.page_size must be at least 1")
    for account in scenario.storage_accounts:
        if account.vault or account.registered or account.soft_deleted or _is_protected(account):
            vault = home(scenario, account)
            if vault is None:
                raise BadData(f"{where}: no vault for the storage account '{account.name}' to be registered with")
            known = {policy.name.lower() for policy in vault.policies}
            for share in account.shares:
                if share.protected_by and share.protected_by.lower() not in known:
                    raise BadData(f"{where}: the vault '{vault.name}' has no policy '{share.protected_by}'")
                if share.protected_by and (share.deleted or share.protocol != "SMB"):
                    raise BadData(f"{where}: the share '{share.name}' cannot be protected")


def _is_protected(account: StorageAccount) -> bool:
    return any(share.protected_by for share in account.shares)


def _check_names(scenario: Scenario, where: str) -> None:
    for account in scenario.storage_accounts:
        if not _ACCOUNT_NAME.fullmatch(account.name):
            raise BadData(f"{where}: '{account.name}' cannot be a storage account's name")
        for name in (name for share in account.shares for name in share.names()):
            if not is_share_name(name):
                raise BadData(f"{where}: '{name}' cannot be a share's name")


def home(scenario: Scenario, account: StorageAccount) -> Vault | None:
    """The vault with which the account is (to be) registered."""
    for vault in scenario.vaults:
        near = (vault.location, vault.subscription_id) == (account.location, account.subscription_id)
        if near and account.vault in (None, vault.name):
            return vault
    return None
