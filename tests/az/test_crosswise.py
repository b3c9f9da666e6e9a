# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What az did, the modules report; what the modules did, az shows. The tests build on each other."""

from __future__ import annotations

from typing import Any

from az_cli import GROUP, Call

VAULT = ("-g", GROUP, "-v", "shared-vault")
SHARES = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")
OURS = {"vault_name": "shared-vault", "storage_account": "bothfiles"}


def az_item(az: Call, share: str) -> dict[str, Any]:
    items = az("backup", "item", "list", *VAULT, *SHARES)
    return next(dict(each["properties"]) for each in items if each["properties"]["friendlyName"] == share)


def our_item(module: Call, share: str) -> dict[str, Any]:
    items = module("afs_protected_item_info", **OURS)["protected_items"]
    return next(dict(each) for each in items if each["share"] == share)


def test_modules_see_what_az_protected(az: Call, module: Call) -> None:
    words = ("--azure-file-share", "finance", "--storage-account", "bothfiles", "--policy-name", "daily-30")
    az("backup", "protection", "enable-for-azurefileshare", *VAULT, *words)
    assert module("afs_container_registration", **OURS)["changed"] is False
    again = module("afs_protection", **OURS, shares=["finance"], policy="daily-30")
    assert again["changed"] is False
    assert our_item(module, "finance")["policy"] == "daily-30"


def test_az_sees_what_the_modules_protected(az: Call, module: Call) -> None:
    assert module("afs_protection", **OURS, all_shares=True, policy="hourly-7")["changed"] is True
    for share in ("finance", "legal"):
        assert az_item(az, share)["policyId"].endswith("/backupPolicies/hourly-7")


def test_az_sees_the_modules_backup(az: Call, module: Call) -> None:
    backup = module("afs_backup_trigger", **OURS, shares=["legal"])["backups"][0]
    shown = az("backup", "job", "show", *VAULT, "-n", backup["job_id"])
    assert shown["properties"]["status"] == backup["status"] == "Completed"
    points = az("backup", "recoverypoint", "list", *VAULT, "-c", "bothfiles", "-i", "legal", *SHARES)
    ours = module("afs_recovery_point_info", **OURS, share="legal")["recovery_points"]
    assert [point["name"] for point in points] == [point["name"] for point in ours]


def test_modules_see_that_az_stopped_a_share_and_resume_it(az: Call, module: Call) -> None:
    az("backup", "protection", "disable", *VAULT, "-c", "bothfiles", "-i", "finance", *SHARES, "--yes")
    assert our_item(module, "finance")["protection_state"] == "ProtectionStopped"
    resumed = module("afs_protection", **OURS, shares=["finance"], policy="daily-30")["shares"][0]
    assert resumed["action"] == "resume"
    assert az_item(az, "finance")["policyId"].endswith("/backupPolicies/daily-30")


def test_az_undeletes_what_the_modules_deleted(az: Call, module: Call) -> None:
    module("afs_protection", **OURS, shares=["legal"], state="absent", delete_data=True)
    assert az_item(az, "legal")["isScheduledForDeferredDelete"] is True
    assert our_item(module, "legal")["soft_deleted"] is True
    az("backup", "protection", "undelete", *VAULT, "-c", "bothfiles", "-i", "legal", *SHARES)
    assert our_item(module, "legal")["protection_state"] == "ProtectionStopped"


def test_az_waits_for_the_modules_restore(az: Call, module: Call) -> None:
    restore = module("afs_restore", **OURS, share="legal", wait=False)["restore"]
    az("backup", "job", "wait", *VAULT, "-n", restore["job_id"])
    job = module("afs_job_info", vault_name="shared-vault", job_id=restore["job_id"])["jobs"][0]
    assert job["status"] == "Completed"


def test_a_policy_made_by_az_is_no_change_for_the_module_that_reads_it(az: Call, module: Call) -> None:
    policy = module("afs_policy_info", vault_name="shared-vault", name="daily-30")["policies"][0]
    words = ("schedule", "time_zone", "retention", "tier")
    same = module("afs_policy", vault_name="shared-vault", name="daily-30", **{word: policy[word] for word in words})
    assert same["changed"] is False
    renamed = module("afs_policy", vault_name="shared-vault", name="ours", **{word: policy[word] for word in words})
    assert renamed["changed"] is True
    shown = az("backup", "policy", "show", *VAULT, "-n", "ours")
    count = shown["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"]
    assert count == policy["retention"]["days"]
