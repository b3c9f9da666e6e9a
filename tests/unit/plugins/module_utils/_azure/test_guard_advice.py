# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.advice import advice
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.guards import guard_advice, refused_by_guard

GUARD = "/subscriptions/s/resourcegroups/r/providers/Microsoft.DataProtection/resourceGuards/g"
ELSEWHERE = "The client has permission ... is not authorized to access linked subscription 's'."


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("Whatever", "ResourceGuard Operation requestid is either null or empty", "The vault's resource guard"),
        ("LinkedAuthorizationFailed", f"... linked scope(s) '{GUARD}/deleteProtectedItemRequests/default'", GUARD),
        ("AuthorizationFailed", "'Microsoft.RecoveryServices/vaults' and Microsoft.DataProtection/resourceGuards", ""),
    ],
)
def test_a_resource_guard_is_no_missing_role_on_the_vault(code: str, message: str, words: str) -> None:
    told = advice(AzureFault(code, message))

    assert words in told
    assert "Backup MUA Operator" in told
    assert "Those who own the guard act next" in told
    assert "Backup Contributor" not in told


def test_a_storage_account_of_another_tenant_is_no_resource_guard() -> None:
    fault = AzureFault("LinkedAuthorizationFailed", ELSEWHERE)

    assert not refused_by_guard(fault)
    assert refused_by_guard(fault, GUARD)
    assert not refused_by_guard(fault, GUARD.replace("/s/", "/other/"))


def test_a_guard_of_another_tenant_asks_for_that_tenant_until_it_is_named() -> None:
    fault = AzureFault("LinkedAuthorizationFailed", ELSEWHERE)

    assert "Give resource_guard_tenant_id" in guard_advice(fault, GUARD)
    assert "in its tenant there" in guard_advice(fault, GUARD, "there")
