#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_coverage_info
short_description: Tell which file shares are backed up and which are not
version_added: 1.0.0
description:
  - Compares the shares that exist with those that one or several vaults protect, and tells of each share whether it is
    protected, by which policy, when it was backed up last, and what may be wrong with it.
  - The playbook C(azurefiles.backup.report) makes a page of the result, to be read and printed.
  - It only reads. It costs five reads for each vault, one for each subscription and one for each storage account that
    may have shares; lists of more than one page cost one for each page. Where the vaults are found, it costs one more
    for each subscription. A share whose newest backup failed costs one where the list does not tell its latest recovery
    point.
  - A vault that cannot be read does not stop the others. The module then fails with the result of the others.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
attributes:
  check_mode:
    support: full
    details: Also for a vault that an earlier task is still to make; a warning then says so.
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
options:
  resource_group:
    description:
      - The resource group of the vault.
    type: str
  vault_name:
    description:
      - The Recovery Services vault. It can be left out where O(vaults) names one, or where vaults are to be found.
    type: str
    aliases: [recovery_vault_name]
  vaults:
    description:
      - More vaults. If no vault is named at all, all Recovery Services vaults of O(subscriptions) are taken that
        O(vault_filters) leave.
    type: list
    elements: dict
    suboptions:
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
      subscription_id:
        description:
          - The subscription of the vault. If unset, that of the login is taken.
        type: str
  subscriptions:
    description:
      - The ids of the subscriptions whose vaults are taken where none is named. By default, it is the one of the login.
    type: list
    elements: str
    version_added: 1.1.0
  vault_filters:
    description:
      - Only vaults for which each of these Jinja expressions is true. They speak of C(afs_vault_name),
        C(afs_vault_resource_group), C(afs_vault_subscription_id), C(afs_vault_id), C(afs_vault_location) (such as
        V(westeurope)) and C(afs_vault_tags) (a dictionary). Beside Jinja's own tests they can use
        C(match) and C(search).
      - An expression that fails, for example on a tag that a vault does not have, leaves the vault out.
      - Where they leave no vault at all, the module fails.
      - The Python of the module needs C(jinja2), which the one that runs Ansible always has.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
  api_version:
    description:
      - The version of the backup service's API, for clouds that lag behind.
    type: str
    default: "2026-07-01"
  days:
    description:
      - How many days to look back, from 1 to 28, for jobs that failed. A protected share without a recovery point of
        these days is told as a concern.
    type: int
    default: 7
  recovery_points:
    description:
      - Whether to read the number of recovery points and the oldest one of each share. It costs one read for each
        share that has any; the latest recovery point is known without it.
    type: bool
    default: false
  unregistered_accounts:
    description:
      - Whether to look for shares also in those storage accounts of the subscription that no vault has registered.
      - These are the accounts that the vaults discovered at their last refresh. An account that they know nothing of
        can be newer than that, in another region, or registered with another vault; such accounts are returned by
        their names in RV(coverage.other_accounts).
    type: bool
    default: true
  fail_on:
    description:
      - Fail where one of these is found. RV(coverage.gate) tells all that was found.
      - V(unprotected) - a share that gets no backups. It was never protected, its protection was stopped, or its backup
        data was deleted.
      - V(overdue) - a protected share without a recovery point of the last O(days).
      - V(failed_jobs) - a job failed within the last O(days), and no later backup of its share has succeeded.
      - V(unread) - a vault, or the shares of an account, could not be read, so that there is no telling.
    type: list
    elements: str
    choices: [unprotected, overdue, failed_jobs, unread]
    default: []
    version_added: 1.1.0
  ignore:
    description:
      - Shares whose findings do not count for O(fail_on), for a reason. They are still told, as ignored.
    type: list
    elements: dict
    default: []
    version_added: 1.1.0
    suboptions:
      storage_accounts:
        description:
          - Patterns of the names of storage accounts; all if unset. One of O(ignore[].storage_accounts) and
            O(ignore[].shares) is needed.
        type: list
        elements: str
      shares:
        description:
          - Patterns of the names of shares; all if unset.
        type: list
        elements: str
      reason:
        description:
          - Why they may be as they are.
        type: str
        required: true
      until:
        description:
          - The last day, in UTC, for which this holds, as V(2027-01-31). After it, they count again.
        type: str
  parallel:
    description:
      - How many reads are under way at once, 20 at most.
    type: int
    default: 20
seealso:
  - module: azurefiles.backup.afs_protection
  - module: azurefiles.backup.afs_vault_protection
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Look at one vault
  azurefiles.backup.afs_coverage_info:
    resource_group: backup-rg
    vault_name: backup-vault
  register: result

