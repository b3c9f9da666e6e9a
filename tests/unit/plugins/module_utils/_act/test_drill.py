# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.drill import drill
from ansible_collections.azurefiles.backup.plugins.module_utils._act.drill_work import DrillWork
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.drill import DrillLimits, WantedDrill
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

DURATIONS = {"restore_start": 2.0, "restore": 60.0}
TIERED = VAULT | {"policies": ["daily-30", {"name": "tiered", "days": 1, "vault_days": 30}]}
OPTIONS: dict[str, Any] = {
    "storage_account": None,
    "storage_account_resource_group": None,
    "shares": None,
    "sample": 1,
    "target_storage_account": "drillfiles",
    "target_storage_account_resource_group": None,
    "max_size_gb": None,
    "max_rpo_hours": None,
    "max_rto_minutes": None,
    "restores": 10,
    "keep": False,
    "history": [],
    "use_secondary_region": False,
    "secondary_region": None,
}


def start(simulators: Simulators, **settings: Any) -> Simulator:
    contoso = account(
        protected("finance", recovery_points=3) | {"size_gb": 2},
        protected("hiring", recovery_points=1),
        protected("landing"),
    )
    fabrikam = account(
        protected("archive", "tiered", recovery_points=2) | {"size_gb": 50},
        protected("finance", recovery_points=1),
        name="fabrikamfiles",
    )
    drills = account("finance", "drill-of-mine", name="drillfiles")
    settings = {"durations": DURATIONS, "vaults": [TIERED]} | settings
    return simulators.start(world(contoso, fabrikam, drills, **settings))


def wanted(**options: Any) -> WantedDrill:
    return WantedDrill.parse(OPTIONS | options)


def run_drill(
    simulator: Simulator, seconds: float = 3600.0, check_mode: bool = False, wait: bool = True, **options: Any
) -> Run:
    """Run a drill; a minute of its waiting takes no time."""
    deadline = VirtualTime(simulator).deadline(seconds)
    run = run_of(simulator, deadline=deadline, poll_interval=5.0, check_mode=check_mode, wait=wait)
    carry_out(run, **options)
    return run


def carry_out(run: Run, **options: Any) -> None:
    try:
        drill(run, wanted(**options))
    except BackupError as error:
        run.outcome.failure = error


def told(run: Run) -> dict[str, Any]:
    report: dict[str, Any] = run.values["drill"]
    return report


def named(entries: list[dict[str, Any]]) -> list[str]:
    return [f"{each['storage_account']}/{each['share']}" for each in entries]


def shares_of(simulator: Simulator, name: str = "drillfiles") -> list[str]:
    """The shares of an account that are not deleted."""
    accounts = simulator.state()["storage_accounts"]
    found: Mapping[str, Any] = next(each["shares"] for each in accounts if each["id"].endswith(f"/{name}"))
    return sorted(share for share, facts in found.items() if facts["state"] == "Active")


def restores(simulator: Simulator) -> list[tuple[str, str]]:
    return sorted((job["account"], job["share"]) for job in simulator.jobs() if job["operation"] == "Restore")


UNTOUCHED = ["drill-of-mine", "finance"]


# A drill that goes well


