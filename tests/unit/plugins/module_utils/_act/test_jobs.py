# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.jobs import cancel_job
from ansible_collections.azurefiles.backup.plugins.module_utils._act.restore import restore_share
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    BackupError,
    OperationFailed,
    ServiceError,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import filter_time
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.jobs import WantedJobs
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window
from ansible_collections.azurefiles.backup.plugins.module_utils._read.jobs import await_job, list_jobs, show_job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._result.job_failure import job_failure
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, world

CONTOSO, FABRIKAM = AccountRef("contosofiles"), AccountRef("fabrikamfiles")
DURATIONS = {"restore_start": 0.0, "restore": 60.0, "cancel": 2.0, "backup": 30.0}


def start(simulators: Simulators, **settings: Any) -> Simulator:
    contoso = account(protected("finance", recovery_points=1), protected("hiring", recovery_points=1))
    fabrikam = account(protected("finance", recovery_points=1), name="fabrikamfiles")
    return simulators.start(world(contoso, fabrikam, durations=DURATIONS, **settings))


def begin_restore(simulator: Simulator, share: str = "finance", ref: AccountRef = CONTOSO) -> str:
    """The id of a restore job that runs."""
    run = run_of(simulator, wait=False)
    restore_share(run, ref, WantedRestore.parse(share, "latest", None, None, "overwrite"))
    return str(run.values["restore"]["job_id"])


def begin_backup(simulator: Simulator, share: str = "finance") -> str:
    run = run_of(simulator)
    address = next(item.address for item in run.vault.protected_items() if item.share == share)
    expiry = datetime.now(timezone.utc) + timedelta(days=7)
    return str(run.waiter.operation(run.vault.backup("Backing up", address, expiry)))


def timed(simulator: Simulator, seconds: float = 3600.0, **settings: Any) -> Run:
    """A run whose waiting takes no time."""
    time = VirtualTime(simulator)
    return run_of(simulator, deadline=time.deadline(seconds), poll_interval=5.0, **settings)


def wanted(
    account: AccountRef | None = None,
    share: str | None = None,
    operation: str | None = None,
    status: str | None = None,
    window: Window | None = None,
    details: bool = False,
) -> WantedJobs:
    return WantedJobs(account, share, operation, status, window or Window(), details)


# Lists


@pytest.fixture(scope="module")
def busy(shared_simulators: Simulators) -> tuple[Simulator, dict[str, str]]:
    """A vault with four jobs, by name, an hour between each and the next."""
    simulator = start(shared_simulators, page_size=3)
    jobs: dict[str, str] = {}
    jobs["old"] = begin_backup(simulator)
    simulator.pass_time(3600)
    jobs["fabrikam"] = begin_restore(simulator, ref=FABRIKAM)
    simulator.pass_time(3600)
    simulator.plan({"operation": "restore", "status": "Failed", "code": "TargetFileShareNotFound", "message": "Gone."})
    jobs["failed"] = begin_restore(simulator, "hiring")
    simulator.pass_time(3600)
    jobs["running"] = begin_restore(simulator)
    return simulator, jobs


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["running", "failed", "fabrikam", "old"]),
        ({"account": CONTOSO}, ["running", "failed", "old"]),
        ({"account": AccountRef("FabrikamFiles")}, ["fabrikam"]),
        ({"share": "Finance"}, ["running", "fabrikam", "old"]),
        ({"account": CONTOSO, "share": "hiring"}, ["failed"]),
        ({"operation": "Backup"}, ["old"]),
        ({"operation": "Restore"}, ["running", "failed", "fabrikam"]),
        ({"status": "InProgress"}, ["running"]),
        ({"status": "Failed"}, ["failed"]),
        ({"operation": "Restore", "status": "Completed"}, ["fabrikam"]),
        ({"operation": "Undelete"}, []),
    ],
)
def test_jobs_are_filtered_and_come_newest_first(
    busy: tuple[Simulator, dict[str, str]], filters: dict[str, Any], found: list[str]
) -> None:
    simulator, jobs = busy
    run = run_of(simulator)
    list_jobs(run, wanted(**filters))

    assert [job["job_id"] for job in run.values["jobs"]] == [jobs[name] for name in found]
    assert not run.outcome.changed


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        (("failed", None), ["running", "failed"]),
        (("failed", "running"), ["running", "failed"]),
        (("fabrikam", "failed"), ["failed", "fabrikam"]),
        ((None, "fabrikam"), ["fabrikam", "old"]),
    ],
)
def test_a_window_goes_by_the_start_of_a_job(
    busy: tuple[Simulator, dict[str, str]], bounds: tuple[str | None, str | None], found: list[str]
) -> None:
    simulator, jobs = busy
    begun = {name: run_of(simulator).vault.job(job_id).start_time for name, job_id in jobs.items()}
    first, last = (begun[name] if name else None for name in bounds)
    window = Window(first - timedelta(minutes=1) if first else None, last + timedelta(minutes=1) if last else None)
    run = run_of(simulator)
    list_jobs(run, wanted(window=window))

    assert [job["job_id"] for job in run.values["jobs"]] == [jobs[name] for name in found]


