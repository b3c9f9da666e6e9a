# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One list that tells of many operations at once which are not worth asking about."""

from __future__ import annotations

import threading

from .._azure.errors import BackupError
from .._records.operation import Operation
from .._run.deadline import Deadline
from .._vault.secondary import Source


class RunningJobs:
    """The vault's running jobs, read at most every ``seconds``, however many threads look at them.

    They only save questions: as long as an operation's job is among them, it has not ended. Whether and how it has is
    told by the operation alone.
    """

    def __init__(self, vault: Source, deadline: Deadline, seconds: float) -> None:
        self._vault = vault
        self._deadline = deadline
        self._seconds = seconds
        self._lock = threading.Lock()
        self._keys: frozenset[object] = frozenset()
        self._read_at = -seconds
        self._readable = True

    def show(self, operation: Operation, begun: float) -> bool:
        """Whether the operation, accepted at ``begun`` by the run's clock, still has a running job."""
        if operation.job is None:
            return False
        with self._lock:
            if self._readable and self._read_at <= max(begun, self._deadline.waited - self._seconds):
                self._read()
            return operation.job in self._keys

    def _read(self) -> None:
        """A list that cannot be read once is not asked for again: the operations answer as well."""
        self._read_at = self._deadline.waited
        try:
            self._keys = frozenset(job.key for job in self._vault.jobs(status="InProgress"))
        except BackupError:
            self._keys, self._readable = frozenset(), False
