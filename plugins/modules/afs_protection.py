#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_protection
short_description: Protect Azure file shares, or end their protection
version_added: 1.0.0
description:
  - Protects any number of shares of one storage account by a policy of a vault, or ends their protection. Shares are
    worked on side by side, and what is already as it should be is left alone.
  - Where nothing has to be changed, it costs three reads at most, and none of the service's daily budgets. Each further
    page of a list is one more read.
  - Before protection is ended, backup data deleted or a share given a policy that keeps less, it is read once whether
    the vault is immutable and whether a resource guard has to approve, which costs one or two reads. What an immutable
    vault does not do is refused before anything is asked of Azure.
  - The storage account has to be registered with the vault, see M(azurefiles.backup.afs_container_registration). One
    that was deleted or moved since, and that the vault still has, cannot have shares protected, but still have its
    backups ended.
  - The failure of one share does not stop the others. The module then fails at its end, with the results of all.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.account
  - azurefiles.backup.vault.selection
  - azurefiles.backup.vault.guard
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: >-
      Also for an account that is still to be registered, and for a vault, an account or a policy that an earlier task
      is still to make; a warning then says so. A policy that is spelled almost like one of the vault's is refused.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  policy:
    description:
      - The backup policy, by its name in the vault or its full id. Required for O(state=present).
      - A share whose policy copies to the vault tier gets none of the snapshot tier; that is an error of the share.
    type: str
    aliases: [backup_policy_id]
  state:
    description:
      - V(present) protects the shares by O(policy). A share with another policy gets this one, a stopped one is
        resumed, and a soft-deleted one is undeleted and resumed. With O(all_shares=true), this means every share of
        the account that Azure Backup can protect; O(stopped) says whether also those that somebody stopped.
      - V(stopped) takes no more backups and keeps all recovery points for ever. A soft-deleted share is undeleted for
        it.
      - V(suspended) takes no more backups and keeps the recovery points for as long as the policy says.
      - V(absent) ends the protection and deletes the backup data. It needs O(delete_data=true).
      - With O(all_shares=true), the last three mean every share that the vault protects.
    type: str
    choices: [present, stopped, suspended, absent]
    default: present
  stopped:
    description:
      - What becomes of shares of which somebody stopped, suspended or deleted the backups, where O(state=present) goes
        through all shares of the account. By default, V(resume), they are protected again, whoever ended their backups
        and why; V(leave) leaves them as they are, with RV(shares[].left) in the result, for one read each.
      - V(leave) needs O(all_shares=true) and O(state=present). Shares that are named in O(shares) are always resumed.
    type: str
    choices: [leave, resume]
    default: resume
    version_added: 1.1.0
  register:
    description:
      - Whether to register the storage account with the vault first, where it is not, as
        M(azurefiles.backup.afs_container_registration) does by default. Both together then take one task, which
        starts and logs in once, and O(wait_timeout) is for both.
      - It needs O(state=present) and O(wait=true).
    type: bool
    default: false
    version_added: 1.1.0
  delete_data:
    description:
      - Allow O(state=absent) to delete the shares' recovery points.
    type: bool
    default: false
  parallel:
    description:
      - How many shares are worked on at once. Operations that Azure has begun are waited for all at once, however many
        shares that are.
      - Shares are begun in the order of the returned RV(shares). Where a vault's day has room for some of them only,
        these are the first ones.
    type: int
    default: 20
seealso:
  - module: azurefiles.backup.afs_container_registration
  - module: azurefiles.backup.afs_policy
  - module: azurefiles.backup.afs_protected_item_info
  - module: azurefiles.backup.afs_vault_protection
  - module: azurefiles.backup.afs_backup_trigger
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Protect two shares
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: [finance, legal]
    policy: daily-30

- name: Register an account where it is not registered, and protect every share of it
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: fabrikamfiles
    register: true
    all_shares: true
    policy: daily-30

- name: Protect every share of the account, except those for scratch data
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    all_shares: true
    exclude: ["scratch*"]
    policy: daily-30

- name: Protect every share of the account, except those of which somebody ended the backups
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    all_shares: true
    stopped: leave
    policy: daily-30

- name: Take no more backups of one share, but keep what there is
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: legal
    state: stopped

- name: Resume it by a policy
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: legal
    policy: daily-30

- name: End the protection of a share, and delete its recovery points
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: hiring
    state: absent
    delete_data: true

- name: Undelete its recovery points while the vault keeps them, and protect it again
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: hiring
    policy: daily-30

- name: Take no more backups of a share, and let the recovery points that there are expire as its policy says
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: hiring
    state: suspended

- name: Delete the backup data of a share in a vault whose resource guard is in another tenant
  azurefiles.backup.afs_protection:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    shares: legal
    state: absent
    delete_data: true
    resource_guard_tenant_id: 11111111-2222-3333-4444-555555555555
"""

RETURN = r"""
action:
  description: What was done about the registration of the account, one of V(none), V(register), V(undelete).
  returned: with O(register=true), when the registration was read
  type: str
  sample: none
  version_added: 1.1.0
container:
  description:
    - The storage account as the vault knows it, as M(azurefiles.backup.afs_container_registration) returns it.
  returned: with O(register=true), when the registration was read
  type: dict
  sample: {storage_account: contosofiles, registration_status: Registered}
  version_added: 1.1.0
