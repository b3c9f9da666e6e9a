# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state table: what is, what shall be, what is to be done."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.protection import (
    LOOKED_FOR_DAILY,
    NOT_OFFERED,
    Actual,
    Plan,
    Step,
    make_plan,
    missing,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._records.storage_account import Share
from ansible_collections.azurefiles.backup.tests.unit.support.records import (
    by_name,
    item,
    listing,
    offers,
    policy_id,
)

POINT = datetime(2026, 11, 1, tzinfo=timezone.utc)
NFS = Share("unix-home", "NFS", deleted=False)
DELETED = Share("old", "SMB", deleted=True)
STATES = ("present", "stopped", "suspended", "absent")


def named(state: str, *shares: str, policy: str = "daily-30") -> Desired:
    return Desired.of(state, Selection(names=shares), PolicyRef(policy) if state == "present" else None)


def everything(state: str = "present", include: tuple[str, ...] = ("*",), exclude: tuple[str, ...] = ()) -> Desired:
    selection = Selection(all_shares=True, include=include, exclude=exclude)
    return Desired.of(state, selection, PolicyRef("daily-30") if state == "present" else None)


def actual(*items: Any, **known: Any) -> Actual:
    return Actual("contosofiles", items=by_name(*items), **known)


def only_step(plan: Plan) -> Step:
    (step,) = plan.steps
    return step


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(step.share, step.action) for step in plan.steps]


def skipped(plan: Plan) -> dict[str, str]:
    return {each.share: each.reason for each in plan.skipped}


# The table. What a share has of recovery points plays no part: one that is resumed waits for its next backup all the
# same (recorded in 2025).

TABLE = [
    # before, desired, action, after
    ("IRPending", "present", "none", "IRPending"),
    ("Protected", "present", "none", "Protected"),
    ("ProtectionError", "present", "none", "ProtectionError"),
    ("ProtectionStopped", "present", "resume", "IRPending"),
    ("BackupsSuspended", "present", "resume", "IRPending"),
    ("ProtectionPaused", "present", "resume", "IRPending"),
    ("SoftDeleted", "present", "undelete", "IRPending"),
    ("IRPending", "stopped", "stop", "ProtectionStopped"),
    ("Protected", "stopped", "stop", "ProtectionStopped"),
    ("ProtectionError", "stopped", "stop", "ProtectionStopped"),
    ("ProtectionStopped", "stopped", "none", "ProtectionStopped"),
    ("BackupsSuspended", "stopped", "stop", "ProtectionStopped"),
    ("ProtectionPaused", "stopped", "stop", "ProtectionStopped"),
    ("SoftDeleted", "stopped", "undelete", "ProtectionStopped"),
    ("IRPending", "suspended", "suspend", "BackupsSuspended"),
    ("Protected", "suspended", "suspend", "BackupsSuspended"),
    ("ProtectionError", "suspended", "suspend", "BackupsSuspended"),
    ("ProtectionPaused", "suspended", "suspend", "BackupsSuspended"),
    ("BackupsSuspended", "suspended", "none", "BackupsSuspended"),
    ("IRPending", "absent", "delete", "SoftDeleted"),
    ("Protected", "absent", "delete", "SoftDeleted"),
    ("ProtectionError", "absent", "delete", "SoftDeleted"),
    ("ProtectionStopped", "absent", "delete", "SoftDeleted"),
    ("BackupsSuspended", "absent", "delete", "SoftDeleted"),
    ("ProtectionPaused", "absent", "delete", "SoftDeleted"),
    ("SoftDeleted", "absent", "none", "SoftDeleted"),
]


@pytest.mark.parametrize("has_points", [False, True], ids=["never backed up", "backed up"])
@pytest.mark.parametrize(("before", "desired", "action", "after"), TABLE)
def test_a_named_share_goes_from_state_to_state(
    before: str, desired: str, action: str, after: str, has_points: bool
) -> None:
    share = item("finance", before, recovery_point=POINT if has_points else None)

    plan = make_plan(actual(share), named(desired, "finance"))

    step = only_step(plan)
    assert (step.before, step.action, step.after) == (before, action, after)
    assert step.item is share
    assert step.problem is None
    assert step.changes == plan.changes == (action != "none")
    assert not plan.needs_inquiry


