# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a plan fits into a vault's day: it registers 50 storage accounts a day, and protects 200 shares.

A run spends no more than one refresh of a vault's 50 and one inquiry of an account's 25, so these need no foresight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from .._azure.errors import AzureFault, BackupError
from .._records.job import JOB_BAD, Job
from .._records.protected_item import ProtectedItem
from .protection import Plan, Step

REGISTRATIONS = 50
PROTECTIONS = 200
# What was spent today takes a list of jobs to know: only a plan for so many shares comes near enough to the limit.
NEAR = 50

Thing = TypeVar("Thing")


def protections(plans: Iterable[Plan]) -> int:
    """How many shares the plans protect that were not protected before."""
    return sum(step.action == "protect" for plan in plans for step in plan.steps)


def is_near(plans: Sequence[Plan], known: int) -> bool:
    """Whether a vault that has ``known`` shares already may have spent so much today that the plans do not fit."""
    wanted = protections(plans)
    return wanted >= NEAR and wanted + known > PROTECTIONS


def spent(jobs: Iterable[Job], items: Mapping[tuple[str, str], ProtectedItem]) -> int:
    """How many shares have been newly protected, by the vault's jobs of a day.

    The same kind of job changes a policy and resumes a share: then the share had a recovery point before. ``items`` are
    the vault's shares by the names, in lower case, of account and share.
    """
    shares = set()
    for job in jobs:
        share = (job.account_name.lower(), job.share.lower())
        point = items[share].latest_recovery_point if share in items else None
        if job.status not in JOB_BAD and not (point and job.start_time and point < job.start_time):
            shares.add(share)
    return len(shares)


def without_late(plans: Sequence[Plan], left: int) -> list[Plan]:
    """The plans, in which only the first ``left`` new shares are protected: by rule, then as they stand."""
    late = _late(
        [
            (step.choice.rule or 0 if step.choice else 0, place, index)
            for place, plan in enumerate(plans)
            for index, step in enumerate(plan.steps)
            if step.action == "protect"
        ],
        left,
    )
    return [
        replace(
            plan,
            steps=tuple(_put_off(step) if (place, index) in late else step for index, step in enumerate(plan.steps)),
        )
        for place, plan in enumerate(plans)
    ]


def _late(places: list[tuple[int, int, int]], left: int) -> set[tuple[int, int]]:
    return {(place, index) for _rule, place, index in sorted(places)[max(0, left) :]}


def _put_off(step: Step) -> Step:
    words = f"The limit of {PROTECTIONS} shares protected a day for a vault is reached before this one."
    return replace(step, action="none", after=step.before, problem=BackupError(words, AzureFault(message=words)))


def registration_put_off() -> BackupError:
    """Why an account is not registered today."""
    words = f"The limit of {REGISTRATIONS} registrations a day for a vault is reached before this one."
    return BackupError(words, AzureFault(message=words))