def test_the_order_does_not_rely_on_the_service(simulators: Simulators) -> None:
    simulator = start(simulators)
    days = (18, 21, 17, 20)
    body = {"value": [{"name": f"{day}", "properties": {"startTime": f"2026-11-{day}T07:00:47Z"}} for day in days]}
    body["value"].append({"name": "0", "properties": {}})
    simulator.plan({"method": "GET", "path": "/backupJobs$", "status": 200, "body": body})
    run = run_of(simulator)
    list_jobs(run, wanted())

    assert [job["job_id"] for job in run.values["jobs"]] == ["21", "20", "18", "17", "0"]


def test_what_the_service_filters_is_left_to_it(busy: tuple[Simulator, dict[str, str]]) -> None:
    simulator, _jobs = busy
    simulator.forget()
    window = Window(datetime(2026, 1, 31, 18, tzinfo=timezone.utc), datetime(2026, 2, 1, 6, 30, tzinfo=timezone.utc))
    list_jobs(run_of(simulator), wanted(CONTOSO, "finance", "Restore", "Failed", window))

    assert [seen.query["$filter"] for seen in simulator.journal()] == [
        "backupManagementType eq 'AzureStorage' and endTime eq '2026-02-01 06:30:00 AM' and operation eq 'Restore' "
        "and startTime eq '2026-01-31 06:00:00 PM' and status eq 'Failed'"
    ]


def test_a_start_is_never_sent_without_an_end(busy: tuple[Simulator, dict[str, str]]) -> None:
    simulator, _jobs = busy
    simulator.forget()
    since = datetime(2026, 1, 31, 18, tzinfo=timezone.utc)
    list_jobs(run_of(simulator), wanted(window=Window(start=since)))
    list_jobs(run_of(simulator), wanted(window=Window(end=since)))
    with_start, with_end = (seen.query["$filter"] for seen in simulator.journal() if "$skiptoken" not in seen.query)

    assert f"startTime eq '{filter_time(since)}'" in with_start
    assert "endTime eq '" in with_start
    assert with_end == "backupManagementType eq 'AzureStorage'"


def test_details_are_read_only_where_they_are_asked_for(busy: tuple[Simulator, dict[str, str]]) -> None:
    simulator, _jobs = busy
    simulator.forget()
    plain, detailed = run_of(simulator), run_of(simulator)
    list_jobs(plain, wanted(operation="Restore"))
    singles = simulator.tally().get("GET backupJobs/*", 0)
    list_jobs(detailed, wanted(operation="Restore", details=True))

    assert singles == 0
    assert simulator.tally()["GET backupJobs/*"] == 3
    assert {job["details"] is None for job in plain.values["jobs"]} == {True}
    assert [job["details"]["source_file_share_name"] for job in detailed.values["jobs"]] == [
        "finance",
        "hiring",
        "finance",
    ]


def test_one_job_is_shown_with_its_error(busy: tuple[Simulator, dict[str, str]]) -> None:
    simulator, jobs = busy
    run = run_of(simulator)
    show_job(run, jobs["failed"])
    (job,) = run.values["jobs"]

    assert job["job_id"] == jobs["failed"]
    assert job["status"] == "Failed"
    assert job["error"] == {
        "code": "TargetFileShareNotFound",
        "message": "Gone.",
        "recommendations": ["See the documentation of the error TargetFileShareNotFound."],
    }
    assert job["duration_seconds"] == 60.0


