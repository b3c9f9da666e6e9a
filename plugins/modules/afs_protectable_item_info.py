#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_protectable_item_info
short_description: List the file shares that Azure Backup can protect
version_added: 1.0.0
description:
  - Lists the shares that a vault offers to protect, of one registered storage account or of all.
  - Shares that are protected already are not among them, nor are shares of a kind that is not supported (NFS).
  - The vault offers what it saw at its last look at an account, which is called an inquiry. An account can be
    inquired 25 times a day.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.filter
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: No inquiry is sent in check mode; what the vault knows already is listed.
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
options:
  inquire:
    description:
      - When to let the vault look at an account anew.
      - V(auto) does so only if the account's own list of shares shows one that is asked for and that the vault does
        not know; where that list may not be read, if the vault knows no share that is asked for.
      - V(always) does so at each run, V(never) not at all.
    type: str
    choices: [auto, always, never]
    default: auto
seealso:
  - module: azurefiles.backup.afs_container_registration
  - module: azurefiles.backup.afs_protection
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Which shares of the account are not protected yet?
  azurefiles.backup.afs_protectable_item_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
  register: result

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ result.protectable_items | map(attribute='share') }}"

- name: What the vault knows of all its accounts, without spending an inquiry
  azurefiles.backup.afs_protectable_item_info:
    resource_group: backup-rg
    vault_name: backup-vault
    exclude: ["scratch-*"]
    inquire: never
"""

RETURN = r"""
protectable_items:
  description: The shares that can be protected, by account and name. Empty where none match.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The service's own name of the share, which is not the share's name.
      type: str
      sample: azurefileshare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650
    share:
      description: The name of the share.
      type: str
      sample: finance
    container_name:
      description: The name of the account's registration, as this list spells it.
      type: str
      sample: storagecontainer;storage;files-rg;contosofiles
    # make docs-blocks: account
    storage_account:
      description: The name of the storage account.
      type: str
      sample: contosofiles
    storage_account_id:
      description: The resource id of the storage account.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/files-rg/providers/\
        Microsoft.Storage/storageAccounts/contosofiles"
    # make docs-blocks: end
    share_type:
      description: The kind of share, in the service's words.
      type: str
      sample: XSMB
    protection_state:
      description: Whether the share is protected, in the service's words.
      type: str
      sample: NotProtected
    id:
      description: The resource id of the protectable item.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/\
        storagecontainer;storage;files-rg;contosofiles/protectableItems/\
        azurefileshare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650"
# make docs-blocks: common
api_calls:
  description:
    - What the run has spent at Azure's resource manager. Throttled and repeated attempts are counted;
      requests for tokens are not.
  returned: always
  type: dict
  contains:
    reads:
      description: GET requests.
      type: int
      sample: 3
    writes:
      description: All other requests.
      type: int
      sample: 0
    total:
      description: Reads and writes.
      type: int
      sample: 3
    refreshes:
      description: Refreshes of the vault, of which there are 50 a day. They are among the writes.
      type: int
      sample: 0
    inquiries:
      description: Inquiries of storage accounts, of which each has 25 a day. They are among the writes.
      type: int
      sample: 0
    throttled:
      description: Requests that Azure put off (HTTP 429).
      type: int
      sample: 0
    retried:
      description: Attempts that repeated an earlier one.
      type: int
      sample: 0
error:
  description: What Azure said, beside C(msg). Of several failures, the first one.
  returned: failure
  type: dict
  contains:
    code:
      description: Azure's own code, or null where there is none.
      type: str
      sample: ResourceNotFound
    message:
      description: Azure's own message, or that of this collection.
      type: str
      sample: >-
        The Resource 'Microsoft.RecoveryServices/vaults/backup-vault' under resource group 'backup-rg' was not found.
    http_status:
      description: The HTTP status of the answer, or null where the failure has none.
      type: int
      sample: 404
    request_id:
      description: The id by which Microsoft's support finds the request, or null.
      type: str
      sample: 5a3ed0b6-4b6c-4d1e-9e7a-0d1f2a3b4c5d
# make docs-blocks: end
"""

from ..module_utils._act.inquiry import list_protectable
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import FILTER, waiting
from ..module_utils._options.listings import WantedProtectable
from ..module_utils._options.patterns import included, patterns_of


def prepare(params: Params) -> Work:
    name = params["storage_account"]
    account = AccountRef.parse(name, params["storage_account_resource_group"]) if name else None
    wanted = WantedProtectable(
        account, included("shares", params["shares"]), patterns_of("exclude", params["exclude"]), params["inquire"]
    )
    return lambda session: list_protectable(session, wanted)


def main() -> None:
    run(
        {
            **FILTER,
            "inquire": {"type": "str", "choices": ["auto", "always", "never"], "default": "auto"},
            **waiting(),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
