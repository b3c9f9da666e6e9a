#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_recovery_point_info
short_description: List the recovery points of a file share
version_added: 1.0.0
description:
  - Lists the recovery points that a vault keeps of a share, newest first.
  - A share whose backups are stopped is listed like any other, and a deleted one as far as Azure still answers for it.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.account
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
  share:
    description:
      - The share, by its exact name. One that the vault keeps nothing of is an error.
    type: str
    required: true
  start_time:
    description:
      - Only recovery points of this time or later, as V(2027-01-31T18:00:00Z). Without a zone it is UTC, and a date
        alone means its first moment.
    type: str
  end_time:
    description:
      - Only recovery points of this time or earlier, written like O(start_time).
    type: str
  tier:
    description:
      - Only recovery points that have a copy in this tier. One that has a copy in both is in either.
      - A snapshot lies in the storage account itself, a copy of the vault tier in the vault.
    type: str
    choices: [any, snapshot, vault]
    default: any
seealso:
  - module: azurefiles.backup.afs_restore
  - module: azurefiles.backup.afs_protected_item_info
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: What can the share be restored to?
  azurefiles.backup.afs_recovery_point_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
  register: result

- name: Show the times
  ansible.builtin.debug:
    msg: "{{ result.recovery_points | map(attribute='time') }}"

- name: The snapshots of one day
  azurefiles.backup.afs_recovery_point_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    start_time: "2026-11-21"
    end_time: "2026-11-22"
    tier: snapshot

- name: What could be restored from the other region?
  azurefiles.backup.afs_recovery_point_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    use_secondary_region: true
"""

RETURN = r"""
recovery_points:
  description: The share's recovery points, newest first. Empty where none match.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name by which M(azurefiles.backup.afs_restore) finds it. Names do not sort by time.
      type: str
      sample: "1847532043816240297"
    id:
      description: The resource id of the recovery point.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/\
        StorageContainer;storage;files-rg;contosofiles/protectedItems/\
        AzureFileShare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650/recoveryPoints/\
        1847532043816240297"
    time:
      description: The moment whose content it holds (UTC).
      type: str
      sample: "2026-11-22T07:00:47Z"
    type:
      description: How consistent it is, in the service's words.
      type: str
      sample: FileSystemConsistent
    tier:
      description: Where its copies are, V(snapshot), V(vault) or V(snapshot_and_vault); null where none is left.
      type: str
      sample: snapshot
    size_gb:
      description: Its size in GB as the service tells it, or null. Small shares have V(0).
      type: int
      sample: 12
    snapshot_uri:
      description: The address of the share's snapshot, or null.
      type: str
      sample: https://contosofiles.file.core.windows.net/finance?sharesnapshot=2026-11-22T07:00:47.0000000Z
    expiry_time:
      description:
        - When it ends (UTC), or null where the service does not tell it. It does not of the newest ones, and in the
          vault's own region not of those that have a copy in the vault. While there is a snapshot, its end is told.
      type: str
      sample: "2026-12-22T07:00:47Z"
      version_added: 1.1.0
    rule:
      description: The rule of the policy by which it is kept, or null where the service does not tell it.
      type: str
      sample: Daily
      version_added: 1.1.0
    cross_region:
      description:
        - Whether it can be restored in the secondary region. Null where that is not told, which is so unless
          O(use_secondary_region=true).
      type: bool
      sample: true
      version_added: 1.1.0
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
from ..module_utils._options.argspec import ACCOUNT, SECONDARY
from ..module_utils._options.recovery_points import WantedPoints
from ..module_utils._options.secondary import WantedRegion
from ..module_utils._options.shares import share_name
from ..module_utils._options.window import Window
from ..module_utils._read.recovery_points import list_recovery_points


def prepare(params: Params) -> Work:
    account = AccountRef.parse(params["storage_account"], params["storage_account_resource_group"])
    window = Window.parse(params["start_time"], params["end_time"])
    wanted = WantedPoints(share_name(params["share"]), window, params["tier"])
    region = WantedRegion.parse(params)
    return lambda session: list_recovery_points(session, account, wanted, region)


def main() -> None:
    run(
        {
            **ACCOUNT,
            **SECONDARY,
            "share": {"type": "str", "required": True},
            "start_time": {"type": "str"},
            "end_time": {"type": "str"},
            "tier": {"type": "str", "choices": ["any", "snapshot", "vault"], "default": "any"},
        },
        prepare,
    )


if __name__ == "__main__":
    main()
