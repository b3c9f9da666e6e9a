# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.guards import OPTION, with_guard_tenant
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import Settings

HERE, THERE = "7e9a1d0c-93c6-4a8e-8a54-6c1d2f3b4002", "11111111-2222-3333-4444-555555555555"
LOGIN = Settings("principal", tenant=HERE)


@pytest.mark.parametrize(
    ("settings", "given", "tenant"),
    [
        (LOGIN, None, None),
        (LOGIN, "", None),
        (LOGIN, HERE.upper(), None),
        (LOGIN, THERE, THERE),
        (LOGIN, "security.onmicrosoft.com", "security.onmicrosoft.com"),
        (Settings("cli"), THERE, THERE),
        (Settings("msi"), None, None),
    ],
)
def test_the_tenant_of_the_guard(settings: Settings, given: str | None, tenant: str | None) -> None:
    assert with_guard_tenant(settings, {OPTION: given}).guard_tenant == tenant


@pytest.mark.parametrize(
    ("settings", "given", "words"),
    [
        (LOGIN, "the security team", "cannot be a tenant"),
        (LOGIN, "common", "has to be one tenant"),
        (Settings("msi"), THERE, "a managed identity is not"),
        (Settings("msi+cli"), THERE, "a managed identity is not"),
        (Settings("principal", tenant=HERE, adfs_authority_url="https://adfs.example/adfs"), THERE, "AD FS"),
    ],
)
def test_what_cannot_be_the_tenant_of_the_guard(settings: Settings, given: str, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        with_guard_tenant(settings, {OPTION: given})
