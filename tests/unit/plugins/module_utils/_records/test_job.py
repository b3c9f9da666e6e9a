# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job


def job(**properties: Any) -> Job:
    return Job.from_api({"name": "j-1", "properties": {"status": "Completed"} | properties})


def bag(**headings: str) -> dict[str, Any]:
    return {"tasksList": [], "propertyBag": headings}


# A restore's headings, as recorded in 2019 and in 2026.
OF_2019 = {
    "Source File Share Name": "finance",
    "Job Type": "Recovering to the original file share",
    "RestoreDestination": "contosofiles/finance/",
    "Number Of Restored Files": "12",
    "Number Of Skipped Files": "0",
    "Number Of Failed Files": "1",
    "Data Transferred (in MB)": "0",
    "RestoreRecoveryPointTime": "11/27/2019 8:24:10 AM",
}
OF_2026 = {
    "Number Of Restored Files": "12",
    "Number Of Skipped Files": "0",
    "Number Of Failed Files": "1",
    "Number Of Restored Directories": "3",
    "Recovery Point Time in UTC": "9/21/2026 7:00:47 AM",
    "Whether job is adhoc or scheduled.": "True",
}


def test_the_headings_of_2019_become_keys() -> None:
    assert job(extendedInfo=bag(**OF_2019)).details == {
        "source_file_share_name": "finance",
        "job_type": "Recovering to the original file share",
        "restore_destination": "contosofiles/finance/",
        "number_of_restored_files": "12",
        "number_of_skipped_files": "0",
        "number_of_failed_files": "1",
        "data_transferred_in_mb": "0",
        "restore_recovery_point_time": "11/27/2019 8:24:10 AM",
    }


def test_the_headings_of_2026_become_keys() -> None:
    assert job(extendedInfo=bag(**OF_2026)).details == {
        "number_of_restored_files": "12",
        "number_of_skipped_files": "0",
        "number_of_failed_files": "1",
        "number_of_restored_directories": "3",
        "recovery_point_time_in_utc": "9/21/2026 7:00:47 AM",
        "whether_job_is_adhoc_or_scheduled": "True",
    }


@pytest.mark.parametrize(
    ("status", "end", "running"),
    [
        ("InProgress", None, True),
        ("Cancelling", None, True),
        ("Completed", None, False),
        ("Failed", None, False),
        ("Hibernating", None, True),
        ("Hibernating", "2026-11-22T12:00:00Z", False),
    ],
)
def test_a_job_of_an_unknown_status_runs_until_it_has_an_end(status: str, end: str | None, running: bool) -> None:
    assert job(status=status, endTime=end).running is running


@pytest.mark.parametrize("headings", [OF_2019, OF_2026])
def test_counts_are_numbers(headings: dict[str, str]) -> None:
    counted = job(extendedInfo=bag(**headings))

    assert counted.count("number_of_restored_files") == 12
    assert counted.count("number_of_skipped_files") == 0


@pytest.mark.parametrize("extended", [None, {}, bag(), bag(**{"Number Of Restored Files": "many"})])
def test_a_count_that_is_not_told_is_unknown(extended: Any) -> None:
    assert job(extendedInfo=extended).count("number_of_restored_files") is None


@pytest.mark.parametrize("extended", [None, {}, {"propertyBag": None}])
def test_a_list_leaves_the_details_out(extended: Any) -> None:
    assert job(extendedInfo=extended).details is None


def test_an_empty_bag_is_not_left_out() -> None:
    assert job(extendedInfo=bag()).details == {}


@pytest.mark.parametrize(
    ("actions", "cancellable"),
    [([1], True), (["Cancellable"], True), ([2], False), (["Retriable"], False), ([], False), (None, False)],
)
def test_whether_a_job_can_be_cancelled(actions: Any, cancellable: bool) -> None:
    assert job(actionsInfo=actions).cancellable is cancellable


@pytest.mark.parametrize(
    ("properties", "code", "message"),
    [
        (
            {"errorDetails": [{"errorCode": 400239, "errorString": "It is\r\nfull."}]},
            "400239",
            "It is full.",
        ),
        (
            {
                "errorDetails": [{"errorCode": 400239, "errorString": "It is full."}],
                "extendedInfo": {"dynamicErrorMessage": "TargetFileShareNotFound: Other words."},
            },
            "TargetFileShareNotFound",
            "It is full.",
        ),
        (
            {"extendedInfo": {"dynamicErrorMessage": "AFSMaxSnapshotReached: You have too many."}},
            "AFSMaxSnapshotReached",
            "You have too many.",
        ),
        ({"extendedInfo": {"dynamicErrorMessage": "UserErrorX: Odd."}}, "UserErrorX", "Odd."),
        ({"extendedInfo": {"dynamicErrorMessage": "Error: odd."}}, None, "Error: odd."),
        ({"extendedInfo": {"dynamicErrorMessage": "Some words: odd."}}, None, "Some words: odd."),
        ({"errorDetails": []}, None, None),
        ({"errorDetails": None}, None, None),
    ],
)
def test_why_a_job_failed(properties: dict[str, Any], code: str | None, message: str | None) -> None:
    failed = job(**properties)

    assert (failed.error_code, failed.error_message) == (code, message)


@pytest.mark.parametrize(
    ("given", "told"),
    [(["Wait.\r\n", "Run again."], ("Wait.", "Run again.")), ([""], ()), ([], ()), (None, ())],
)
def test_what_the_service_recommends(given: Any, told: tuple[str, ...]) -> None:
    assert job(errorDetails=[{"errorCode": 1, "recommendations": given}]).recommendations == told


def test_a_failed_job_is_returned() -> None:
    failed = job(
        operation="Restore",
        status="Failed",
        entityFriendlyName="finance",
        storageAccountName="contosofiles",
        startTime="2026-11-22T07:00:47.9220568Z",
        endTime="2026-11-22T07:01:18Z",
        duration="PT30.0779432S",
        errorDetails=[{"errorCode": 1, "errorString": "Full.", "recommendations": ["Make room."]}],
    )

    assert failed.to_result() == {
        "job_id": "j-1",
        "operation": "Restore",
        "status": "Failed",
        "share": "finance",
        "storage_account": "contosofiles",
        "start_time": "2026-11-22T07:00:47Z",
        "end_time": "2026-11-22T07:01:18Z",
        "duration_seconds": 30.078,
        "details": None,
        "error": {"code": "1", "message": "Full.", "recommendations": ["Make room."]},
    }


def test_a_job_without_an_error_returns_none() -> None:
    assert job().to_result()["error"] is None


@pytest.mark.parametrize("operation", ["Register", "UnRegister", "unregister"])
@pytest.mark.parametrize("named", [{}, {"storageAccountName": "contosofiles"}])
def test_a_job_of_an_account_has_no_share(operation: str, named: dict[str, str]) -> None:
    found = job(operation=operation, entityFriendlyName="contosofiles", **named)

    assert (found.share, found.account_name) == ("", "contosofiles")
    assert found.to_result()["share"] == ""


def test_a_job_of_a_share_is_of_its_entity() -> None:
    found = job(operation="Backup", entityFriendlyName="finance", storageAccountName="contosofiles")

    assert (found.share, found.account_name) == ("finance", "contosofiles")
