# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The restore that a user asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .._azure.errors import BackupError
from .._azure.ids import same
from .._records.restore import RestoreFile
from .accounts import AccountRef
from .recovery_points import PointRef
from .secondary import WantedRegion
from .shares import share_name
from .texts import stripped_path

MOST_FILES = 99  # the service's limit for one restore
_IMPOSSIBLE = re.compile(r'["*:<>?|]')  # no name in a share has one of these


@dataclass(frozen=True)
class TargetRef:
    """Where to restore to, as the user names it; what is None is taken from the share that is restored.

    ``subscription`` is that of the account, where it is another one than the vault's.
    """

    account: AccountRef | None
    share: str | None
    folder: str
    subscription: str | None = None


@dataclass(frozen=True)
class WantedRestore:
    """``files`` empty: the full share. ``target`` None: the original location. ``region`` None: the vault's own."""

    share: str
    point: PointRef
    files: tuple[RestoreFile, ...]
    target: TargetRef | None
    overwrite: bool
    region: WantedRegion | None = None

    @classmethod
    def parse(
        cls,
        share: str,
        point: str,
        files: Sequence[Mapping[str, str]] | None,
        target: Mapping[str, str | None] | None,
        conflict: str,
        region: WantedRegion | None = None,
    ) -> WantedRestore:
        """Raises BackupError for whatever no share could make right."""
        if region:
            _check_secondary(files, target, conflict)
        if files is not None and not files:
            raise BackupError("files is empty: name files or directories, or leave it out to restore the full share.")
        chosen = tuple(
            dict.fromkeys(
                RestoreFile(_path(file["path"], "files"), file["type"] == "directory") for file in files or ()
            )
        )
        if len(chosen) > MOST_FILES:
            raise BackupError(
                f"files names {len(chosen)} paths, but Azure restores {MOST_FILES} at most at a time: name "
                "directories, or restore in several tasks."
            )
        return cls(
            share=share_name(share),
            point=PointRef.parse(point),
            files=chosen,
            target=_target(target) if target is not None else None,
            overwrite=conflict == "overwrite",
            region=region,
        )


def _check_secondary(
    files: Sequence[Mapping[str, str]] | None, target: Mapping[str, str | None] | None, conflict: str
) -> None:
    """What Azure does not do from the other region of a vault (documented, and refused by its own clients)."""
    only = "From the secondary region Azure restores"
    if files is not None:
        raise BackupError(f"{only} the full share, not single files: leave files out.")
    if target is None or not target.get("storage_account"):
        raise BackupError(
            f"{only} to another storage account, not to the original place: name one of that region in target, in "
            "storage_account."
        )
    if conflict != "overwrite":
        raise BackupError(f"{only} with conflict: overwrite only.")


def _target(options: Mapping[str, str | None]) -> TargetRef:
    account, group = options.get("storage_account"), options.get("storage_account_resource_group")
    share, folder, subscription = options.get("share"), options.get("folder"), options.get("subscription_id")
    if not (account or share or folder):
        raise BackupError(
            "target names no other place: give a folder, a share or a storage_account, or leave target out to restore "
            "to the original location."
        )
    ref = AccountRef.parse(account, group) if account else None
    if subscription and ref is None:
        raise BackupError("target has a subscription_id, but no storage_account: name the account to restore to.")
    if subscription and ref and ref.account_id and not same(ref.account_id.subscription, subscription):
        raise BackupError(
            f"target is in the subscription {ref.account_id.subscription} by the id in storage_account, but its "
            f"subscription_id is {subscription}."
        )
    return TargetRef(
        account=ref,
        share=share_name(share) if share else None,
        folder=_path(folder, "target") if folder else "",
        subscription=subscription or None,
    )


def _path(text: str, option: str) -> str:
    """A path from the share's root, in the service's form: with slashes inside and none at its ends.

    Its blanks are its own, since a folder's name may begin with one.
    """
    parts = [part for part in stripped_path(text).replace("\\", "/").split("/") if part]
    path = "/".join(parts)
    if not parts:
        raise BackupError(f"{option} has the path '{text}', which names nothing below the share's root.")
    if "." in parts or ".." in parts:
        raise BackupError(f"{option} has the path '{text}': write it from the share's root, without '.' and '..'.")
    if _IMPOSSIBLE.search(path):
        raise BackupError(
            f"{option} has the path '{text}', but no file has such a name: wildcards are not known to Azure Backup."
        )
    return path
