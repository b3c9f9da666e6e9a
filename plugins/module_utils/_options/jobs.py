# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass

from .._azure.ids import same
from .._records.job import Job
from .accounts import AccountRef
from .window import Window


@dataclass(frozen=True)
class WantedJobs:
    """Filters; what is None does not filter."""

    account: AccountRef | None
    share: str | None
    operation: str | None
    status: str | None
    window: Window
    details: bool

    def matches(self, job: Job) -> bool:
        return (
            (self.account is None or same(job.account_name, self.account.name))
            and (self.share is None or same(job.share, self.share))
            and (self.operation is None or same(job.operation, self.operation))
            and (self.status is None or same(job.status, self.status))
            and self.window.contains(job.start_time)
        )