def test_a_share_is_restored_measured_and_cleaned_up(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(
        simulator,
        storage_account="contosofiles",
        shares=["finance"],
        sample=None,
        max_rpo_hours=25,
        max_rto_minutes=1,
    )
    report = told(run)
    (entry,) = report["drills"]

    assert run.outcome.failure is None
    assert run.outcome.changed
    assert (entry["outcome"], entry["status"], entry["cleanup"]) == ("passed", "Completed", "deleted")
    assert entry["rpo_hours"] == pytest.approx(24, abs=0.1)
    assert entry["rto_minutes"] == 1.0
    assert (entry["restored_files"], entry["skipped_files"], entry["failed_files"]) == (1, 0, 0)
    assert entry["source_bytes"] == entry["restored_bytes"] == 2 * 2**30
    assert entry["transferred_mb"] == 2048
    assert (entry["problems"], entry["remarks"], entry["error"]) == ([], [], None)
    assert entry["target_share"].startswith("drill-finance-")
    assert report["summary"]["passed"] == report["summary"]["drills"] == report["summary"]["restores_today"] == 1
    assert report["history"] == [entry]
    assert shares_of(simulator) == UNTOUCHED
    assert restores(simulator) == [("contosofiles", "finance")]
    assert simulator.writes() == {"PUT shares/*": 1, "POST restore": 1, "DELETE shares/*": 1}
    assert run.warnings == []


def test_the_longest_undrilled_comes_first_then_the_name(simulators: Simulators) -> None:
    simulator = start(simulators)
    first = run_drill(simulator, sample=2)
    second = run_drill(simulator, sample=3, history=told(first)["history"])

    assert named(told(first)["drills"]) == ["contosofiles/finance", "contosofiles/hiring"]
    assert [entry["reason"] for entry in told(first)["drills"]] == ["never drilled"] * 2
    assert named(told(second)["drills"]) == ["fabrikamfiles/archive", "fabrikamfiles/finance", "contosofiles/finance"]
    assert told(second)["drills"][2]["reason"].startswith("last drilled 20")
    assert told(first)["summary"]["never_drilled"] == 2
    assert told(second)["summary"]["never_drilled"] == 0
    assert [share["drills"] for share in told(second)["shares"]] == [2, 1, 1, 1]
    assert len(told(second)["history"]) == 5
    assert shares_of(simulator) == UNTOUCHED


def test_a_share_of_the_vault_tier_alone_is_drilled(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, storage_account="fabrikamfiles", shares=["archive"], sample=None)

    assert told(run)["drills"][0]["outcome"] == "passed"
    assert told(run)["drills"][0]["tier"] in ("vault", "snapshot_and_vault")


def test_shares_that_are_too_large_or_have_nothing_to_restore_are_passed_over(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, sample=4, max_size_gb=10)
    report = told(run)

    assert named(report["drills"]) == ["contosofiles/finance", "contosofiles/hiring", "fabrikamfiles/finance"]
    assert {f"{each['share']}": each["reason"] for each in report["skipped_shares"]} == {
        "landing": "it has no recovery point yet",
        "archive": "it holds 50 GiB, more than max_size_gb",
    }
    assert run.outcome.failure is None


def test_no_more_is_restored_in_a_day_than_is_allowed(simulators: Simulators) -> None:
    simulator = start(simulators)
    first = run_drill(simulator, sample=3, restores=2)
    again = run_drill(simulator, sample=3, restores=2, history=told(first)["history"])
    simulator.pass_time(86400)
    morning = run_drill(simulator, sample=3, restores=2, history=told(first)["history"])

    assert named(told(first)["drills"]) == ["contosofiles/finance", "contosofiles/hiring"]
    assert named(told(first)["deferred"]) == ["fabrikamfiles/archive"]
    assert (told(again)["drills"], len(told(again)["deferred"])) == ([], 3)
    assert again.outcome.failure is None
    assert not again.outcome.changed
    assert named(told(morning)["drills"]) == ["fabrikamfiles/archive", "fabrikamfiles/finance"]


def test_a_share_may_be_kept(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, keep=True)
    made = told(run)["drills"][0]["target_share"]
    run_drill(simulator, sample=1, history=told(run)["history"])

    assert told(run)["drills"][0]["cleanup"] == "kept"
    assert told(run)["summary"]["kept_shares"] == 1
    assert shares_of(simulator) == sorted([*UNTOUCHED, made])


def test_a_plan_reads_only(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, check_mode=True, sample=2, restores=1)
    (entry,) = told(run)["drills"]

    assert run.outcome.failure is None
    assert run.outcome.changed
    assert (entry["outcome"], entry["reason"], entry["job_id"]) == ("planned", "never drilled", None)
    assert entry["rpo_hours"] == pytest.approx(24, abs=0.1)
    assert entry["recovery_point"]
    assert told(run)["history"] == []
    assert named(told(run)["deferred"]) == ["contosofiles/hiring"]
    assert simulator.writes() == {}
    assert run.outcome.before == {"last_drills": {"contosofiles/finance": None}}
    assert run.outcome.after == {"last_drills": {"contosofiles/finance": "a restore to a share of its own"}}


# A drill that proves that something is wrong


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"max_rpo_hours": 23}, "the latest recovery point was 24 hours old, with 23 allowed"),
        ({"max_rto_minutes": 0.5}, "the restore took 1 minute, with 0.5 allowed"),
    ],
)
def test_what_takes_too_long_fails(simulators: Simulators, limits: dict[str, Any], problem: str) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, **limits)

    assert told(run)["drills"][0]["outcome"] == "failed"
    assert told(run)["drills"][0]["problems"] == [problem]
    assert run.outcome.failure
    assert run.outcome.failure.message == f"1 of 1 drill failed: contosofiles/finance: {problem}."
    assert shares_of(simulator) == UNTOUCHED


