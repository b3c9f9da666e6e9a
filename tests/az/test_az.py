# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A share's whole life by Microsoft's CLI, unmodified, against the simulator; the tests build on each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from az_cli import GROUP, Call

VAULT = ("-g", GROUP, "-v", "az-vault")
STORAGE = ("--backup-management-type", "AzureStorage")
SHARES = (*STORAGE, "--workload-type", "AzureFileShare")
FINANCE = (*VAULT, "-c", "azfiles", *SHARES)


def item(az: Call) -> dict[str, Any]:
    """The share 'finance', as az lists it."""
    items = az("backup", "item", "list", *VAULT, *SHARES)
    found = [each for each in items if each["properties"]["friendlyName"] == "finance"]
    assert len(found) == 1
    return dict(found[0])


def points(az: Call) -> list[dict[str, Any]]:
    return list(az("backup", "recoverypoint", "list", *FINANCE, "-i", "finance"))


def test_enable(az: Call) -> None:
    words = ("--azure-file-share", "finance", "--storage-account", "azfiles", "--policy-name", "daily-30")
    job = az("backup", "protection", "enable-for-azurefileshare", *VAULT, *words)
    assert job["properties"]["operation"] == "ConfigureBackup"
    assert job["properties"]["status"] == "Completed"
    assert item(az)["properties"]["protectionState"] == "IRPending"


def test_item_show(az: Call) -> None:
    shown = az("backup", "item", "show", *FINANCE, "-n", "finance")
    assert shown["properties"]["policyId"].endswith("/backupPolicies/daily-30")


def test_item_set_policy(az: Call) -> None:
    job = az("backup", "item", "set-policy", *FINANCE, "-n", "finance", "-p", "hourly-7")
    assert job["properties"]["status"] == "Completed"
    assert item(az)["properties"]["policyId"].endswith("/backupPolicies/hourly-7")


def test_backup_now_and_job_wait(az: Call) -> None:
    job = az("backup", "protection", "backup-now", *FINANCE, "-i", "finance", "--retain-until", "01-01-2027")
    assert job["properties"]["operation"] == "Backup"
    az("backup", "job", "wait", *VAULT, "-n", job["name"])
    assert az("backup", "job", "show", *VAULT, "-n", job["name"])["properties"]["status"] == "Completed"
    assert item(az)["properties"]["protectionState"] == "Protected"


def test_job_list(az: Call) -> None:
    jobs = az("backup", "job", "list", *VAULT, "--operation", "Backup", "--status", "Completed")
    assert [job["properties"]["entityFriendlyName"] for job in jobs] == ["finance"]
    assert az("backup", "job", "list", *VAULT, "--status", "Failed") == []


def test_recoverypoint_list_and_show(az: Call) -> None:
    listed = points(az)
    assert len(listed) == 1
    shown = az("backup", "recoverypoint", "show", *FINANCE, "-i", "finance", "-n", listed[0]["name"])
    assert shown["properties"]["recoveryPointTime"] == listed[0]["properties"]["recoveryPointTime"]


TARGET = ("--target-storage-account", "azfiles", "--target-rg-name", "files-rg", "--target-file-share", "target")


@pytest.mark.parametrize("target", [(), (*TARGET, "--target-folder", "back")])
def test_restore_share(az: Call, target: tuple[str, ...]) -> None:
    mode = "AlternateLocation" if target else "OriginalLocation"
    words = ("--rp-name", points(az)[0]["name"], "--resolve-conflict", "Overwrite", "--restore-mode", mode, *target)
    job = az("backup", "restore", "restore-azurefileshare", *VAULT, "-c", "azfiles", "-i", "finance", *words)
    assert job["properties"]["operation"] == "Restore"
    az("backup", "job", "wait", *VAULT, "-n", job["name"])
    assert az("backup", "job", "show", *VAULT, "-n", job["name"])["properties"]["status"] == "Completed"


