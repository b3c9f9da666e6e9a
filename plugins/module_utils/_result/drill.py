# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a drill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .._azure.errors import BackupError, WaitTimeout
from .._azure.ids import AccountId, VaultId
from .._azure.times import format_time
from .._options.drill import WantedDrill
from .._plan.drill import DrillPlan, Numbers, PassedOver
from .._records.drill import FAILED, PASSED, PLANNED, UNFINISHED, DrillKey, PastDrill, by_name, item_key, key_of
from .._records.job import Job
from .._records.protected_item import ProtectedItem
from .._run.progress import Stage
from .deferral import over_budget
from .result import Change, Result

MOST_HISTORY = 2000  # drills that a report keeps

# What becomes of a drill's share.
DELETED, KEPT, LEFT = "deleted", "kept", "left"


@dataclass
class DrillResult(Change):
    """The drill of one share; before it is done, what is to become of it.

    ``picked_up`` is a restore that an earlier run has begun and not told the end of. ``made`` is the drill's share, and
    ``cleanup`` what became of it.
    """

    account_id: str
    share: str
    policy: str | None = None
    reason: str = ""
    picked_up: bool = False
    point: str | None = None
    point_time: datetime | None = None
    tier: str | None = None
    started: datetime | None = None
    made: str | None = None
    job_id: str | None = None
    job: Job | None = None
    numbers: Numbers = field(default_factory=Numbers)
    problems: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    error: BackupError | None = None
    cleanup: str | None = None
    cleanup_error: BackupError | None = None

    @property
    def key(self) -> DrillKey:
        return key_of(self.account_id, self.share)

    @property
    def account(self) -> AccountId | None:
        return AccountId.parse(self.account_id)

    @property
    def title(self) -> str:
        return f"{self.account.name if self.account else self.account_id}/{self.share}"

    @property
    def outcome(self) -> str:
        if self.error:
            return UNFINISHED if self.error.in_doubt or isinstance(self.error, WaitTimeout) else FAILED
        if self.job is None:
            return UNFINISHED if self.job_id else PLANNED
        return UNFINISHED if self.job.running else FAILED if self.problems else PASSED

    @property
    def failure(self) -> BackupError | None:
        """Why the run is to fail for this one's sake."""
        if self.error is None and self.problems:
            return BackupError(f"{'; '.join(self.problems.values())}.")
        return self.error or self.cleanup_error

    @property
    def stage(self) -> Stage:
        if self.failure:
            return Stage.FAILED
        if self.job and not self.job.running:
            return Stage.DONE if self.job.good else Stage.FAILED
        return Stage.RUNNING if self.changed or self.job_id else Stage.WAITING

    def told(self, target: AccountId) -> dict[str, Any]:
        numbers = self.numbers
        return {
            "storage_account": self.account.name if self.account else None,
            "storage_account_id": self.account_id,
            "share": self.share,
            "policy": self.policy,
            "outcome": self.outcome,
            "reason": self.reason,
            "picked_up": self.picked_up,
            "started_at": format_time(self.started),
            "ended_at": format_time(self.job.end_time) if self.job else None,
            "recovery_point": self.point,
            "recovery_point_time": format_time(self.point_time),
            "tier": self.tier,
            "rpo_hours": numbers.rpo_hours,
            "rto_minutes": numbers.rto_minutes,
            "restored_files": numbers.restored_files,
            "skipped_files": numbers.skipped_files,
            "failed_files": numbers.failed_files,
            "transferred_mb": numbers.transferred_mb,
            "source_bytes": numbers.source_size,
            "restored_bytes": numbers.restored_size,
            "target_storage_account": target.name,
            "target_share": self.made,
            "cleanup": self.cleanup,
            "cleanup_problem": self.cleanup_error.message if self.cleanup_error else None,
            "job_id": self.job_id,
            "status": self.job.status if self.job else None,
            "problems": list(self.problems.values()) or ([self.error.message] if self.error else []),
            "remarks": list(self.remarks.values()),
            "error": self.error.to_result() if self.error else None,
        }


