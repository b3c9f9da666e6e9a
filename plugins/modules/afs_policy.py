#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_policy
short_description: Manage backup policies for Azure file shares
version_added: 1.0.0
description:
  - Makes, changes and deletes the policies of a vault that say when file shares are backed up and for how long the
    backups are kept.
  - A policy is compared by what it means, so that one which was made by the portal, by the az command or by Terraform
    and says the same is left alone. That costs one read. A vault allows 50 writes of policies a day.
  - A change holds for all shares that use the policy.
  - The vault's policies for virtual machines and other things are never touched.
  - A change by which a policy keeps less, or backs up more rarely, costs one or two reads more, to learn whether a
    resource guard has to approve of it. A vault that is immutable keeps nothing for less time than it does.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.guard
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: Also for a vault that an earlier task is still to make; a warning then says so.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  name:
    description:
      - The name of the policy.
    type: str
    required: true
  state:
    description:
      - V(present) makes the policy, or changes it where it differs.
      - V(absent) deletes it. It fails where shares use the policy, and names them.
    type: str
    choices: [present, absent]
    default: present
  schedule:
    description:
      - When backups are taken. Needed for a new policy; if unset, an existing policy keeps its schedule.
    type: dict
    suboptions:
      frequency:
        description:
          - V(daily) takes one backup a day, V(hourly) several.
        type: str
        choices: [daily, hourly]
        required: true
      times:
        description:
          - The time of a daily backup, V(HH:MM) in O(time_zone), at a full or half hour. Azure takes exactly one.
          - Write it in quotes, since YAML reads V(21:00) without them as a number.
        type: list
        elements: str
      interval_hours:
        description:
          - The hours from one hourly backup to the next, V(4), V(6), V(8) or V(12).
        type: int
      window_start:
        description:
          - When a day's first hourly backup is taken, V(HH:MM) in O(time_zone), at a full or half hour.
        type: str
      window_hours:
        description:
          - For how many hours from then on backups are taken, V(4) to V(24), and O(schedule.interval_hours) at least.
        type: int
  time_zone:
    description:
      - The time zone of O(schedule), by its name in Windows, such as V(W. Europe Standard Time). No other is taken.
      - If unset, an existing policy keeps its time zone, also where O(schedule) is given, and a new one has V(UTC). In
        1.0.0, a schedule without a zone made it V(UTC).
    type: str
  retention:
    description:
      - How long backups are kept. It is taken as a whole, so that for an existing policy, what is not named in it ends.
      - Needed for a new policy; if unset, an existing policy keeps its retention.
      - Azure applies a shorter retention to recovery points that are there already, and deletes those that are older. A
        warning then says of how many shares, and how many recovery points that are.
      - In the vault tier, it is about the copies in the vault.
      - In the snapshot tier, what adds up to more than 200 snapshots at once is refused, because a share holds no more.
    type: dict
    suboptions:
      days:
        description:
          - For how many days each backup is kept. At most 200 in the snapshot tier, 9999 in the vault tier.
          - In the snapshot tier, hourly backups can be kept for fewer days, because a share holds 200 snapshots. With
            V(n) backups a day it is 200 / V(n), rounded down, less 1.
        type: int
        required: true
      weeks:
        description:
          - The backups to keep for weeks.
        type: dict
        suboptions:
          count:
            description:
              - For how many weeks. At most 200 in the snapshot tier, 5163 in the vault tier.
            type: int
            required: true
          weekdays:
            description:
              - The backups of these days of the week.
            type: list
            elements: str
            choices: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
            required: true
      months:
        description:
          - The backups to keep for months.
        type: dict
        suboptions:
          count:
            description:
              - For how many months. At most 120 in the snapshot tier, 1188 in the vault tier.
            type: int
            required: true
          days:
            description:
              - The backups of these days of the month, V(1) to V(31).
            type: list
            elements: int
          last_day:
            description:
              - Also the backup of the month's last day, whichever that is.
            type: bool
            default: false
          weeks:
            description:
              - With O(retention.months.weekdays), the backups of these weeks of the month, instead of
                O(retention.months.days).
            type: list
            elements: str
            choices: [first, second, third, fourth, last]
          weekdays:
            description:
              - With O(retention.months.weeks), the backups of these days of the week.
            type: list
            elements: str
            choices: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
      years:
        description:
          - The backups to keep for years.
        type: dict
        suboptions:
          count:
            description:
              - For how many years. At most 10 in the snapshot tier, 99 in the vault tier.
            type: int
            required: true
          months:
            description:
              - The backups of these months.
            type: list
            elements: str
            choices:
              - january
              - february
              - march
              - april
              - may
              - june
              - july
              - august
              - september
              - october
              - november
              - december
            required: true
          days:
            description:
              - The backups of these days of the month, V(1) to V(31).
            type: list
            elements: int
          last_day:
            description:
              - Also the backup of the month's last day, whichever that is.
            type: bool
            default: false
          weeks:
            description:
              - With O(retention.years.weekdays), the backups of these weeks of the month, instead of
                O(retention.years.days).
            type: list
            elements: str
            choices: [first, second, third, fourth, last]
          weekdays:
            description:
              - With O(retention.years.weeks), the backups of these days of the week.
            type: list
            elements: str
            choices: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
  tier:
    description:
      - Where backups are kept.
      - V(snapshot) keeps them as snapshots in the storage account.
      - V(vault) also copies them to the vault, which outlives the storage account and is charged for.
      - An existing policy can be moved from V(snapshot) to V(vault) with O(allow_tier_change=true), and never back.
      - If unset, V(snapshot) for a new policy; an existing one stays in its tier.
    type: str
    choices: [snapshot, vault]
  snapshot_retention_days:
    description:
      - In the vault tier, for how many days the snapshot of each backup is kept beside the copy in the vault. V(1) to
        V(30), and not more than O(retention.days).
      - If unset, an existing policy of the vault tier keeps its own. A policy that comes to the vault tier gets V(5),
        or O(retention.days) where that is less.
    type: int
  allow_tier_change:
    description:
      - Allow an existing policy to be moved to the vault tier, which cannot be undone.
    type: bool
    default: false
