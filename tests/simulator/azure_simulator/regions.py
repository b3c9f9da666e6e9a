# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regions: how they are spelled, what they are called in short, and which region a vault is copied to.

Only some of Azure's; the service publishes no list. The pairs are those of the az CLI, and not all are mutual.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    name: str
    short: str
    pair: str | None


_REGIONS = [
    Region("BrazilSouth", "brs", "southcentralus"),
    Region("CentralUS", "cus", "eastus2"),
    Region("CentralUSEUAP", "ccy", "eastus2euap"),
    Region("EastAsia", "ea", "southeastasia"),
    Region("EastUS", "eus", "westus"),
    Region("EastUS2", "eus2", "centralus"),
    Region("EastUS2EUAP", "ecy", "centraluseuap"),
    Region("NorthEurope", "ne", "westeurope"),
    Region("SouthCentralUS", "scus", "northcentralus"),
    Region("SoutheastAsia", "sea", "eastasia"),
    Region("UKSouth", "uks", "ukwest"),
    Region("UKWest", "ukw", "uksouth"),
    Region("WestEurope", "we", "northeurope"),
    Region("WestUS", "wus", "eastus"),
]


def region(location: str) -> Region:
    """A region that is not known here has no pair."""
    wanted = location.replace(" ", "").lower()
    return next((known for known in _REGIONS if known.name.lower() == wanted), Region(location, wanted, None))
