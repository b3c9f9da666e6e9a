# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure's regions: which one holds the copies of a geo-redundant vault.

The service publishes no such list. This is the one of Microsoft's CLI (2.91); not all of its pairs are mutual, and a
region that is not in it has none.
"""

from __future__ import annotations

_PAIRS = """
australiacentral:australiacentral2 australiacentral2:australiacentral australiaeast:australiasoutheast
australiasoutheast:australiaeast bleufrancecentral:bleufrancesouth bleufrancesouth:bleufrancecentral
brazilsouth:southcentralus brazilsoutheast:brazilsouth canadacentral:canadaeast canadaeast:canadacentral
centralindia:southindia centralus:eastus2 centraluseuap:eastus2euap chinaeast:chinanorth
chinaeast2:chinanorth2 chinaeast3:chinanorth3 chinanorth:chinaeast chinanorth2:chinaeast2
chinanorth3:chinaeast3 deloscloudgermanycentral:deloscloudgermanynorth
deloscloudgermanynorth:deloscloudgermanycentral eastasia:southeastasia eastus:westus eastus2:centralus
eastus2euap:centraluseuap eastus3:westus3 francecentral:francesouth francesouth:francecentral
germanycentral:germanynortheast germanynorth:germanywestcentral germanynortheast:germanycentral
germanywestcentral:germanynorth indiasouthcentral:centralindia japaneast:japanwest japanwest:japaneast
jioindiacentral:jioindiawest jioindiawest:jioindiacentral koreacentral:koreasouth koreasouth:koreacentral
malaysiasouth:japanwest northcentralus:southcentralus northeastus5:centralus northeurope:westeurope
norwayeast:norwaywest norwaywest:norwayeast southafricanorth:southafricawest southafricawest:southafricanorth
southcentralus:northcentralus southcentralus2:westcentralus southeastasia:eastasia southeastasia3:malaysiawest
southeastus:westus3 southeastus3:westus3 southeastus5:centralus southindia:centralindia southwestus:centralus
swedencentral:swedensouth swedensouth:swedencentral switzerlandnorth:switzerlandwest
switzerlandwest:switzerlandnorth taiwannorth:taiwannorthwest taiwannorthwest:taiwannorth uaecentral:uaenorth
uaenorth:uaecentral uksouth:ukwest ukwest:uksouth usdodcentral:usdodeast usdodeast:usdodcentral
usgovarizona:usgovtexas usgoviowa:usgovvirginia usgovtexas:usgovarizona usgovvirginia:usgovtexas
usnateast:usnatwest usnatwest:usnateast usseceast:ussecwest ussecwest:usseceast ussecwestcentral:usseceast
westcentralus:westus2 westeurope:northeurope westindia:southindia westus:eastus westus2:westcentralus
westus3:eastus
"""
PAIRS: dict[str, str] = dict(pair.split(":", 1) for pair in _PAIRS.split())


def pair_of(region: str) -> str | None:
    """The region, such as ``northeurope``, that holds the copies of vaults in ``region``."""
    return PAIRS.get(region)
