# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.drill import DrillLimits
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.drill import (
    Choice,
    DrillPlan,
    Numbers,
    choose,
    drillable,
    in_turn,
    last_drills,
    measured,
    problems,
    remarks,
    started_today,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.drill import PastDrill
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import ProtectedItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import ShareDetails
from ansible_collections.azurefiles.backup.tests.unit.support.records import account_id, item

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=timezone.utc)
TARGET = AccountId.parse(account_id("drillfiles"))
NO_LIMITS = DrillLimits(None, None, None)


def known(share: str, account: str = "contosofiles", **more: Any) -> ProtectedItem:
    return item(share, recovery_point=NOW - timedelta(hours=12), account=account, **more)


def past(share: str, days: float, account: str = "contosofiles", **more: Any) -> PastDrill:
    entry = {
        "storage_account_id": account_id(account),
        "share": share,
        "started_at": (NOW - timedelta(days=days)).isoformat(),
        "job_id": f"{account}-{share}-{days}",
        "outcome": "passed",
    }
    return PastDrill.from_report(entry | more)


def look(**gigabytes: float | None) -> Any:
    def read(items: Sequence[ProtectedItem]) -> list[ShareDetails | None]:
        sizes = [gigabytes.get(each.share, 1.0) for each in items]
        return [None if size is None else ShareDetails("", {}, round(size * 2**30), None) for size in sizes]

    return read


def names(plan: DrillPlan) -> tuple[list[str], list[str], list[str]]:
    return (
        [each.item.share for each in plan.chosen],
        [each.item.share for each in plan.passed_over],
        [each.item.share for each in plan.deferred],
    )


# Which shares


def test_what_has_nothing_to_restore_is_passed_over() -> None:
    assert TARGET
    soft_deleted = known("gone", state="SoftDeleted", policy=None)
    good, others = drillable(
        [
            known("finance"),
            item("new"),
            soft_deleted,
            known("own", "drillfiles"),
            known("kept", state="ProtectionStopped"),
        ],
        TARGET,
    )

    assert {each.share for each in good} == {"finance", "kept"}
    assert {each.item.share: each.reason.split()[-1] for each in others} == {
        "new": "yet",
        "gone": "only",
        "own": "to",
    }


def test_a_share_that_was_made_anew_is_drilled_once() -> None:
    assert TARGET
    old = replace(known("finance", state="SoftDeleted"), name="AzureFileShare;old")
    good, others = drillable([known("finance"), old], TARGET)

    assert [each.state for each in good] == ["Protected"]
    assert others == []


def test_the_longest_undrilled_is_first_and_names_decide_between_equals() -> None:
    items = [known("b"), known("c"), known("a", "fabrikamfiles"), known("a"), known("d")]
    last = last_drills([past("b", 3), past("c", 5), past("b", 9), past("C", 4)])

    turn = in_turn(items, last)

    assert [(each.item.account.name, each.item.share) for each in turn if each.item.account] == [
        ("contosofiles", "a"),
        ("contosofiles", "d"),
        ("fabrikamfiles", "a"),
        ("contosofiles", "c"),
        ("contosofiles", "b"),
    ]
    assert [each.reason for each in turn][2:4] == ["never drilled", "last drilled 2026-11-18T07:00:00Z"]


@pytest.mark.parametrize(
    ("wanted", "room", "expected"),
    [
        (2, 10, (["a", "b"], [], [])),
        (4, 10, (["a", "b", "c"], [], [])),
        (3, 2, (["a", "b"], [], ["c"])),
        (2, 0, ([], [], ["a", "b"])),
        (2, -3, ([], [], ["a", "b"])),
        (0, 5, ([], [], [])),
        (-1, 5, ([], [], [])),
    ],
)
def test_the_day_and_the_sample_are_kept(wanted: int, room: int, expected: Any) -> None:
    turn = [Choice(known(share), None) for share in "abc"]

    assert names(choose(turn, wanted, room, NO_LIMITS, look())) == expected