@pytest.mark.parametrize(("before", "desired", "action"), [row[:3] for row in TABLE])
def test_all_shares_go_the_same_ways(before: str, desired: str, action: str) -> None:
    share = item("finance", before)

    plan = make_plan(actual(share, listed=listing("finance")), everything(desired))

    if before == "SoftDeleted" and desired != "present":
        assert plan == Plan()
    else:
        assert told(plan) == [("finance", action)]


@pytest.mark.parametrize("before", ["ProtectionStopped", "SoftDeleted"])
def test_a_share_without_policy_cannot_be_suspended(before: str) -> None:
    step = only_step(make_plan(actual(item("finance", before, policy=None)), named("suspended", "finance")))

    assert step.action == "none"
    assert step.problem is not None
    assert f"no policy any more ({before})" in step.problem.message
    assert "state: present first" in step.problem.message


def test_all_shares_without_policy_are_skipped_when_suspending() -> None:
    plan = make_plan(actual(item("finance"), item("hiring", "ProtectionStopped", policy=None)), everything("suspended"))

    assert told(plan) == [("finance", "suspend")]
    assert "no policy any more" in skipped(plan)["hiring"]


@pytest.mark.parametrize(
    ("action", "before", "desired"),
    [
        ("change_policy", "Protected", "present"),
        ("resume", "ProtectionStopped", "present"),
        ("undelete", "SoftDeleted", "present"),
    ],
)
def test_steps_that_lead_to_a_policy_need_it(action: str, before: str, desired: str) -> None:
    plan = make_plan(actual(item("finance", before, policy="hourly-7")), named(desired, "finance"))

    assert only_step(plan).action == action
    assert plan.needs_policy


@pytest.mark.parametrize(
    ("before", "desired"),
    [
        ("Protected", "present"),
        ("Protected", "stopped"),
        ("SoftDeleted", "stopped"),
        ("Protected", "suspended"),
        ("Protected", "absent"),
    ],
)
def test_other_steps_need_no_policy(before: str, desired: str) -> None:
    assert not make_plan(actual(item("finance", before)), named(desired, "finance")).needs_policy


# Policies


@pytest.mark.parametrize("before", ["IRPending", "Protected", "ProtectionError"])
@pytest.mark.parametrize("policy", ["hourly-7", policy_id("hourly-7")])
def test_another_policy_is_changed_in_the_same_state(before: str, policy: str) -> None:
    step = only_step(make_plan(actual(item("finance", before)), named("present", "finance", policy=policy)))

    assert (step.action, step.before, step.after) == ("change_policy", before, before)


@pytest.mark.parametrize("policy", ["daily-30", "DAILY-30", policy_id(), policy_id().upper(), policy_id() + "/"])
def test_the_same_policy_is_recognised_however_it_is_spelled(policy: str) -> None:
    assert only_step(make_plan(actual(item("finance")), named("present", "finance", policy=policy))).action == "none"


def test_an_active_share_without_policy_gets_one() -> None:
    step = only_step(make_plan(actual(item("finance", policy=None)), named("present", "finance")))

    assert step.action == "change_policy"


# Shares that are not protected


@pytest.mark.parametrize("listed", [None, listing("finance")], ids=["unreadable list", "readable list"])
def test_an_offered_share_is_protected_without_an_inquiry(listed: dict[str, Share] | None) -> None:
    offered = offers("finance")

    plan = make_plan(actual(offered=offered, listed=listed), named("present", "finance"))

    step = only_step(plan)
    assert (step.before, step.action, step.after) == ("NotProtected", "protect", "IRPending")
    assert step.item is offered["finance"]
    assert plan.needs_policy
    assert not plan.needs_inquiry


def test_a_new_share_needs_an_inquiry() -> None:
    plan = make_plan(actual(offered={}, listed=listing("finance")), named("present", "finance"))

    assert told(plan) == [("finance", "protect")]
    assert only_step(plan).item is None
    assert plan.needs_inquiry


