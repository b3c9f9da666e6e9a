#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_policy_info
short_description: List backup policies for Azure file shares
version_added: 1.0.0
description:
  - Lists the policies of a vault for file shares, in the words of the options of M(azurefiles.backup.afs_policy), so
    that a policy of one vault can be made in another.
  - The vault's policies for virtual machines and other things are left out.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    details: Nothing is changed.
  idempotent:
    support: full
options:
  name:
    description:
      - Only the policy of this name.
    type: str
seealso:
  - module: azurefiles.backup.afs_policy
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: List the policies of a vault
  azurefiles.backup.afs_policy_info:
    resource_group: backup-rg
    vault_name: backup-vault
  register: source

- name: Make the same policies in another vault
  azurefiles.backup.afs_policy:
    resource_group: recovery-rg
    vault_name: recovery-vault
    name: "{{ item.name }}"
    schedule: "{{ item.schedule }}"
    time_zone: "{{ item.time_zone }}"
    retention: "{{ item.retention }}"
    tier: "{{ item.tier }}"
    snapshot_retention_days: "{{ item.snapshot_retention_days }}"
  loop: "{{ source.policies }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
policies:
  description: The policies, by name. Empty where there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The resource id of the policy.
      type: str
      sample: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/backup-rg/providers/\
        Microsoft.RecoveryServices/vaults/backup-vault/backupPolicies/daily-30"
    # make docs-blocks: policy
    name:
      description: The name of the policy.
      type: str
      sample: daily-30
    protected_items_count:
      description: How many shares use the policy.
      type: int
      sample: 5
    schedule:
      description:
        - When backups are taken, in the words that M(azurefiles.backup.afs_policy) takes.
        - It is null for a schedule of a kind that is not known here.
      type: dict
      sample: {frequency: daily, times: ["21:00"], interval_hours: null, window_start: null, window_hours: null}
    time_zone:
      description: The time zone of the schedule, by its name in Windows.
      type: str
      sample: UTC
    retention:
      description:
        - How long backups are kept, in the words that M(azurefiles.backup.afs_policy) takes.
        - It is null for a retention of a kind that is not known here.
      type: dict
      sample:
        days: 30
        weeks: {count: 12, weekdays: [sunday]}
        months: {count: 60, days: [], last_day: false, weeks: [first], weekdays: [sunday]}
        years: null
    tier:
      description: Where backups are kept, V(snapshot) or V(vault).
      type: str
      sample: snapshot
    snapshot_retention_days:
      description: How many days the vault tier keeps a snapshot; null in the snapshot tier.
      type: int
      sample: 5
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

from ..module_utils._module import Params, Work, run
from ..module_utils._read.policies import list_policies


def prepare(params: Params) -> Work:
    return lambda session: list_policies(session, params["name"] or None)


def main() -> None:
    run({"name": {"type": "str"}}, prepare)


if __name__ == "__main__":
    main()