def test_a_failed_restore_fails_and_stops_no_other(simulators: Simulators) -> None:
    fault = {"operation": "restore", "share": "finance", "account": "contosofiles", "status": "Failed"}
    simulator = start(simulators, faults=[fault | {"code": "UserErrorAFSSourceSnapshotNotFound", "message": "Gone."}])
    run = run_drill(simulator, sample=2)
    finance, hiring = told(run)["drills"]

    assert (finance["outcome"], finance["status"], finance["cleanup"]) == ("failed", "Failed", "deleted")
    assert finance["error"]["code"] == "UserErrorAFSSourceSnapshotNotFound"
    assert hiring["outcome"] == "passed"
    assert run.outcome.failure
    assert "1 of 2 drills failed: contosofiles/finance: The restore (job " in run.outcome.failure.message
    assert shares_of(simulator) == UNTOUCHED


def test_files_that_fail_are_a_failure(simulators: Simulators) -> None:
    fault = {"operation": "restore", "status": "CompletedWithWarnings"}
    simulator = start(simulators, faults=[fault])
    run = run_drill(simulator)

    assert told(run)["drills"][0]["outcome"] == "failed"
    assert "1 file could not be restored" in told(run)["drills"][0]["problems"]
    assert "completed with warnings" in told(run)["drills"][0]["remarks"][-1]


def test_a_named_share_without_a_recovery_point_has_failed(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, storage_account="contosofiles", shares=["landing", "hiring"], sample=None)

    assert [(each["share"], each["outcome"]) for each in told(run)["drills"]] == [
        ("hiring", "passed"),
        ("landing", "failed"),
    ]
    assert "has no recovery point yet" in told(run)["drills"][1]["problems"][0]


# What is refused before anything is made


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target_storage_account": "nobody"}, "There is no storage account 'nobody' to restore to"),
        ({"storage_account": "nobody"}, "has no share of the storage account 'nobody'"),
        ({"storage_account": "contosofiles", "shares": ["finanze"]}, "Did you mean finance?"),
        ({"target_storage_account": "contosofiles"}, "is locked (AzureBackupProtectionLock)"),
    ],
)
def test_what_cannot_work_is_refused(simulators: Simulators, options: dict[str, Any], words: str) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, **options)

    assert run.outcome.failure
    assert words in run.outcome.failure.message
    assert simulator.writes() == {}


def test_another_subscription_has_to_be_allowed(simulators: Simulators) -> None:
    abroad = "8b5e0f7a-3d35-4f0c-9d43-9c0f6d1e2004"
    drills = account(name="drillfiles", subscription_id=abroad)
    contoso = account(protected("finance", recovery_points=1))
    target = f"/subscriptions/{abroad}/resourceGroups/Files-RG/providers/Microsoft.Storage/storageAccounts/drillfiles"
    runs = {}
    for state in ("Disabled", "Enabled"):
        vault = VAULT | {"cross_subscription_restore": state}
        simulator = simulators.start(world(contoso, drills, durations=DURATIONS, vaults=[vault]))
        runs[state] = run_drill(simulator, target_storage_account=target)

    refusal = runs["Disabled"].outcome.failure
    assert refusal
    assert "does not restore into other subscriptions, and 'drillfiles' is in" in refusal.message
    assert runs["Disabled"].calls["writes"] == 0
    assert told(runs["Enabled"])["drills"][0]["outcome"] == "passed"


def test_shares_of_the_target_account_are_passed_over(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, sample=5, target_storage_account="fabrikamfiles", keep=True)

    assert named(told(run)["drills"]) == ["contosofiles/finance", "contosofiles/hiring"]
    reasons = {each["reason"] for each in told(run)["skipped_shares"] if each["storage_account"] == "fabrikamfiles"}
    assert reasons == {"it is in the account that drills restore to"}


