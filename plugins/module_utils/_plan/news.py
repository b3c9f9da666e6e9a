# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new in a vault since somebody looked last, and what has to be remembered for the next look.

Nothing is told twice and nothing is missed, however long nobody looked, as far back as the vault keeps its jobs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from .._azure.times import CLOCKS_DIFFER, format_time, parse_time
from .._options.watching import Watching
from .._records.job import JOB_FAILED, Job

# A job that began before the first look may end after it; no restore is expected to take longer.
LONGEST_JOB = timedelta(days=3)
# A job that never ends must not make each look read all that came after it.
FARTHEST = timedelta(days=28)
UNCOVERED = ("unprotected", "soft_deleted", "stopped")


@dataclass(frozen=True)
class Memory:
    """What was told.

    ``horizon`` is the time before which no job began that has not been told; ``jobs`` are the ids of those that began
    since and were told. ``failures`` is how many jobs of one operation have failed in a row for a share. ``shares`` are
    those that are known, by the kind of the news; ``waiting`` those that are protected without a recovery point, with
    the time when they were first seen so. A vault that was never looked at has no horizon.
    """

    horizon: datetime | None = None
    jobs: frozenset[str] = frozenset()
    failures: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, frozenset[str]] = field(default_factory=dict)
    waiting: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def parse(cls, kept: Mapping[str, Any]) -> Memory:
        """From what ``to_json`` made; what is missing counts as never seen."""
        waiting = {key: parse_time(at) for key, at in (kept.get("waiting") or {}).items()}
        return cls(
            horizon=parse_time(kept.get("horizon")),
            jobs=frozenset(kept.get("jobs") or []),
            failures=dict(kept.get("failures") or {}),
            shares={kind: frozenset(keys) for kind, keys in (kept.get("shares") or {}).items()},
            waiting={key: at for key, at in waiting.items() if at},
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "horizon": format_time(self.horizon),
            "jobs": sorted(self.jobs),
            "failures": dict(sorted(self.failures.items())),
            "shares": {kind: sorted(keys) for kind, keys in sorted(self.shares.items())},
            "waiting": {key: format_time(at) for key, at in sorted(self.waiting.items())},
        }

    def after(self, job: Job) -> Memory:
        """One more job that has ended. Between failures in a row, one may be cancelled."""
        key = _work(job)
        failures = dict(self.failures)
        if job.status == JOB_FAILED:
            failures[key] = failures.get(key, 0) + 1
        elif job.good:
            failures.pop(key, None)
        return replace(self, jobs=self.jobs | {job.id}, failures=failures)

    def failures_of(self, job: Job) -> int:
        """How many jobs like this one have failed in a row; 0 where this one has not."""
        return self.failures.get(_work(job), 0) if job.status == JOB_FAILED else 0

    def known(self, kind: str) -> frozenset[str]:
        return self.shares.get(kind, frozenset())

    def knowing(self, kind: str, keys: frozenset[str]) -> Memory:
        return replace(self, shares={**self.shares, kind: keys})


@dataclass(frozen=True)
class News:
    """Something to tell, and what is remembered once it has been told."""

    kind: str
    what: Job | Mapping[str, Any]
    memory: Memory


def _work(job: Job) -> str:
    return f"{job.operation}/{job.account_name}/{job.share}".lower()


def jobs_since(memory: Memory, at: datetime, look_back: timedelta) -> datetime:
    """The earliest start of a job that can be news."""
    return memory.horizon or at - max(LONGEST_JOB, look_back) - CLOCKS_DIFFER


def job_news(memory: Memory, jobs: Sequence[Job], at: datetime, wanted: Watching) -> Iterator[News | Memory]:
    """The jobs that have ended since, the earliest end first; at last, what is remembered of all.

    At the first look those count as told that ended before ``look_back``.
    """
    ended = sorted((job for job in jobs if not job.running), key=lambda job: (job.end_time or at, job.id))
    if memory.horizon is None:
        memory = replace(memory, horizon=jobs_since(memory, at, wanted.look_back))
        for job in ended:
            if not wanted.look_back or (job.end_time or at) < at - wanted.look_back:
                memory = memory.after(job)
    for job in ended:
        if job.id not in memory.jobs:
            memory = memory.after(job)
            if wanted.wants(job):
                yield News("job", job, memory)
    running = [job.start_time for job in jobs if job.running and job.start_time]
    horizon = max(min([at, *running]) - CLOCKS_DIFFER, at - FARTHEST)
    recent = {job.id for job in ended if job.start_time is None or job.start_time >= horizon}
    yield replace(memory, horizon=horizon, jobs=memory.jobs & recent)


def share_news(memory: Memory, coverage: Mapping[str, Any], at: datetime, wanted: Watching) -> Iterator[News | Memory]:
    """The shares that were not known as unprotected or overdue; at last, what is remembered of all.

    ``coverage`` is what afs_coverage_info returns. What is known of an account that could not be read this time stays.
    """
    unread = [
        f"{account['storage_account_id']}/".lower() for account in coverage["accounts"] if not account["shares_read"]
    ]
    shares = {
        f"{share['storage_account_id']}/{share['share']}".lower(): share
        for share in coverage["shares"]
        if wanted.concerns(share["storage_account"], share["share"])
    }
    waiting = {
        key: memory.waiting.get(key, at)
        for key, share in shares.items()
        if share["coverage"] == "protected" and share["latest_recovery_point"] is None
    }

    def overdue(key: str) -> bool:
        last = parse_time(shares[key]["latest_recovery_point"]) or waiting.get(key, at)
        return shares[key]["coverage"] == "protected" and last < at - wanted.max_age

    found = {
        "gap": frozenset(key for key, share in shares.items() if share["coverage"] in UNCOVERED),
        "overdue": frozenset(filter(overdue, shares)),
    }
    for kind in sorted(wanted.kinds & set(found)):
        before = memory.known(kind)
        for key in sorted(found[kind] - before):
            memory = memory.knowing(kind, memory.known(kind) | {key})
            yield News(kind, shares[key], memory)
        unseen = {key for key in before if key not in shares and key.startswith(tuple(unread))}
        memory = memory.knowing(kind, found[kind] | unseen)
    yield replace(memory, waiting=waiting)
