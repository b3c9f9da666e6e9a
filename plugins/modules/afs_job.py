#!/usr/bin/python
# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: afs_job
short_description: Wait for a backup or restore job, or cancel it
version_added: 1.0.0
description:
  - Waits for the end of a job of Azure Backup, and fails where the job did; or cancels it.
  - It takes the jobs that other modules of this collection did not wait for.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - azurefiles.backup.attributes
  - azurefiles.backup.vault
  - azurefiles.backup.vault.secondary
  - azurefiles.backup.wait
attributes:
  check_mode:
    support: full
    details: In check mode a running job is neither waited for nor cancelled.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  job_id:
    description:
      - The job.
    type: str
    required: true
  state:
    description:
      - V(completed) waits for the end of the job. It changes nothing, and fails where the job failed or was cancelled.
      - V(cancelled) cancels the job and waits for that. Azure offers it for running backups and restores at most. A
        job that has ended already is left as it is, with a warning where it was not cancelled. A job of the secondary
        region cannot be cancelled.
    type: str
    choices: [completed, cancelled]
    default: completed
  wait:
    description:
      - Wait for the end of the job. Otherwise a job is only looked at, or only asked to end.
    type: bool
    default: true
  wait_timeout:
    description:
      - How many seconds the whole task may take. A job that runs by then goes on, and another run follows it.
    type: int
    default: 14400
  poll_interval:
    description:
      - How often, in seconds, the running job is asked about. In the secondary region, where each question counts as a
        write, four times as many seconds pass.
    type: float
    default: 5.0
seealso:
  - module: azurefiles.backup.afs_job_info
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
- name: Start a restore, and go on with other work
  azurefiles.backup.afs_restore:
    resource_group: backup-rg
    vault_name: backup-vault
    storage_account: contosofiles
    share: finance
    target:
      folder: restored
    wait: false
  register: result

- name: Wait for its end
  azurefiles.backup.afs_job:
    resource_group: backup-rg
    vault_name: backup-vault
    job_id: "{{ result.restore.job_id }}"

- name: Or cancel it
  azurefiles.backup.afs_job:
    resource_group: backup-rg
    vault_name: backup-vault
    job_id: "{{ result.restore.job_id }}"
    state: cancelled
"""

RETURN = r"""
job:
  description: The job as it was seen last. In check mode, a job that would be cancelled is shown as cancelled.
  returned: when the vault has the job
  type: dict
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

from ..module_utils._act.jobs import cancel_job
from ..module_utils._azure.errors import BackupError
from ..module_utils._module import Params, Work, run
from ..module_utils._options.argspec import SECONDARY, waiting
from ..module_utils._options.secondary import WantedRegion
from ..module_utils._read.jobs import await_job


def prepare(params: Params) -> Work:
    job_id = params["job_id"].strip()
    if not job_id:
        raise BackupError("job_id is empty: give the id of a job.")
    region = WantedRegion.parse(params)
    if params["state"] != "cancelled":
        return lambda session: await_job(session, job_id, region)
    if region:
        raise BackupError(
            f"The job '{job_id}' cannot be cancelled: Azure does not offer that for jobs of the secondary region. Wait "
            "for its end with state: completed."
        )
    return lambda session: cancel_job(session, job_id)


def main() -> None:
    run(
        {
            **SECONDARY,
            "job_id": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["completed", "cancelled"], "default": "completed"},
            **waiting(14400),
        },
        prepare,
    )


if __name__ == "__main__":
    main()
