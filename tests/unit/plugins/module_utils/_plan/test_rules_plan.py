# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From rules to what each share shall be, and what a vault's day has room for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.rules import parse_rules
from ansible_collections.azurefiles.backup.plugins.module_utils._plan import day
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.protection import Actual, Plan, make_plan
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.rules import desired_of, useless
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._result.deferral import over_budget
from ansible_collections.azurefiles.backup.tests.unit.support.records import by_name, item, listing

NOW = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)
TERMS = {"initial_backup": "never", "retention_days": 30, "stopped": "leave"}
CONTOSO = AccountId("5a3c", "files-rg", "Microsoft.Storage", "contosofiles")
RULES = parse_rules(
    [
        {"include": ["scratch*"]},
        {"storage_accounts": ["contoso*"], "include": ["fin*", "legal"], "policy": "hourly-7"},
        {"tags": {"tier": "gold"}, "exclude": ["temp*"], "policy": "hourly-7", "stopped": "resume"},
        {"exclude": ["temp*"], "policy": "daily-30"},
    ],
    TERMS,
    NOW,
)


def desired(name: str = "contosofiles", **tags: str) -> Desired:
    return desired_of(RULES, AccountId("5a3c", "files-rg", "Microsoft.Storage", name), tags)


DECIDED = [
    ("contosofiles", {}, "scratch1", None),
    ("contosofiles", {}, "SCRATCH1", None),
    ("contosofiles", {}, "finance", (1, "hourly-7")),
    ("contosofiles", {}, "hiring", (3, "daily-30")),
    ("contosofiles", {}, "temp1", None),
    ("fabrikamfiles", {}, "finance", (3, "daily-30")),
    ("fabrikamfiles", {"tier": "Gold"}, "finance", (2, "hourly-7")),
    ("fabrikamfiles", {"tier": "Gold"}, "scratch1", None),
    ("fabrikamfiles", {"tier": "silver"}, "legal", (3, "daily-30")),
]


@pytest.mark.parametrize(("account", "tags", "share", "decision"), DECIDED)
def test_the_first_rule_that_matches_decides(
    account: str, tags: dict[str, str], share: str, decision: tuple[int, str] | None
) -> None:
    choice = desired(account, **tags).choice(share)

    assert ((choice.rule, choice.policy.name) if choice and choice.policy else None) == decision


def plan_of(*items: Any, listed: tuple[str, ...], **more: Any) -> Plan:
    actual = Actual("contosofiles", items=by_name(*items), listed=listing(*listed), **more)
    return make_plan(actual, desired())


def test_each_share_gets_the_policy_of_its_rule() -> None:
    plan = plan_of(
        item("finance", policy="daily-30"),
        item("hiring", policy="daily-30"),
        item("scratch1", policy="daily-30"),
        listed=("finance", "hiring", "legal", "scratch1", "temp1"),
    )

    assert [(step.share, step.action, step.policy and step.policy.name) for step in plan.steps] == [
        ("finance", "change_policy", "hourly-7"),
        ("hiring", "none", None),
        ("legal", "protect", "hourly-7"),
    ]
    assert plan.excluded == ("scratch1", "temp1")


@pytest.mark.parametrize("state", ["ProtectionStopped", "BackupsSuspended", "SoftDeleted"])
def test_what_somebody_stopped_is_left_unless_the_rule_says_otherwise(state: str) -> None:
    stopped = Actual("contosofiles", items=by_name(item("hiring", state)), listed=listing("hiring"))

    (left,) = make_plan(stopped, desired()).steps
    (resumed,) = make_plan(stopped, desired(tier="gold")).steps

    assert (left.action, left.left, left.after) == ("none", True, state)
    assert (resumed.action, resumed.left) == ("undelete" if state == "SoftDeleted" else "resume", False)


def test_a_share_that_is_as_it_shall_be_is_not_one_that_is_left() -> None:
    (step,) = plan_of(item("hiring", policy="daily-30"), listed=("hiring",)).steps

    assert (step.action, step.left) == ("none", False)


# Rules that decide on nothing


def test_rules_that_decide_on_nothing_are_named() -> None:
    words = useless(RULES, [(desired(), ["finance", "scratch1"]), (desired("fabrikamfiles"), [])])

    assert words == [
        "rules[2] (policy hourly-7) decides on no share: it matches none.",
        "rules[3] (policy daily-30) decides on no share: all that it matches are decided on by earlier rules.",
    ]


def test_every_rule_is_useless_where_there_are_no_shares() -> None:
    assert len(useless(RULES, [])) == len(RULES)


# A vault's day


def fresh(count: int, rule: str = "new") -> Plan:
    return plan_of(listed=tuple(f"{rule}-{number:03d}" for number in range(count)))


def test_what_goes_beyond_the_day_is_put_off_in_the_order_of_rules_and_accounts() -> None:
    late, early = fresh(5), plan_of(listed=("finance", "legal", "other"))

    plans = day.without_late([late, early], 4)

    told = [[(step.share, step.action) for step in plan.steps] for plan in plans]
    assert told == [
        [("new-000", "protect"), ("new-001", "protect"), ("new-002", "none"), ("new-003", "none"), ("new-004", "none")],
        [("finance", "protect"), ("legal", "protect"), ("other", "none")],
    ]
    assert all(over_budget(step.problem) for plan in plans for step in plan.steps if step.action == "none")


@pytest.mark.parametrize(("left", "kept"), [(-3, 0), (0, 0), (5, 5), (9, 5)])
def test_the_rest_of_the_day_is_used_up(left: int, kept: int) -> None:
    (plan,) = day.without_late([fresh(5)], left)

    assert day.protections([plan]) == kept


@pytest.mark.parametrize(
    ("wanted", "known", "near"), [(49, 5000, False), (50, 150, False), (50, 151, True), (200, 0, False), (201, 0, True)]
)
def test_only_near_the_limit_the_jobs_of_the_day_are_worth_a_read(wanted: int, known: int, near: bool) -> None:
    assert day.is_near([fresh(wanted)], known) is near


def job(share: str, status: str = "Completed") -> Job:
    return Job("id", "ConfigureBackup", status, share, "ContosoFiles", NOW, None, None, None)


def test_only_new_shares_have_used_up_the_day() -> None:
    """A policy that was changed and a share that was resumed have a recovery point from before."""
    before, after = NOW - timedelta(days=1), NOW + timedelta(hours=1)
    items = {
        ("contosofiles", "old"): item("old", recovery_point=before),
        ("contosofiles", "older"): item("older", recovery_point=before),
        ("contosofiles", "new"): item("new", recovery_point=after),
        ("contosofiles", "newer"): item("newer", "IRPending"),
    }
    jobs = [job("old"), job("older"), job("new"), job("newer"), job("NEWER"), job("gone"), job("bad", "Failed")]

    assert day.spent(jobs, items) == 3
