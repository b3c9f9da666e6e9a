# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Failed jobs, and those that warn, in words."""

from __future__ import annotations

from .._azure.advice import advice
from .._azure.errors import INTERNAL, AzureFault, BackupError
from .._azure.words import sentences
from .._records.job import JOB_CANCELLED, Job


def job_failure(title: str, job: Job) -> BackupError:
    """What Azure says of a job that did not end well, and what it recommends."""
    fault = AzureFault(code=job.error_code or job.status, message=job.error_message)
    words = ": ".join(part for part in (job.error_code, job.error_message) if part)
    words = f", {words}" if words else "" if job.status == JOB_CANCELLED else ", without an explanation"
    told = sentences(f"{title} ended as {job.status}{words}", advice(fault))
    new = [each for each in job.recommendations if sentences(told, each) != told]
    return BackupError(sentences(told, f"Azure recommends: {sentences(*new)}" if new else ""), fault)


def job_warning(title: str, job: Job, told: str = "") -> str:
    """What to say of a job that ended well but for warnings, and what to do; ``told`` is what its details tell."""
    words = sentences(told, job.error_message) or "see its details with azurefiles.backup.afs_job"
    # What an internal error spoilt of it is no reason to do it all again.
    what_to_do = "" if job.error_code == INTERNAL else advice(AzureFault(job.error_code, job.error_message))
    return sentences(f"{title} completed with warnings: {words}", what_to_do)
