# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.backup import not_active, plan_backups
from ansible_collections.azurefiles.backup.tests.unit.support.records import by_name, item

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def named(*shares: str, max_age: int = 0) -> WantedBackups:
    return WantedBackups(Selection(names=shares), NOW + timedelta(days=30), max_age)


def everything(include: tuple[str, ...] = ("*",), exclude: tuple[str, ...] = ()) -> WantedBackups:
    return WantedBackups(Selection(all_shares=True, include=include, exclude=exclude), NOW + timedelta(days=30))


def test_steps_come_in_the_order_asked_for() -> None:
    items = by_name(item("finance"), item("hiring"))

    steps = plan_backups("contosofiles", items, named("hiring", "finance"), NOW)

    assert [(step.share, step.action) for step in steps] == [("hiring", "triggered"), ("finance", "triggered")]
    assert steps[0].item is items["hiring"]


@pytest.mark.parametrize(
    ("age", "max_age", "action"),
    [
        (timedelta(minutes=59, seconds=59), 60, "fresh"),
        (timedelta(minutes=60), 60, "triggered"),
        (timedelta(minutes=61), 60, "triggered"),
        (timedelta(0), 1, "fresh"),
        (timedelta(seconds=-30), 1, "fresh"),
        (timedelta(0), 0, "triggered"),
        (None, 60, "triggered"),
        (timedelta(days=3000), 52560000, "fresh"),
    ],
    ids=["younger", "exactly as old", "older", "just now", "ahead of our clock", "no limit", "never", "any at all"],
)
def test_a_share_with_a_young_recovery_point_is_left_alone(age: timedelta | None, max_age: int, action: str) -> None:
    items = by_name(item("finance", recovery_point=None if age is None else NOW - age))

    (step,) = plan_backups("contosofiles", items, named("finance", max_age=max_age), NOW)

    assert step.action == action
    assert step.problem is None


@pytest.mark.parametrize("state", ["IRPending", "Protected", "ProtectionError"])
def test_an_active_share_is_backed_up(state: str) -> None:
    (step,) = plan_backups("contosofiles", by_name(item("finance", state)), named("finance"), NOW)

    assert step.action == "triggered"


@pytest.mark.parametrize("state", ["ProtectionStopped", "BackupsSuspended", "SoftDeleted", "ProtectionPaused"])
def test_a_share_that_is_not_active_is_an_error(state: str) -> None:
    (step,) = plan_backups("contosofiles", by_name(item("finance", state)), named("finance"), NOW)

    assert step.action == "none"
    assert step.problem is not None
    assert f"its state is {state}" in step.problem.message


def test_a_share_that_is_not_protected_is_an_error_with_near_names() -> None:
    (step,) = plan_backups("contosofiles", by_name(item("finance")), named("finanz"), NOW)

    assert step.action == "none"
    assert step.problem is not None
    assert "There is no protected share 'finanz'" in step.problem.message
    assert "Did you mean finance?" in step.problem.message


def test_all_shares_are_the_active_ones_by_name() -> None:
    items = by_name(
        item("legal"), item("finance", "IRPending"), item("old", "ProtectionStopped"), item("gone", "SoftDeleted")
    )

    steps = plan_backups("contosofiles", items, everything(), NOW)

    assert [step.share for step in steps] == ["finance", "legal"]


def test_all_shares_are_narrowed_by_patterns() -> None:
    items = by_name(item("finance"), item("finance-old"), item("hiring"))

    steps = plan_backups("contosofiles", items, everything(("fin*",), ("*-old",)), NOW)

    assert [step.share for step in steps] == ["finance"]


def test_names_are_matched_without_regard_to_case() -> None:
    (step,) = plan_backups("contosofiles", by_name(item("finance")), named("FINANCE"), NOW)

    assert (step.share, step.action) == ("FINANCE", "triggered")


def test_a_share_that_is_protected_soon_is_planned_for() -> None:
    steps = plan_backups("contosofiles", {}, named("Finance", "hiring"), NOW, soon={"finance"})

    assert [step.action for step in steps] == ["triggered", "none"]


def test_shares_that_no_policy_backs_up() -> None:
    items = by_name(item("finance"), item("hiring", "ProtectionStopped"))

    assert not_active(items, named("finance", "HIRING", "legal").selection) == ["HIRING", "legal"]
