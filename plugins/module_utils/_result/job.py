# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._records.job import Job
from .result import Change


@dataclass
class JobResult(Change):
    """``found`` is the job as it was at first."""

    found: Job
    job: Job

    @property
    def before(self) -> dict[str, Any]:
        return _view(self.found)

    @property
    def after(self) -> dict[str, Any]:
        return _view(self.job)

    def to_result(self) -> dict[str, Any]:
        return {"job": self.job.to_result()}


def _view(job: Job) -> dict[str, Any]:
    return {"job": {"job_id": job.id, "status": job.status}}