def test_a_new_share_needs_an_inquiry_where_the_list_cannot_be_read() -> None:
    plan = make_plan(actual(offered={}, listed=None), named("present", "finance"))

    assert told(plan) == [("finance", "protect")]
    assert plan.needs_inquiry


def test_a_share_that_no_inquiry_has_found_does_not_exist_where_the_list_cannot_be_read() -> None:
    known = actual(item("hiring"), offered=offers("finances"), listed=None, inquired=True)

    plan = make_plan(known, named("present", "finance"))

    step = only_step(plan)
    assert step.action == "none"
    assert step.problem is not None
    assert "There is no share 'finance'" in step.problem.message
    assert "Did you mean finances?" in step.problem.message
    assert not plan.needs_inquiry


def test_a_share_that_is_not_listed_causes_no_inquiry_but_near_names() -> None:
    plan = make_plan(
        actual(item("finance-it"), offered={}, listed=listing("finance", "hiring")), named("present", "finanse")
    )

    step = only_step(plan)
    assert (step.action, step.after) == ("none", "NotProtected")
    assert step.problem is not None
    assert "There is no share 'finanse' in the storage account 'contosofiles'" in step.problem.message
    assert "Did you mean finance" in step.problem.message
    assert not plan.needs_inquiry


@pytest.mark.parametrize(("share", "words"), [(NFS, "NFS shares are not supported"), (DELETED, "the share is deleted")])
def test_a_named_share_that_cannot_be_protected_is_an_error_and_no_inquiry(share: Share, words: str) -> None:
    plan = make_plan(actual(offered={}, listed=listing(share)), named("present", share.name))

    step = only_step(plan)
    assert step.action == "none"
    assert step.problem is not None
    assert words in step.problem.message
    assert not plan.needs_inquiry


def test_what_the_vault_offers_is_protected_whatever_the_list_says() -> None:
    plan = make_plan(actual(offered=offers("unix-home"), listed=listing(NFS)), named("present", "unix-home"))

    assert told(plan) == [("unix-home", "protect")]


def test_a_listed_share_that_is_not_offered_after_an_inquiry_is_an_error() -> None:
    plan = make_plan(actual(offered={}, listed=listing("finance"), inquired=True), named("present", "finance"))

    step = only_step(plan)
    assert step.problem is not None
    assert step.problem.message == NOT_OFFERED
    assert not plan.needs_inquiry


@pytest.mark.parametrize("state", ["stopped", "suspended"])
@pytest.mark.parametrize("listed", [None, listing("finance")], ids=["unreadable list", "readable list"])
def test_an_unprotected_share_cannot_be_stopped(state: str, listed: dict[str, Share] | None) -> None:
    step = only_step(make_plan(actual(listed=listed), named(state, "finance")))

    assert step.action == "none"
    assert step.problem is not None
    assert f"'finance' is not protected, so it cannot be {state}" in step.problem.message


def test_stopping_a_share_that_does_not_exist_names_near_ones() -> None:
    step = only_step(make_plan(actual(item("finance"), listed=listing("finance")), named("stopped", "finanz")))

    assert step.problem is not None
    assert "There is no share 'finanz'" in step.problem.message
    assert "Did you mean finance?" in step.problem.message


def test_an_unprotected_share_is_absent_already() -> None:
    step = only_step(make_plan(actual(), named("absent", "finance")))

    assert (step.before, step.action, step.after, step.problem) == ("NotProtected", "none", "NotProtected", None)


def test_a_named_share_that_is_protected_needs_no_list_at_all() -> None:
    plan = make_plan(actual(item("finance"), offered=None, listed=None), named("present", "finance"))

    assert told(plan) == [("finance", "none")]
    assert not plan.needs_inquiry


# Order and case


def test_named_shares_stay_in_the_order_asked_for() -> None:
    known = actual(item("finance"), offered=offers("hiring"), listed=listing("finance", "hiring", "legal"))

    plan = make_plan(known, named("present", "legal", "finance", "hiring"))

    assert told(plan) == [("legal", "protect"), ("finance", "none"), ("hiring", "protect")]
    assert plan.needs_inquiry


def test_all_shares_come_by_name() -> None:
    known = actual(item("legal"), offered=offers("hiring", "finance"), listed=listing("legal", "hiring", "finance"))

    assert [step.share for step in make_plan(known, everything()).steps] == ["finance", "hiring", "legal"]