@pytest.mark.parametrize("work", [show_job, await_job, cancel_job])
def test_a_job_that_is_not_there(busy: tuple[Simulator, dict[str, str]], work: Any) -> None:
    simulator, _jobs = busy

    with pytest.raises(BackupError, match="The vault 'backup-vault' has no job 'nothing'") as refused:
        work(run_of(simulator), "nothing")
    assert refused.value.fault.http_status == 404


@pytest.mark.parametrize("work", [show_job, await_job, cancel_job])
def test_a_job_that_cannot_be_read(simulators: Simulators, work: Any) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "GET", "path": "/backupJobs/", "status": 403, "body": {"error": {"code": "No"}}})

    with pytest.raises(ServiceError, match="HTTP 403"):
        work(run_of(simulator), "j-1")


# Waiting for the end


def test_a_job_is_waited_for(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    run = timed(simulator)
    await_job(run, job_id)

    assert run.outcome.failure is None
    assert not run.outcome.changed
    assert run.values["job"]["status"] == "Completed"
    assert run.outcome.before["job"]["status"] == run.outcome.after["job"]["status"]
    assert run.warnings == []


def test_a_job_that_has_ended_costs_one_read(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.pass_time(60)
    run = timed(simulator)
    await_job(run, job_id)

    assert run.values["job"]["status"] == "Completed"
    assert run.calls["total"] == 1


@pytest.mark.parametrize("settings", [{"check_mode": True}, {"wait": False}])
def test_a_running_job_is_only_looked_at(simulators: Simulators, settings: dict[str, bool]) -> None:
    simulator = start(simulators)
    run = timed(simulator, **settings)
    await_job(run, begin_restore(simulator))

    assert run.outcome.failure is None
    assert run.values["job"]["status"] == "InProgress"
    assert run.calls["total"] == 1


def test_a_job_that_fails_is_a_failure(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"operation": "restore", "status": "Failed", "code": "TargetFileShareNotFound", "message": "Gone."})
    job_id = begin_restore(simulator)
    run = timed(simulator)
    await_job(run, job_id)

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "TargetFileShareNotFound"
    assert run.outcome.failure.message == (
        f"The job {job_id} (Restore of the share 'finance') ended as Failed, TargetFileShareNotFound: Gone. Create the "
        "target share first. Azure recommends: See the documentation of the error TargetFileShareNotFound."
    )
    assert not run.outcome.changed


def test_a_job_with_warnings_is_no_failure(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"operation": "restore", "status": "CompletedWithWarnings", "message": "One file is in use."})
    job_id = begin_restore(simulator)
    run = timed(simulator)
    await_job(run, job_id)

    assert run.outcome.failure is None
    assert run.warnings == [
        f"The job {job_id} (Restore of the share 'finance') completed with warnings: One file is in use."
    ]