shares:
  description: What became of each share that was asked for, in the order asked; with O(all_shares=true), by name.
  returned: when the shares were read
  type: list
  elements: dict
  contains:
    share:
      description: The name of the share.
      type: str
      sample: finance
    changed:
      description: Whether anything was done to the share; in check mode, whether it would be.
      type: bool
      sample: true
    action:
      description: What was done. One of V(none), V(protect), V(change_policy), V(resume), V(undelete), V(stop),
        V(suspend), V(delete).
      type: str
      sample: protect
    change:
      description: What was changed about the share, in words; in check mode, what would be. Null where nothing is.
      type: str
      sample: policy hourly-7 -> daily-30
      version_added: 1.1.0
    state_before:
      description: The state before. One of V(NotProtected), V(IRPending) (protected, and the first backup is still to
        come), V(Protected), V(ProtectionError), V(ProtectionStopped), V(BackupsSuspended), V(SoftDeleted).
      type: str
      sample: NotProtected
    state_after:
      description: The state that was read back at the end; in check mode, the state to expect. Null where it cannot
        be known.
      type: str
      sample: IRPending
    left:
      description: Whether somebody ended the backups of the share, and O(stopped=leave) left it as it is.
      type: bool
      sample: false
      version_added: 1.1.0
    guarded:
      description: Whether a resource guard watches over what is done to the share, and has to approve of it.
      type: bool
      sample: false
      version_added: 1.1.0
    policy_before:
      description: The name of the share's policy before, or null where it had none.
      type: str
      sample: hourly-7
      version_added: 1.1.0
    policy:
      description: The name of the share's policy afterwards, or null where it has none.
      type: str
      sample: daily-30
    job_id:
      description: The job of the vault that did it, or null.
      type: str
      sample: e05d95fc-3546-4996-be11-89afa0719cca
    item_name:
      description: The service's own name of the protected share, or null where it has none yet.
      type: str
      sample: AzureFileShare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650
    container_name:
      description: The name of the account's registration, or null.
      type: str
      sample: StorageContainer;storage;files-rg;contosofiles
    id:
      description: The resource id of the protected share, or null.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/\
        StorageContainer;storage;files-rg;contosofiles/protectedItems/\
        AzureFileShare;e9900ec2df7b9db8d80bf44c93e62450261c8341e4725440e8f98fbf130a0650"
    error:
      description: Why this share failed, with the keys RV(error) has; null where it did not.
      type: dict
skipped_shares:
  description:
    - With O(all_shares=true), the shares that cannot be brought to this state.
    - The key is not called C(skipped), by which Ansible would take the whole task for a skipped one.
  returned: when the shares were read
  type: list
  elements: dict
  contains:
    share:
      description: The name of the share.
      type: str
      sample: media
    reason:
      description: Why it cannot.
      type: str
      sample: NFS shares are not supported by Azure Backup
excluded:
  description: With O(all_shares=true), the shares that O(include) and O(exclude) leave out.
  returned: when the shares were read
  type: list
  elements: str
  sample: [scratch]
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

from ..module_utils._act.account_protection import ensure_account_protection
from ..module_utils._act.protection import ensure_protection
from ..module_utils._azure.errors import BackupError
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import ACCOUNT, GUARD, SELECTION, waiting
from ..module_utils._options.policies import PolicyRef
from ..module_utils._options.protection import LEAVE, RESUME, STOPPED, Desired
from ..module_utils._options.shares import Selection


def prepare(params: Params) -> Work:
    state, policy, stopped = params["state"], params["policy"], params["stopped"]
    if state == "present" and not policy:
        raise BackupError("policy is required for state: present: the name of a backup policy of the vault.")
    if state == "absent" and not params["delete_data"]:
        raise BackupError(
            "state: absent deletes the recovery points of the shares, which needs delete_data: true. "
            "To end the backups and keep the recovery points, use state: stopped."
        )
    account = AccountRef.parse(params["storage_account"], params["storage_account_resource_group"])
    selection = Selection.parse(params["shares"], params["all_shares"], params["include"], params["exclude"])
    if stopped == LEAVE and not (state == "present" and selection.all_shares):
        raise BackupError(
            "stopped: leave needs all_shares: true and state: present, since what is named or brought to another state "
            "is not left as it is. Leave it out here."
        )
    if params["register"] and not (state == "present" and params["wait"]):
        raise BackupError(
            "register: true needs state: present and wait: true, since shares can be protected only once their account "
            "is registered."
        )
    ensure = ensure_account_protection if params["register"] else ensure_protection
    desired = Desired.of(state, selection, PolicyRef(policy) if policy and state == "present" else None, stopped)
    return lambda session: ensure(session, account, desired, params["parallel"])


def main() -> None:
    run(
        {
            **ACCOUNT,
            **SELECTION,
            "policy": {"type": "str", "aliases": ["backup_policy_id"]},
            "state": {
                "type": "str",
                "choices": ["present", "stopped", "suspended", "absent"],
                "default": "present",
            },
            "stopped": {"type": "str", "choices": list(STOPPED), "default": RESUME},
            "register": {"type": "bool", "default": False},
            "delete_data": {"type": "bool", "default": False},
            "parallel": {"type": "int", "default": 20},
            **GUARD,
            **waiting(),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