def test_a_share_is_found_without_regard_to_case_and_named_as_it_was_asked_for() -> None:
    plan = make_plan(actual(item("finance"), offered=offers("hiring")), named("present", "FINANCE", "Hiring"))

    assert told(plan) == [("FINANCE", "none"), ("Hiring", "protect")]


def test_two_spellings_of_one_share_make_one_step() -> None:
    desired = Desired.of("present", Selection.parse(["Finance", "finance"], False, ["*"], []), PolicyRef("daily-30"))

    assert told(make_plan(actual(offered=offers("finance")), desired)) == [("Finance", "protect")]


def test_lists_that_differ_in_case_make_one_step() -> None:
    known = actual(item("FINANCE"), listed=listing("finance"))

    assert told(make_plan(known, everything())) == [("finance", "none")]


# All shares


def test_all_shares_are_those_of_the_account_and_no_inquiry_where_each_is_known() -> None:
    known = actual(item("finance"), offered=offers("hiring"), listed=listing("finance", "hiring", NFS, DELETED))

    plan = make_plan(known, everything())

    assert told(plan) == [("finance", "none"), ("hiring", "protect")]
    assert skipped(plan) == {
        "unix-home": "NFS shares are not supported by Azure Backup",
        "old": "the share is deleted",
    }
    assert not plan.needs_inquiry


def test_one_unknown_share_among_all_needs_an_inquiry() -> None:
    known = actual(item("finance"), offered=offers("hiring"), listed=listing("finance", "hiring", "legal"))

    assert make_plan(known, everything()).needs_inquiry


def test_an_account_with_nothing_but_unsupported_shares_needs_no_inquiry() -> None:
    plan = make_plan(actual(offered={}, listed=listing(NFS, DELETED)), everything())

    assert not plan.steps
    assert not plan.needs_inquiry


def test_an_account_without_shares_needs_nothing() -> None:
    assert make_plan(actual(offered={}, listed={}), everything()) == Plan()


def test_an_excluded_share_is_named_and_neither_changed_nor_inquired() -> None:
    known = actual(item("hiring", "ProtectionStopped"), offered={}, listed=listing("hiring", "legal", "finance", NFS))

    plan = make_plan(known, everything(include=("hiring", "fin*"), exclude=("hiring", "finance")))

    assert plan == Plan(excluded=("finance", "hiring", "legal", "unix-home"))


def test_a_share_that_is_not_offered_after_an_inquiry_is_skipped_with_the_reason() -> None:
    plan = make_plan(
        actual(item("hiring"), offered={}, listed=listing("finance", "hiring"), inquired=True), everything()
    )

    assert told(plan) == [("hiring", "none")]
    assert skipped(plan) == {"finance": LOOKED_FOR_DAILY}
    assert not plan.needs_inquiry


@pytest.mark.parametrize("state", ["Protected", "ProtectionStopped", "SoftDeleted"])
@pytest.mark.parametrize("listed", [listing("hiring"), listing("hiring", Share("old", "SMB", deleted=True))])
def test_a_protected_item_whose_share_is_gone_is_skipped(state: str, listed: dict[str, Share]) -> None:
    plan = make_plan(actual(item("hiring"), item("old", state), listed=listed), everything())

    assert told(plan) == [("hiring", "none")]
    assert skipped(plan) == {"old": "the share is deleted; the vault keeps its recovery points"}
    assert not plan.needs_inquiry


def test_a_gone_share_can_still_be_excluded() -> None:
    plan = make_plan(actual(item("old"), listed=listing()), everything(exclude=("old",)))

    assert plan == Plan(excluded=("old",))


def test_a_gone_share_that_is_named_is_treated_as_what_the_vault_has() -> None:
    plan = make_plan(actual(item("old", "ProtectionStopped"), listed=listing()), named("present", "old"))

    assert told(plan) == [("old", "resume")]


