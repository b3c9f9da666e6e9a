# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._result.vault import AccountResult, VaultResult
from ansible_collections.azurefiles.backup.tests.unit.support.records import account_id


def result(name: str, group: str = "files-rg") -> AccountResult:
    return AccountResult(name, AccountId.parse(account_id(name, group)), "registered")


def test_accounts_of_the_same_name_stand_in_the_diff_by_their_ids() -> None:
    found = VaultResult([result("contosofiles"), result("ContosoFiles", "other-rg"), result("fabrikamfiles")])

    expected = [account_id("contosofiles"), account_id("ContosoFiles", "other-rg"), "fabrikamfiles"]
    assert list(found.before["accounts"]) == list(found.after["accounts"]) == expected
