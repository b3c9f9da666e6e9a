# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError
from .._azure.times import format_time
from .._plan.restore import Place
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._records.recovery_point import VAULT, RecoveryPoint
from .._records.restore import RestoreOrder
from .result import Change

NAMED = 5  # how many paths a diff names


@dataclass
class RestoreResult(Change):
    """What became of the restore; before it is done, what is to become of it.

    ``region`` is where Azure restores from, where that is known; ``secondary`` whether that is the vault's other one.
    """

    item: ProtectedItem
    point: RecoveryPoint
    place: Place
    order: RestoreOrder
    region: str | None = None
    secondary: bool = False
    job_id: str | None = None
    job: Job | None = None
    error: BackupError | None = None

    def to_result(self) -> dict[str, Any]:
        return {"restore": self.restore}

    @property
    def before(self) -> dict[str, Any]:
        return {"restored": {}}

    @property
    def after(self) -> dict[str, Any]:
        return {"restored": {str(self.place): self._then} if self.changed else {}}

    @property
    def restore(self) -> dict[str, Any]:
        job = self.job
        return {
            "job_id": self.job_id,
            "guarded": self.order.approval is not None,
            "status": job.status if job else None,
            "recovery_point": self.point.name,
            "recovery_point_time": format_time(self.point.time),
            "tier": VAULT if self.secondary else self.point.tier,
            "region": self.region,
            "target": self.place.to_result(),
            "restored_files": job.count("number_of_restored_files") if job else None,
            "skipped_files": job.count("number_of_skipped_files") if job else None,
            "failed_files": job.count("number_of_failed_files") if job else None,
            "duration": job.duration if job else None,
            "error": self.error.to_result() if self.error else None,
        }

    @property
    def _then(self) -> str:
        paths = [file.path for file in self.order.files]
        more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
        what = ", ".join(paths[:NAMED]) + more if paths else "the full share"
        kept = "" if self.order.overwrite else ", except what is there already"
        kept += " (guarded: true)" if self.order.approval else ""
        return f"{what} of '{self.item.share}' as of {format_time(self.point.time)}{kept}"
