# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the shares whose protection is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .._plan.protection import Skipped, Step
from .._records.protected_item import ProtectedItem
from .._run.progress import Stage
from .change import change_in_words, state_in_words
from .deferral import deferred
from .result import Result


@dataclass
class ShareResult:
    """What became of one share; ``expected`` is what is to become of it, ``begun`` what it is before anything is."""

    account: AccountId
    step: Step
    item: ProtectedItem | None = None
    changed: bool = False
    policy: str | None = None
    state_after: str | None = None
    job_id: str | None = None
    error: BackupError | None = None
    done: bool = False

    @classmethod
    def expected(cls, account: AccountId, step: Step) -> ShareResult:
        """The result as it will be, if all goes well: what check mode returns."""
        return cls(
            account,
            step,
            changed=step.changes,
            policy=step.policy_after,
            state_after=step.after,
            error=step.problem,
        )

    @classmethod
    def begun(cls, account: AccountId, step: Step) -> ShareResult:
        return cls(account, step, policy=step.policy_before, state_after=step.before, error=step.problem)

    @property
    def rule(self) -> int | None:
        """The index of the rule that decides on the share, where there are rules."""
        return self.step.choice.rule if self.step.choice else None

    @property
    def stage(self) -> Stage:
        if self.error:
            return Stage.FAILED
        if self.done:
            return Stage.DONE
        return Stage.RUNNING if self.changed else Stage.WAITING

    @property
    def change(self) -> str | None:
        """What changes about the share, in words; None where nothing does, or it failed."""
        if self.error or not (self.changed or (self.done and self.step.changes)):
            return None
        told = change_in_words(self.step, self.item, self.state_after, self.policy)
        if self.step.guarded:
            told += ", which a resource guard has to allow"
        return told if self.changed else f"{told}, as was asked for before this run"

    def to_result(self) -> dict[str, Any]:
        place = self.item or self.step.item
        return {
            "share": self.step.share,
            "changed": self.changed,
            "action": self.step.action,
            "change": self.change,
            "state_before": self.step.before,
            "state_after": self.state_after,
            "policy": self.policy,
            "policy_before": self.step.policy_before,
            "left": self.step.left,
            "guarded": self.step.guarded,
            "job_id": self.job_id,
            "item_name": place.name if place else None,
            "container_name": place.container_name if place else None,
            "id": place.id if isinstance(place, ProtectedItem) else None,
            "error": self.error.to_result() if self.error else None,
        }


@dataclass
class ProtectionResult(Result):
    shares: Sequence[ShareResult]
    skipped: Sequence[Skipped]
    excluded: Sequence[str]

    @property
    def changed(self) -> bool:
        return any(share.changed for share in self.shares)

    @property
    def before(self) -> dict[str, Any]:
        return {
            "shares": {
                each.step.share: state_in_words(each.step.before, each.step.policy_before) for each in self.shares
            }
        }

    @property
    def after(self) -> dict[str, Any]:
        return {"shares": {each.step.share: _after(each) for each in self.shares}}

    def to_result(self) -> dict[str, Any]:
        return {
            "shares": [share.to_result() for share in self.shares],
            "deferred": deferred((share.step.share, share.error) for share in self.shares),
            "skipped_shares": [{"share": each.share, "reason": each.reason} for each in self.skipped],
            "excluded": list(self.excluded),
        }


def _after(share: ShareResult) -> str:
    told = state_in_words(share.state_after, share.policy)
    return f"{told} (guarded: true)" if share.step.guarded else told
