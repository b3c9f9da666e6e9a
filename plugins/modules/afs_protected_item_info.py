#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_protected_item_info
short_description: List the file shares that a vault protects
version_added: 1.0.0
description:
  - Lists the shares that a vault protects, and those of which it only keeps recovery points (stopped, suspended or
    soft-deleted), of one storage account or of all. It costs one read, and one more for each further page of the list
    and for each share whose newest backup failed, where the list does not tell its latest recovery point.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.filter
  - azurefiles.backup.vault.secondary
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
options:
  protection_state:
    description:
      - Only shares in one of these states. If unset, shares in any state.
    type: list
    elements: str
    choices: [IRPending, Protected, ProtectionError, ProtectionStopped, BackupsSuspended, SoftDeleted]
seealso:
  - module: azurefiles.backup.afs_protection
  - module: azurefiles.backup.afs_recovery_point_info
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: What does the vault protect of this account?
  azurefiles.backup.afs_protected_item_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles

- name: Which shares of all accounts are soft-deleted, and until when?
  azurefiles.backup.afs_protected_item_info:
    resource_group: backup-rg
    vault_name: backup-vault
    protection_state: SoftDeleted
  register: result

- name: Show them
  ansible.builtin.debug:
    msg: "{{ item.storage_account }}/{{ item.share }} is purged at {{ item.purge_time }}"
  loop: "{{ result.protected_items }}"
  loop_control:
    label: "{{ item.share }}"

- name: Of which shares has the other region something?
  azurefiles.backup.afs_protected_item_info:
    resource_group: backup-rg
    vault_name: backup-vault
    use_secondary_region: true
"""

RETURN = r"""
protected_items:
  description: The shares, by account and name. Empty where none match.
  returned: success
  type: list
  elements: dict
  contains:
    share:
      description: The name of the share.
      type: str
      sample: finance
    name:
      description: The service's own name of the protected share, which is not the share's name.
      type: str
      sample: AzureFileShare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650
    id:
      description: The resource id of the protected share.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/\
        StorageContainer;storage;files-rg;contosofiles/protectedItems/\
        AzureFileShare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650"
    container_name:
      description: The name of the account's registration, as this list spells it.
      type: str
      sample: StorageContainer;storage;files-rg;contosofiles
    storage_account:
      description: The name of the storage account.
      type: str
      sample: contosofiles
    storage_account_id:
      description: The resource id of the storage account.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/files-rg/providers/\
        Microsoft.storage/storageAccounts/contosofiles"
    policy:
      description: The name of the share's backup policy; null for a share that has none any more.
      type: str
      sample: daily-30
    protection_state:
      description: The state, as M(azurefiles.backup.afs_protection) names it.
      type: str
      sample: Protected
    protection_status:
      description: The health of the protection, in the service's words.
      type: str
      sample: Healthy
    last_backup_status:
      description: How the last backup ended, in the service's words; V(IRPending) before the first one.
      type: str
      sample: Completed
    last_backup_time:
      description: When the last backup began (UTC), or null.
      type: str
      sample: "2026-11-22T07:00:47Z"
    latest_recovery_point:
      description:
        - When the latest recovery point was taken (UTC), or null. The other region does not tell it, see
          M(azurefiles.backup.afs_recovery_point_info).
      type: str
      sample: "2026-11-22T07:00:47Z"
    soft_deleted:
      description: Whether the backup data has been deleted and can still be undeleted.
      type: bool
      sample: false
    deleted_time:
      description: When it was deleted (UTC), or null.
      type: str
    purge_time:
      description: When it will be gone for good (UTC), or null.
      type: str
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

from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import FILTER, SECONDARY
from ..module_utils._options.listings import STATES, WantedProtected
from ..module_utils._options.patterns import included, patterns_of
from ..module_utils._options.secondary import WantedRegion
from ..module_utils._read.protected import list_protected


def prepare(params: Params) -> Work:
    name = params["storage_account"]
    account = AccountRef.parse(name, params["storage_account_resource_group"]) if name else None
    wanted = WantedProtected(
        account,
        included("shares", params["shares"]),
        patterns_of("exclude", params["exclude"]),
        params["protection_state"] or [],
    )
    region = WantedRegion.parse(params)
    return lambda session: list_protected(session, wanted, region)


def main() -> None:
    run(
        {
            **FILTER,
            **SECONDARY,
            "protection_state": {"type": "list", "elements": "str", "choices": list(STATES)},
        },
        prepare,
    )


if __name__ == "__main__":
    main()
