# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts and their file shares."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from ..clock import SECOND, Ticks

BEING_DELETED = 30 * SECOND
"""For so long, at least, a share that was deleted for good keeps its name, as documented."""


@dataclass(eq=False)
class Share:
    name: str
    account_id: str
    instance: int
    """Tells a share from an earlier one of the same name."""
    created: Ticks
    protocol: str = "SMB"
    quota: int = 5120
    deleted_at: Ticks | None = None
    """When it was soft-deleted in the account."""
    gone: bool = False
    """Deleted for good."""
    snapshots: list[Ticks] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    usage: int = 0
    """Bytes stored on it; a snapshot holds as many as the share does now."""

    @cached_property
    def system_name(self) -> str:
        """What Azure Backup calls it today: 64 hex digits of no known derivation, one for each instance."""
        return hashlib.sha256(f"{self.account_id.lower()}/{self.name}#{self.instance}".encode()).hexdigest()

    @property
    def resource_state(self) -> str:
        if self.gone:
            return "Deleted"
        return "Active" if self.deleted_at is None else "SoftDeleted"


@dataclass
class Lock:
    name: str
    level: str
    notes: str


@dataclass(eq=False)
class StorageAccount:
    subscription: str
    group: str
    name: str
    location: str
    kind: str
    sku: str
    tags: dict[str, str]
    created: Ticks
    shares: list[Share] = field(default_factory=list)
    """Live and soft-deleted ones."""
    locks: list[Lock] = field(default_factory=list)

    @property
    def id(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/Microsoft.Storage/storageAccounts/{self.name}"
        )

    @property
    def container_name(self) -> str:
        return f"StorageContainer;Storage;{self.group};{self.name}"

    def share(self, name: str) -> Share | None:
        """The live share of that name."""
        for share in self.shares:
            if share.name.lower() == name.lower() and share.deleted_at is None:
                return share
        return None

    def being_deleted(self, name: str, now: Ticks) -> bool:
        """Whether a share of that name is gone for good since so short a time that its name is not free again."""
        return any(
            share.name.lower() == name.lower()
            and share.gone
            and share.deleted_at is not None
            and now - share.deleted_at < BEING_DELETED
            for share in self.shares
        )

    def add_share(self, name: str, protocol: str, now: Ticks) -> Share:
        share = Share(name, self.id, len(self.shares), now, protocol)
        self.shares.append(share)
        return share

    def delete_share(self, share: Share, now: Ticks) -> None:
        """Soft delete, the default of today's accounts."""
        share.deleted_at = now

    def purge_share(self, share: Share, now: Ticks) -> None:
        share.deleted_at = share.deleted_at or now
        share.gone = True
        share.snapshots.clear()

    def visible_shares(self, *, deleted: bool) -> list[Share]:
        shown = [share for share in self.shares if not share.gone and (deleted or share.deleted_at is None)]
        return sorted(shown, key=lambda share: share.name)