def test_others_take_the_place_of_what_is_too_large_and_no_more_is_read_than_needed() -> None:
    asked: list[str] = []
    sizes = look(a=20, c=None)

    def noted(items: Sequence[ProtectedItem]) -> Any:
        asked.extend(each.share for each in items)
        return sizes(items)

    turn = [Choice(known(share), None) for share in "abcdef"]
    plan = choose(turn, 2, 10, DrillLimits(10, None, None), noted)

    assert names(plan) == (["b", "d"], ["a", "c"], [])
    assert [each.reason for each in plan.passed_over] == [
        "it holds 20 GiB, more than max_size_gb",
        "its size cannot be read, and max_size_gb is given",
    ]
    assert asked == ["a", "b", "c", "d"]


def test_a_restore_counts_once_whoever_tells_of_it() -> None:
    midnight = NOW.replace(hour=0)
    told = [past("a", 0.1), past("b", 0.2), past("c", 1), past("d", 0.1, job_id=None)]
    jobs = [
        job(id=str(told[0].job_id)),
        job(id="unreported"),
        job(id="at midnight", start_time=midnight),
        job(id="yesterday", start_time=NOW - timedelta(days=1)),
    ]

    assert started_today(told, jobs, midnight) == 4


# What it shows


def job(**more: Any) -> Job:
    details = {
        "number_of_restored_files": "44",
        "number_of_skipped_files": "0",
        "number_of_failed_files": "0",
        "data_transferred_in_mb": "12",
    }
    facts: dict[str, Any] = {
        "id": "17",
        "operation": "Restore",
        "status": "Completed",
        "share": "a",
        "account_name": "contosofiles",
        "start_time": NOW,
        "end_time": NOW + timedelta(minutes=5),
        "error_code": None,
        "error_message": None,
        "details": details,
    }
    return Job(**(facts | more))


def test_the_numbers_are_those_of_the_job() -> None:
    numbers = measured(job(), NOW - timedelta(hours=11.5), NOW, 100, 90)

    assert numbers == Numbers(11.5, 5.0, 44, 0, 0, 12, 100, 90)
    assert measured(job(end_time=None, duration=90.0), None, NOW, None, None).rto_minutes == 1.5
    assert measured(job(status="InProgress", end_time=None), NOW, NOW, None, None).rto_minutes is None
    assert measured(None, NOW, NOW, 1, None) == Numbers(rpo_hours=0, source_size=1)


GOOD = Numbers(12.0, 5.0, 44, 0, 0, 12, 2**30, 2**30)


@pytest.mark.parametrize(
    ("numbers", "limits", "found"),
    [
        (GOOD, NO_LIMITS, []),
        (GOOD, DrillLimits(None, 12, 5), []),
        (GOOD, DrillLimits(None, 11.9, None), ["too_old"]),
        (GOOD, DrillLimits(None, None, 4.9), ["too_slow"]),
        (replace(GOOD, rpo_hours=None, rto_minutes=None), DrillLimits(None, 1, 1), ["too_old", "too_slow"]),
        (replace(GOOD, failed_files=1, skipped_files=2), NO_LIMITS, ["files_failed", "files_skipped"]),
        (replace(GOOD, restored_files=0, transferred_mb=0), NO_LIMITS, ["nothing_restored"]),
        (replace(GOOD, restored_files=0, transferred_mb=0, source_size=None), NO_LIMITS, []),
        (replace(GOOD, restored_files=0, transferred_mb=0, source_size=4096), NO_LIMITS, []),
        (replace(GOOD, restored_files=None, failed_files=None, skipped_files=None), NO_LIMITS, []),
    ],
)
def test_what_is_no_proof(numbers: Numbers, limits: DrillLimits, found: list[str]) -> None:
    assert list(problems(numbers, limits)) == found


def test_a_restore_of_a_run_that_is_not_told_of_is_no_old_one() -> None:
    told = problems(replace(GOOD, rpo_hours=None), DrillLimits(None, 26, None))["too_old"]
    assert told.startswith("the age of its recovery point is not known: an earlier run has begun this restore")


@pytest.mark.parametrize(
    ("numbers", "before", "found"),
    [
        (GOOD, None, []),
        (GOOD, past("a", 1, restored_files=88), []),
        (GOOD, past("a", 1, restored_files=89), ["fewer_files"]),
        (GOOD, past("a", 1), []),
        (replace(GOOD, restored_files=0), past("a", 1, restored_files=89), ["empty"]),
        (replace(GOOD, restored_files=None), None, ["not_counted"]),
    ],
)
def test_what_is_worth_a_look(numbers: Numbers, before: PastDrill | None, found: list[str]) -> None:
    assert list(remarks(numbers, before)) == found
