#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_restore
short_description: Restore a file share, or files of it
version_added: 1.0.0
description:
  - Restores the full share, or single files and directories, from a recovery point. Without O(target), it goes to the
    original location and overwrites the files that are there, unless O(conflict=skip); with it, to another share or
    folder.
  - What can be known to be wrong is refused before Azure is asked to restore anything. A request that got no answer is
    not sent again; its job is looked for, and followed. Azure limits the restores to 20 a day.
  - With O(use_secondary_region=true), it restores from the region that the vault is copied to, for when its own is
    gone. From there Azure restores the full share to a storage account of that region, by overwriting.
  - A storage account that is gone is asked for nothing. Recovery points with a copy in the vault outlive it; its
    snapshots are gone with it.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.account
  - azurefiles.backup.vault.secondary
  - azurefiles.backup.vault.guard
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Names the recovery point that would be used, and the place it would be restored to.
  diff_mode:
    support: full
  idempotent:
    support: none
    details: It is an action, so each run restores once more.
options:
  share:
    description:
      - The share to restore, by its exact name.
    type: str
    required: true
  recovery_point:
    description:
      - The name of a recovery point, as M(azurefiles.backup.afs_recovery_point_info) lists them.
      - V(latest) takes the newest one; in the secondary region, the newest one that has arrived there.
      - A time, as V(2027-01-31T18:00:00Z), takes the last one at or before it. Without a zone it is UTC, and a date
        alone means its first moment.
    type: str
    default: latest
  files:
    description:
      - The files and directories to restore, 99 at most. If unset, the full share is restored.
    type: list
    elements: dict
    suboptions:
      path:
        description:
          - The path from the share's root, with slashes. Wildcards are not known.
        type: str
        required: true
      type:
        description:
          - Whether the path is a file or a directory, which is restored with all that it holds.
        type: str
        choices: [file, directory]
        default: file
  target:
    description:
      - Another place to restore to. If unset, the original location is restored. What is not named here is the same as
        the original, and at least one of the storage account, the share and the folder has to differ.
      - A recovery point of the vault tier can only be restored to another place, as a full share, into an empty folder.
    type: dict
    suboptions:
      storage_account:
        description:
          - The storage account, by its name or its full resource id.
        type: str
        aliases: [account_name]
      storage_account_resource_group:
        description:
          - The resource group of that storage account. Needed only where several accounts have that name.
        type: str
      subscription_id:
        description:
          - The subscription of that storage account. If unset, that of its full resource id, or of the vault.
          - The vault has to allow restores into other subscriptions, and the login to read that account.
        type: str
        version_added: 1.1.0
      share:
        description:
          - The share. It has to exist.
        type: str
      folder:
        description:
          - A folder in the share. If unset, the share's root.
        type: str
  conflict:
    description:
      - What to do with a file that exists at the target, V(overwrite) it or V(skip) it.
    type: str
    choices: [overwrite, skip]
    default: overwrite
  wait:
    description:
      - Wait for the end of the restore. Otherwise M(azurefiles.backup.afs_job) can follow it.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds the whole task may take. A restore that runs by then goes on.
    type: int
    default: 14400
  poll_interval:
    description:
      - How often, in seconds, the running restore is asked about. In the secondary region, where each question counts
        as a write, four times as many seconds pass.
    type: float
    default: 5.0
seealso:
  - module: azurefiles.backup.afs_recovery_point_info
  - module: azurefiles.backup.afs_restore_drill
  - module: azurefiles.backup.afs_job
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Restore the latest recovery point to a folder beside the living files
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    target:
      folder: restored

- name: Take the full share back to where it was yesterday evening
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    recovery_point: "2026-11-21T18:00:00Z"

- name: Bring back a file and a directory that were deleted, and touch nothing else
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    files:
      - path: reports/2026/q3.xlsx
      - path: invoices
        type: directory
    conflict: skip

- name: Restore a chosen recovery point to a share of another account
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    recovery_point: "{{ recovery_point.name }}"
    target:
      storage_account: fabrikamfiles
      share: finance
      folder: from-contoso

