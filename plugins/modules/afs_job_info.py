#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_job_info
short_description: List the jobs of a vault's file shares
version_added: 1.0.0
description:
  - Lists what Azure Backup has done, or is doing, for the file shares of a vault, newest first.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
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
  job_id:
    description:
      - One job, with its details. A job that the vault does not have is an error. It excludes the other filters.
    type: str
  storage_account:
    description:
      - Only jobs of this storage account, by its name or its full resource id. A job names its account without the
        resource group.
    type: str
    aliases: [account_name]
  share:
    description:
      - Only jobs of shares of this name.
    type: str
  operation:
    description:
      - Only jobs of this kind.
      - Restores from the secondary region are jobs of that region, so V(CrossRegionRestore) looks there in any case,
        where the vault has one.
    type: str
    choices:
      - Backup
      - ConfigureBackup
      - CrossRegionRestore
      - DeleteBackupData
      - DisableBackup
      - Register
      - Restore
      - Undelete
      - UnRegister
  status:
    description:
      - Only jobs that stand so.
    type: str
    choices: [Cancelled, Cancelling, Completed, CompletedWithWarnings, Failed, InProgress]
  start_time:
    description:
      - Only jobs that began at this time or later, as V(2027-01-31T18:00:00Z). Without a zone it is UTC, and a date
        alone means its first moment.
    type: str
  end_time:
    description:
      - Only jobs that began at this time or earlier, written like O(start_time).
    type: str
  details:
    description:
      - Read each job on its own, since the service's list leaves their details out. It costs one request for each.
    type: bool
    default: false
seealso:
  - module: azurefiles.backup.afs_job
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Which backups failed since yesterday, and why?
  azurefiles.backup.afs_job_info:
    resource_group: backup-rg
    vault_name: backup-vault
    operation: Backup
    status: Failed
    start_time: "2026-11-21"
    details: true
  register: result

- name: Tell them
  ansible.builtin.debug:
    msg: "{{ item.storage_account }}/{{ item.share }}: {{ item.error.message }}"
  loop: "{{ result.jobs }}"
  loop_control:
    label: "{{ item.job_id }}"

- name: What is being done to a share now?
  azurefiles.backup.afs_job_info:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    status: InProgress

- name: One job
  azurefiles.backup.afs_job_info:
    resource_group: backup-rg
    vault_name: backup-vault
    job_id: "{{ job_id }}"

- name: What was restored from the other region?
  azurefiles.backup.afs_job_info:
    resource_group: backup-rg
    vault_name: backup-vault
    operation: CrossRegionRestore
    details: true
"""

RETURN = r"""
jobs:
  description:
    - The jobs that match, newest first. Empty where none do.
    - In a list, the details of the jobs are null, unless O(details=true).
  returned: success
  type: list
  elements: dict
  contains:
    # make docs-blocks: job
    job_id:
      description: The id of the job.
      type: str
      sample: 8ba2e4f0-5d4c-4f7c-9a8e-1d7c3c0a9d11
    operation:
      description: What the job does, in the service's words.
      type: str
      sample: Backup
    status:
      description: How the job stands, in the service's words.
      type: str
      sample: Completed
    share:
      description: The share that the job is about; empty for a job of a whole storage account.
      type: str
      sample: finance
    storage_account:
      description: The storage account that the job is about, or the one of that share.
      type: str
      sample: contosofiles
    start_time:
      description: When the job began (UTC).
      type: str
      sample: "2026-11-22T07:00:47Z"
    end_time:
      description: When the job ended (UTC); null while it runs.
      type: str
      sample: "2026-11-22T07:01:18Z"
    duration_seconds:
      description: How long the job has taken up to now, or null.
      type: float
      sample: 31.2
    details:
      description:
        - What the service tells about this kind of job. Its headings are written in lower case with underscores
          (C(Number Of Restored Files) is C(number_of_restored_files)); the values are strings.
        - Null where the service tells none.
      type: dict
      sample: {file_share_name: finance, storage_account_name: contosofiles, data_transferred_in_mb: "0"}
    error:
      description: Why the job failed, in the service's words; null where it did not.
      type: dict
      contains:
        code:
          description: The error's name, or its number where the service tells no name.
          type: str
          sample: FileShareNotFound
        message:
          description: What went wrong.
          type: str
          sample: Operation failed as the file share isn't found
        recommendations:
          description: What the service recommends.
          type: list
          elements: str
          sample: ["Check that the file share exists."]
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

from ..module_utils._azure.errors import BackupError
from ..module_utils._module import Params, Work, run
from ..module_utils._options.accounts import AccountRef
from ..module_utils._options.argspec import SECONDARY
from ..module_utils._options.jobs import WantedJobs
from ..module_utils._options.secondary import WantedRegion
from ..module_utils._options.shares import share_name
from ..module_utils._options.window import Window
from ..module_utils._read.jobs import list_jobs, show_job

FILTERS = ("storage_account", "share", "operation", "status", "start_time", "end_time")


def prepare(params: Params) -> Work:
    region = WantedRegion.parse(params)
    job_id, filters = params["job_id"], [name for name in FILTERS if params[name]]
    if job_id and filters:
        raise BackupError(f"job_id names one job already: leave out {', '.join(filters)}.")
    if job_id:
        return lambda session: show_job(session, job_id, region)
    wanted = WantedJobs(
        account=AccountRef.parse(params["storage_account"], None) if params["storage_account"] else None,
        share=share_name(params["share"]) if params["share"] else None,
        operation=params["operation"],
        status=params["status"],
        window=Window.parse(params["start_time"], params["end_time"]),
        details=params["details"],
    )
    return lambda session: list_jobs(session, wanted, region)


OPERATIONS = (
    "Backup",
    "ConfigureBackup",
    "CrossRegionRestore",
    "DeleteBackupData",
    "DisableBackup",
    "Register",
    "Restore",
    "Undelete",
    "UnRegister",
)
STATUSES = ("Cancelled", "Cancelling", "Completed", "CompletedWithWarnings", "Failed", "InProgress")


def main() -> None:
    run(
        {
            **SECONDARY,
            "job_id": {"type": "str"},
            "storage_account": {"type": "str", "aliases": ["account_name"]},
            "share": {"type": "str"},
            "operation": {"type": "str", "choices": list(OPERATIONS)},
            "status": {"type": "str", "choices": list(STATUSES)},
            "start_time": {"type": "str"},
            "end_time": {"type": "str"},
            "details": {"type": "bool", "default": False},
        },
        prepare,
    )


if __name__ == "__main__":
    main()
