# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do about an error of Azure's, by its code.

The codes are those of Microsoft's troubleshooting page for Azure file share backup, of public reports, and of the
resource manager. A code is here where there is something to do which Azure does not say itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from .errors import INTERNAL, AzureFault
from .guards import guard_advice, refused_by_guard
from .ids import same, segment

ROLES = (
    "Azure Backup needs the role 'Backup Contributor' on the vault, and 'Storage Account Backup Contributor' and "
    "'Reader' on the storage account"
)
IMMUTABLE = "UserErrorOperationDeniedOnImmutableItem"
NOT_IMMUTABLE = (
    "Only an immutable vault suspends backups (reported of virtual machines); in any other one, state: stopped ends "
    "them and keeps all recovery points."
)


@dataclass(frozen=True)
class _Advice:
    """``only`` is for messages that have these words, ``unless`` for those that do not: they say it themselves."""

    text: str
    only: str = ""
    unless: str = ""

    def fits(self, message: str) -> bool:
        said = re.search(self.unless, message, re.IGNORECASE) if self.unless else None
        return not said and bool(re.search(self.only, message, re.IGNORECASE))


_OLDER_VERSION = _Advice("Name a version that this cloud has in the option api_version.")
_LATER = _Advice("The storage service is busy: run again later.")
_KEYS = _Advice("Register the account with identity based access, or allow access by storage account key.")
_UNDELETE = _Advice("The share is deleted: undelete it in its storage account first.")
_OTHER_RESTORE = _Advice(
    "A share takes one restore at a time, also from another vault: wait for the running one with "
    "azurefiles.backup.afs_job, or name another target."
)
_FAILED_FILES = _Advice(
    "The job's details, which azurefiles.backup.afs_job returns, name a file that lists what failed and why: often a "
    "file in use, or a directory of the same name. Restore those files once more with files."
)
_OTHER_POINT = _Advice(
    "Its snapshot is gone from the share, or has no such file: choose another recovery point, and check files."
)
_QUOTA = _Advice("Raise the quota of the target share, or name another target.")
_WAIT = _Advice("Wait for it to end, then run again.", unless=r"\b(?:wait|retry|try) ")
_ADVICE = {
    "InvalidAuthenticationTokenTenant": _Advice("The subscription belongs to another tenant than the login."),
    "SubscriptionNotFound": _Advice("Check subscription_id, and that the login may see that subscription."),
    "SubscriptionRequestsThrottled": _Advice(
        "Other programs that use this login ask for much: run again in some minutes, or use a login of its own."
    ),
    "RequestDisallowedByPolicy": _Advice(
        "Ask those who keep that policy of Azure Policy for an exemption, or bring the resource to what it asks for."
    ),
    "ScopeLocked": _Advice("Remove the lock first, if it may be removed.", unless=r"\bremove\b"),
    # Whatever is busy is tried again as long as the run's time lasts.
    "BMSUserErrorObjectLocked": _WAIT,
    "BMSUserErrorConflictingProtectionOperation": _WAIT,
    "AnotherOperationInProgress": _WAIT,
    "RSVaultUpdateErrorConflictingOperationInProgress": _WAIT,
    "UserErrorOperationNotAllowedDuringDataMove": _Advice(
        "The vault's backups are being moved to another vault: run again when that has ended, with the new vault."
    ),
    INTERNAL: _Advice("Wait some minutes, then run again.", unless=r"\bwait\b"),
    # Accounts
    "BMSUserErrorContainerHasDatasources": _Advice(
        "The backup data of the account's shares has to be deleted first: azurefiles.backup.afs_protection does that, "
        "with state: absent; what is soft-deleted has to be purged."
    ),
    "UserErrorFileShareEndpointUnreachable": _Advice(
        "The storage account is gone or moved, or of a kind that is not supported."
    ),
    "UserErrorStorageAccountNotFound": _Advice("If the account was moved, register it anew where it is now."),
    "UserErrorDTSStorageAccountNotFound": _Advice("Check that the storage account to restore to still exists."),
    "UserErrorResourceGroupNotFound": _Advice("Check the resource groups that are given."),
    "UserErrorStorageAccountInternetRoutingNotSupported": _Advice(
        "Switch the storage account's routing preference to Microsoft network routing."
    ),
    "UserErrorStorageAccountIsLocked": _Advice("Remove the read-only lock from the storage account."),
    "UserErrorStorageKeyBasedAuthenticationNotPermitted": _KEYS,
    "UserErrorStorageAccountKeyAccessDisallowed": _KEYS,
    "UserErrorStorageAccountSasPolicyNotSupported": _Advice(
        "Allow SAS tokens of at least 8 hours on the storage account."
    ),
    "AzureOperationFailed": _Advice(
        "Azure Backup does not support storage accounts whose access tier is Smart: choose another tier, if it is so.",
        only="generic failure",
    ),
    # Shares
    "BMSUserErrorDataSourceObjectNotFound": _Advice(
        "azurefiles.backup.afs_protected_item_info shows what the vault has of the account."
    ),
    "BMSUserErrorInvalidConfigureProtectionRequest": _Advice(
        "Check that the policy is one for file shares, and that the account is still registered."
    ),
    "FileShareNotFound": _Advice("The share has been deleted from its storage account."),
    "UserErrorBackupAFSInSoftDeleteState": _UNDELETE,
    "UserErrorBackupAFSInDeleteState": _Advice(
        "No backup of it can succeed any more: end its protection with azurefiles.backup.afs_protection."
    ),
    "AFSMaxSnapshotReached": _Advice(
        "The share holds 200 snapshots, the most there can be: delete on-demand ones, or shorten the retention."
    ),
    "ParallelSnapshotRequest": _Advice(
        "A share has one backup at a time: wait for the running one. If this vault has none, another vault's is "
        "running: a share that is still protected there has to be taken from it."
    ),
    "FileshareBackupFailedWithAzureRpRequestThrottling": _LATER,
    "FileshareRestoreFailedWithAzureRpRequestThrottling": _LATER,
    "DatamoverGenericError": _Advice("Wait some minutes, then back up again."),
    "DatamoverInsufficientVaultStorage": _Advice("The next backup gets more room in the vault by itself."),
    IMMUTABLE: _Advice(
        "Its recovery points cannot be deleted early; state: suspended ends the backups, and keeps them as the policy "
        "says."
    ),
    "UserErrorDeleteBackupItemOnImmutableItem": _Advice(
        "The backup data of an immutable vault cannot be deleted early; state: suspended ends the backups."
    ),
    # Restores
    "TargetFileShareNotFound": _Advice("Create the target share first."),
    "UserErrorTargetFileShareFull": _QUOTA,
    "UserErrorTargetFileShareQuotaNotSufficient": _QUOTA,
    "UserErrorSourceOrTargetAccountNotAccessible": _Advice(
        "Check that the permitted scope for copy operations of the target account takes in the source, that the "
        "firewalls of both make an exception for trusted services of Azure, and that no key was rotated meanwhile."
    ),
    "UserErrorDTSDestLocked": _OTHER_RESTORE,
    "UserErrorAnotherRestoreInProgressOnSameTarget": _OTHER_RESTORE,
    "DataTransferServiceCoFLimitReached": _FAILED_FILES,
    "DataTransferServiceAllFilesFailedToRecover": _FAILED_FILES,
    "UserErrorAFSRecoverySomeFilesNotRestored": _FAILED_FILES,
    "UserErrorAFSSourceSnapshotNotFound": _OTHER_POINT,
    "DataTransferServiceSourceUriNotValid": _OTHER_POINT,
    "UserErrorDTSSourceUriNotValid": _OTHER_POINT,
    "UserErrorRestoreAFSInSoftDeleteState": _UNDELETE,
    "UserErrorRestoreAFSInDeleteState": _Advice(
        "Its snapshots are lost with it; only recovery points of the vault tier can still be restored."
    ),
    "AzureFileSyncChangeDetectionInProgress": _Advice(
        "An earlier restore to the share has set it off: wait for its end, or name another target."
    ),
    "File Sync PreRestoreFailed": _Advice("Restore again later, or to a share that Azure File Sync does not use."),
    # Policies
    "BMSUserErrorInvalidPolicyInput": _Advice("Check schedule, retention and time_zone of the policy."),
    "BMSUserErrorPolicyRetentionInvalid": _Advice("Check the counts in retention against the limits of the tier."),
    "UserErrorInvalidRequestParameter": _Advice(
        "Azure answers so to a time_zone that it does not know, and to a retention of weeks, months or years which "
        "it does not keep for the schedule.",
        only="NO_PARAM",
    ),
    "BMSUserErrorPolicyObjectInUse": _Advice(
        "Give its shares another policy with azurefiles.backup.afs_protection; afs_protected_item_info tells which."
    ),
    # Vaults
    "BMSUserErrorRedundancySettingsUseVaultApi": _Advice("Set the redundancy in the properties of the vault itself."),
    "BMSUserErrorCrossRegionRestoreNotEnabledInThisVault": _Advice(
        "It is a setting of a geo-redundant vault, and cannot be turned off again: az backup vault update "
        "--backup-storage-redundancy GeoRedundant --cross-region-restore-flag Enabled."
    ),
    "UserErrorUnsupportedVaultImmutabilityStateChange": _Advice(
        "A vault goes from Disabled to Unlocked, and only from there to Locked, which is for good."
    ),
    # The login service's own codes.
    "AADSTS700024": _Advice(
        "The federated token has ended before the work did. Run again with a new token: what was begun goes on at "
        "Azure, and the run picks it up. For long work use oidc_token_file_path, whose file the platform renews, or a "
        "managed identity."
    ),
    "AADSTS7000215": _Advice("Give the secret's value, and not its id."),
    "AADSTS7000222": _Advice("The secret has expired: make a new one for the application."),
    "AADSTS700016": _Advice("Check client_id, and that tenant is the one that has this application."),
    "AADSTS90002": _Advice("Check tenant, and cloud_environment."),
    # A cloud that lags behind.
    "NoRegisteredProviderFound": _OLDER_VERSION,
    "InvalidApiVersionParameter": _OLDER_VERSION,
    "InvalidApiVersion": _OLDER_VERSION,
    "UnsupportedApiVersion": _OLDER_VERSION,
}
KNOWN = frozenset(_ADVICE)


