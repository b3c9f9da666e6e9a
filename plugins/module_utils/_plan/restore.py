# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a restore goes, and whether it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._azure.errors import AzureFault, BackupError
from .._azure.ids import AccountId, VaultId, same
from .._azure.times import format_time
from .._azure.words import sentences
from .._options.restore import WantedRestore
from .._options.shares import not_found
from .._records.job import Job
from .._records.protected_item import SOFT_DELETED, ProtectedItem
from .._records.recovery_point import RecoveryPoint, newest_first
from .._records.restore import RestoreTarget
from .._records.storage_account import Share
from .._records.vault_settings import ENABLED, VaultSettings


@dataclass(frozen=True)
class Place:
    """Where the data goes. ``folder`` is empty for the share's root; ``location`` is the region, if that is known."""

    account: AccountId
    share: str
    folder: str
    original: bool
    location: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.account.name, self.share, self.folder) if part)

    @property
    def target(self) -> RestoreTarget | None:
        return None if self.original else RestoreTarget(self.account, self.share, self.folder)

    def to_result(self) -> dict[str, Any]:
        return {
            "storage_account": self.account.name,
            "storage_account_resource_group": self.account.resource_group,
            "subscription_id": self.account.subscription,
            "location": self.location,
            "share": self.share,
            "folder": self.folder or None,
            "original_location": self.original,
        }


def place_of(
    item: ProtectedItem,
    source: AccountId,
    target_account: AccountId | None,
    wanted: WantedRestore,
    location: str | None = None,
) -> Place:
    """``target_account`` is None where the target is in the share's own account; ``location`` is that account's region.

    Raises BackupError for a target that is the original location: what overwrites a living share has to be meant.
    """
    if wanted.target is None:
        return Place(source, item.share, "", original=True, location=location)
    share = wanted.target.share or item.share
    place = Place(target_account or source, share, wanted.target.folder, original=False, location=location)
    if place.account.key == source.key and same(place.share, item.share) and not place.folder:
        raise BackupError(
            f"target is the share '{item.share}' itself: leave target out to restore to the original location, or name "
            "a folder in it."
        )
    return place


def check_item(item: ProtectedItem) -> None:
    if item.state == SOFT_DELETED:
        raise BackupError(
            f"The backup data of the share '{item.share}' is deleted, and kept for some days only: undelete it first, "
            "with azurefiles.backup.afs_protection and state: stopped."
        )


def check_point(point: RecoveryPoint, wanted: WantedRestore) -> None:
    """What the service cannot do with a recovery point that has no snapshot any more."""
    if point.in_snapshot:
        return
    only = f"The recovery point {point.name} is in the vault tier only, and from there Azure restores"
    if wanted.target is None:
        raise BackupError(f"{only} to another place, not to the original location: name a target.")
    if wanted.files:
        raise BackupError(f"{only} the full share, not single files: leave files out.")
    if not wanted.overwrite:
        raise BackupError(f"{only} into an empty folder, and with conflict: overwrite only.")


def needs_snapshot(point: RecoveryPoint, wanted: WantedRestore) -> bool:
    """Whether the copy in the vault, if there is one, is not enough for it."""
    return not point.in_vault or wanted.target is None or bool(wanted.files) or not wanted.overwrite


def snapshot_gone(
    account: AccountId, point: RecoveryPoint, points: Iterable[RecoveryPoint], fault: AzureFault
) -> BackupError:
    """What to say of a snapshot that went with its account. ``points`` are all that the vault has of the share."""
    vaulted = [each for each in newest_first(list(points)) if each.in_vault]
    words = (
        f"The storage account '{account}' does not exist any more, and the snapshot of the recovery point {point.name} "
        "went with it."
    )
    if point.in_vault:
        words += (
            " Its copy in the vault is left, and from there Azure restores the full share to another place, with "
            "conflict: overwrite."
        )
    elif vaulted:
        words += (
            f" The newest recovery point with a copy in the vault is {vaulted[0].name}, of "
            f"{format_time(vaulted[0].time)}: name it in recovery_point."
        )
    else:
        words += " No recovery point of the share has a copy in the vault, so nothing of it is left to restore."
    return BackupError(words, fault)


def check_subscription(place: Place, vault: VaultId, settings: VaultSettings) -> None:
    """Whether the vault restores into other subscriptions; a vault that does not say so does."""
    state = settings.cross_subscription or ENABLED
    if same(place.account.subscription, vault.subscription) or same(state, ENABLED):
        return
    words = (
        f"The vault '{vault.name}' does not restore into other subscriptions, and '{place.account.name}' is in "
        f"{place.account.subscription}: its cross-subscription restore is {state}"
    )
    if same(state, "Disabled"):
        raise BackupError(
            f"{words}. To turn it on: az backup vault update --name {vault.name} --resource-group "
            f"{vault.resource_group} --cross-subscription-restore-state Enable"
        )
    raise BackupError(f"{words}, which is for good. Restore into the subscription {vault.subscription}, and copy it.")


def check_secondary_place(place: Place, source: AccountId, region: str) -> None:
    """From the other region, a share goes to another account."""
    if place.account.key == source.key:
        raise BackupError(
            f"From the secondary region Azure restores to another storage account than '{source.name}', from which the "
            f"share comes: name one of the region {region} in target."
        )


def check_place(place: Place, listed: Mapping[str, Share] | None) -> None:
    """``listed`` is the account's own list of shares, by name in lower case; None where it may not be read."""
    if listed is None:
        return
    share = listed.get(place.share.lower())
    if share is None and place.original:
        raise BackupError(
            f"The share '{place.share}' does not exist any more in the storage account '{place.account.name}': create "
            "it anew, or name a target."
        )
    if share is None:
        problem = not_found(place.share, place.account.name, [each.name for each in listed.values()])
        raise BackupError(sentences(problem.message, "Create the target share first."))
    if share.deleted and place.original:
        raise BackupError(
            f"The share '{share.name}' is deleted: undelete it in its storage account first, or name a target."
        )
    if share.unsupported:
        raise BackupError(f"The target share '{share.name}' cannot be restored to: {share.unsupported}.")


def goes_to(place: Place, job: Job) -> bool:
    """Whether a restore, by its details, goes to this very place."""
    account, share = _destination(job)
    folder = (job.details or {}).get("restore_destination", "").split("/", 2)[2:]
    same_folder = not folder or folder[0].strip("/") == place.folder
    return same(account, place.account.name) and same(share, place.share) and same_folder


def check_running(place: Place, running: Iterable[Job]) -> None:
    """``running`` are the restores of the same share that have not ended, with their details."""
    for job in running:
        account, share = _destination(job)
        if same(account, place.account.name) and same(share, place.share):
            raise BackupError(
                f"Another restore to the share '{place.share}' is running (job {job.id}), and a share takes one at a "
                "time: wait for it with azurefiles.backup.afs_job, then run again."
            )


def _destination(job: Job) -> tuple[str, str]:
    """Only a restore to another share names its target."""
    details = job.details or {}
    return (
        details.get("target_storage_account_name") or job.account_name,
        details.get("target_file_share_name") or job.share,
    )
