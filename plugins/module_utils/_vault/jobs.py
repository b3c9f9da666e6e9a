# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about jobs: one method each, and no decisions."""

from __future__ import annotations

from datetime import datetime, timedelta

from .._azure.ids import path
from .._azure.times import filter_time, now
from .._records.job import Job
from .._records.operation import Operation
from .wire import STORAGE, VaultWire


class JobCalls(VaultWire):
    def job(self, job_id: str) -> Job:
        return Job.from_api(self.read(self._job_path(job_id)).object)

    def jobs(
        self,
        operation: str | None = None,
        status: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Job]:
        """The vault's file share jobs; ``since`` and ``until`` bound their start.

        The service's own clients never name one of the two without the other, so ``until`` alone does not count.
        """
        wanted = job_conditions(operation, status, since, until)
        return [Job.from_api(each) for each in self.elements("/backupJobs", wanted)]

    def cancel(self, job: Job) -> Operation | None:
        """Ask for the end of a running job. The job itself tells when that has come."""
        where = self._job_path(job.id)
        answer = self.send("POST", f"{where}/cancel")
        return self.operation(answer, f"Cancelling the job {job.id}", f"{where}/operationResults", True)

    def _job_path(self, job_id: str) -> str:
        return self.root + path("backupJobs", job_id)


def job_conditions(
    operation: str | None, status: str | None, since: datetime | None, until: datetime | None
) -> dict[str, str]:
    """The filter of a list of jobs; what is None does not filter."""
    conditions = STORAGE | {"operation": operation or "", "status": status or ""}
    if since:
        conditions["startTime"] = filter_time(since)
        conditions["endTime"] = filter_time(until or now() + timedelta(days=1))
    return {key: value for key, value in conditions.items() if value}
