# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about jobs: one method each, and no decisions. Private to the collection."""

from __future__ import annotations

from datetime import datetime

from ._ids import path
from ._records import Job
from ._times import filter_time
from ._vault_connection import STORAGE, VaultConnection


class JobCalls(VaultConnection):
    def job(self, job_id: str) -> Job:
        return Job.from_api(self.read(self.root + path("backupJobs", job_id)).object)

    def jobs(self, operation: str, status: str | None = None, since: datetime | None = None) -> list[Job]:
        """The vault's file share jobs of one kind; ``since`` bounds their start."""
        conditions = STORAGE | {"operation": operation}
        if status:
            conditions["status"] = status
        if since:
            conditions["startTime"] = filter_time(since)
        return [Job.from_api(each) for each in self.elements("/backupJobs", conditions)]
