# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores from the other region of a vault, by Microsoft's CLI and by the modules. The tests build on each other."""

from __future__ import annotations

from typing import Any

import pytest
from az_cli import GROUP, Call

VAULT = ("-g", GROUP, "-v", "paired-vault")
SHARES = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")
FINANCE = ("-c", "pairedfiles", "-i", "finance")
THERE = "--use-secondary-region"
OURS = {"vault_name": "paired-vault", "storage_account": "pairedfiles"}


def jobs_there(az: Call) -> list[dict[str, Any]]:
    return list(az("backup", "job", "list", *VAULT, THERE))


def test_items_and_recovery_points(az: Call, module: Call) -> None:
    (item,) = az("backup", "item", "list", *VAULT, *SHARES, THERE)
    assert item["properties"]["friendlyName"] == "finance"
    points = az("backup", "recoverypoint", "list", *VAULT, *FINANCE, *SHARES, THERE)
    ours = module("afs_recovery_point_info", **OURS, share="finance", use_secondary_region=True)["recovery_points"]
    assert [point["name"] for point in points] == [point["name"] for point in ours]
    assert len(points) == 3


def test_az_restores_a_share_and_the_modules_see_it(az: Call, module: Call) -> None:
    newest = az("backup", "recoverypoint", "list", *VAULT, *FINANCE, *SHARES, THERE)[0]
    target = (
        "--target-storage-account",
        "refugefiles",
        "--target-rg-name",
        "files-rg",
        "--target-file-share",
        "finance",
    )
    words = ("--rp-name", newest["name"], "--restore-mode", "AlternateLocation", "--resolve-conflict", "Overwrite")
    job = az("backup", "restore", "restore-azurefileshare", *VAULT, *FINANCE, *words, *target, THERE)
    assert job["properties"]["operation"] == "CrossRegionRestore"
    az("backup", "job", "wait", *VAULT, "-n", job["name"], THERE)
    shown = az("backup", "job", "show", *VAULT, "-n", job["name"], THERE)
    assert shown["properties"]["status"] == "Completed"
    (ours,) = module("afs_job_info", vault_name="paired-vault", operation="CrossRegionRestore", details=True)["jobs"]
    assert (ours["job_id"], ours["status"]) == (job["name"], "Completed")
    assert ours["details"]["restore_destination"] == "refugefiles/finance/"


def test_a_modules_restore_is_seen_by_az(az: Call, module: Call) -> None:
    target = {"storage_account": "refugefiles", "folder": "ours"}
    restore = module("afs_restore", **OURS, share="finance", target=target, use_secondary_region=True)["restore"]
    shown = az("backup", "job", "show", *VAULT, "-n", restore["job_id"], THERE)
    assert shown["properties"]["status"] == restore["status"] == "Completed"
    assert restore["job_id"] in [job["name"] for job in jobs_there(az)]


def test_such_a_job_is_no_job_of_the_vault(az: Call) -> None:
    known = {job["name"] for job in jobs_there(az)}
    assert len(known) == 2
    assert not known & {job["name"] for job in az("backup", "job", "list", *VAULT)}
    with pytest.raises(AssertionError, match="do not support cancellation"):
        az("backup", "job", "stop", *VAULT, "-n", known.pop(), THERE)
