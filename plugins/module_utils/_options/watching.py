# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rulebook wants to be told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import same
from .._records.job import JOB_BAD, JOB_GOOD, Job
from .accounts import AccountRef
from .argspec import FILTER, VAULT, Options
from .patterns import chosen, included, patterns_of
from .vaults import VaultName

KINDS = ("job", "gap", "overdue")
ENDED = (*JOB_GOOD, *JOB_BAD)

WATCHING: Options = {
    **VAULT,
    **FILTER,
    "events": {"type": "list", "elements": "str", "choices": list(KINDS), "default": ["job"]},
    "operations": {"type": "list", "elements": "str", "default": []},
    "statuses": {"type": "list", "elements": "str", "choices": list(ENDED), "default": list(ENDED)},
    "interval": {"type": "int", "default": 300},
    "coverage_interval": {"type": "int", "default": 3600},
    "max_age_hours": {"type": "float", "default": 36.0},
    "look_back_hours": {"type": "float", "default": 0.0},
    "state_file": {"type": "path"},
    "feedback": {"type": "bool", "default": False},
    "feedback_timeout": {"type": "int", "default": 120},
}


@dataclass(frozen=True)
class Watching:
    """What is watched, how often, and what of it is told. ``operations`` empty means all of them."""

    vault: VaultName
    account: AccountRef | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    kinds: frozenset[str]
    operations: tuple[str, ...]
    statuses: tuple[str, ...]
    interval: timedelta
    coverage_interval: timedelta
    max_age: timedelta
    look_back: timedelta

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> Watching:
        """Raises BackupError for spans of time that are none."""
        for name in ("interval", "coverage_interval", "max_age_hours", "feedback_timeout"):
            if params[name] <= 0:
                raise BackupError(f"{name} is {params[name]}, but it has to be more than 0.")
        if params["look_back_hours"] < 0:
            raise BackupError(f"look_back_hours is {params['look_back_hours']}, but it cannot be less than 0.")
        if not params["events"]:
            raise BackupError(f"events is empty: name one at least of {', '.join(KINDS)}.")
        account = params["storage_account"]
        return cls(
            vault=VaultName.parse(params),
            account=AccountRef.parse(account, params["storage_account_resource_group"]) if account else None,
            include=included("shares", params["shares"] or []),
            exclude=patterns_of("exclude", params["exclude"] or []),
            kinds=frozenset(params["events"]),
            operations=tuple(params["operations"]),
            statuses=tuple(params["statuses"]),
            interval=timedelta(seconds=params["interval"]),
            coverage_interval=timedelta(seconds=params["coverage_interval"]),
            max_age=timedelta(hours=params["max_age_hours"]),
            look_back=timedelta(hours=params["look_back_hours"]),
        )

    @property
    def coverage(self) -> bool:
        """Whether the shares are looked at, and not only the jobs."""
        return bool(self.kinds & {"gap", "overdue"})

    def wants(self, job: Job) -> bool:
        return (
            job.status in self.statuses
            and (not self.operations or any(same(job.operation, each) for each in self.operations))
            and self.concerns(job.account_name, job.share)
        )

    def concerns(self, account: str, share: str) -> bool:
        """Whether a share is among those watched; the jobs of a whole account are, where no share is singled out."""
        return (self.account is None or same(account, self.account.name)) and chosen(share, self.include, self.exclude)