def test_a_vault_in_which_nothing_can_be_drilled_proves_nothing(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("landing")), account(name="drillfiles")))
    run = run_drill(simulator)

    assert run.outcome.failure
    assert "no share that can be drilled. landing: it has no recovery point yet." in run.outcome.failure.message


def test_an_account_that_may_not_be_read_is_refused(simulators: Simulators) -> None:
    simulator = start(simulators, denied=[{"action": "Microsoft.Storage/storageAccounts/fileServices"}])
    run = run_drill(simulator)

    assert run.outcome.failure
    assert "needs the role 'Storage Account Contributor'" in run.outcome.failure.message
    assert simulator.writes() == {}


# What goes wrong, and the next run


def test_a_share_that_may_not_be_made_is_told(simulators: Simulators) -> None:
    simulator = start(simulators, denied=[{"action": "Microsoft.Storage/storageAccounts/fileServices/shares/write"}])
    run = run_drill(simulator)

    assert run.outcome.failure
    assert not run.outcome.changed
    assert "could not be made in the storage account 'drillfiles'" in run.outcome.failure.message
    assert run.outcome.failure.fault.code == "AuthorizationFailed"
    assert told(run)["drills"][0]["cleanup"] is None


def test_a_share_that_may_not_be_deleted_is_told_and_tried_again(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "DELETE", "path": "/shares/drill-", "status": 403, "times": 1})
    run = run_drill(simulator)
    left = told(run)["drills"][0]["target_share"]
    again = run_drill(simulator, history=told(run)["history"], sample=1)

    assert told(run)["drills"][0]["outcome"] == "passed"
    assert told(run)["drills"][0]["cleanup"] == "left"
    assert run.outcome.failure
    assert f"The share '{left}' of the storage account 'drillfiles' is left there" in run.outcome.failure.message
    assert told(again)["cleaned_up"] == [left]
    assert again.outcome.failure is None
    assert shares_of(simulator) == UNTOUCHED


