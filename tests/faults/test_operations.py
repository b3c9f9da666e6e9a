# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations and jobs that do not end as they should."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.clocks import virtual_time
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    afterwards,
    instead,
    on,
    refusal,
)

ITEM = r"/protectedItems/[^/]+$"
BACKUP = r"/protectedItems/[^/]+/backup$"
CONTAINER = r"/protectionContainers/[^/]+$"
OPERATION = r"/backupOperations/"
RESULT = r"/operationResults/"
JOB = r"/backupJobs/[^/]+$"
JOBS = r"/backupJobs$"
IRPENDING = {"finance": "IRPending", "hiring": "IRPending", "legal": "IRPending"}


def ended(status: str, error: Any = None, job: str | None = None) -> Any:
    body: dict[str, Any] = {"id": "1", "name": "1", "status": status, "endTime": "2026-11-22T07:00:47Z"}
    body |= {"error": error} if error else {}
    body |= {"properties": {"objectType": "OperationStatusJobExtendedInfo", "jobId": job}} if job else {}
    return instead(200, body)


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
@pytest.mark.parametrize("told", [True, False], ids=["with error", "without error"])
def test_an_operation_that_ends_badly_is_the_failure_of_its_share(known: Bench, status: str, told: bool) -> None:
    error = {"code": "UserErrorFileShareEndpointUnreachable", "message": "Storage account not found"} if told else None
    with known.spoilt(on("GET", OPERATION, ended(status, error, "some-job"))):
        run = known.protect(parallel=1)
    assert run.failed
    bad = run.shares()["finance"]
    assert not bad["changed"]
    assert bad["job_id"] == "some-job"
    assert status in run.message
    assert ("kind that is not supported" in run.message) == told
    assert [end["error"] is None for end in run.shares().values()] == [False, True, True]
    assert run.changed


def test_the_services_own_failure_changes_nothing(known: Bench) -> None:
    """An internal error is tried once more before it counts."""
    known.simulator.plan({"operation": "protect", "account": known.account, "share": "hiring", "times": 2})
    run = known.protect()
    assert run.failed
    assert run.shares()["hiring"]["error"]["code"] == "CloudInternalError"
    assert not run.shares()["hiring"]["changed"]
    assert known.states() == {"finance": "IRPending", "legal": "IRPending"}
    again = known.protect()
    assert not again.failed
    assert known.states() == IRPENDING


@pytest.mark.parametrize("wait", [60, 90])
def test_an_operation_that_never_ends_ends_with_the_deadline(
    known: Bench, monkeypatch: pytest.MonkeyPatch, wait: int
) -> None:
    time = virtual_time(known, monkeypatch)
    with known.spoilt(on("GET", OPERATION, ended("InProgress"), times=None)):
        run = known.protect("finance", wait_timeout=wait, poll_interval=5)
    assert time.now == wait
    # The share is protected, which only its item tells.
    assert not run.failed
    assert run.changed


