#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_vault_protection
short_description: Protect the file shares of all accounts of a vault by rules
version_added: 1.1.0
description:
  - Goes through all storage accounts of a vault and brings each of their shares to what the first rule says that
    matches it. Accounts are registered, inquired, protected and backed up side by side.
  - An account is registered only where a share of it gets a policy. A share that no rule matches is left as it is.
  - Where nothing has to be changed, it costs the pages of the vault's lists, one read for each account, and at most
    five more; one more for each share that is stopped and still exists. It spends none of the service's daily budgets.
  - The failure of an account or of a share does not stop the others. The module then fails at its end, with the
    results of all.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.guard
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Also for accounts that are still to be registered, and for a vault or a policy that is still to be made.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  rules:
    description:
      - The first rule that matches a share decides on it. A rule matches where all its keys do; without any, it matches
        every share.
      - Patterns are shell-style, without regard to case. A rule that can match nothing is refused, one that decides on
        no share is warned of.
    type: list
    elements: dict
    required: true
    suboptions:
      storage_accounts:
        description:
          - Only shares of these storage accounts, by patterns of their names or by full ids.
        type: list
        elements: str
      resource_groups:
        description:
          - Only shares of storage accounts in these resource groups, by patterns.
        type: list
        elements: str
      tags:
        description:
          - Only shares of storage accounts that have each of these tags, with a value that matches the pattern. The
            login has to be allowed to list the subscription's storage accounts.
        type: dict
      include:
        description:
          - Only shares with these names, by patterns.
        type: list
        elements: str
      exclude:
        description:
          - No shares with these names, by patterns.
        type: list
        elements: str
      policy:
        description:
          - The backup policy of the shares, by its name in the vault or its full id. Without one, the rule leaves its
            shares as they are.
        type: str
      initial_backup:
        description:
          - What O(initial_backup) says for all rules.
        type: str
        choices: [never, if_missing, always]
      retention_days:
        description:
          - What O(retention_days) says for all rules.
        type: int
      stopped:
        description:
          - What O(stopped) says for all rules.
        type: str
        choices: [leave, resume]
  accounts:
    description:
      - The storage accounts to go through, by how they stand with the vault.
      - V(registered) ones belong to the vault.
      - V(discoverable) ones are offered by the vault, and belong to none.
      - V(undiscovered) ones are in the vault's subscription and region, but not offered by the vault. Where a rule
        wants one of them, the vault is refreshed, which it can be 50 times a day. Those that it still does not offer
        are skipped with a warning, or have failed if O(storage_accounts) names them.
    type: list
    elements: str
    choices: [registered, discoverable, undiscovered]
    default: [registered, discoverable]
  storage_accounts:
    description:
      - Only these storage accounts, by their names or full ids. One that is not there has failed.
    type: list
    elements: str
  stopped:
    description:
      - What becomes of shares that match a rule with a policy, and of which somebody stopped, suspended or deleted the
        backups. V(leave) leaves them as they are, V(resume) protects them again.
    type: str
    choices: [leave, resume]
    default: leave
  initial_backup:
    description:
      - Whether to back up the protected shares at once.
      - V(if_missing) backs up those that have no recovery point yet, V(always) all of them.
    type: str
    choices: [never, if_missing, always]
    default: never
  retention_days:
    description:
      - After how many days the recovery points of these backups expire.
    type: int
    default: 30
  wait_timeout:
    description:
      - How many seconds the whole task may take. Operations that Azure has begun go on after that, and another
        run picks them up.
    type: int
    default: 14400
  parallel:
    description:
      - How many accounts and shares are worked on at once. Operations that Azure has begun are waited for all at once.
      - Where the vault's day has room for some shares only, these are those of the first rules, and of these the first
        by account and name.
    type: int
    default: 20
notes:
  - Azure protects 200 shares and registers 50 accounts a day for a vault. What is more than that is foreseen and told
    in RV(accounts[].deferred), also in check mode. How many of the 200 were used before is looked up where 50 shares or
    more are to be protected.
seealso:
  - module: azurefiles.backup.afs_protection
  - module: azurefiles.backup.afs_coverage_info
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Protect every share of every account
  azurefiles.backup.afs_vault_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    rules:
      - policy: daily-30

- name: Protect production hourly, scratch data never, and everything else daily
  azurefiles.backup.afs_vault_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    initial_backup: if_missing
    rules:
      - include: ["scratch*"]
      - tags: {environment: production}
        policy: hourly-7
        stopped: resume
      - policy: daily-30

- name: Show what would become of one account
  azurefiles.backup.afs_vault_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_accounts: [contosofiles]
    rules:
      - include: ["scratch*"]
      - policy: daily-30
  check_mode: true
