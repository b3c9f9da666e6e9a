#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_container_registration
short_description: Register a storage account with a Recovery Services vault, or unregister it
version_added: 1.0.0
description:
  - Registers a storage account with a vault, so that Azure Backup can protect its file shares.
  - An account that is registered already costs one read, and one more for each further page of the vault's list.
  - Otherwise the vault is asked which accounts it has discovered, and which registrations are soft-deleted. Only if the
    account is in neither list, and the subscription does have it, one of the vault's 50 daily refreshes is spent.
  - An account belongs to one vault at a time, which has to be in the account's own region.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.account
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Also for a vault or a storage account that an earlier task is still to make; a warning then says so.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) registers the account. One that is registered with another O(access_type) or
        O(storage_account_lock) is registered again, without a change to what is protected. A registration that is
        soft-deleted is brought back. That is made after Microsoft's SDK; no traffic of it has been recorded for storage
        accounts.
      - V(absent) takes the account from the vault. While the vault keeps backup data of its shares, also soft-deleted
        data, it fails and names them.
    type: str
    choices: [present, absent]
    default: present
  storage_account_lock:
    description:
      - Let Azure Backup place a delete lock on the storage account, which protects the share snapshots that are its
        recovery points.
    type: bool
    default: true
  access_type:
    description:
      - How the vault gets at the account, by its V(key) or by an V(identity).
      - If unset, it stays as it is, and a new registration gets the service's default, which is the key.
    type: str
    choices: [key, identity]
  identity_id:
    description:
      - The resource id of a user-assigned managed identity of the vault, for O(access_type=identity).
      - If unset or empty, it is the vault's system-assigned identity.
      - An identity that the vault does not have is refused before anything is registered.
    type: str
seealso:
  - module: azurefiles.backup.afs_protection
  - module: azurefiles.backup.afs_protectable_item_info
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Register a storage account with a vault
  azurefiles.backup.afs_container_registration:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles

- name: Register one of two accounts by its full id, without a delete lock
  azurefiles.backup.afs_container_registration:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: "{{ storage_account_id }}"
    storage_account_lock: false

- name: Let the vault use its own identity instead of the account's key
  azurefiles.backup.afs_container_registration:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    access_type: identity

- name: Take an account from the vault
  azurefiles.backup.afs_container_registration:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    state: absent
"""

RETURN = r"""
action:
  description: What was done; in check mode, what would be. One of V(none), V(register), V(reregister), V(undelete) (a
    soft-deleted registration was brought back), V(unregister).
  returned: when the registration was read
  type: str
  sample: register
  version_added: 1.1.0
container:
  description:
    - The storage account as the vault knows it. In check mode, before the account is registered, what only Azure can
      know is null; its name and id are foretold where the account's resource group is known. Null once the account is
      not registered any more.
  returned: when the registration was read
  type: dict
  contains:
    id:
      description: The resource id of the registration.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/protectionContainers/\
        StorageContainer;Storage;files-rg;contosofiles"
    name:
      description: The name of the registration.
      type: str
      sample: StorageContainer;Storage;files-rg;contosofiles
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
    registration_status:
      description: Whether the account is registered.
      type: str
      sample: Registered
    health_status:
      description: What the vault thinks of the registration.
      type: str
      sample: Healthy
    protected_item_count:
      description: How many shares of the account are protected.
      type: int
      sample: 5
    access_type:
      description: How the vault gets at the account, V(key) or V(identity); null where it does not say.
      type: str
      sample: key
    identity_id:
      description: The user-assigned identity by which it does, or null.
      type: str
    storage_account_lock:
      description: Whether Azure Backup may lock the account against deletion; null where the vault does not say.
      type: bool
      sample: true
deferred:
  returned: when there is any
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

from ..module_utils._act.registration import ensure_registered
from ..module_utils._act.unregistration import ensure_unregistered
from ..module_utils._azure.errors import BackupError
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import ACCOUNT, waiting
from ..module_utils._options.registration import Registration
from ..module_utils._records.container import Access


def prepare(params: Params) -> Work:
    account = AccountRef.parse(params["storage_account"], params["storage_account_resource_group"])
    if params["state"] == "absent":
        return lambda session: ensure_unregistered(session, account)
    kind, identity = params["access_type"], params["identity_id"]
    if identity and kind != "identity":
        raise BackupError("identity_id is the identity of access_type: identity; without that it has no meaning.")
    access = Access(kind, identity or None) if kind else None
    return lambda session: ensure_registered(session, account, Registration(params["storage_account_lock"], access))


def main() -> None:
    run(
        {
            **ACCOUNT,
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "storage_account_lock": {"type": "bool", "default": True},
            "access_type": {"type": "str", "choices": ["key", "identity"]},
            "identity_id": {"type": "str"},
            **waiting(),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
