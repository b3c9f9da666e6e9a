# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage accounts and their shares, as Microsoft.Storage lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._azure.ids import AccountId
from .fields import properties_of, region, string

WITHOUT_SHARES = ("blobstorage", "blockblobstorage")  # kinds of accounts that have no file shares


@dataclass(frozen=True)
class Share:
    """A share as its own storage account lists it."""

    name: str
    protocol: str
    deleted: bool

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Share:
        properties = properties_of(resource)
        return cls(
            name=string(resource.get("name")),
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
class ShareDetails:
    """What a share tells only where it is read by itself.

    ``size`` is in bytes and approximate: files of the last moments may not be counted. ``quota`` is in GiB. Both are
    None where the service does not say.
    """

    name: str
    metadata: Mapping[str, str]
    size: int | None
    quota: int | None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> ShareDetails:
        properties = properties_of(resource)
        metadata = properties.get("metadata")
        return cls(
            name=string(resource.get("name")),
            metadata={str(key).lower(): string(value) for key, value in metadata.items()}
            if isinstance(metadata, dict)
            else {},
            size=_whole(properties.get("shareUsageBytes")),
            quota=_whole(properties.get("shareQuota")),
        )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def lock_name(resource: dict[str, Any]) -> str:
    return string(resource.get("name"))


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
            account=AccountId.parse(string(resource.get("id"))),
            location=region(resource.get("location")),
            kind=string(resource.get("kind")),
            tags={str(name): str(value) for name, value in tags.items()} if isinstance(tags, dict) else {},
        )

    @property
    def may_have_shares(self) -> bool:
        return self.kind.lower() not in WITHOUT_SHARES