def test_without_a_readable_list_all_shares_are_those_that_the_vault_knows() -> None:
    known = actual(item("finance"), item("gone", "SoftDeleted"), offered=offers("hiring"), listed=None)

    plan = make_plan(known, everything())

    assert told(plan) == [("finance", "none"), ("gone", "undelete"), ("hiring", "protect")]
    assert not plan.needs_inquiry


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (actual(offered={}, listed=None), True),
        (actual(offered={}, listed=None, inquired=True), False),
        (actual(item("finance"), offered={}, listed=None), False),
        (actual(offered=offers("finance"), listed=None), False),
    ],
    ids=["knows nothing", "has looked", "protects something", "offers something"],
)
def test_without_a_readable_list_only_a_vault_that_knows_nothing_has_to_look(known: Actual, expected: bool) -> None:
    assert make_plan(known, everything()).needs_inquiry is expected


@pytest.mark.parametrize("state", ["stopped", "suspended", "absent"])
def test_ending_all_protection_concerns_what_is_protected_and_never_inquires(state: str) -> None:
    known = actual(item("legal"), item("finance"), item("gone", "SoftDeleted"), offered={}, listed=None)

    plan = make_plan(known, everything(state, exclude=("legal",)))

    assert [step.share for step in plan.steps] == ["finance"]
    assert plan.excluded == ("legal",)
    assert plan.skipped == ()
    assert not plan.needs_inquiry


def test_deleting_all_data_includes_shares_that_are_gone() -> None:
    plan = make_plan(actual(item("old"), listed=listing()), everything("absent"))

    assert told(plan) == [("old", "delete")]


# What is worth reading


def test_only_shares_that_are_not_protected_are_missing() -> None:
    known = actual(item("finance"), item("hiring", "SoftDeleted"))

    assert missing(known, named("present", "Finance", "hiring", "Legal")) == ["Legal"]


def test_of_all_shares_those_are_missing_that_are_wanted() -> None:
    known = actual(item("finance"), listed=listing("finance", "hiring", "legal"))

    assert missing(known, everything(exclude=("hiring",))) == ["legal"]


@pytest.mark.parametrize("state", ["stopped", "suspended", "absent"])
def test_nothing_is_missing_where_nothing_is_to_be_protected(state: str) -> None:
    assert missing(actual(), named(state, "finance")) == []


def test_every_state_is_in_the_table_for_every_desired_state() -> None:
    states = {before for before, *_rest in TABLE}
    known = {tuple(row[:2]) for row in TABLE}
    refused = {("ProtectionStopped", "suspended"), ("SoftDeleted", "suspended")}

    assert {(state, desired) for state in states for desired in STATES} == known | refused


# What somebody stopped


SWEEP = Selection(all_shares=True)
LEFT = [
    ("Protected", "none", False),
    ("IRPending", "none", False),
    ("ProtectionError", "none", False),
    ("ProtectionStopped", "none", True),
    ("BackupsSuspended", "none", True),
    ("SoftDeleted", "none", True),
]


@pytest.mark.parametrize(("state", "action", "left"), LEFT)
def test_a_sweep_can_leave_what_somebody_stopped(state: str, action: str, left: bool) -> None:
    step = only_step(
        make_plan(
            actual(item("finance", state), listed=listing("finance")),
            Desired.of("present", SWEEP, PolicyRef("daily-30"), "leave"),
        )
    )

    assert (step.action, step.left, step.after) == (action, left, state)
    assert step.policy_after == step.policy_before


@pytest.mark.parametrize("state", ["ProtectionStopped", "BackupsSuspended", "SoftDeleted"])
@pytest.mark.parametrize("desired", [everything(), named("present", "finance")], ids=["all", "named"])
def test_what_somebody_stopped_is_protected_again_by_default(state: str, desired: Desired) -> None:
    step = only_step(make_plan(actual(item("finance", state), listed=listing("finance")), desired))

    assert (step.action, step.left) == ("undelete" if state == "SoftDeleted" else "resume", False)


def test_a_share_that_is_gone_is_not_one_that_is_left() -> None:
    plan = make_plan(
        actual(item("finance", "ProtectionStopped"), listed=listing()),
        Desired.of("present", SWEEP, PolicyRef("daily-30"), "leave"),
    )

    assert (plan.steps, [each.share for each in plan.skipped]) == ((), ["finance"])
