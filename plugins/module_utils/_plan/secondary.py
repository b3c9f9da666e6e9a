# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a vault has another region, and which."""

from __future__ import annotations

from .._azure.errors import BackupError
from .._azure.ids import VaultId, same
from .._azure.regions import pair_of
from .._options.secondary import WantedRegion
from .._records.vault_settings import ENABLED, GEO_REDUNDANT, VaultSettings


class NoSecondaryRegion(BackupError):
    """A vault that is not copied to another region, as far as can be told."""


def secondary_of(vault: VaultId, settings: VaultSettings, wanted: WantedRegion) -> str:
    """The region that holds the copies of the vault.

    Raises NoSecondaryRegion where there is none. What the vault does not tell is left to the service to refuse.
    """
    if settings.redundancy and not same(settings.redundancy, GEO_REDUNDANT):
        raise NoSecondaryRegion(
            f"The vault '{vault.name}' is {settings.redundancy}, so no other region has its recovery points: only a "
            f"{GEO_REDUNDANT} vault is copied to one. A vault's redundancy can be changed as long as it protects "
            "nothing; otherwise protect the shares with another vault."
        )
    if settings.cross_region and not same(settings.cross_region, ENABLED):
        raise NoSecondaryRegion(
            f"Cross-region restore is off in the vault '{vault.name}'. To turn it on, which cannot be undone: "
            f"az backup vault update --name {vault.name} --resource-group {vault.resource_group} "
            f"--backup-storage-redundancy {GEO_REDUNDANT} --cross-region-restore-flag {ENABLED}"
        )
    found = wanted.name or pair_of(settings.location)
    if found is None:
        raise NoSecondaryRegion(
            f"The region '{settings.location}' of the vault '{vault.name}' has no pair that is known here. If Azure "
            "has paired it, name that region in secondary_region."
        )
    if same(found, settings.location):
        raise NoSecondaryRegion(
            f"secondary_region is '{found}', the vault's own region: leave out use_secondary_region to work there."
        )
    return found