def test_a_restore_whose_answer_is_lost_is_found_and_not_repeated(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/restore$", "drop": True})
    run = run_drill(simulator)

    assert run.outcome.failure is None
    assert told(run)["drills"][0]["outcome"] == "passed"
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


def test_a_restore_that_never_began_is_left_to_the_next_run(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/restore$", "status": 503})
    run = run_drill(simulator)
    left = told(run)["drills"][0]
    again = run_drill(simulator, history=told(run)["history"])

    assert (left["outcome"], left["cleanup"]) == ("unfinished", "left")
    assert run.outcome.failure
    assert "the next drill looks for it, and cleans up" in run.outcome.failure.message
    assert told(again)["cleaned_up"] == [left["target_share"]]
    assert restores(simulator) == [("contosofiles", "finance" if left["share"] != "finance" else "hiring")]
    assert shares_of(simulator) == UNTOUCHED


def test_a_restore_that_outlasts_the_run_is_picked_up_by_the_next_one(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_drill(simulator, seconds=30)
    early = told(run)["drills"][0]
    again = run_drill(simulator, history=told(run)["history"])
    (late,) = told(again)["drills"]

    assert (early["outcome"], early["cleanup"], early["status"]) == ("unfinished", "left", "InProgress")
    assert run.outcome.failure
    assert (late["outcome"], late["picked_up"], late["cleanup"]) == ("passed", True, "deleted")
    assert (late["job_id"], late["share"], late["rto_minutes"]) == (early["job_id"], early["share"], 1.0)
    assert late["rpo_hours"] == pytest.approx(24, abs=0.1)
    assert told(again)["history"] == [late]
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


def test_a_run_need_not_wait_for_the_end(simulators: Simulators) -> None:
    simulator = start(simulators)
    begun = run_drill(simulator, wait=False)
    simulator.pass_time(60)
    ended = run_drill(simulator, wait=False, history=told(begun)["history"])

    assert begun.outcome.failure is None
    assert (told(begun)["drills"][0]["outcome"], told(begun)["drills"][0]["cleanup"]) == ("unfinished", "left")
    assert (told(ended)["drills"][0]["outcome"], told(ended)["drills"][0]["cleanup"]) == ("passed", "deleted")
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


def test_what_a_killed_run_has_ended_is_not_restored_again(simulators: Simulators) -> None:
    simulator = start(simulators)
    lost = run_drill(simulator)
    again = run_drill(simulator)
    simulator.pass_time(86400)
    next_night = run_drill(simulator)

    assert told(again)["drills"][0]["job_id"] == told(lost)["drills"][0]["job_id"]
    assert told(again)["drills"][0]["picked_up"]
    assert not again.outcome.changed
    assert told(next_night)["drills"][0]["job_id"] != told(lost)["drills"][0]["job_id"]
    assert restores(simulator) == [("contosofiles", "finance")] * 2


def test_a_busy_share_is_waited_for(simulators: Simulators) -> None:
    simulator = start(simulators)
    busy = {"error": {"code": "BMSUserErrorObjectLocked", "message": "Busy."}}
    simulator.plan({"method": "POST", "path": "/restore$", "status": 409, "body": busy})
    run = run_drill(simulator)

    assert told(run)["drills"][0]["outcome"] == "passed"
    assert simulator.tally()["POST restore"] == 2


def test_a_foreign_share_is_never_touched(simulators: Simulators) -> None:
    """Whatever its name is, and also if its mark was taken away meanwhile."""
    simulator = start(simulators)
    early = run_drill(simulator, seconds=30)
    made = told(early)["drills"][0]["target_share"]
    other = run_of(simulator)
    target = next(each.account for each in other.storage.accounts() or [] if each.account and "drill" in str(each))
    assert target
    found = other.storage.share(target, made)
    assert found
    foreign = {**found.metadata, "azurefiles_backup_drill_vault": str(other.vault.id) + "-of-another-team"}
    other.storage.mark_share(target, made, foreign)
    late = run_drill(simulator, history=told(early)["history"])

    assert told(late)["cleaned_up"] == []
    assert shares_of(simulator) == sorted([*UNTOUCHED, made])


def test_a_share_that_has_become_foreign_since_it_was_listed_is_not_deleted(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_of(simulator)
    target = next(each.account for each in run.storage.accounts() or [] if each.account and "drill" in str(each))
    assert target
    work = DrillWork(run, run.vault, target, DrillLimits(None, None, None), False, {}, [], [])

    work.carry_out(["drill-of-mine"])

    assert work.deleted == []
    ((share, error),) = work.left
    assert share == "drill-of-mine"
    assert "does not bear the mark of the drill any more" in error.message
    assert shares_of(simulator) == UNTOUCHED


class Killed(BaseException):
    """Ends a run as SIGKILL does: nothing of it goes on."""


def kill_after(run: Run, number: int) -> None:
    """Kill a run right after its n-th request has been carried out, before it sees the answer."""
    send, sent = run.client._run, count(1)

    def last(*request: Any, **how: Any) -> Any:
        answer = send(*request, **how)
        if next(sent) == number:
            raise Killed
        return answer

    run.client._run = last  # type: ignore[method-assign]


def test_whenever_a_drill_is_killed_the_next_one_ends_it(simulators: Simulators) -> None:
    """Without a report of the first one, nothing is restored twice and nothing is left."""
    finished = False
    for number in count(1):
        simulator = start(simulators, durations={"restore_start": 2.0, "restore": 6.0})
        run = run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5.0)
        kill_after(run, number)
        try:
            carry_out(run)
            finished = True
        except Killed:
            pass
        again = run_drill(simulator)

        assert again.outcome.failure is None, number
        assert [entry["outcome"] for entry in told(again)["drills"]] == ["passed"], number
        assert restores(simulator) == [("contosofiles", "finance")], number
        assert shares_of(simulator) == UNTOUCHED, number
        if finished:
            break
    assert number > 15


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(
    "fault", [{"status": 401}, {"status": 429}, {"drop": True}], ids=["expired", "throttled", "lost"]
)
def test_what_heals_does_no_harm(simulators: Simulators, method: str, fault: dict[str, Any]) -> None:
    simulator = start(simulators)
    simulator.plan({"method": method, "path": "/shares/drill-|/restore$"} | fault)
    run = run_drill(simulator)

    assert run.outcome.failure is None
    assert told(run)["drills"][0]["outcome"] == "passed"
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


def test_a_restore_that_azure_refuses_is_cleaned_up_after(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan(
        {"method": "POST", "path": "/restore$", "status": 400, "body": {"error": {"code": "No", "message": "N."}}}
    )
    run = run_drill(simulator)

    assert (told(run)["drills"][0]["outcome"], told(run)["drills"][0]["cleanup"]) == ("failed", "deleted")
    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "No"
    assert shares_of(simulator) == UNTOUCHED


def test_a_share_that_azure_restores_no_more_today_is_deferred(simulators: Simulators) -> None:
    simulator = start(simulators, limits={"restores": 1, "reads_per_second": 0, "writes_per_second": 0})
    named: dict[str, Any] = {"storage_account": "contosofiles", "shares": ["finance"], "sample": None}
    first = run_drill(simulator, **named)
    second = run_drill(simulator, history=told(first)["history"], **named)

    assert [each["share"] for each in told(second)["deferred"]] == ["finance"]
    assert second.outcome.failure
    assert "deferred, because a daily budget is used up" in second.outcome.failure.message
    assert shares_of(simulator) == UNTOUCHED


def test_a_job_that_is_lost_is_left_to_the_next_run(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "GET", "path": "/backupJobs/", "status": 404, "times": None})
    run = run_drill(simulator)
    simulator.clear_faults()
    again = run_drill(simulator, history=told(run)["history"])

    assert (told(run)["drills"][0]["outcome"], told(run)["drills"][0]["cleanup"]) == ("unfinished", "left")
    assert run.outcome.failure
    assert "cannot be learned" in run.outcome.failure.message
    assert (told(again)["drills"][0]["outcome"], told(again)["drills"][0]["picked_up"]) == ("passed", True)
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


def test_a_run_that_is_told_to_end_leaves_all_to_the_next_one(simulators: Simulators) -> None:
    simulator = start(simulators)
    time = VirtualTime(simulator)
    deadline = time.deadline()
    run = run_of(simulator, deadline=deadline, poll_interval=5.0)
    follow = run.waiter.jobs

    def stopped(*_arguments: Any) -> Any:
        deadline.stop("SIGTERM")
        return follow(*_arguments)

    run.waiter.jobs = stopped  # type: ignore[method-assign,assignment]
    carry_out(run)
    again = run_drill(simulator, history=told(run)["history"])

    assert (told(run)["drills"][0]["outcome"], told(run)["drills"][0]["cleanup"]) == ("unfinished", "left")
    assert [(each["outcome"], each["picked_up"]) for each in told(again)["drills"]] == [("passed", True)]
    assert restores(simulator) == [("contosofiles", "finance")]
    assert shares_of(simulator) == UNTOUCHED


# The other region


def test_the_other_region_is_drilled(simulators: Simulators) -> None:
    tiered = TIERED | {"cross_region_restore": True}
    durations = {"secondary_restore_start": 2.0, "secondary_restore": 600.0}
    contoso = account(protected("finance", "tiered", recovery_points=2), protected("shallow", recovery_points=2))
    refuge = account(name="drillfiles", location="northeurope")
    simulator = simulators.start(world(contoso, refuge, durations=durations, vaults=[tiered]))
    there: dict[str, Any] = {"use_secondary_region": True, "sample": 1}
    plan = run_drill(simulator, check_mode=True, **there)
    assert set(simulator.writes()) == set()
    early = run_drill(simulator, seconds=60, **there)
    late = run_drill(simulator, history=told(early)["history"], **there)

    assert [entry["outcome"] for entry in told(plan)["drills"]] == ["planned"]
    assert told(plan)["secondary_region"] == "northeurope"
    assert [entry["outcome"] for entry in told(early)["drills"]] == ["unfinished"]
    (entry,) = told(late)["drills"]
    assert (entry["outcome"], entry["picked_up"], entry["rto_minutes"]) == ("passed", True, 10.0)
    assert (entry["restored_files"], entry["cleanup"]) == (1, "deleted")
    assert simulator.writes()["POST backupCrossRegionRestore"] == 1
    assert shares_of(simulator) == []
