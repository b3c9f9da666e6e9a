# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.restore import (
    Place,
    check_item,
    check_place,
    check_point,
    check_running,
    place_of,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.recovery_point import RecoveryPoint
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share
from ansible_collections.azurefiles.backup.tests.unit.support.records import account_id, item, listing

CONTOSO = AccountId.parse(account_id())
FABRIKAM = AccountId.parse(account_id("fabrikamfiles", "Other-RG"))
ELSEWHERE = {"folder": "restored"}
FILE_A = {"path": "a", "type": "file"}


def wanted(**options: Any) -> WantedRestore:
    usual = {"share": "finance", "point": "latest", "files": None, "target": None, "conflict": "overwrite"}
    return WantedRestore.parse(**(usual | options))


def place(target: Any = None, account: AccountId | None = None) -> Place:
    assert CONTOSO
    return place_of(item("finance"), CONTOSO, account, wanted(target=target))


def point(tier: str | None) -> RecoveryPoint:
    return RecoveryPoint("id", "17", None, None, tier, None, None)


# Where it goes


def test_the_original_location() -> None:
    original = place()

    assert original.original
    assert original.target is None
    assert str(original) == "contosofiles/finance"


@pytest.mark.parametrize(
    ("target", "account", "where"),
    [
        ({"folder": "restored"}, None, "contosofiles/finance/restored"),
        ({"folder": "a/b"}, None, "contosofiles/finance/a/b"),
        ({"share": "landing"}, None, "contosofiles/landing"),
        ({"share": "landing", "folder": "a"}, None, "contosofiles/landing/a"),
        ({"storage_account": "fabrikamfiles"}, FABRIKAM, "fabrikamfiles/finance"),
        ({"storage_account": "fabrikamfiles", "share": "hiring"}, FABRIKAM, "fabrikamfiles/hiring"),
    ],
)
def test_what_a_target_leaves_out_is_as_in_the_original(target: Any, account: AccountId | None, where: str) -> None:
    other = place(target, account)

    assert str(other) == where
    assert not other.original
    assert other.target
    assert (other.target.account, other.target.share, other.target.folder) == (other.account, other.share, other.folder)


def test_a_place_is_returned() -> None:
    assert FABRIKAM
    assert place({"storage_account": "fabrikamfiles", "folder": "a"}, FABRIKAM).to_result() == {
        "subscription_id": FABRIKAM.subscription,
        "location": None,
        "storage_account": "fabrikamfiles",
        "storage_account_resource_group": "Other-RG",
        "share": "finance",
        "folder": "a",
        "original_location": False,
    }
    assert place().to_result()["folder"] is None


@pytest.mark.parametrize(
    ("target", "account"),
    [
        ({"share": "finance"}, None),
        ({"share": "FINANCE"}, None),
        ({"storage_account": "contosofiles"}, None),
        ({"storage_account": "contosofiles"}, AccountId.parse(account_id("CONTOSOFILES", "FILES-RG"))),
    ],
)
def test_a_target_that_is_the_original_location_is_refused(target: Any, account: AccountId | None) -> None:
    with pytest.raises(BackupError, match="target is the share 'finance' itself"):
        place(target, account)


# What cannot work


@pytest.mark.parametrize(
    "state", ["Protected", "IRPending", "ProtectionError", "ProtectionStopped", "BackupsSuspended"]
)
def test_what_the_vault_keeps_can_be_restored(state: str) -> None:
    check_item(item("finance", state))


def test_deleted_backup_data_has_to_be_undeleted_first() -> None:
    with pytest.raises(BackupError, match=r"'finance' is deleted.*undelete it first.*state: stopped"):
        check_item(item("finance", "SoftDeleted"))


@pytest.mark.parametrize("tier", ["snapshot", "snapshot_and_vault"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"files": [FILE_A]},
        {"conflict": "skip"},
        {"target": ELSEWHERE, "files": [FILE_A], "conflict": "skip"},
    ],
)
def test_a_snapshot_can_be_restored_in_any_way(tier: str, options: dict[str, Any]) -> None:
    check_point(point(tier), wanted(**options))


def test_the_vault_tier_restores_a_full_share_elsewhere() -> None:
    check_point(point("vault"), wanted(target=ELSEWHERE))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "not to the original location: name a target"),
        ({"target": ELSEWHERE, "files": [FILE_A]}, "the full share, not single files: leave files out"),
        ({"target": ELSEWHERE, "conflict": "skip"}, "with conflict: overwrite only"),
    ],
)
def test_what_the_vault_tier_cannot_do(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match="17 is in the vault tier only") as refused:
        check_point(point("vault"), wanted(**options))

    assert words in refused.value.message


DELETED, NFS = Share("finance", "SMB", deleted=True), Share("media", "NFS", deleted=False)


@pytest.mark.parametrize(
    ("target", "listed"),
    [
        (None, None),
        (None, listing("finance")),
        (None, listing("FINANCE")),
        ({"share": "landing"}, None),
        ({"share": "landing"}, listing("landing")),
        ({"share": "landing"}, listing("landing", DELETED)),
    ],
)
def test_places_that_exist_or_that_cannot_be_looked_up(target: Any, listed: Any) -> None:
    check_place(place(target), listed)


@pytest.mark.parametrize(
    ("target", "listed", "words"),
    [
        (None, listing("hiring"), "'finance' does not exist any more in the storage account 'contosofiles'"),
        (None, listing(DELETED), "'finance' is deleted: undelete it in its storage account first, or name a target"),
        ({"share": "landin"}, listing("landing"), "no share 'landin' .* Did you mean landing. Create the target share"),
        ({"folder": "a"}, listing(DELETED), "target share 'finance' cannot be restored to: the share is deleted"),
        ({"share": "media"}, listing(NFS), "'media' cannot be restored to: NFS shares are not supported"),
    ],
)
def test_places_that_cannot_be_restored_to(target: Any, listed: Any, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        check_place(place(target), listed)


def running(**details: str) -> Job:
    return Job("j-1", "Restore", "InProgress", "finance", "contosofiles", None, None, None, None, details=details)


AT_LANDING = {"target_storage_account_name": "contosofiles", "target_file_share_name": "Landing"}


@pytest.mark.parametrize(
    ("target", "job"),
    [
        (None, running(**AT_LANDING)),
        ({"share": "landing"}, running()),
        ({"share": "other"}, running(**AT_LANDING)),
        ({"share": "landing"}, running(target_storage_account_name="fabrikamfiles", target_file_share_name="landing")),
    ],
)
def test_a_restore_to_another_share_is_not_in_the_way(target: Any, job: Job) -> None:
    check_running(place(target), [job])


@pytest.mark.parametrize(
    ("target", "job"),
    [(None, running()), ({"folder": "a"}, running()), ({"share": "landing", "folder": "a"}, running(**AT_LANDING))],
)
def test_a_share_takes_one_restore_at_a_time(target: Any, job: Job) -> None:
    with pytest.raises(BackupError, match=r"is running \(job j-1\).*wait for it with azurefiles.backup.afs_job"):
        check_running(place(target), [job])
