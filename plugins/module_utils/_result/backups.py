# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the backups that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._azure.errors import BackupError
from .._azure.times import format_time
from .._options.accounts import AccountRef
from .._options.backup import WantedBackups
from .._plan.backup import BackupStep
from .._records.job import Job
from .._run.progress import Stage
from .deferral import deferred
from .result import Result


@dataclass
class BackupResult:
    """What became of one share's backup. Jobs tell a share by the names of account and share alone."""

    ref: AccountRef
    wanted: WantedBackups
    step: BackupStep
    action: str
    changed: bool = False
    asked_at: datetime | None = None  # by the service's clock
    job: Job | None = None
    job_id: str | None = None
    expiry: datetime | None = None
    latest: datetime | None = None
    error: BackupError | None = None

    @classmethod
    def planned(cls, ref: AccountRef, wanted: WantedBackups, step: BackupStep, done: bool) -> BackupResult:
        """Before anything is asked for; ``done``, as it will be if all goes well: what check mode returns."""
        triggered = step.action == "triggered"
        return cls(
            ref,
            wanted,
            step,
            action=step.action,
            changed=triggered and done,
            job_id=step.job_id,
            expiry=wanted.expiry if triggered else None,
            latest=_latest(step),
            error=step.problem,
        )

    @property
    def key(self) -> tuple[str, str]:
        """The names, in lower case, of account and share."""
        return self.ref.name.lower(), self.step.share.lower()

    @property
    def stage(self) -> Stage:
        if self.error:
            return Stage.FAILED
        if self.job and not self.job.running:
            return Stage.DONE if self.job.good else Stage.FAILED
        return Stage.RUNNING if self.changed or self.job_id else Stage.WAITING

    def to_result(self) -> dict[str, Any]:
        return {
            "share": self.step.share,
            "changed": self.changed,
            "action": self.action,
            "job_id": self.job_id,
            "status": self.job.status if self.job else None,
            "start_time": format_time(self.job.start_time) if self.job else None,
            "end_time": format_time(self.job.end_time) if self.job else None,
            "recovery_point_expiry": format_time(self.expiry),
            "latest_recovery_point": format_time(self.latest),
            "error": self.error.to_result() if self.error else None,
        }


@dataclass
class BackupsResult(Result):
    backups: Sequence[BackupResult]

    @property
    def changed(self) -> bool:
        return any(backup.changed for backup in self.backups)

    @property
    def before(self) -> dict[str, Any]:
        return {"backups": {each.step.share: _view(_latest(each.step)) for each in self.backups}}

    @property
    def after(self) -> dict[str, Any]:
        return {
            "backups": {
                each.step.share: "a new recovery point" if each.changed else _view(each.latest) for each in self.backups
            }
        }

    def to_result(self) -> dict[str, Any]:
        return {
            "backups": [backup.to_result() for backup in self.backups],
            "deferred": deferred((backup.step.share, backup.error) for backup in self.backups),
        }


def _latest(step: BackupStep) -> datetime | None:
    return step.item.latest_recovery_point if step.item else None


def _view(latest: datetime | None) -> str:
    return format_time(latest) or "no recovery point"
