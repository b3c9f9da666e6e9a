# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One list that tells of many operations at once by which job each of them has failed."""

from __future__ import annotations

import threading
from datetime import timedelta

from .._azure.errors import BackupError
from .._azure.times import CLOCKS_DIFFER
from .._records.operation import Operation
from .._run.deadline import Deadline
from .._vault.secondary import Source


class EndedJobs:
    """The vault's jobs that ended with one status since the run began, however many threads look in them.

    Operations that fail together are told by one list.
    """

    def __init__(self, vault: Source, deadline: Deadline, status: str) -> None:
        self._vault = vault
        self._deadline = deadline
        self._status = status
        self._lock = threading.Lock()
        self._ids: dict[str, str] = {}
        self._read_at = -1.0

    def of(self, operation: Operation) -> str | None:
        """The id of the job of an operation that has ended; None where the list does not show it."""
        ended = self._deadline.waited
        activity = (operation.activity_id or "").lower()
        with self._lock:
            if activity not in self._ids and self._read_at < ended:
                self._read()
            return self._ids.get(activity)

    def _read(self) -> None:
        self._read_at = self._deadline.waited
        at = self._vault.client.service_time()
        since = at - timedelta(seconds=self._deadline.waited) - CLOCKS_DIFFER
        try:
            jobs = self._vault.jobs(status=self._status, since=since, until=at + CLOCKS_DIFFER)
        except BackupError:
            return
        self._ids = {job.activity_id.lower(): job.id for job in jobs if job.activity_id}
