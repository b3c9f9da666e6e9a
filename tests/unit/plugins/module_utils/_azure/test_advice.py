# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.advice import advice


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AFSMaxSnapshotReached", "200 snapshots"),
        ("UserErrorStorageAccountIsLocked", "read-only lock"),
        ("BMSUserErrorObjectLocked", "Another operation is running"),
        ("FileShareNotFound", "deleted from its storage account"),
    ],
)
def test_known_codes_have_advice(code: str, words: str) -> None:
    assert words in advice(code)


@pytest.mark.parametrize("code", [None, "", "SomethingNew"])
def test_an_unknown_code_has_none(code: str | None) -> None:
    assert advice(code) == ""


def test_advice_can_be_appended_to_a_sentence() -> None:
    assert advice("FileShareNotFound").startswith(" ")


@pytest.mark.parametrize("code", ["AuthorizationFailed", "LinkedAuthorizationFailed"])
@pytest.mark.parametrize(
    ("action", "present", "absent"),
    [
        (
            "Microsoft.RecoveryServices/vaults/backupPolicies/read",
            ["'Backup Contributor' on the vault is missing"],
            ["Storage Account Backup Contributor"],
        ),
        (
            "Microsoft.Storage/storageAccounts/read",
            ["'Storage Account Backup Contributor' and 'Reader' on the storage account are missing"],
            ["on the vault"],
        ),
        ("Microsoft.Resources/subscriptions/read", ["'Backup Contributor'", "'Reader'"], []),
    ],
)
def test_a_refusal_names_the_missing_role(code: str, action: str, present: list[str], absent: list[str]) -> None:
    words = advice(code, f"The client does not have authorization to perform action '{action}' over scope '/x'")

    assert all(word in words for word in present)
    assert not any(word in words for word in absent)


VAULT = "https://management/subscriptions/x/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices/vaults/v/x"
ACCOUNT = "https://management/subscriptions/x/resourceGroups/files-rg/providers/Microsoft.Storage/storageAccounts/a"


@pytest.mark.parametrize(
    ("asked", "group", "words"),
    [
        (VAULT, "backup-rg", "Check resource_group and subscription_id."),
        (VAULT, "BACKUP-RG", "Check resource_group and subscription_id."),
        (VAULT, "rg-target-storage", "Check the storage account's resource group"),
        (ACCOUNT, "files-rg", "Check the storage account's resource group"),
        ("", "rg-target-storage", "Check the resource groups that are given"),
    ],
)
def test_the_group_that_is_missing_is_the_one_to_check(asked: str, group: str, words: str) -> None:
    assert words in advice("ResourceGroupNotFound", f"Resource group '{group}' could not be found.", asked)


@pytest.mark.parametrize("code", ["NoRegisteredProviderFound", "InvalidApiVersionParameter"])
def test_a_cloud_that_lags_behind_is_helped_by_an_option_of_the_backup_service_alone(code: str) -> None:
    assert "the option api_version" in advice(code, "The supported api-versions are '2023-02-01'.", VAULT)
    assert advice(code, "The supported api-versions are '2019-06-01'.", ACCOUNT) == ""
