# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import VaultId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.tests.unit.support.records import policy_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily-30", True),
        ("DAILY-30", True),
        (policy_id("daily-30"), True),
        (policy_id("daily-30").upper(), True),
        (policy_id("daily-30") + "/", True),
        ("daily-3", False),
        ("hourly-7", False),
        (policy_id("hourly-7"), False),
        (policy_id("daily-30").replace("backup-vault", "other-vault"), False),
    ],
)
def test_which_policy_is_meant(text: str, expected: bool) -> None:
    assert PolicyRef(text).means(policy_id("daily-30")) is expected


@pytest.mark.parametrize("absent", [None, ""])
def test_no_policy_is_never_meant(absent: str | None) -> None:
    assert not PolicyRef("daily-30").means(absent)


@pytest.mark.parametrize("text", ["daily-30", policy_id("daily-30"), policy_id("daily-30") + "/"])
def test_a_policy_has_a_name(text: str) -> None:
    assert PolicyRef(text).name == "daily-30"


VAULT = VaultId(policy_id().split("/")[2], "backup-rg", "backup-vault")


@pytest.mark.parametrize("text", ["daily-30", policy_id(), policy_id().upper()])
def test_a_policy_of_the_vault_is_accepted(text: str) -> None:
    PolicyRef(text).check(VAULT)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("/backup-vault/", "/other-vault/"), "belongs to another vault than 'backup-vault'"),
        (("/backup-rg/", "/other-rg/"), "belongs to another vault than 'backup-vault'"),
        ((VAULT.subscription, "11111111-1111-1111-1111-111111111111"), "belongs to another vault than 'backup-vault'"),
        (("/backupPolicies/", "/backupJobs/"), "neither a policy's name nor the id"),
    ],
)
def test_the_id_of_something_else_is_refused(change: tuple[str, str], words: str) -> None:
    text = policy_id().replace(*change)
    assert text != policy_id()

    with pytest.raises(BackupError, match=words):
        PolicyRef(text).check(VAULT)
