# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about an error of Azure's, by its code. Private to the collection.

The codes are those of Microsoft's troubleshooting page for Azure file share backup, and of the resource manager.
"""

from __future__ import annotations

ROLES = (
    "Azure Backup needs the role 'Backup Contributor' on the vault, and 'Storage Account Backup Contributor' and "
    "'Reader' on the storage account"
)

_ADVICE = {
    "InvalidAuthenticationTokenTenant": "The subscription belongs to another tenant than the login.",
    "SubscriptionNotFound": "Check subscription_id, and that the login may see that subscription.",
    "ResourceGroupNotFound": "Check resource_group and subscription_id.",
    "BMSUserErrorObjectLocked": "Another operation is running on this share: wait for it, then run again.",
    "BMSUserErrorConflictingProtectionOperation": (
        "Protection of this share is being configured already: wait for that to end, then run again."
    ),
    "BMSUserErrorContainerHasDatasources": "Delete the backup data of the account's shares first.",
    "FileShareNotFound": "The share has been deleted from its storage account.",
    "UserErrorFileShareEndpointUnreachable": "The storage account is gone, or of a kind that is not supported.",
    "UserErrorStorageAccountNotFound": "The storage account does not exist any more.",
    "AFSMaxSnapshotReached": (
        "The share holds 200 snapshots, the most there can be: delete on-demand ones, or shorten the retention."
    ),
    "ParallelSnapshotRequest": "A share has one backup at a time: wait for the running one.",
    "UserErrorStorageAccountInternetRoutingNotSupported": (
        "Switch the storage account's routing preference to Microsoft network routing."
    ),
    "FileshareBackupFailedWithAzureRpRequestThrottling": "The storage service is busy: run again later.",
    "FileshareRestoreFailedWithAzureRpRequestThrottling": "The storage service is busy: run again later.",
    "TargetFileShareNotFound": "Create the target share first.",
    "UserErrorStorageAccountIsLocked": "Remove the read-only lock from the storage account.",
    "UserErrorStorageKeyBasedAuthenticationNotPermitted": (
        "Register the account with identity based access, or allow access by storage account key."
    ),
    "UserErrorStorageAccountSasPolicyNotSupported": "Allow SAS tokens of at least 8 hours on the storage account.",
    "UserErrorBackupAFSInSoftDeleteState": "The share is deleted: undelete it in its storage account first.",
    "UserErrorRestoreAFSInSoftDeleteState": "The share is deleted: undelete it in its storage account first.",
    "UserErrorOperationDeniedOnImmutableItem": "The vault is immutable: its recovery points cannot be deleted early.",
    "UserErrorDeleteBackupItemOnImmutableItem": "The vault is immutable: its backup data cannot be deleted early.",
    "CloudInternalError": "Wait some minutes, then run again.",
}


def advice(code: str | None, message: str | None = None) -> str:
    """A sentence to append after Azure's own words, with a space before it; empty where there is none to give."""
    if code in ("AuthorizationFailed", "LinkedAuthorizationFailed"):
        return f" {_missing_role(message or '')}"
    text = _ADVICE.get(code or "")
    return f" {text}" if text else ""


def _missing_role(message: str) -> str:
    lowered = message.lower()
    if "microsoft.storage/" in lowered and "microsoft.recoveryservices/" not in lowered:
        role = "The roles 'Storage Account Backup Contributor' and 'Reader' on the storage account are missing."
    elif "microsoft.recoveryservices/" in lowered and "microsoft.storage/" not in lowered:
        role = "The role 'Backup Contributor' on the vault is missing."
    else:
        role = f"{ROLES}."
    return f"{role} A role that was assigned just now takes some minutes to work."
