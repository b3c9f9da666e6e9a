#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_restore_drill
short_description: Prove that backups of file shares can be restored
version_added: 1.1.0
description:
  - Restores the latest recovery point of shares into shares that it makes for that in another storage account,
    looks at what arrived and how long it took, and deletes those shares again.
  - A drill passes if the restore completed, no file failed or was skipped, something was restored from a share that
    holds data, the recovery point was not older than O(max_rpo_hours), and the restore took no longer than
    O(max_rto_minutes). The module fails if a drill does not pass.
  - The shares of a drill bear its mark in their metadata. Nothing without that mark is ever deleted or written to.
  - Of a run that ended in the middle, the next one picks up what was begun, and restores it no second time. Let one run
    at a time drill into an account.
  - The playbook C(azurefiles.backup.restore_drill) writes a report of it.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.guard
  - azurefiles.backup.vault.secondary
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Says which shares would be drilled and why, and how old their recovery points are.
  diff_mode:
    support: full
  idempotent:
    support: none
    details: It is an action, so each run drills the shares whose turn it is.
options:
  storage_account:
    description:
      - Drill shares of this storage account only, by its name or its full resource id. If unset, those of the whole
        vault.
    type: str
    aliases: [account_name]
  storage_account_resource_group:
    description:
      - The resource group of the storage account. Needed only where the vault knows several accounts of that name.
    type: str
  shares:
    description:
      - The shares of O(storage_account) to drill, by their exact names. They may be written as a text too, one a line
        or with commas between them.
    type: list
    elements: str
  sample:
    description:
      - How many shares to drill, the longest undrilled first, then by name. What was drilled when, O(history) tells.
      - If unset, all of O(shares). Needed where these are not named.
    type: int
  target_storage_account:
    description:
      - The storage account to restore to, by its name or its full resource id. It must not be one whose shares are
        drilled, and must have no lock, as Azure Backup sets one on the accounts that a vault has registered.
      - The login needs the role C(Storage Account Contributor) there, to make and delete shares.
    type: str
    required: true
  target_storage_account_resource_group:
    description:
      - The resource group of that storage account. Needed only where several accounts have that name.
    type: str
  max_size_gb:
    description:
      - Leave out shares that hold more than this, in GiB.
    type: float
  max_rpo_hours:
    description:
      - How old the latest recovery point may be, in hours, when the restore is asked for.
    type: float
  max_rto_minutes:
    description:
      - How long the restore may take, in minutes.
    type: float
  restores:
    description:
      - How many restores the drills of this vault may begin in a day, which is one of UTC. Shares whose turn it was
        beyond that are deferred, which is no failure.
    type: int
    default: 10
  keep:
    description:
      - Keep the shares of the drills, to look into them. They cost what they hold until you delete them.
    type: bool
    default: false
  history:
    description:
      - The drills of earlier runs, as RV(drill.history) tells them.
    type: list
    elements: dict
    default: []
  wait:
    description:
      - Wait for the end of the restores. Otherwise they are only begun, and the next run measures them and cleans up.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds the whole task may take. A restore that runs by then goes on, and the next run picks it up.
    type: int
    default: 14400
  poll_interval:
    description:
      - How often, in seconds, a running restore is asked about. The interval is stretched when many run at once.
    type: float
    default: 5.0
seealso:
  - module: azurefiles.backup.afs_restore
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Prove for two shares that they can be restored
  azurefiles.backup.afs_restore_drill:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: [finance, hiring]
    target_storage_account: drillfiles
    max_rpo_hours: 26
    max_rto_minutes: 60

- name: Drill the share of the vault that was not drilled for the longest time
  azurefiles.backup.afs_restore_drill:
    resource_group: backup-rg
    vault_name: backup-vault
    sample: 1
    target_storage_account: drillfiles
    max_size_gb: 100
  register: run

- name: And the next one, by what the run before has told
  azurefiles.backup.afs_restore_drill:
    resource_group: backup-rg
    vault_name: backup-vault
    sample: 1
    target_storage_account: drillfiles
    history: "{{ run.drill.history }}"

- name: Prove that shares can be restored when the vault's region is gone
  azurefiles.backup.afs_restore_drill:
    resource_group: backup-rg
    vault_name: backup-vault
    sample: 1
    target_storage_account: contosorefuge
    use_secondary_region: true
