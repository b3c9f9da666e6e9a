# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about an error of Azure's, by its code.

The codes are those of Microsoft's troubleshooting page for Azure file share backup, and of the resource manager.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from .ids import same, segment

ROLES = (
    "Azure Backup needs the role 'Backup Contributor' on the vault, and 'Storage Account Backup Contributor' and "
    "'Reader' on the storage account"
)

_OLDER_VERSION = "Name a version that this cloud has in the option api_version."
_ADVICE = {
    "InvalidAuthenticationTokenTenant": "The subscription belongs to another tenant than the login.",
    "SubscriptionNotFound": "Check subscription_id, and that the login may see that subscription.",
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
    # The login service's own codes.
    "AADSTS700024": (
        "The federated token has ended before the work did. Run again with a new token: what was begun goes on at "
        "Azure, and the run picks it up. For long work use oidc_token_file_path, whose file the platform renews, or a "
        "managed identity."
    ),
    "AADSTS7000215": "Give the secret's value, and not its id.",
    "AADSTS7000222": "The secret has expired: make a new one for the application.",
    "AADSTS700016": "Check client_id, and that tenant is the one that has this application.",
    "AADSTS90002": "Check tenant, and cloud_environment.",
    # A cloud that lags behind.
    "NoRegisteredProviderFound": _OLDER_VERSION,
    "InvalidApiVersionParameter": _OLDER_VERSION,
    "InvalidApiVersion": _OLDER_VERSION,
    "UnsupportedApiVersion": _OLDER_VERSION,
    "CloudInternalError": "Wait some minutes, then run again.",
}


def advice(code: str | None, message: str | None = None, asked: str = "") -> str:
    """A sentence to append after Azure's own words, with a space before it; empty where there is none to give.

    ``asked`` is the address of the request that failed, where there was one.
    """
    if code in ("AuthorizationFailed", "LinkedAuthorizationFailed"):
        return f" {_missing_role(message or '')}"
    if code == "ResourceGroupNotFound":
        return f" {_missing_group(message or '', asked)}"
    text = _ADVICE.get(code or "")
    if text == _OLDER_VERSION and asked and "/microsoft.recoveryservices/" not in asked.lower():
        return ""  # the option is the version of the backup service alone
    return f" {text}" if text else ""


def _missing_group(message: str, asked: str) -> str:
    """A request to the vault may name a group of its own, that of the account to restore to."""
    home = unquote(segment(asked.split("?")[0], "resourceGroups"))
    named = re.search(r"[Rr]esource group '([^']+)'", message)
    if not asked:
        return "Check the resource groups that are given, and subscription_id."
    if "/microsoft.recoveryservices/" not in asked.lower() or (named and not same(named[1], home)):
        return "Check the storage account's resource group, where it is given, and subscription_id."
    return "Check resource_group and subscription_id."


def _missing_role(message: str) -> str:
    lowered = message.lower()
    if "microsoft.storage/" in lowered and "microsoft.recoveryservices/" not in lowered:
        role = "The roles 'Storage Account Backup Contributor' and 'Reader' on the storage account are missing."
    elif "microsoft.recoveryservices/" in lowered and "microsoft.storage/" not in lowered:
        role = "The role 'Backup Contributor' on the vault is missing."
    else:
        role = f"{ROLES}."
    return f"{role} A role that was assigned just now takes some minutes to work."