def test_a_job_that_takes_too_long_goes_on(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = timed(simulator, 20)
    await_job(run, begin_restore(simulator))

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "WaitTimeout"
    assert "still InProgress after 20 seconds" in run.outcome.failure.message
    assert run.values["job"]["status"] == "InProgress"


# Cancelling


def test_a_restore_is_cancelled_once(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.forget()
    first, second = timed(simulator), timed(simulator)
    cancel_job(first, job_id)
    cancel_job(second, job_id)

    assert first.outcome.changed
    assert first.values["job"]["status"] == "Cancelled"
    assert (first.outcome.before["job"]["status"], first.outcome.after["job"]["status"]) == ("InProgress", "Cancelled")
    assert not second.outcome.changed
    assert second.outcome.before == second.outcome.after
    assert second.calls["total"] == 1
    assert first.warnings == second.warnings == []
    assert simulator.writes() == {"POST cancel": 1}


def test_a_cancelled_job_fails_those_who_wait_for_it(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    cancel_job(timed(simulator), job_id)
    run = timed(simulator)
    await_job(run, job_id)

    assert run.outcome.failure
    assert run.outcome.failure.message == f"The job {job_id} (Restore of the share 'finance') ended as Cancelled"


def test_check_mode_cancels_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.forget()
    run = timed(simulator, check_mode=True)
    cancel_job(run, job_id)

    assert run.outcome.changed
    assert run.values["job"]["status"] == "Cancelled"
    assert run.outcome.after["job"]["status"] == "Cancelled"
    assert simulator.writes() == {}


def test_what_has_ended_is_left_alone_with_a_warning(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.pass_time(60)
    simulator.forget()
    run = timed(simulator)
    cancel_job(run, job_id)

    assert not run.outcome.changed
    assert run.warnings == [
        f"The job {job_id} (Restore of the share 'finance') had ended already, as Completed: there was nothing to "
        "cancel."
    ]
    assert simulator.writes() == {}


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_job_that_cannot_be_cancelled_is_refused(simulators: Simulators, check_mode: bool) -> None:
    simulator = start(simulators)
    job_id = begin_backup(simulator)
    simulator.forget()
    run = timed(simulator, check_mode=check_mode)

    with pytest.raises(BackupError, match=r"Backup of the share 'finance'. cannot be cancelled"):
        cancel_job(run, job_id)
    assert not run.outcome.changed
    assert simulator.writes() == {}


def test_not_waiting_only_asks(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.forget()
    run = timed(simulator, wait=False)
    cancel_job(run, job_id)

    assert run.outcome.changed
    assert simulator.tally() == {"GET backupJobs/*": 1, "POST cancel": 1}


def test_a_job_that_is_being_cancelled_is_followed(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    cancel_job(timed(simulator, wait=False), job_id)
    simulator.forget()
    run = timed(simulator)
    cancel_job(run, job_id)

    assert not run.outcome.changed
    assert run.values["job"]["status"] == "Cancelled"
    assert simulator.writes() == {}


def test_a_job_that_ends_first_was_not_cancelled(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.plan({"method": "POST", "path": "/cancel$", "status": 204})  # accepted, and not carried out
    run = timed(simulator)
    cancel_job(run, job_id)

    assert run.values["job"]["status"] == "Completed"
    assert not run.outcome.changed
    assert run.outcome.failure is None
    assert run.warnings == [
        f"The job {job_id} (Restore of the share 'finance') ended as Completed before it could be cancelled."
    ]


def test_a_cancelling_that_azure_gives_up_changes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    simulator.plan({"operation": "cancel", "status": "Failed", "code": "UserErrorX", "message": "It will not end."})
    run = timed(simulator)

    with pytest.raises(OperationFailed, match=f"Cancelling the job {job_id} ended as Failed: UserErrorX"):
        cancel_job(run, job_id)
    assert not run.outcome.changed


def test_a_refusal_to_cancel_changes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    body = {"error": {"code": "BMSUserErrorJobNotCancellable", "message": "Too late."}}
    simulator.plan({"method": "POST", "path": "/cancel$", "status": 400, "body": body})
    run = timed(simulator)

    with pytest.raises(ServiceError, match="Too late"):
        cancel_job(run, job_id)
    assert not run.outcome.changed


def test_a_cancelling_that_takes_too_long(simulators: Simulators) -> None:
    simulator = start(simulators)
    job_id = begin_restore(simulator)
    cancel_job(timed(simulator, wait=False), job_id)
    run = timed(simulator, 1)
    cancel_job(run, job_id)

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "WaitTimeout"
    assert "Cancelling" in run.outcome.failure.message


# Words


@pytest.mark.parametrize(
    ("status", "code", "message", "recommendations", "words"),
    [
        ("Failed", None, None, (), "It ended as Failed, without an explanation"),
        ("Cancelled", None, None, (), "It ended as Cancelled"),
        ("Failed", "400239", "Full.", (), "It ended as Failed, 400239: Full."),
        (
            "Failed",
            None,
            "Full.",
            ("Make room.", "Run again."),
            ("It ended as Failed, Full. Azure recommends: Make room. Run again."),
        ),
        (
            "Failed",
            "TargetFileShareNotFound",
            "Gone.",
            (),
            ("It ended as Failed, TargetFileShareNotFound: Gone. Create the target share first."),
        ),
    ],
)
def test_a_failed_job_in_words(
    status: str, code: str | None, message: str | None, recommendations: tuple[str, ...], words: str
) -> None:
    job = Job("j-1", "Restore", status, "finance", "contosofiles", None, None, code, message, recommendations)
    failure = job_failure("It", job)

    assert failure.message == words
    assert failure.fault.code == (code or status)
    assert failure.fault.message == message
