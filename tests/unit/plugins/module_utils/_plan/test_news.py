# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is new, told once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.azurefiles.backup.plugins.module_utils._options.vaults import VaultName
from ansible_collections.azurefiles.backup.plugins.module_utils._options.watching import ENDED, Watching
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.news import (
    Memory,
    News,
    job_news,
    jobs_since,
    share_news,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job

NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
WATCHING = Watching(
    vault=VaultName("backup-rg", "backup-vault", None),
    account=None,
    include=("*",),
    exclude=(),
    kinds=frozenset(["job", "gap", "overdue"]),
    operations=(),
    statuses=ENDED,
    interval=timedelta(minutes=5),
    coverage_interval=HOUR,
    max_age=36 * HOUR,
    look_back=timedelta(0),
)


def job(name: str, begun: datetime, ended: datetime | None, status: str = "Completed", **more: Any) -> Job:
    status = status if ended else "InProgress"
    return replace(
        Job(name, "Backup", status, "finance", "contosofiles", begun, ended, None, None),
        **more,
    )


def look(memory: Memory, jobs: list[Job], at: datetime = NOON, wanted: Watching = WATCHING) -> tuple[list[str], Memory]:
    *news, last = job_news(memory, [each for each in jobs if not _before(memory, each)], at, wanted)
    assert isinstance(last, Memory)
    assert all(isinstance(each, News) for each in news)
    return [each.what.id for each in news if isinstance(each, News) and isinstance(each.what, Job)], last


def _before(memory: Memory, each: Job) -> bool:
    """The vault's list begins with the jobs that began at the horizon."""
    return bool(memory.horizon and each.start_time and each.start_time < memory.horizon)


def test_the_first_look_tells_nothing_that_was_over() -> None:
    told, memory = look(Memory(), [job("a", NOON - 2 * HOUR, NOON - HOUR)])
    assert told == []
    assert look(memory, [job("a", NOON - 2 * HOUR, NOON - HOUR)], NOON + HOUR)[0] == []


def test_the_first_look_may_look_back() -> None:
    back = replace(WATCHING, look_back=3 * HOUR)
    jobs = [job("old", NOON - 9 * HOUR, NOON - 8 * HOUR), job("new", NOON - 9 * HOUR, NOON - HOUR)]
    assert look(Memory(), jobs, wanted=back)[0] == ["new"]


def test_a_job_is_told_once_when_it_has_ended() -> None:
    begun = NOON - 60 * HOUR
    told, memory = look(Memory(), [job("long", begun, None)])
    assert told == []
    told, memory = look(memory, [job("long", begun, None)], NOON + 5 * HOUR)
    assert told == []
    ended = [job("long", begun, NOON + 9 * HOUR, "Failed")]
    told, memory = look(memory, ended, NOON + 10 * HOUR)
    assert told == ["long"]
    for hours in (10, 11, 40):
        told, memory = look(memory, ended, NOON + hours * HOUR)
        assert told == []


def test_what_ended_while_nobody_looked_is_told_in_its_order() -> None:
    _told, memory = look(Memory(), [])
    later = NOON + 200 * HOUR
    jobs = [job("second", NOON + 9 * HOUR, NOON + 20 * HOUR), job("first", NOON + 10 * HOUR, NOON + 11 * HOUR)]
    assert look(memory, jobs, later)[0] == ["first", "second"]


def test_a_job_that_began_just_before_the_last_look_by_a_clock_that_is_late_is_told() -> None:
    memory = look(Memory(), [])[1]
    late = job("late", NOON - HOUR / 2, NOON + HOUR)
    assert look(memory, [late], NOON + 2 * HOUR)[0] == ["late"]


def test_a_job_that_never_ends_does_not_widen_the_look_for_ever() -> None:
    stuck = job("stuck", NOON, None)
    memory = look(Memory(), [stuck])[1]
    later = NOON + timedelta(days=90)
    memory = look(memory, [stuck], later)[1]
    assert later - jobs_since(memory, later, timedelta(0)) < timedelta(days=30)


def test_what_is_remembered_does_not_grow() -> None:
    memory = Memory()
    for hours in range(0, 400, 5):
        at = NOON + hours * HOUR
        jobs = [job(str(each), NOON + each * HOUR, NOON + (each + 1) * HOUR) for each in range(hours - 1)]
        told, memory = look(memory, jobs, at)
        assert len(memory.jobs) < 5
    assert told


def test_each_job_told_is_remembered_before_the_next() -> None:
    memory = look(Memory(), [])[1]
    jobs = [job("a", NOON, NOON + HOUR), job("b", NOON, NOON + 2 * HOUR)]
    first = next(iter(job_news(memory, jobs, NOON + 3 * HOUR, WATCHING)))
    assert isinstance(first, News)
    assert look(first.memory, jobs, NOON + 3 * HOUR)[0] == ["b"]


def test_only_what_is_wanted_is_told_and_the_rest_is_not_told_later() -> None:
    memory = look(Memory(), [])[1]
    jobs = [
        job("failed", NOON, NOON + HOUR, "Failed"),
        job("good", NOON, NOON + HOUR),
        job("restore", NOON, NOON + HOUR, "Failed", operation="Restore"),
        job("other", NOON, NOON + HOUR, "Failed", share="scratch"),
    ]
    picky = replace(WATCHING, statuses=("Failed",), operations=("backup",), exclude=("scr*",))
    told, memory = look(memory, jobs, NOON + HOUR, picky)
    assert told == ["failed"]
    assert look(memory, jobs, NOON + HOUR)[0] == []


def test_failures_in_a_row_are_counted_by_share_and_operation() -> None:
    memory = look(Memory(), [job("old", NOON - 9 * HOUR, NOON - 8 * HOUR, "Failed")])[1]
    ends = [
        ("a", "Failed", "finance", "Backup", 2),
        ("b", "Failed", "finance", "Restore", 1),
        ("c", "Failed", "hiring", "Backup", 1),
        ("d", "Cancelled", "finance", "Backup", 0),
        ("e", "Failed", "finance", "Backup", 3),
        ("f", "Completed", "finance", "Backup", 0),
        ("g", "Failed", "finance", "Backup", 1),
    ]
    for hours, (name, status, share, operation, failures) in enumerate(ends):
        at = NOON + hours * HOUR
        ended = job(name, at, at, status, share=share, operation=operation)
        news, last = job_news(memory, [ended], at, WATCHING)
        assert isinstance(news, News)
        assert isinstance(last, Memory)
        memory = last
        assert (name, news.memory.failures_of(ended)) == (name, failures)


def covered(
    share: str, coverage: str = "protected", point: str | None = None, account: str = "files"
) -> dict[str, Any]:
    return {
        "storage_account": account,
        "storage_account_id": f"/subscriptions/S/{account}",
        "share": share,
        "coverage": coverage,
        "latest_recovery_point": point,
    }


def seen(
    memory: Memory, *shares: dict[str, Any], at: datetime = NOON, unread: tuple[str, ...] = ()
) -> tuple[list[tuple[str, str]], Memory]:
    accounts = {share["storage_account_id"] for share in shares} | {f"/subscriptions/S/{name}" for name in unread}
    coverage = {
        "accounts": [
            {"storage_account_id": each, "shares_read": each.rsplit("/", 1)[-1] not in unread} for each in accounts
        ],
        "shares": list(shares),
    }
    *news, last = share_news(memory, coverage, at, WATCHING)
    assert isinstance(last, Memory)
    kinds = [
        (each.kind, each.what["share"]) for each in news if isinstance(each, News) and not isinstance(each.what, Job)
    ]
    return kinds, last


def test_a_gap_is_told_once_and_again_when_it_has_come_back() -> None:
    told, memory = seen(
        Memory(), covered("new", "unprotected"), covered("ended", "stopped"), covered("nfs", "unsupported")
    )
    assert told == [("gap", "ended"), ("gap", "new")]
    told, memory = seen(memory, covered("new", "unprotected"), covered("ended", "stopped"))
    assert told == []
    told, memory = seen(memory, covered("new", point="2026-11-27T11:00:00Z"), covered("ended", "stopped"))
    assert told == []
    assert seen(memory, covered("new", "soft_deleted"), covered("ended", "stopped"))[0] == [("gap", "new")]


def test_what_could_not_be_read_is_not_new_afterwards() -> None:
    memory = seen(Memory(), covered("new", "unprotected"))[1]
    told, memory = seen(memory, unread=("files",))
    assert told == []
    assert seen(memory, covered("new", "unprotected"))[0] == []


def test_an_account_whose_name_begins_another_ones_is_told_apart() -> None:
    memory = seen(Memory(), covered("new", "unprotected", account="files2"))[1]
    memory = seen(memory, unread=("files",))[1]
    assert seen(memory, covered("new", "unprotected", account="files2"))[0] == [("gap", "new")]


def test_an_old_recovery_point_is_told_once() -> None:
    old = covered("finance", point="2026-11-25T00:00:00Z")
    told, memory = seen(Memory(), old)
    assert told == [("overdue", "finance")]
    assert seen(memory, old)[0] == []
    memory = seen(memory, covered("finance", point="2026-11-27T11:00:00Z"))[1]
    assert seen(memory, covered("finance", point="2026-11-27T11:00:00Z"), at=NOON + 40 * HOUR)[0] == [
        ("overdue", "finance")
    ]


def test_a_share_that_never_gets_a_recovery_point_is_overdue_after_a_while() -> None:
    told, memory = seen(Memory(), covered("finance"))
    assert told == []
    told, memory = seen(memory, covered("finance"), at=NOON + 35 * HOUR)
    assert told == []
    assert seen(memory, covered("finance"), at=NOON + 37 * HOUR)[0] == [("overdue", "finance")]


def test_memory_survives_being_written() -> None:
    memory = look(Memory(), [job("a", NOON, NOON + HOUR), job("b", NOON, None)], NOON + HOUR)[1]
    memory = seen(memory, covered("new", "unprotected"), covered("finance"))[1]
    assert Memory.parse(json.loads(json.dumps(memory.to_json()))) == memory