"""

RETURN = r"""
drill:
  description: All of the drill; its keys are those of the report's restore-drill.json.
  returned: when nothing spoke against the drill
  type: dict
  contains:
    generated_at:
      description: When the vault was read (UTC).
      type: str
      sample: "2026-11-22T07:00:47Z"
    check_mode:
      description: Whether this is only a plan.
      type: bool
      sample: false
    vault:
      description: Name, resource group and subscription of the vault.
      type: dict
    secondary_region:
      description: The region that the vault is copied to, if it was restored from there; otherwise null.
      type: str
    target:
      description: Name, resource group and subscription of the storage account that was restored to.
      type: dict
    limits:
      description: The limits that were asked for, by the names of their options.
      type: dict
    summary:
      description:
        - How many drills passed, failed, are unfinished, or are planned only (in check mode), and all C(drills) of
          this run. How many shares were C(skipped) or C(deferred).
        - All C(shares) of the vault that have a recovery point, and how many of them were C(never_drilled).
        - C(restores_today), the restores that drills have begun today, and how many C(kept_shares) and
          C(left_shares) of this run are still in the target account. Those left are looked after by the next run.
      type: dict
      sample:
        passed: 2
        failed: 0
        unfinished: 0
        planned: 0
        drills: 2
        skipped: 1
        deferred: 0
        shares: 14
        never_drilled: 5
        restores_today: 2
        kept_shares: 0
        left_shares: 0
    drills:
      description: The drills of this run.
      type: list
      elements: dict
      contains:
        storage_account:
          description: The storage account of the share.
          type: str
          sample: contosofiles
        storage_account_id:
          description: Its id.
          type: str
        share:
          description: The share that was drilled.
          type: str
          sample: finance
        policy:
          description: The policy that backs the share up, or null.
          type: str
          sample: daily-30
        outcome:
          description: V(passed), V(failed), V(unfinished) while its end is not known, or V(planned) in check mode.
          type: str
          sample: passed
        reason:
          description: Why it was this share's turn.
          type: str
          sample: never drilled
        picked_up:
          description: Whether an earlier run, which ended in the middle, has begun the restore.
          type: bool
          sample: false
        started_at:
          description: When the restore was asked for (UTC).
          type: str
          sample: "2026-11-22T07:00:47Z"
        ended_at:
          description: When the restore ended (UTC), or null.
          type: str
          sample: "2026-11-22T07:05:59Z"
        recovery_point:
          description: The name of the recovery point.
          type: str
          sample: "1847532043816240297"
        recovery_point_time:
          description: The moment whose content it holds (UTC).
          type: str
          sample: "2026-11-21T19:30:00Z"
        tier:
          description:
            - Where its copies are, as in RV(azurefiles.backup.afs_recovery_point_info#module:recovery_points[].tier).
          type: str
          sample: snapshot
        rpo_hours:
          description: The age of the recovery point when the restore was asked for, in hours.
          type: float
          sample: 11.51
        rto_minutes:
          description: How long the restore took, in minutes.
          type: float
          sample: 5.2
        restored_files:
          description: How many files were restored, or null while that is not known.
          type: int
          sample: 1044
        skipped_files:
          description: How many files were left out, or null while that is not known.
          type: int
          sample: 0
        failed_files:
          description: How many files could not be restored, or null while that is not known.
          type: int
          sample: 0
        transferred_mb:
          description: How much data the job says to have moved, in MB, or null while that is not known.
          type: int
          sample: 5120
        source_bytes:
          description: How much the share held when the drill began, or null where that may not be read.
          type: int
          sample: 5368709120
        restored_bytes:
          description:
            - How much the drill's share held at the end, or null where that is not known. Files of the last moments may
              not be counted.
          type: int
          sample: 5368709120
        target_storage_account:
          description: The storage account that was restored to.
          type: str
          sample: drillfiles
        target_share:
          description: The share that was made for the drill, or null.
          type: str
          sample: drill-finance-3f9c1d20
        cleanup:
          description: What became of that share, V(deleted), V(kept) or V(left) to the next run; or null.
          type: str
          sample: deleted
        cleanup_problem:
          description: Why it was left, or null.
          type: str
          sample:
        job_id:
          description: The restore job, or null.
          type: str
          sample: 9ea4e2ca-6f2b-4b54-9a0d-2f6a1f0c7d11
        status:
          description: The job's status when it was seen last, or null.
          type: str
          sample: Completed
        problems:
          description: Why the drill did not pass, in words.
          type: list
          elements: str
          sample: []
        remarks:
          description: What is worth a look though the drill passed, in words.
          type: list
          elements: str
          sample: []
        error:
          description: What failed, with the keys RV(error) has; null where nothing did.
          type: dict
    skipped_shares:
      description: Shares that cannot be drilled or are too large, each with its C(reason).
      type: list
      elements: dict
    deferred:
      description: Shares whose turn it was, but for the day's restores, each with its C(reason).
      type: list
      elements: dict
    shares:
      description:
        - The shares of the vault that have a recovery point, with the time and the outcome of their last drill, and how
          many drills there are of each in the history.
      type: list
      elements: dict
    cleaned_up:
      description: Shares of earlier runs that no restore had come to, and that were deleted.
      type: list
      elements: str
      sample: []
    left:
      description: Those of them that could not be deleted, as C(share) and C(reason).
      type: list
      elements: dict
      sample: []
    history:
      description:
        - The drills of this run and of O(history), the newest first, with the keys of RV(drill.drills). There are 2000
          at most.
      type: list
      elements: dict
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

from ..module_utils._act.drill import drill
from ..module_utils._module import Params, Work, run
from ..module_utils._options.argspec import FILTER, GUARD, SECONDARY, waiting
from ..module_utils._options.drill import WantedDrill


def prepare(params: Params) -> Work:
    wanted = WantedDrill.parse(params)
    return lambda session: drill(session, wanted)


def main() -> None:
    run(
        {
            "storage_account": FILTER["storage_account"],
            "storage_account_resource_group": FILTER["storage_account_resource_group"],
            "shares": {"type": "list", "elements": "str"},
            "sample": {"type": "int"},
            "target_storage_account": {"type": "str", "required": True},
            "target_storage_account_resource_group": {"type": "str"},
            "max_size_gb": {"type": "float"},
            "max_rpo_hours": {"type": "float"},
            "max_rto_minutes": {"type": "float"},
            "restores": {"type": "int", "default": 10},
            "keep": {"type": "bool", "default": False},
            "history": {"type": "list", "elements": "dict", "default": []},
            **GUARD,
            **SECONDARY,
            **waiting(14400),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