def advice(fault: AzureFault, asked: str = "") -> str:
    """A sentence to follow Azure's own words; empty where there is nothing to do, or Azure says it itself.

    ``asked`` is the address of the request that failed, where there was one. The most specific code counts.
    """
    message = fault.message or ""
    if refused_by_guard(fault):
        return guard_advice(fault)
    for code in fault.codes:
        if code in ("AuthorizationFailed", "LinkedAuthorizationFailed"):
            return _missing_role(message)
        if code == "ResourceGroupNotFound":
            return _missing_group(message, asked)
        known = _ADVICE.get(code)
        if known is _OLDER_VERSION and asked and "/microsoft.recoveryservices/" not in asked.lower():
            return ""  # the option is the version of the backup service alone
        if known and known.fits(message):
            return known.text
    return ""


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
    if "microsoft.recoveryservices/locations/" in lowered:
        # A region is no part of the vault, so that no role on the vault alone reaches it.
        role = "This is asked of a region, so the login needs that action on the whole subscription of the vault."
    elif "microsoft.storage/" in lowered and "microsoft.recoveryservices/" not in lowered:
        role = "The roles 'Storage Account Backup Contributor' and 'Reader' on the storage account are missing."
    elif "microsoft.recoveryservices/" in lowered and "microsoft.storage/" not in lowered:
        role = "The role 'Backup Contributor' on the vault is missing."
    else:
        role = f"{ROLES}."
    return f"{role} A role that was assigned just now takes some minutes to work."
