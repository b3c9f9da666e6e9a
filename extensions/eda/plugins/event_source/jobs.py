# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source for ansible-rulebook: the backups of a vault's file shares."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

DOCUMENTATION = r"""
---
short_description: Tells what becomes of the backups of Azure file shares
description:
  - Looks at a Recovery Services vault again and again, and makes an event of each job that has ended, of each share
    that nobody backs up any more, and of each share whose latest recovery point is too old.
  - A look at the jobs costs one read, and one more for each further page of the list. A look at the shares costs what
    M(azurefiles.backup.afs_coverage_info) costs.
  - Nothing is told twice and nothing is left out when the rulebook is started again, if O(state_file) is kept. Where
    the process is killed between an event and the writing of that file, this one event is told again.
  - The first look has to succeed, so that a wrong name or login shows at once. Later, while Azure cannot be reached or
    has no room for requests, it logs that, goes on looking, and tells what it has missed.
  - It uses the Python libraries that the collection's modules use. They belong on the machine, or into the decision
    environment, where C(ansible-rulebook) runs.
version_added: 1.1.0
options:
  resource_group:
    description: The resource group of the vault.
    type: str
    required: true
  vault_name:
    description: The Recovery Services vault.
    type: str
    required: true
    aliases: [recovery_vault_name]
  events:
    description:
      - What to tell of.
      - V(job) - a job has ended.
      - V(gap) - a share that nobody backs up. It was never protected, its protection was stopped, or its backup data
        was deleted. At the first look, all that there are count as new.
      - V(overdue) - a share is protected, and its latest recovery point is older than O(max_age_hours).
    type: list
    elements: str
    choices: [job, gap, overdue]
    default: [job]
  storage_account:
    description: Only this storage account, by its name or its resource id.
    type: str
    aliases: [account_name]
  storage_account_resource_group:
    description: The resource group of the storage account, where several have its name.
    type: str
  shares:
    description: Only shares whose names match one of these patterns.
    type: list
    elements: str
    default: ["*"]
  exclude:
    description: Not the shares whose names match one of these patterns.
    type: list
    elements: str
    default: []
  operations:
    description:
      - Only jobs of these operations, in the service's words, as V(Backup), V(ConfigureBackup) or V(Restore). All if
        empty.
    type: list
    elements: str
    default: []
  statuses:
    description: Only jobs that have ended so.
    type: list
    elements: str
    choices: [Completed, CompletedWithWarnings, Failed, Cancelled]
    default: [Completed, CompletedWithWarnings, Failed, Cancelled]
  interval:
    description: Seconds between two looks at the jobs.
    type: int
    default: 300
  coverage_interval:
    description: Seconds between two looks at the shares, at least.
    type: int
    default: 3600
  max_age_hours:
    description: How old the latest recovery point of a protected share may be.
    type: float
    default: 36.0
  look_back_hours:
    description:
      - At the first look, when nothing is known yet, jobs that ended within so many hours are told as well.
    type: float
    default: 0.0
  state_file:
    description:
      - A file that remembers what was told. Without it, a restarted rulebook begins anew, and jobs that end meanwhile
        are not told. Each source needs a file of its own.
    type: path
  feedback:
    description:
      - Whether to wait until the rule engine has taken an event in before it counts as told. The source needs a name of
        its own in the rulebook then.
    type: bool
    default: false
  feedback_timeout:
    description: How many seconds to wait for that. The source ends when they are over.
    type: int
    default: 120
  api_version:
    description: The version of the backup service's API, for clouds that lag behind.
    type: str
    default: "2026-07-01"
notes:
  - The login is given as for all modules of this collection, by the options O(ignore:auth_source), O(ignore:client_id),
    O(ignore:secret), O(ignore:tenant), O(ignore:subscription_id) and their like, or by the environment.
"""

EXAMPLES = r"""
- azurefiles.backup.jobs:
    resource_group: backup-rg
    vault_name: backup-vault
    operations: [Backup]
    statuses: [Failed]
    state_file: /var/lib/eda/backup-vault.json

- azurefiles.backup.jobs:
    resource_group: backup-rg
    vault_name: backup-vault
    events: [gap, overdue]
    max_age_hours: 30
    coverage_interval: 7200
"""

RETURN = r"""
kind:
  description: V(job), V(gap) or V(overdue).
seen_at:
  description: When it was seen, in UTC.
subscription_id:
  description: The subscription of the vault.
resource_group:
  description: The resource group of the vault.
vault_name:
  description: The vault.
storage_account:
  description: The storage account that it is about.
share:
  description: The share that it is about; empty for a job of the whole account.
job:
  description: With V(job), the job as M(azurefiles.backup.afs_job_info) returns it.
failures:
  description: >-
    With V(job), how many jobs of this operation have failed in a row for this share, this one included; 0 where it has
    not failed.
coverage:
  description: Otherwise, the share as M(azurefiles.backup.afs_coverage_info) returns it.
"""

if TYPE_CHECKING:
    from ansible_collections.azurefiles.backup.plugins.module_utils._watch import Watcher

LOG = logging.getLogger("azurefiles.backup.jobs")
# They log what they send and receive.
TALKATIVE = ("azure", "msal", "urllib3")

pause = asyncio.sleep  # by a name of its own, so that a test can let time pass


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Look, tell, and look again, until the rule engine ends it.

    Raises BackupError for arguments that cannot be right, and where the first look fails.
    """
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    _make_importable()
    from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
    from ansible_collections.azurefiles.backup.plugins.module_utils._watch import Watcher

    watcher = Watcher(args)
    feedback = args.get("eda_feedback_queue")
    await _look(watcher, queue, feedback)
    while True:
        await pause(watcher.wanted.interval.total_seconds())
        try:
            await _look(watcher, queue, feedback)
        except BackupError as problem:
            LOG.warning("The vault '%s' could not be read: %s", watcher.wanted.vault.name, problem.message)


async def _look(watcher: Watcher, queue: asyncio.Queue[Any], feedback: asyncio.Queue[Any] | None) -> None:
    """Requests are sent by a thread, so that the rules of other sources go on meanwhile."""
    events = watcher.look()
    while event := await asyncio.to_thread(next, events, None):
        await queue.put(event)
        if feedback:
            await asyncio.wait_for(feedback.get(), watcher.feedback_timeout)


def _make_importable() -> None:
    """The rule engine runs this file by its path; what it imports stands in the same collection."""
    for folder in Path(__file__).absolute().parents:
        if folder.name == "ansible_collections" and str(folder.parent) not in sys.path:
            sys.path.append(str(folder.parent))


class Printer(asyncio.Queue[Any]):
    """Takes the place of a rule engine's queue."""

    async def put(self, event: dict[str, Any]) -> None:
        sys.stdout.write(f"{json.dumps(event, indent=2)}\n")


if __name__ == "__main__":  # one look, with the arguments as JSON, to try a login and filters without a rule engine
    _make_importable()
    from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
    from ansible_collections.azurefiles.backup.plugins.module_utils._watch import Watcher

    try:
        asyncio.run(_look(Watcher(json.loads(sys.argv[1])), Printer(), None))
    except BackupError as failure:
        sys.exit(failure.message)
