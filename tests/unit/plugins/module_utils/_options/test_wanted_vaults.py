# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which vaults a user may mean, and what filters of found ones can say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.texts import tidied
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vault_filters import VaultFilters
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vaults import VAULTS, WantedVaults
from ansible_collections.azurefiles.backup.plugins.module_utils._records.vault import ListedVault

ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-00000000000a"
NAMED = {"resource_group": "backup-rg", "vault_name": "backup-vault", "subscription_id": None}
NOTHING: dict[str, Any] = {"vaults": None, "subscriptions": None, "vault_filters": []}
RESOURCE = {
    "id": f"/subscriptions/{ONE}/resourceGroups/Backup-RG/providers/microsoft.recoveryservices/vaults/prod-we",
    "location": "West Europe",
    "tags": {"environment": "production", "Cost Centre": "7"},
}


def parse(**options: Any) -> WantedVaults:
    return WantedVaults.parse(NOTHING | options)


def test_vaults_are_named_or_found() -> None:
    assert [each.name for each in parse(vaults=[NAMED], **NAMED).named] == ["backup-vault", "backup-vault"]
    assert parse(subscriptions=[ONE, f"/subscriptions/{TWO}", TWO.upper()]).subscriptions == (ONE, TWO.upper())
    assert parse() == WantedVaults()


@pytest.mark.parametrize(
    ("options", "home"),
    [
        ({}, None),
        ({"subscriptions": [ONE, TWO]}, ONE),
        ({"vaults": [NAMED]}, None),
        ({"vaults": [NAMED | {"subscription_id": TWO}]}, TWO),
        ({"vaults": [NAMED | {"subscription_id": TWO}, NAMED]}, None),
    ],
)
def test_a_login_needs_a_subscription_only_where_a_vault_has_none(options: dict[str, Any], home: str | None) -> None:
    assert parse(**options).home == home


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vaults": [NAMED], "subscriptions": [ONE]}, "subscriptions lets vaults be found, but one is named"),
        (NAMED | {"vault_filters": ["true"]}, "vault_filters lets vaults be found, but one is named"),
        ({"resource_group": "backup-rg", "vault_name": ""}, "needs both resource_group and vault_name"),
        ({"subscriptions": ["production"]}, "subscriptions 'production' is not the id of a subscription"),
        ({"vault_filters": ["afs_vault_name =="]}, "'afs_vault_name ==' is not an expression of Jinja"),
        ({"vault_filters": ["afs_vault_nam == 'x'"]}, "speaks of afs_vault_nam, but of a vault is known only"),
        ({"vault_filters": ["afs_vault_name is version('1')"]}, "is not an expression of Jinja"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BackupError, match=message):
        parse(**options)


@pytest.mark.parametrize(
    ("expressions", "holds"),
    [
        ([], True),
        ([" "], True),
        (["afs_vault_name in ['prod-we', 'prod-ne']"], True),
        (["afs_vault_name is match('prod')", "afs_vault_name is match('we')"], False),
        (["afs_vault_name is search('-we$')"], True),
        (["afs_vault_resource_group | lower == 'backup-rg'"], True),
        (["afs_vault_location == 'westeurope' and afs_vault_tags.environment == 'production'"], True),
        (["afs_vault_tags['Cost Centre'] | int > 6"], True),
        (["afs_vault_tags.owner == 'me'"], False),
        (["not afs_vault_tags.owner == 'me'"], False),
        (["afs_vault_tags.owner is defined"], False),
        (["afs_vault_tags.environment is search('(')"], False),
        (["afs_vault_tags.environment > 6"], False),
        (["afs_vault_name.__class__.__mro__"], False),
        ([f"afs_vault_subscription_id == '{ONE}'", f"afs_vault_id == '{RESOURCE['id']}'"], False),
    ],
)
def test_filters_see_what_a_subscription_lists(expressions: list[str], holds: bool) -> None:
    listed = ListedVault.from_api(RESOURCE)
    assert listed
    assert VaultFilters.parse(expressions).hold(listed.to_variables()) is holds


def test_a_comma_in_an_expression_divides_nothing() -> None:
    given = {"vault_filters": [" afs_vault_name in ['a', 'b']\n", ""], "subscriptions": [f"{ONE}, {TWO}"]}
    tidy = tidied(VAULTS, given)
    assert tidy == {"vault_filters": ["afs_vault_name in ['a', 'b']"], "subscriptions": [ONE, TWO]}


def test_what_is_no_vault_is_not_taken_for_one() -> None:
    assert ListedVault.from_api({"id": "/subscriptions/1/resourceGroups/r"}) is None