- name: Restore to an account of another subscription
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    target:
      storage_account: auditfiles
      subscription_id: 11111111-1111-1111-1111-111111111111

- name: The region is gone, so restore from the other one
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    use_secondary_region: true
    target:
      storage_account: contosorefuge
"""

RETURN = r"""
restore:
  description: What was restored; in check mode, what would be.
  returned: when nothing spoke against the restore
  type: dict
  contains:
    job_id:
      description: The restore job, or null.
      type: str
      sample: 9ea4e2ca-6f2b-4b54-9a0d-2f6a1f0c7d11
    guarded:
      description: Whether a resource guard watches over restores from this vault, and has to approve of them.
      type: bool
      sample: false
      version_added: 1.1.0
    status:
      description: The job's status when it was seen last, or null where it was not waited for.
      type: str
      sample: Completed
    recovery_point:
      description: The name of the recovery point.
      type: str
      sample: "1847532043816240297"
    recovery_point_time:
      description: The moment whose content it holds (UTC).
      type: str
      sample: "2026-11-22T07:00:47Z"
    tier:
      description:
        - Which copies of the recovery point there were, V(snapshot), V(vault) or V(snapshot_and_vault). From the
          secondary region, it is the one in the vault.
      type: str
      sample: snapshot
      version_added: 1.1.0
    region:
      description: The region from which it was restored, or null where Azure does not tell it.
      type: str
      sample: westeurope
      version_added: 1.1.0
    target:
      description: Where the data went.
      type: dict
      contains:
        storage_account:
          description: The name of the storage account.
          type: str
          sample: contosofiles
        storage_account_resource_group:
          description: The resource group of the storage account.
          type: str
          sample: files-rg
        subscription_id:
          description: The subscription of the storage account.
          type: str
          sample: 00000000-0000-0000-0000-000000000000
          version_added: 1.1.0
        location:
          description: The region of the storage account, or null where nothing tells it.
          type: str
          sample: westeurope
          version_added: 1.1.0
        share:
          description: The name of the share.
          type: str
          sample: finance
        folder:
          description: The folder in the share, or null for its root.
          type: str
          sample: restored
        original_location:
          description: Whether that is where the data came from.
          type: bool
          sample: false
    restored_files:
      description: How many files were restored, or null while that is not known.
      type: int
      sample: 1044
    skipped_files:
      description: How many files were left alone, or null while that is not known.
      type: int
      sample: 0
    failed_files:
      description: How many files could not be restored, or null while that is not known.
      type: int
      sample: 0
    duration:
      description: How long the job has taken, in seconds, or null.
      type: float
      sample: 312.4
    error:
      description: Why the restore failed, with the keys RV(error) has; null where it did not.
      type: dict
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

from ..module_utils._act.restore import restore_share
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import ACCOUNT, GUARD, SECONDARY, waiting
from ..module_utils._options.restore import WantedRestore
from ..module_utils._options.secondary import WantedRegion

FILES = {
    "path": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["file", "directory"], "default": "file"},
}
TARGET = {
    "storage_account": {"type": "str", "aliases": ["account_name"]},
    "storage_account_resource_group": {"type": "str"},
    "subscription_id": {"type": "str"},
    "share": {"type": "str"},
    "folder": {"type": "str"},
}


def prepare(params: Params) -> Work:
    account = AccountRef.parse(params["storage_account"], params["storage_account_resource_group"])
    wanted = WantedRestore.parse(
        params["share"],
        params["recovery_point"],
        params["files"],
        params["target"],
        params["conflict"],
        WantedRegion.parse(params),
    )
    return lambda session: restore_share(session, account, wanted)


def main() -> None:
    run(
        {
            **ACCOUNT,
            **SECONDARY,
            "share": {"type": "str", "required": True},
            "recovery_point": {"type": "str", "default": "latest"},
            "files": {"type": "list", "elements": "dict", "options": FILES},
            "target": {"type": "dict", "options": TARGET},
            "conflict": {"type": "str", "choices": ["overwrite", "skip"], "default": "overwrite"},
            **GUARD,
            **waiting(14400),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
