# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource ids: taking them apart and comparing them without regard to case.

The service spells one and the same thing differently on every endpoint (``/Subscriptions/``,
``Microsoft.storage``, lower-cased resource groups), so nothing here compares by equality of strings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote

from .errors import BackupError

_ACCOUNT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/(?P<provider>Microsoft\.(?:Classic)?Storage)/storageAccounts/(?P<name>[^/]+)/?",
    re.IGNORECASE,
)

_VAULT_ID = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.RecoveryServices/vaults/(?P<name>[^/]+)/?",
    re.IGNORECASE,
)


def same(left: str | None, right: str | None) -> bool:
    """Whether two names or ids mean the same thing."""
    return (left or "").rstrip("/").lower() == (right or "").rstrip("/").lower()


def segment(resource_id: str, kind: str) -> str:
    """The name that follows ``kind`` in a resource id, or an empty string."""
    parts = resource_id.split("/")
    for here, following in pairwise(parts):
        if here.lower() == kind.lower():
            return following
    return ""


def last_segment(resource_id: str) -> str:
    return resource_id.rstrip("/").rsplit("/", 1)[-1]


def path(*segments: str) -> str:
    """A path from plain names, each encoded so that it stays one segment.

    Raises BackupError for a name that would climb out of its place.
    """
    for name in segments:
        if name in ("", ".", ".."):
            raise BackupError(f"'{name}' cannot be part of a resource's address.")
    return "/" + "/".join(quote(name, safe="") for name in segments)


@dataclass(frozen=True)
class AccountId:
    """A storage account's full identity; two accounts are the same one when their keys are."""

    subscription: str
    resource_group: str
    provider: str
    name: str

    @classmethod
    def parse(cls, text: object) -> AccountId | None:
        """None for anything that is not the id of a storage account."""
        match = _ACCOUNT_ID.fullmatch(text) if isinstance(text, str) else None
        return cls(match["subscription"], match["group"], match["provider"], match["name"]) if match else None

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (
            self.subscription.lower(),
            self.resource_group.lower(),
            self.provider.lower(),
            self.name.lower(),
        )

    @property
    def is_classic(self) -> bool:
        return self.provider.lower() != "microsoft.storage"

    @property
    def path(self) -> str:
        group = ("subscriptions", self.subscription, "resourceGroups", self.resource_group)
        return path(*group, "providers", "Microsoft.Storage", "storageAccounts", self.name)

    def __str__(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/{self.provider}/storageAccounts/{self.name}"
        )


@dataclass(frozen=True)
class VaultId:
    """A Recovery Services vault's full identity."""

    subscription: str
    resource_group: str
    name: str

    @classmethod
    def parse(cls, text: str) -> VaultId | None:
        """None for anything that is not the id of a vault."""
        match = _VAULT_ID.fullmatch(text)
        return cls(match["subscription"], match["group"], match["name"]) if match else None

    @property
    def key(self) -> str:
        return str(self).lower()

    @property
    def path(self) -> str:
        group = ("subscriptions", self.subscription, "resourceGroups", self.resource_group)
        return path(*group, "providers", "Microsoft.RecoveryServices", "vaults", self.name)

    def __str__(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{self.name}"
        )
