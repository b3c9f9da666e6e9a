#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_backup_trigger
short_description: Back up protected Azure file shares now
version_added: 1.0.0
description:
  - Takes a backup of protected shares of one storage account, beside those that their policy takes.
  - A share has one backup at a time. Where one is running, it is followed, and no other is started.
  - Azure allows a share 10 such backups a day.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.account
  - azurefiles.backup.vault.selection
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Also for what an earlier task is still to make or to protect; a warning then says so.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details: >-
      It is an action, so each run takes new backups. With O(max_age), shares with a recent recovery point are left
      alone.
options:
  all_shares:
    description:
      - Take all protected shares of the account instead of O(shares).
    type: bool
    default: false
  retain_until:
    description:
      - When the new recovery points expire, as V(2027-01-31) or V(2027-01-31T18:00:00Z); without a zone it is UTC.
      - It wins over O(retention_days). Azure keeps them for 10 years at most.
    type: str
    aliases: [recovery_point_expiry_time]
  retention_days:
    description:
      - After how many days the new recovery points expire.
    type: int
    default: 30
  max_age:
    description:
      - A share whose latest recovery point is younger than this many minutes is left alone. V(0) backs up every share.
    type: int
    default: 0
  wait:
    description:
      - Wait for the end of the backup jobs.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds the whole task may take. Backups that run by then go on, and another run follows them.
    type: int
    default: 14400
  poll_interval:
    description:
      - How often, in seconds, the running backups are asked about.
    type: float
    default: 5.0
  parallel:
    description:
      - How many backups are started at once, in the order of the returned RV(backups).
    type: int
    default: 20
seealso:
  - module: azurefiles.backup.afs_protection
  - module: azurefiles.backup.afs_recovery_point_info
  - module: azurefiles.backup.afs_job
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Back up one share before an upgrade, and keep the recovery point for a week
  azurefiles.backup.afs_backup_trigger:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: finance
    retention_days: 7

- name: Make sure that no protected share is without a backup of the last day
  azurefiles.backup.afs_backup_trigger:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    all_shares: true
    max_age: 1440
"""

RETURN = r"""
backups:
  description: What became of each share's backup, in the order asked; with O(all_shares=true), by name.
  returned: when the shares were read
  type: list
  elements: dict
  contains:
    share:
      description: The name of the share.
      type: str
      sample: finance
    changed:
      description: Whether a backup was started; in check mode, whether it would be.
      type: bool
      sample: true
    action:
      description: V(triggered), V(attached) to a backup that was running already, V(fresh) for a share that O(max_age)
        leaves alone, or V(none) for one that cannot be backed up.
      type: str
      sample: triggered
    job_id:
      description: The backup job, or null.
      type: str
      sample: 8ba2e4f0-5d4c-4f7c-9a8e-1d7c3c0a9d11
    status:
      description: The job's status when it was seen last, or null where it was not waited for.
      type: str
      sample: Completed
    start_time:
      description: When the job began (UTC), or null.
      type: str
      sample: "2026-11-22T07:00:47Z"
    end_time:
      description: When the job ended (UTC), or null.
      type: str
      sample: "2026-11-22T07:01:18Z"
    recovery_point_expiry:
      description: When the new recovery point expires (UTC); null unless this run triggered the backup.
      type: str
      sample: "2026-12-22T07:00:40Z"
    latest_recovery_point:
      description: The share's latest recovery point (UTC), or null.
      type: str
      sample: "2026-11-22T07:00:47Z"
    error:
      description: Why this share failed, with the keys RV(error) has; null where it did not.
      type: dict
deferred:
  returned: when the shares were read
  # make docs-blocks: deferred
  description:
    - What one of Azure's daily budgets holds up. The module fails then, after it has done all the rest.
    - Azure protects 200 shares and registers 50 accounts a day for a vault, and refreshes it 50 times; it inquires an
      account 25 times a day, and backs a share up on demand 10 times.
  type: list
  elements: dict
  contains:
    share:
      description: The name of the share, or null where it is the storage account.
      type: str
      sample: finance
    reason:
      description: Azure's own words.
      type: str
      sample: The limit of 200 shares protected a day for a vault is reached.
    retry_after:
      description: The time (UTC) by which the budget is free again at the latest.
      type: str
      sample: "2026-11-23T07:00:47Z"
  # make docs-blocks: end
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

from ..module_utils._act.backup import trigger_backups
from ..module_utils._azure.errors import BackupError
from ..module_utils._azure.times import now
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import ACCOUNT, SELECTION, waiting
from ..module_utils._options.backup import WantedBackups, expiry_of
from ..module_utils._options.shares import Selection


def prepare(params: Params) -> Work:
    if params["max_age"] < 0:
        raise BackupError(f"max_age is {params['max_age']}, but an age in minutes is never negative.")
    expiry = expiry_of(params["retain_until"], params["retention_days"], now())
    account = AccountRef.parse(params["storage_account"], params["storage_account_resource_group"])
    selection = Selection.parse(params["shares"], params["all_shares"], params["include"], params["exclude"])
    wanted = WantedBackups(selection, expiry, params["max_age"])
    return lambda session: trigger_backups(session, account, wanted, params["parallel"])


def main() -> None:
    run(
        {
            **ACCOUNT,
            **SELECTION,
            "retain_until": {"type": "str", "aliases": ["recovery_point_expiry_time"]},
            "retention_days": {"type": "int", "default": 30},
            "max_age": {"type": "int", "default": 0},
            "parallel": {"type": "int", "default": 20},
            **waiting(14400),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