def test_restore_files(az: Call) -> None:
    words = ("--rp-name", points(az)[0]["name"], "--resolve-conflict", "Skip", "--restore-mode", "OriginalLocation")
    files = ("--source-file-type", "File", "--source-file-path", "a.txt", "b.txt")
    job = az("backup", "restore", "restore-azurefiles", *VAULT, "-c", "azfiles", "-i", "finance", *words, *files)
    az("backup", "job", "wait", *VAULT, "-n", job["name"])
    assert az("backup", "job", "show", *VAULT, "-n", job["name"])["properties"]["status"] == "Completed"


def test_job_stop(az: Call) -> None:
    words = (
        "--rp-name",
        points(az)[0]["name"],
        "--resolve-conflict",
        "Overwrite",
        "--restore-mode",
        "OriginalLocation",
    )
    job = az("backup", "restore", "restore-azurefileshare", *VAULT, "-c", "azfiles", "-i", "finance", *words)
    az("backup", "job", "stop", *VAULT, "-n", job["name"])
    az("backup", "job", "wait", *VAULT, "-n", job["name"])
    assert az("backup", "job", "show", *VAULT, "-n", job["name"])["properties"]["status"] == "Cancelled"


def test_disable_and_resume(az: Call) -> None:
    az("backup", "protection", "disable", *FINANCE, "-i", "finance", "--yes")
    assert item(az)["properties"]["protectionState"] == "ProtectionStopped"
    az("backup", "protection", "resume", *FINANCE, "-i", "finance", "-p", "daily-30")
    assert item(az)["properties"]["protectionState"] == "IRPending"  # until its next backup


def test_disable_as_per_policy(az: Call) -> None:
    """Only an immutable vault does that (reported)."""
    with pytest.raises(AssertionError, match="UserErrorOperationDeniedOnImmutableItem"):
        az("backup", "protection", "disable", *FINANCE, "-i", "finance", "--yes", "--retain-as-per-policy")
    assert item(az)["properties"]["protectionState"] == "IRPending"


def test_delete_and_undelete(az: Call) -> None:
    az("backup", "protection", "disable", *FINANCE, "-i", "finance", "--yes", "--delete-backup-data", "true")
    assert item(az)["properties"]["isScheduledForDeferredDelete"] is True
    az("backup", "protection", "undelete", *FINANCE, "-i", "finance")
    assert not item(az)["properties"].get("isScheduledForDeferredDelete")
    assert item(az)["properties"]["protectionState"] == "ProtectionStopped"


def test_container_list_and_show(az: Call) -> None:
    listed = az("backup", "container", "list", *VAULT, *STORAGE)
    assert [container["properties"]["friendlyName"] for container in listed] == ["azfiles"]
    shown = az("backup", "container", "show", *VAULT, *STORAGE, "-n", "azfiles")
    assert shown["properties"]["registrationStatus"] == "Registered"


def test_container_unregister(az: Call) -> None:
    open_vault = ("-g", GROUP, "-v", "open-vault")
    words = ("--azure-file-share", "finance", "--storage-account", "openfiles", "--policy-name", "daily-30")
    az("backup", "protection", "enable-for-azurefileshare", *open_vault, *words)
    names = (*open_vault, "-c", "openfiles", *SHARES, "-i", "finance")
    az("backup", "protection", "disable", *names, "--yes", "--delete-backup-data", "true")
    assert az("backup", "item", "list", *open_vault, *SHARES) == []
    az("backup", "container", "unregister", *open_vault, *STORAGE, "-c", "openfiles", "--yes")
    assert az("backup", "container", "list", *open_vault, *STORAGE) == []


def test_policy_life(az: Call) -> None:
    names = {policy["name"] for policy in az("backup", "policy", "list", *VAULT, *SHARES)}
    assert {"daily-30", "hourly-7"} <= names
    shown = az("backup", "policy", "show", *VAULT, "-n", "daily-30")
    shown["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 10
    made = az("backup", "policy", "create", *VAULT, *SHARES, "-n", "by-az", "--policy", json.dumps(shown))
    assert made["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] == 10
    made["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 11
    changed = az("backup", "policy", "set", *VAULT, "-n", "by-az", "--policy", json.dumps(made))
    assert changed["properties"]["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] == 11
    az("backup", "policy", "delete", *VAULT, "-n", "by-az")
    assert "by-az" not in {policy["name"] for policy in az("backup", "policy", "list", *VAULT, *SHARES)}