seealso:
  - module: azurefiles.backup.afs_policy_info
  - module: azurefiles.backup.afs_protection
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Back up daily, and keep each backup for 30 days
  azurefiles.backup.afs_policy:
    resource_group: backup-rg
    vault_name: backup-vault
    name: daily-30
    schedule:
      frequency: daily
      times: ["21:00"]
    retention:
      days: 30

- name: Back up every four hours of the working day, and keep Friday's backups for a year
  azurefiles.backup.afs_policy:
    resource_group: backup-rg
    vault_name: backup-vault
    name: working-hours
    schedule:
      frequency: hourly
      interval_hours: 4
      window_start: "08:00"
      window_hours: 12
    time_zone: W. Europe Standard Time
    retention:
      days: 14
      weeks:
        count: 52
        weekdays: [friday]

- name: Keep copies in the vault, those of the quarters' ends for ten years
  azurefiles.backup.afs_policy:
    resource_group: backup-rg
    vault_name: backup-vault
    name: records
    schedule:
      frequency: daily
      times: ["03:30"]
    retention:
      days: 90
      months:
        count: 24
        weeks: [first]
        weekdays: [sunday]
      years:
        count: 10
        months: [march, june, september, december]
        last_day: true
    tier: vault
    snapshot_retention_days: 7

- name: Keep backups for longer, and leave the schedule as it is
  azurefiles.backup.afs_policy:
    resource_group: backup-rg
    vault_name: backup-vault
    name: daily-30
    retention:
      days: 60

- name: Delete a policy that no share uses
  azurefiles.backup.afs_policy:
    resource_group: backup-rg
    vault_name: backup-vault
    name: working-hours
    state: absent
"""

RETURN = r"""
guarded:
  description: Whether a resource guard watches over the change, and has to approve of it.
  returned: when the policy was read
  type: bool
  sample: false
  version_added: 1.1.0
policy:
  description:
    - The policy as the vault has it afterwards, in the words of the options; null where there is none. In check mode,
      as it would be.
  returned: when the policy was read
  type: dict
  contains:
    id:
      description: The resource id of the policy, also of one that is still to be made.
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

from ..module_utils._act.policy import ensure_no_policy, ensure_policy
from ..module_utils._azure.errors import BackupError
from ..module_utils._module import Params, Work, run
from ..module_utils._options.argspec import GUARD, waiting
from ..module_utils._options.policy_terms import WantedTerms
from ..module_utils._records.policy import DAILY, HOURLY, MONTHS, SNAPSHOT, VAULT, WEEKDAYS, WEEKS

COUNT = {"type": "int", "required": True}
WEEKDAY_LIST = {"type": "list", "elements": "str", "choices": list(WEEKDAYS)}
OF_MONTH = {
    "count": COUNT,
    "days": {"type": "list", "elements": "int"},
    "last_day": {"type": "bool", "default": False},
    "weeks": {"type": "list", "elements": "str", "choices": list(WEEKS)},
    "weekdays": WEEKDAY_LIST,
}
SCHEDULE = {
    "frequency": {"type": "str", "choices": [DAILY, HOURLY], "required": True},
    "times": {"type": "list", "elements": "str"},
    "interval_hours": {"type": "int"},
    "window_start": {"type": "str"},
    "window_hours": {"type": "int"},
}
RETENTION = {
    "days": {"type": "int", "required": True},
    "weeks": {"type": "dict", "options": {"count": COUNT, "weekdays": WEEKDAY_LIST | {"required": True}}},
    "months": {"type": "dict", "options": OF_MONTH},
    "years": {
        "type": "dict",
        "options": OF_MONTH
        | {"months": {"type": "list", "elements": "str", "choices": list(MONTHS), "required": True}},
    },
}


def prepare(params: Params) -> Work:
    name = params["name"]
    if not name or "/" in name:
        raise BackupError(f"name '{name}' is not the name of a policy; it takes the name alone, not an id.")
    if params["state"] == "absent":
        return lambda session: ensure_no_policy(session, name)
    wanted = WantedTerms.parse(params)
    return lambda session: ensure_policy(session, name, wanted)


def main() -> None:
    run(
        {
            "name": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "schedule": {"type": "dict", "options": SCHEDULE},
            "time_zone": {"type": "str"},
            "retention": {"type": "dict", "options": RETENTION},
            "tier": {"type": "str", "choices": [SNAPSHOT, VAULT]},
            "snapshot_retention_days": {"type": "int"},
            "allow_tier_change": {"type": "bool", "default": False},
            **GUARD,
            **waiting(),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
