# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is advised about each error that can meet a user of file shares, and the source of the error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.advice import KNOWN, advice
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.words import sentences

ERRORS = yaml.safe_load(Path(__file__).with_name("errors.yml").read_text(encoding="utf-8"))
ADVISED = [each for each in ERRORS if each["advice"]]
SILENT = [each for each in ERRORS if not each["advice"]]


def name(row: dict[str, str]) -> str:
    return f"{row['code']}-{row['said'][:20]}"


@pytest.mark.parametrize("row", ADVISED, ids=name)
def test_there_is_advice_where_there_is_something_to_do(row: dict[str, str]) -> None:
    assert re.search(row["advice"], advice(AzureFault(row["code"], row["said"])))


@pytest.mark.parametrize("row", SILENT, ids=name)
def test_there_is_none_where_azure_says_it_or_nothing_is_to_be_done(row: dict[str, str]) -> None:
    assert advice(AzureFault(row["code"], row["said"])) == ""


@pytest.mark.parametrize("row", ADVISED, ids=name)
def test_advice_is_whole_sentences_of_its_own(row: dict[str, str]) -> None:
    words = advice(AzureFault(row["code"], row["said"]))

    assert words[0].isupper() or words.startswith("azurefiles.backup.")
    assert words.endswith(".")
    assert sentences(row["said"], words).endswith(words)


def test_each_row_names_its_source_and_each_code_with_advice_is_a_row() -> None:
    assert all(row["source"] for row in ERRORS)
    assert {row["code"] for row in ERRORS} >= KNOWN


def test_an_unknown_failure_has_no_advice() -> None:
    assert advice(AzureFault()) == ""
    assert advice(AzureFault("SomethingNew", "New.")) == ""


def test_the_code_inside_of_a_general_one_counts() -> None:
    fault = AzureFault("SomethingNew", "New.", outer=("TargetFileShareNotFound",))

    assert advice(fault) == "Create the target share first."


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
        (
            "Microsoft.DataProtection/resourceGuards/read' on '/x/providers/Microsoft.RecoveryServices/vaults/v",
            ["The vault's resource guard", "'Backup MUA Operator'"],
            ["Backup Contributor"],
        ),
        ("Microsoft.Resources/subscriptions/read", ["'Backup Contributor'", "'Reader'"], []),
    ],
)
def test_a_refusal_names_the_missing_role(code: str, action: str, present: list[str], absent: list[str]) -> None:
    said = f"The client does not have authorization to perform action '{action}' over scope '/x'"
    words = advice(AzureFault(code, said))

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
    said = f"Resource group '{group}' could not be found."

    assert words in advice(AzureFault("ResourceGroupNotFound", said), asked)


@pytest.mark.parametrize("code", ["NoRegisteredProviderFound", "InvalidApiVersionParameter"])
def test_a_cloud_that_lags_behind_is_helped_by_an_option_of_the_backup_service_alone(code: str) -> None:
    fault = AzureFault(code, "The supported api-versions are '2023-02-01'.")

    assert "the option api_version" in advice(fault, VAULT)
    assert advice(fault, ACCOUNT) == ""
