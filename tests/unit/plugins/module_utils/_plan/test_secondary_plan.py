# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import VaultId
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.regions import PAIRS, pair_of
from ansible_collections.azurefiles.backup.plugins.module_utils._options.secondary import WantedRegion
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.secondary import secondary_of
from ansible_collections.azurefiles.backup.plugins.module_utils._records.vault_settings import VaultSettings

VAULT = VaultId("0", "backup-rg", "backup-vault")
SETTINGS = VaultSettings("westeurope", "GeoRedundant", "Enabled", "Enabled", ())
PAIR = WantedRegion(None)


def wanted(use: bool, name: str | None = None) -> WantedRegion | None:
    return WantedRegion.parse({"use_secondary_region": use, "secondary_region": name})


def test_the_pair_is_taken_unless_a_region_is_named() -> None:
    assert secondary_of(VAULT, SETTINGS, PAIR) == "northeurope"
    assert secondary_of(VAULT, SETTINGS, WantedRegion("uksouth")) == "uksouth"
    assert secondary_of(VAULT, replace(SETTINGS, location="italynorth"), WantedRegion("westeurope")) == "westeurope"


def test_what_the_vault_does_not_tell_is_left_to_the_service() -> None:
    assert secondary_of(VAULT, replace(SETTINGS, redundancy=None, cross_region=None), PAIR) == "northeurope"


@pytest.mark.parametrize(
    ("settings", "region", "words"),
    [
        ({"redundancy": "LocallyRedundant"}, PAIR, "is LocallyRedundant, so no other region has its recovery points"),
        ({"redundancy": "ZoneRedundant", "cross_region": "Disabled"}, PAIR, "is ZoneRedundant"),
        ({"cross_region": "Disabled"}, PAIR, "--cross-region-restore-flag Enabled"),
        ({"location": "italynorth"}, PAIR, "The region 'italynorth' of the vault 'backup-vault' has no pair"),
        ({}, WantedRegion("westeurope"), "the vault's own region"),
    ],
)
def test_a_vault_without_another_region_is_told(settings: dict[str, Any], region: WantedRegion, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        secondary_of(VAULT, replace(SETTINGS, **settings), region)


def test_a_region_is_written_as_people_write_it() -> None:
    assert wanted(False) is None
    assert wanted(True) == PAIR
    assert wanted(True, "North Europe") == WantedRegion("northeurope")


@pytest.mark.parametrize(("use", "name"), [(False, "northeurope"), (True, "north-europe"), (True, "../x")])
def test_a_region_that_cannot_be_meant_is_refused(use: bool, name: str) -> None:
    with pytest.raises(BackupError, match="secondary_region"):
        wanted(use, name)


def test_pairs_are_those_of_the_az_cli() -> None:
    assert len(PAIRS) == 83
    assert pair_of("westus3") == "eastus"
    assert pair_of("eastus") == "westus"
    assert pair_of("polandcentral") is None


def test_a_vaults_settings_are_read() -> None:
    resource = {
        "location": "Central US EUAP",
        "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {"/subscriptions/0/i": {}}},
        "properties": {
            "redundancySettings": {"standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"},
            "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Disabled"}},
        },
    }
    assert VaultSettings.from_api(resource) == VaultSettings(
        "centraluseuap", "GeoRedundant", "Enabled", "Disabled", ("/subscriptions/0/i",)
    )
    assert VaultSettings.from_api({"properties": None}) == VaultSettings("", None, None, None, ())