@dataclass
class DrillReport(Result):
    """All that a run of drills tells. ``items`` are the shares of the vault that have something to restore."""

    vault: VaultId
    region: str | None
    """The other region of the vault, where it was restored from there."""
    target: AccountId
    wanted: WantedDrill
    at: datetime
    items: Sequence[ProtectedItem]
    drills: Sequence[DrillResult]
    plan: DrillPlan
    spent: int
    check_mode: bool
    cleaned_up: Sequence[str] = ()
    """Shares of earlier runs that no restore has come to, and that this run deletes."""
    left: Sequence[tuple[str, BackupError]] = ()
    """Those of them that it could not delete, and why."""

    @property
    def changed(self) -> bool:
        return bool(self.cleaned_up) or any(drill.changed for drill in self.drills)

    @property
    def before(self) -> dict[str, Any]:
        last = self._last(self.wanted.history)
        return {"last_drills": {drill.title: last.get(drill.key, {}).get("started_at") for drill in self.drills}}

    @property
    def after(self) -> dict[str, Any]:
        told = {True: "a restore to a share of its own", False: "no restore"}
        return {
            "last_drills": {
                drill.title: told[drill.changed] if drill.outcome == PLANNED else drill.outcome for drill in self.drills
            }
        }

    def to_result(self) -> dict[str, Any]:
        drills = [drill.told(self.target) for drill in self.drills]
        history = self._history(drills)
        shares = self._shares(history)
        deferred = [_passed_over(each) for each in self.plan.deferred] + self._refused_today()
        count = {outcome: sum(drill["outcome"] == outcome for drill in drills) for outcome in _OUTCOMES}
        return {
            "drill": {
                "generated_at": format_time(self.at),
                "check_mode": self.check_mode,
                "vault": {
                    "vault_name": self.vault.name,
                    "resource_group": self.vault.resource_group,
                    "subscription_id": self.vault.subscription,
                },
                "secondary_region": self.region,
                "target": {
                    "storage_account": self.target.name,
                    "resource_group": self.target.resource_group,
                    "subscription_id": self.target.subscription,
                },
                "limits": self.wanted.limits.to_result() | {"restores": self.wanted.restores},
                "summary": count
                | {
                    "drills": len(drills),
                    "skipped": len(self.plan.passed_over),
                    "deferred": len(deferred),
                    "shares": len(shares),
                    "never_drilled": sum(share["drilled_at"] is None for share in shares),
                    "restores_today": self.spent + sum(drill.changed and not drill.picked_up for drill in self.drills),
                    "kept_shares": sum(drill.cleanup == KEPT for drill in self.drills),
                    "left_shares": sum(drill.cleanup == LEFT for drill in self.drills),
                },
                "drills": drills,
                "skipped_shares": [_passed_over(each) for each in self.plan.passed_over],
                "deferred": deferred,
                "shares": shares,
                "cleaned_up": list(self.cleaned_up),
                "left": [{"share": share, "reason": error.message} for share, error in self.left],
                "history": history,
            }
        }

    def _refused_today(self) -> list[dict[str, Any]]:
        """Shares that Azure itself restores no more today."""
        late = [(drill, drill.error) for drill in self.drills if drill.error and over_budget(drill.error)]
        return [
            {
                "storage_account": drill.account.name if drill.account else None,
                "storage_account_id": drill.account_id,
                "share": drill.share,
                "reason": error.fault.message or error.message,
            }
            for drill, error in late
        ]

    def _history(self, drills: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The drills of earlier runs and those of this one that have begun, the newest first; each restore once."""
        mine = [drill for drill in drills if drill["outcome"] != PLANNED and drill["started_at"]]
        told = {drill["job_id"] for drill in mine if drill["job_id"]}
        earlier = [dict(past.entry) for past in self.wanted.history if past.job_id not in told]
        newest = sorted([*mine, *earlier], key=lambda drill: str(drill["started_at"]), reverse=True)
        return newest[:MOST_HISTORY]

    def _shares(self, history: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """How each share of the vault stands with drills."""
        by_key: dict[DrillKey, list[dict[str, Any]]] = {}
        for drill in history:
            by_key.setdefault(key_of(drill["storage_account_id"], drill["share"]), []).append(drill)
        return [
            {
                "storage_account": item.account.name if item.account else None,
                "storage_account_id": item.source_resource_id,
                "share": item.share,
                "policy": item.policy_name,
                "latest_recovery_point": format_time(item.latest_recovery_point),
                "drilled_at": mine[0]["started_at"] if mine else None,
                "outcome": mine[0].get("outcome") if mine else None,
                "drills": len(mine),
            }
            for item in sorted(self.items, key=by_name)
            for mine in [by_key.get(item_key(item), [])]
        ]

    @staticmethod
    def _last(history: Sequence[PastDrill]) -> dict[DrillKey, Mapping[str, Any]]:
        return {past.key: past.entry for past in sorted(history, key=lambda past: past.started)}


_OUTCOMES = (PASSED, FAILED, UNFINISHED, PLANNED)


def _passed_over(each: PassedOver) -> dict[str, Any]:
    account = each.item.account
    return {
        "storage_account": account.name if account else None,
        "storage_account_id": each.item.source_resource_id,
        "share": each.item.share,
        "reason": each.reason,
    }