- name: Fail where a share gets no backups, but for those that may go without
  azurefiles.backup.afs_coverage_info:
    resource_group: backup-rg
    vault_name: backup-vault
    fail_on: [unprotected, overdue]
    ignore:
      - shares: [scratch*, hiring]
        reason: Build caches, which are made anew
        until: 2099-12-31

- name: Look at two vaults, with the oldest recovery point of each share
  azurefiles.backup.afs_coverage_info:
    vaults:
      - resource_group: backup-rg
        vault_name: backup-vault
      - resource_group: backup-north-rg
        vault_name: backup-vault-north
    days: 14
    recovery_points: true

- name: Look at all production vaults of the login's subscription
  azurefiles.backup.afs_coverage_info:
    vault_filters:
      - afs_vault_tags.environment == 'production'
"""

RETURN = r"""
coverage:
  description: What there is, and what is protected of it. All times are in UTC.
  returned: when at least one vault could be read
  type: dict
  contains:
    generated_at:
      description: When it was read.
      type: str
      sample: "2026-11-22T12:00:00Z"
    days:
      description: How many days were looked back.
      type: int
      sample: 7
    since:
      description: The time that lies so many days back.
      type: str
      sample: "2026-11-15T12:00:00Z"
    summary:
      description: Numbers of all vaults and accounts together.
      type: dict
      contains:
        # make docs-blocks: counts
        unprotected:
          description: Shares that could be protected and are not.
          type: int
          sample: 2
        soft_deleted:
          description: Shares whose backup data is deleted and will be purged.
          type: int
          sample: 0
        stopped:
          description: Shares that are not backed up any more, and whose recovery points are kept.
          type: int
          sample: 1
        protected:
          description: Shares that a policy backs up.
          type: int
          sample: 40
        unsupported:
          description: Shares that Azure Backup cannot protect.
          type: int
          sample: 1
        # make docs-blocks: end
        shares:
          description: All of these.
          type: int
          sample: 44
        at_risk:
          description: Protected shares with a concern.
          type: int
          sample: 1
        failed_jobs:
          description: Jobs that failed within these days.
          type: int
          sample: 3
        unread_accounts:
          description: Storage accounts whose list of shares could not be read.
          type: int
          sample: 0
        gone_accounts:
          description: Storage accounts that a vault still has and that do not exist any more under their ids.
          type: int
          sample: 0
          version_added: 1.1.0
        unread_vaults:
          description: Vaults that could not be read.
          type: int
          sample: 0
        unlisted_subscriptions:
          description:
            - Subscriptions whose storage accounts may not be listed, so that accounts may be missing from
              RV(coverage.other_accounts).
          type: int
          sample: 0
          version_added: 1.1.0
        unread_subscriptions:
          description: Subscriptions whose vaults could not be listed.
          type: int
          sample: 0
          version_added: 1.1.0
    vaults:
      description: The vaults, in the order in which they were named or found.
      type: list
      elements: dict
      contains:
        vault_name:
          description: The name of the vault.
          type: str
          sample: backup-vault
        resource_group:
          description: Its resource group.
          type: str
          sample: backup-rg
        subscription_id:
          description: Its subscription.
          type: str
          sample: 00000000-0000-0000-0000-000000000000
        id:
          description: Its resource id.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
            Microsoft.RecoveryServices/vaults/backup-vault"
        registered_accounts:
          description: How many storage accounts are registered with it.
          type: int
          sample: 2
        counts:
          description: Numbers of its shares, with the keys of an account's RV(coverage.accounts[].counts).
          type: dict
          sample: {unprotected: 2, soft_deleted: 0, stopped: 1, protected: 40, unsupported: 1}
        failed_jobs:
          description: Jobs that failed within these days.
          type: int
          sample: 3
        error:
          description: Why the vault could not be read, as RV(error); null where it could.
          type: dict
    unread_subscriptions:
      description: The subscriptions whose vaults could not be listed.
      type: list
      elements: dict
      version_added: 1.1.0
      contains:
        subscription_id:
          description: The id of the subscription.
          type: str
          sample: 00000000-0000-0000-0000-000000000000
        error:
          description: Why, as RV(error).
          type: dict
    accounts:
      description: The storage accounts, by name. One that is not registered is left out if it has no shares.
      type: list
      elements: dict
      contains:
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
        resource_group:
          description: Its resource group.
          type: str
          sample: files-rg
        vault:
          description: The name of the vault that it is registered with; null for an account that no vault has.
          type: str
          sample: backup-vault
        vault_id:
          description: The resource id of that vault, or null.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
            Microsoft.RecoveryServices/vaults/backup-vault"
        shares_read:
          description:
            - Whether its list of shares could be read. Where it could not, only those shares are known that the vault
              protects, or saw at its last inquiry.
          type: bool
          sample: true
        exists:
          description:
            - Whether the account is still where the vault has it; null where that could not be read. One that is not
              was deleted, or moved to another resource group.
          type: bool
          sample: true
          version_added: 1.1.0
        moved_to:
          description: The id that a moved account has now, if the subscription's list of accounts knows it; or null.
          type: str
          version_added: 1.1.0
        problem:
          description: Why the list could not be read, or what became of an account that is gone; or null.
          type: str
        counts:
          description: Numbers of its shares.
          type: dict
          contains:
            # make docs-blocks: counts
            unprotected:
              description: Shares that could be protected and are not.
              type: int
              sample: 2
            soft_deleted:
              description: Shares whose backup data is deleted and will be purged.
              type: int
              sample: 0
            stopped:
              description: Shares that are not backed up any more, and whose recovery points are kept.
              type: int
              sample: 1
            protected:
              description: Shares that a policy backs up.
              type: int
              sample: 40
            unsupported:
              description: Shares that Azure Backup cannot protect.
              type: int
              sample: 1
            # make docs-blocks: end
    other_accounts:
      description: Storage accounts of the subscription that none of the vaults knows of, by name. They were not read.
      type: list
      elements: dict
      contains:
        storage_account:
          description: The name of the storage account.
          type: str
          sample: fabrikamfiles
        resource_group:
          description: Its resource group.
          type: str
          sample: files-rg
        storage_account_id:
          description: Its resource id.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/files-rg/providers/\
            Microsoft.Storage/storageAccounts/fabrikamfiles"
    shares:
      description:
        - The shares, the most urgent ones first - unprotected, soft-deleted, stopped, protected with a concern,
          protected, and those that cannot be protected; within these, by account and name.
        - A share that was deleted and made anew can be here twice, once for what the vault keeps of the old one.
      type: list
      elements: dict
      contains:
        share:
          description: The name of the share.
          type: str
          sample: finance
        storage_account:
          description: The name of its storage account.
          type: str
          sample: contosofiles
        resource_group:
          description: The resource group of its storage account.
          type: str
          sample: files-rg
        storage_account_id:
          description: The resource id of its storage account.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/files-rg/providers/\
            Microsoft.Storage/storageAccounts/contosofiles"
        coverage:
          description: One of V(unprotected), V(soft_deleted), V(stopped), V(protected), V(unsupported).
          type: str
          sample: protected
        reason:
          description: Why it is not or cannot be protected, where that is known.
          type: str
        vault:
          description: The name of the vault that its account is registered with, or null.
          type: str
          sample: backup-vault
        vault_id:
          description: The resource id of that vault, or null.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
            Microsoft.RecoveryServices/vaults/backup-vault"
        exists:
          description: Whether its account still has a share of this name; null where that could not be read.
          type: bool
          sample: true
        policy:
          description: The name of its backup policy, or null.
          type: str
          sample: daily-30
        protection_state:
          description: The state, as M(azurefiles.backup.afs_protection) names it; null where no vault has the share.
          type: str
          sample: Protected
        last_backup_status:
          description: How the last backup ended, in the service's words, or null.
          type: str
          sample: Completed
        last_backup_time:
          description: When the last backup began, or null.
          type: str
          sample: "2026-11-22T07:00:47Z"
        latest_recovery_point:
          description: When the latest recovery point was taken, or null.
          type: str
          sample: "2026-11-22T07:00:47Z"
        oldest_recovery_point:
          description: When the oldest one was taken; null without O(recovery_points).
          type: str
          sample: "2026-10-23T07:00:31Z"
        recovery_point_count:
          description: How many there are; null without O(recovery_points).
          type: int
          sample: 30
        failed_jobs:
          description: How many of its jobs failed within these days.
          type: int
          sample: 0
        deleted_time:
          description: When its backup data was deleted, or null.
          type: str
        purge_time:
          description: When its backup data will be gone for good, or null.
          type: str
        concerns:
          description:
            - What may be wrong with a share although it is protected.
            - V(account_gone) - its storage account was deleted or moved; see RV(coverage.accounts[].problem).
            - V(share_gone) - its account has no such share any more.
            - V(protection_error) - the service says that its protection is in error.
            - V(last_backup_failed) - the last backup failed.
            - V(no_recovery_point) - it has never been backed up.
            - V(old_recovery_point) - its latest recovery point is older than O(days).
            - V(expiring) - its last backups failed or are late, and the latest recovery point expires within O(days).
          type: list
          elements: str
          sample: []
        snapshot_retention:
          description: How long its policy keeps snapshots, by unit; null where it has none.
          type: dict
          sample: {days: 30, weeks: 12}
          version_added: 1.1.0
        vault_retention:
          description: How long its policy keeps copies in the vault, or null where it makes none.
          type: dict
          version_added: 1.1.0
        snapshots_at_most:
          description: How many snapshots the policy keeps at once in the end, on-demand backups not counted.
          type: int
          sample: 42
          version_added: 1.1.0
        snapshots_full_on:
          description:
            - The day, a week more or less, on which its policy will have kept the 200 snapshots that a share can hold;
              null where it never will, and without O(recovery_points).
          type: str
          sample: "2027-03-01"
          version_added: 1.1.0
        last_recovery_point_expires:
          description:
            - The last day of the latest recovery point under its policy, if no backup follows; null where it is kept
              for good or where there is none. A backup on demand can have another one.
          type: str
          sample: "2026-12-22"
          version_added: 1.1.0
    gate:
      description: What was found of O(fail_on).
      type: dict
      version_added: 1.1.0
      contains:
        fail_on:
          description: What was looked for.
          type: list
          elements: str
          sample: [unprotected]
        passed:
          description: Whether nothing was found that is not ignored.
          type: bool
          sample: false
        findings:
          description: Everything that was found.
          type: list
          elements: dict
          contains:
            kind:
              description: Which of O(fail_on) it belongs to.
              type: str
              sample: unprotected
            storage_account:
              description: The name of the storage account, or null where it is about none.
              type: str
              sample: contosofiles
            share:
              description: The name of the share, or null where it is about none.
              type: str
              sample: hiring
            vault:
              description: The name of the vault, or null.
              type: str
              sample: backup-vault
            message:
              description: What was found.
              type: str
              sample: contosofiles/hiring is not protected
            ignored:
              description: The reason for which O(ignore) leaves it out, and until when; null where nothing does.
              type: dict
              sample: {reason: build caches, until: "2027-01-31"}
            expired:
              description: The same of an entry of O(ignore) that has run out.
              type: dict
    failed_jobs:
      description: The jobs of all kinds that failed within these days, the newest first.
      type: list
      elements: dict
      contains:
        job_id:
          description: The job's id.
          type: str
          sample: 5a3ed0b6-4b6c-4d1e-9e7a-0d1f2a3b4c5d
        operation:
          description: What it was for, in the service's words.
          type: str
          sample: Backup
        status:
          description: How it ended.
          type: str
          sample: Failed
        share:
          description: The name of the share.
          type: str
          sample: finance
        storage_account:
          description: The name of its storage account.
          type: str
          sample: contosofiles
        vault:
          description: The name of the vault.
          type: str
          sample: backup-vault
        vault_id:
          description: The resource id of the vault.
          type: str
          sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
            Microsoft.RecoveryServices/vaults/backup-vault"
        start_time:
          description: When it began.
          type: str
          sample: "2026-11-21T19:30:04Z"
        end_time:
          description: When it ended, or null.
          type: str
          sample: "2026-11-21T19:31:10Z"
        error_code:
          description: Azure's own code, or null.
          type: str
          sample: "400090"
        error_message:
          description: Azure's own message, or null.
          type: str
          sample: Operation failed as the file share isn't found
        recommendations:
          description: What Azure recommends to do about it.
          type: list
          elements: str
          sample: [Check that the file share exists]
        backed_up_since:
          description:
            - For a backup, whether the share has a recovery point that was taken after the job began; for other jobs
              null.
          type: bool
          sample: true
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
from ..module_utils._options.coverage import WantedCoverage
from ..module_utils._options.gate import GATE
from ..module_utils._options.vaults import VAULTS
from ..module_utils._read.coverage import report_coverage


def prepare(params: Params) -> Work:
    wanted = WantedCoverage.parse(params)
    # Where the subscription of each vault is known, the login need not have one.
    params["subscription_id"] = params["subscription_id"] or wanted.vaults.home
    return lambda session: report_coverage(session, wanted)


def main() -> None:
    run(
        {
            "resource_group": {"type": "str"},
            "vault_name": {"type": "str", "aliases": ["recovery_vault_name"]},
            **VAULTS,
            "days": {"type": "int", "default": 7},
            "recovery_points": {"type": "bool", "default": False},
            "unregistered_accounts": {"type": "bool", "default": True},
            **GATE,
            "parallel": {"type": "int", "default": 20},
        },
        prepare,
    )


if __name__ == "__main__":
    main()
