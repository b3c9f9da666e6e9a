# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's CLI, unmodified, gets past resource guards, of its own tenant and of another one."""

from __future__ import annotations

from typing import Any

import pytest
from az_cli import GROUP, Call

SHARES = ("--backup-management-type", "AzureStorage", "--workload-type", "AzureFileShare")
TENANT = ("--tenant-id", "11111111-2222-3333-4444-555555555555")
ELSEWHERE = [("guarded", ()), ("distant", TENANT)]
NO_TOKEN = "is not authorized to access linked subscription"


def vault(name: str) -> tuple[str, ...]:
    return ("-g", GROUP, "-v", f"{name}-vault")


def share(name: str, of: str) -> tuple[str, ...]:
    return (*vault(of), "-c", f"{of}files", *SHARES, "-i", name)


def item(az: Call, name: str, of: str) -> dict[str, Any]:
    items = az("backup", "item", "list", *vault(of), *SHARES)
    return next(dict(each["properties"]) for each in items if each["properties"]["friendlyName"] == name)


def test_a_guarded_stop(az: Call) -> None:
    """Of its own tenant only: for another one, az 2.91 asks its SDK for something that this does not have."""
    az("backup", "protection", "disable", *share("hiring", "guarded"), "--yes")

    assert item(az, "hiring", "guarded")["protectionState"] == "ProtectionStopped"


def test_a_guarded_policy_that_keeps_less(az: Call) -> None:
    words = ("-c", "guardedfiles", *SHARES, "-n", "legal", "-p", "hourly-7", "--yes")
    az("backup", "item", "set-policy", *vault("guarded"), *words)

    assert item(az, "legal", "guarded")["policyId"].endswith("/hourly-7")


@pytest.mark.parametrize("of,tenant", ELSEWHERE)
def test_a_guarded_restore(az: Call, of: str, tenant: tuple[str, ...]) -> None:
    point = az("backup", "recoverypoint", "list", *share("finance", of))[0]["name"]
    words = ("--rp-name", point, "--resolve-conflict", "Overwrite", "--restore-mode", "OriginalLocation")
    of_share = (*vault(of), "-c", f"{of}files", "-i", "finance")

    job = az("backup", "restore", "restore-azurefileshare", *of_share, *words, *tenant)

    assert job["properties"]["operation"] == "Restore"


@pytest.mark.parametrize("of,tenant", ELSEWHERE)
def test_a_guarded_deletion(az: Call, of: str, tenant: tuple[str, ...]) -> None:
    words = ("--yes", "--delete-backup-data", "true", *tenant)

    az("backup", "protection", "disable", *share("hiring", of), *words)

    assert item(az, "hiring", of)["isScheduledForDeferredDelete"] is True


def test_a_guard_of_another_tenant_wants_a_token_of_it(az: Call) -> None:
    with pytest.raises(AssertionError, match=NO_TOKEN):
        az("backup", "protection", "disable", *share("finance", "distant"), "--yes", "--delete-backup-data", "true")


def test_the_collection_ends_what_az_has_begun(module: Call) -> None:
    options = {"storage_account": "distantfiles", "all_shares": True, "state": "absent", "delete_data": True}

    result = module("afs_protection", vault_name="distant-vault", resource_guard_tenant_id=TENANT[1], **options)

    assert {each["share"]: each["guarded"] for each in result["shares"]} == {"finance": True}
