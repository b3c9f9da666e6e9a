# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as the planners are given them."""

from __future__ import annotations

from datetime import datetime

from ansible_collections.azurefiles.backup.plugins.module_utils._records.protectable_item import ProtectableItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import ProtectedItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
VAULT_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices/vaults/backup-vault"
)


def account_id(name: str = "contosofiles", group: str = "files-rg", provider: str = "Microsoft.Storage") -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/{provider}/storageAccounts/{name}"


def policy_id(name: str = "daily-30") -> str:
    return f"{VAULT_ID}/backupPolicies/{name}"


def item(
    share: str,
    state: str = "Protected",
    policy: str | None = "daily-30",
    recovery_point: datetime | None = None,
    account: str = "contosofiles",
) -> ProtectedItem:
    container, name = f"StorageContainer;storage;files-rg;{account}", f"AzureFileShare;{share.lower()}-hash"
    return ProtectedItem(
        id=f"{VAULT_ID}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{name}",
        name=name,
        share=share,
        container_name=container,
        source_resource_id=account_id(account),
        policy_id=policy_id(policy) if policy else None,
        state=state,
        last_backup_status=None,
        last_backup_time=None,
        latest_recovery_point=recovery_point,
    )


def offer(share: str, account: str = "contosofiles") -> ProtectableItem:
    container, name = f"storagecontainer;storage;files-rg;{account}", f"azurefileshare;{share.lower()}-hash"
    return ProtectableItem(
        id=f"{VAULT_ID}/backupFabrics/Azure/protectionContainers/{container}/protectableItems/{name}",
        name=name,
        share=share,
        container_name=container,
        source_resource_id=account_id(account),
        share_type="XSMB",
        protection_state="NotProtected",
    )


def by_name(*records: ProtectedItem) -> dict[str, ProtectedItem]:
    return {record.share.lower(): record for record in records}


def offers(*shares: str) -> dict[str, ProtectableItem]:
    return {share.lower(): offer(share) for share in shares}


def listing(*shares: str | Share) -> dict[str, Share]:
    """An account's own list; a plain name is a living SMB share."""
    records = [Share(share, "SMB", deleted=False) if isinstance(share, str) else share for share in shares]
    return {record.name.lower(): record for record in records}
