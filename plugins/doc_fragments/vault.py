# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  resource_group:
    description:
      - The resource group of the vault.
    type: str
    required: true
  vault_name:
    description:
      - The Recovery Services vault.
    type: str
    required: true
    aliases: [recovery_vault_name]
  api_version:
    description:
      - The version of the backup service's API, for clouds that lag behind.
    type: str
    default: "2026-07-01"
"""

    ACCOUNT = r"""
options:
  storage_account:
    description:
      - The storage account that holds the shares, by its name or its full resource id.
    type: str
    required: true
    aliases: [account_name]
  storage_account_resource_group:
    description:
      - The resource group of the storage account. Needed only where the vault knows several accounts of that name.
    type: str
"""

    SECONDARY = r"""
options:
  use_secondary_region:
    description:
      - Work in the region that the vault is copied to, instead of the vault's own. The vault has to be geo-redundant,
        with cross-region restore turned on.
      - Recovery points of the vault tier arrive there about an hour after the vault has its copy. It costs one read
        more, of the vault's settings.
    type: bool
    default: false
    version_added: 1.1.0
  secondary_region:
    description:
      - With O(use_secondary_region=true), that region, as V(northeurope). If unset, the pair of the vault's region.
    type: str
    version_added: 1.1.0
"""

    SELECTION = r"""
options:
  shares:
    description:
      - The shares, by their exact names. They may be written as a text too, one a line or with commas between them.
    type: list
    elements: str
  all_shares:
    description:
      - Take all shares instead of O(shares).
    type: bool
    default: false
  include:
    description:
      - With O(all_shares=true), only shares that match one of these shell-style patterns.
      - A pattern that no name can fit, such as one with quotes in it, is refused.
    type: list
    elements: str
    default: ["*"]
  exclude:
    description:
      - With O(all_shares=true), no shares that match one of these shell-style patterns.
      - A pattern that no name can fit is refused, since it would silently leave nothing out.
    type: list
    elements: str
    default: []
"""

    GUARD = r"""
options:
  resource_guard_tenant_id:
    description:
      - The tenant of the resource guard that watches over the vault, where it is not the login's own. The same login
        then gets a token of that tenant too, and sends it with what is guarded and with nothing else. The application
        has to be known in both tenants; a managed identity is in one only.
      - Needed only where the vault is guarded from another tenant. Approvals are named by themselves, in any tenant.
    type: str
    version_added: 1.1.0
"""

    FILTER = r"""
options:
  storage_account:
    description:
      - The storage account that holds the shares, by its name or its full resource id.
      - If unset, the shares of all registered accounts are listed.
    type: str
    aliases: [account_name]
  storage_account_resource_group:
    description:
      - The resource group of the storage account. Needed only where the vault knows several accounts of that name.
    type: str
  shares:
    description:
      - Only shares that match one of these shell-style patterns.
    type: list
    elements: str
    default: ["*"]
  exclude:
    description:
      - No shares that match one of these shell-style patterns.
    type: list
    elements: str
    default: []
"""
