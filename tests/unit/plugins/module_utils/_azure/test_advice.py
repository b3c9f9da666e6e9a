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