"""

RETURN = r"""
accounts:
  description: What became of each account, by name.
  returned: when the vault was read
  type: list
  elements: dict
  contains:
    storage_account:
      description: The name of the storage account.
      type: str
      sample: contosofiles
    storage_account_id:
      description: The resource id of the storage account, or null where it is not known.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/files-rg/providers/\
        Microsoft.Storage/storageAccounts/contosofiles"
    state:
      description: How the account stood with the vault before. One of V(registered), V(discoverable),
        V(undiscovered), or null for one of O(storage_accounts) that is not there.
      type: str
      sample: registered
    action:
      description: V(register) for an account that was registered, otherwise V(none).
      type: str
      sample: none
    changed:
      description: Whether anything was done to the account or its shares; in check mode, whether it would be.
      type: bool
      sample: false
    container:
      description: The registration, as M(azurefiles.backup.afs_container_registration) returns it, or null.
      type: dict
    shares:
      description:
        - What became of each share that a rule protects, as M(azurefiles.backup.afs_protection) returns it.
        - Each has also C(rule), the index of the rule that decided on it, from 0.
      type: list
      elements: dict
    backups:
      description: What became of each share that was to be backed up, as M(azurefiles.backup.afs_backup_trigger)
        returns it.
      type: list
      elements: dict
    skipped_shares:
      description: The shares that cannot be protected, each with C(share) and C(reason).
      type: list
      elements: dict
    excluded:
      description: The shares that no rule protects.
      type: list
      elements: str
      sample: [scratch]
    deferred:
      description: What a daily budget holds up, each with C(share) (null for the account itself), C(reason) and
        C(retry_after), the time (UTC) by which the budget is free again at the latest.
      type: list
      elements: dict
    error:
      description: Why the account as a whole failed, with the keys RV(error) has; null where it did not.
      type: dict
    msg:
      description: Why the account or shares of it are not as they should be, in words, or null.
      type: str
    summary:
      description: The numbers of RV(summary) that are about shares, for this account.
      type: dict
summary:
  description: How many there are of what.
  returned: when the vault was read
  type: dict
  contains:
    accounts:
      description: All accounts.
      type: int
      sample: 12
    accounts_changed:
      description: Accounts of which anything was changed.
      type: int
      sample: 2
    accounts_failed:
      description: Accounts that are not as they should be.
      type: int
      sample: 0
    total:
      description: All shares of these accounts.
      type: int
      sample: 120
    protected:
      description: Shares that are protected.
      type: int
      sample: 110
    changed:
      description: Shares that were protected, changed or backed up.
      type: int
      sample: 4
    protected_anew:
      description: Shares that were not protected before.
      type: int
      sample: 2
    policy_changed:
      description: Shares that had another policy before.
      type: int
      sample: 1
    resumed:
      description: Shares of which the backups were stopped or suspended before.
      type: int
      sample: 0
    undeleted:
      description: Shares of which the backups were soft-deleted before.
      type: int
      sample: 0
    backed_up:
      description: Shares of which a backup was taken.
      type: int
      sample: 1
    failed:
      description: Shares that failed, or were not finished in time.
      type: int
      sample: 0
    unfinished:
      description:
        - Those of RV(summary.failed) for which the time was over first. Azure goes on with what was begun, and another
          run picks it up.
      type: int
      sample: 0
    excluded:
      description: Shares that no rule protects.
      type: int
      sample: 8
    skipped:
      description: Shares that cannot be protected.
      type: int
      sample: 2
    left:
      description: Shares that somebody stopped, and that were left as they are.
      type: int
      sample: 0
    deferred:
      description: What daily budgets hold up.
      type: int
      sample: 0
    days:
      description: On how many days such a run is needed until all is done, this one included. A plan tells it, too.
      type: int
      sample: 1
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

from ..module_utils._act.vault_protection import protect_vault
from ..module_utils._azure.times import now
from ..module_utils._module import Params, Work, run
from ..module_utils._options.argspec import GUARD, waiting
from ..module_utils._options.protection import LEAVE, STOPPED
from ..module_utils._options.rules import RULE
from ..module_utils._options.vault_accounts import DISCOVERABLE, REGISTERED, STATES
from ..module_utils._options.vault_protection import WantedVault


def prepare(params: Params) -> Work:
    wanted = WantedVault.parse(params, now())
    return lambda session: protect_vault(session, wanted)


def main() -> None:
    run(
        {
            "rules": {"type": "list", "elements": "dict", "required": True, "options": RULE},
            "accounts": {
                "type": "list",
                "elements": "str",
                "choices": list(STATES),
                "default": [REGISTERED, DISCOVERABLE],
            },
            "storage_accounts": {"type": "list", "elements": "str"},
            "stopped": {"type": "str", "choices": list(STOPPED), "default": LEAVE},
            "initial_backup": {"type": "str", "choices": ["never", "if_missing", "always"], "default": "never"},
            "retention_days": {"type": "int", "default": 30},
            "parallel": {"type": "int", "default": 20},
            **GUARD,
            **waiting(14400),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