def test_work_that_goes_on_beyond_the_deadline_is_said_to(known: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    virtual_time(known, monkeypatch)
    never = on("GET", OPERATION, ended("InProgress"), times=None)
    unseen = on("PUT", ITEM, instead(202, b"", Location="/subscriptions/x/operationResults/1"), times=None)
    with known.spoilt(never, unseen):
        run = known.protect("finance", wait_timeout=1)
    assert run.failed
    assert run.code == "WaitTimeout"
    assert run.changed
    assert "run again" in run.message


@pytest.mark.parametrize("word", ["Accepted", "Running", "inprogress"])
def test_an_unknown_status_is_waited_for(known: Bench, word: str) -> None:
    with known.spoilt(on("GET", OPERATION, ended(word), times=2)):
        run = known.protect("finance")
    assert not run.failed, run.message
    assert run.shares()["finance"]["job_id"]


def test_an_operation_that_vanishes_is_decided_by_looking(known: Bench) -> None:
    gone = refusal(404, "OperationNotFound", "The operation was not found.")
    with known.spoilt(on("GET", OPERATION, gone, times=None, after=1)):
        run = known.protect()
    assert not run.failed, run.message
    assert run.changed
    assert known.states() == IRPENDING


def test_an_operation_that_vanishes_with_what_it_did_is_a_failure(known: Bench) -> None:
    unseen = on("PUT", ITEM, instead(202, b"", Location="/subscriptions/x/operationResults/1"), times=None)
    with known.spoilt(unseen):
        run = known.protect("finance")
    assert run.failed
    assert run.code == "OperationNotFound"
    assert run.changed
    assert "cannot be learned" in run.message


def test_a_result_that_is_an_error_for_a_while(fresh: Bench) -> None:
    with fresh.spoilt(on("GET", RESULT, refusal(500, "CloudInternalError"), times=4)):
        run = fresh.register()
    assert not run.failed, run.message
    assert run.result["api_calls"]["refreshes"] <= 1


def test_a_result_that_stays_an_error_is_decided_by_looking(fresh: Bench) -> None:
    with fresh.spoilt(on("GET", CONTAINER + "|" + RESULT, refusal(500, "CloudInternalError"), times=None)):
        run = fresh.register()
    assert not run.failed, run.message
    assert run.changed
    assert run.result["container"]["registration_status"] == "Registered"


def test_an_unregistration_whose_result_stays_an_error(known: Bench) -> None:
    with known.spoilt(on("GET", OPERATION, refusal(500, "CloudInternalError"), times=None)):
        run = known.register(state="absent")
    assert not run.failed, run.message
    assert run.changed
    assert run.result["container"] is None


ADDRESSES = {
    "none": {"Location": None, "Azure_AsyncOperation": None},
    "empty": {"Location": "", "Azure_AsyncOperation": ""},
    "no id": {"Location": "/subscriptions/x/operationResults/?api-version=2016-12-01", "Azure_AsyncOperation": None},
    "only a host": {"Location": "/", "Azure_AsyncOperation": None},
    "climbing": {"Location": "/subscriptions/x/operationResults/..", "Azure_AsyncOperation": None},
    "another thing": {"Location": "/subscriptions/x/vaults/y", "Azure_AsyncOperation": None},
}


@pytest.mark.parametrize("headers", ADDRESSES.values(), ids=ADDRESSES)
def test_an_operation_without_an_address_has_still_begun(known: Bench, headers: dict[str, str | None]) -> None:
    with known.spoilt(on("PUT", ITEM, afterwards(lambda answer: answer.with_headers(**headers)), times=None)):
        run = known.protect()
    # Nothing of it can be followed, so what the vault lists afterwards decides.
    assert not run.failed, run.message
    assert run.changed
    assert known.states() == IRPENDING


@pytest.mark.parametrize("headers", ADDRESSES.values(), ids=ADDRESSES)
def test_a_backup_without_an_address_is_found_by_its_job(guarded: Bench, headers: dict[str, str | None]) -> None:
    with guarded.spoilt(on("POST", BACKUP, afterwards(lambda answer: answer.with_headers(**headers)), times=None)):
        run = guarded.back_up("finance")
    assert not run.failed, run.message
    assert run.shares("backups")["finance"]["status"] == "Completed"
    assert guarded.jobs() == {"finance": 1}


def test_a_malformed_address_is_enough_where_it_holds_the_id(known: Bench) -> None:
    def malform(answer: Answer) -> Answer:
        location = answer.headers["Location"].replace("?", "?fabricName=Azure?", 1)
        return answer.with_headers(Location=location, Azure_AsyncOperation=None)

    with known.spoilt(on("PUT", ITEM, afterwards(malform), times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert [bool(end["job_id"]) for end in run.shares().values()] == [True] * 3


def test_a_success_without_a_job_is_a_success_of_a_protection(known: Bench) -> None:
    with known.spoilt(on("GET", OPERATION, ended("Succeeded"), times=None)):
        run = known.protect("finance")
    assert not run.failed, run.message
    assert run.shares()["finance"]["job_id"] is None


def test_a_backup_without_a_job_is_looked_for(guarded: Bench) -> None:
    with guarded.spoilt(on("GET", OPERATION, ended("Succeeded"), times=None)):
        run = guarded.back_up()
    assert not run.failed, run.message
    assert {end["status"] for end in run.shares("backups").values()} == {"Completed"}
    assert guarded.jobs() == {"finance": 1, "hiring": 1, "legal": 1}


def test_a_backup_that_has_no_job_at_all_is_a_failure(guarded: Bench) -> None:
    nothing = on("POST", BACKUP, instead(202, b"", Location="/subscriptions/x/operationResults/1"), times=None)
    with guarded.spoilt(nothing, on("GET", OPERATION, ended("Succeeded"), times=None)):
        run = guarded.back_up("finance")
    assert run.failed
    assert run.changed
    assert "no backup job shows" in run.message


@pytest.mark.parametrize("status", ["Failed", "Cancelled"])
def test_a_backup_job_that_ends_badly(guarded: Bench, status: str) -> None:
    def spoil(answer: Answer) -> Answer:
        body = answer.json
        details = [{"errorCode": 400231, "errorString": "The share is busy."}]
        body["properties"] |= {"status": status, "errorDetails": details}
        return answer.with_json(body)

    with guarded.spoilt(on("GET", JOB, afterwards(spoil), times=None)):
        run = guarded.back_up("finance")
    assert run.failed
    assert run.changed
    assert run.shares("backups")["finance"]["status"] == status
    assert "The share is busy." in run.message
    assert status in run.message


def test_the_services_own_failed_job(guarded: Bench) -> None:
    guarded.simulator.plan(
        {"operation": "backup", "account": guarded.account, "share": "hiring", "code": "AFSMaxSnapshotReached"}
    )
    run = guarded.back_up()
    assert run.failed
    assert run.code == "AFSMaxSnapshotReached"
    assert "200 snapshots" in run.message
    assert [end["error"] is None for end in run.shares("backups").values()] == [True, False, True]


def test_a_job_with_warnings_is_a_success_with_a_warning(guarded: Bench) -> None:
    guarded.simulator.plan(
        {"operation": "backup", "account": guarded.account, "status": "CompletedWithWarnings", "message": "Some odd."}
    )
    run = guarded.back_up("finance")
    assert not run.failed
    assert any("completed with warnings" in warning for warning in run.warnings)


def with_status(status: str, end: bool) -> Any:
    def spoil(answer: Answer) -> Answer:
        body = answer.json
        body["properties"]["status"] = status
        if not end:
            body["properties"].pop("endTime", None)
        return answer.with_json(body)

    return afterwards(spoil)


def test_a_job_of_an_unknown_status_runs_until_it_has_an_end(guarded: Bench) -> None:
    with guarded.spoilt(on("GET", JOB, with_status("Queued", end=False), times=3)):
        run = guarded.back_up("finance")
    assert not run.failed, run.message
    assert run.shares("backups")["finance"]["status"] == "Completed"


def test_a_job_that_ended_in_an_unknown_way_is_no_success(guarded: Bench) -> None:
    with guarded.spoilt(on("GET", JOB, with_status("Evaporated", end=True), times=None)):
        run = guarded.back_up("finance")
    assert run.failed
    assert "Evaporated" in run.message


def test_a_job_that_never_ends_ends_with_the_deadline(guarded: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    time = virtual_time(guarded, monkeypatch)
    with guarded.spoilt(on("GET", JOB, with_status("InProgress", end=False), times=None)):
        run = guarded.back_up("finance", wait_timeout=60, poll_interval=5)
    assert time.now == 60
    assert run.code == "WaitTimeout"
    assert run.changed


def test_a_job_that_cannot_be_read_does_not_lose_the_others(guarded: Bench) -> None:
    def leave_out(answer: Answer) -> Answer:
        jobs = [job for job in answer.json["value"] if job["properties"]["entityFriendlyName"] != "finance"]
        return answer.with_json(answer.json | {"value": jobs})

    refused = refusal(404, "BMSUserErrorJobNotFound")
    with guarded.spoilt(on("GET", JOBS, afterwards(leave_out), times=None), on("GET", JOB, refused, times=None)):
        run = guarded.back_up()
    assert run.failed
    assert "1 of 3 shares failed" in run.message
    assert run.changed
    assert sorted(str(end["status"]) for end in run.shares("backups").values()) == ["Completed", "Completed", "None"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_list_of_jobs_that_fails_while_waiting_heals(guarded: Bench, times: int) -> None:
    fault = refusal(403, "AuthorizationFailed")
    with guarded.spoilt(on("GET", JOBS, fault, times=times, after=1)):
        run = guarded.back_up()
    assert not run.failed, run.message
