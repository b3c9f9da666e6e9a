# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK backs up shares and reads recovery points and jobs."""

import datetime as dt
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.recoveryservicesbackup.models import AzureFileShareBackupRequest, BackupRequestResource
from simulation import FILE_SHARES, IN_FABRIC, IN_VAULT, Headers, Simulation, parts, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(backup=60)}
page_size: 3
vaults:
  - name: backup-vault
    resource_group: backup-rg
    policies: [daily-30, {{name: vaulted, days: 2, vault_days: 60}}]
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares:
      - {{name: hiring, protected_by: daily-30}}
      - {{name: busy, protected_by: daily-30}}
      - {{name: gone, protected_by: daily-30}}
      - {{name: old, protected_by: daily-30, recovery_points: 4}}
      - {{name: tiered, protected_by: vaulted}}
"""


def start(simulator: Simulation, share: str, expiry: dt.datetime | None = None) -> str:
    """Start a backup; the id of its operation."""
    headers = Headers()
    request = AzureFileShareBackupRequest(recovery_point_expiry_time_in_utc=expiry)
    simulator.backup.backups.trigger(
        **IN_FABRIC,
        **parts(simulator.items()[share]),
        parameters=BackupRequestResource(properties=request),
        raw_response_hook=headers,
    )
    assert headers.status == 202
    return headers.operation_id


def backed_up(simulator: Simulation, share: str) -> Any:
    status = simulator.end_of(start(simulator, share))
    return simulator.end_of_job(status.properties.job_id).properties


def points(simulator: Simulation, share: str, query: str | None = None) -> list[Any]:
    names = parts(simulator.items()[share])
    return list(simulator.backup.recovery_points.list(**IN_FABRIC, **names, filter=query))


def test_the_operation_ends_when_there_is_a_job_which_runs_on(simulator: Simulation) -> None:
    status = simulator.end_of(start(simulator, "hiring"))
    assert status.status == "Succeeded"
    running = simulator.backup.job_details.get(**IN_VAULT, job_name=status.properties.job_id).properties
    assert running.status == "InProgress"
    assert running.end_time is None
    assert running.extended_info.tasks_list[0].status == "InProgress"
    job = simulator.end_of_job(status.properties.job_id).properties
    assert (job.operation, job.status) == ("Backup", "Completed")
    assert job.extended_info.property_bag["Whether job is adhoc or scheduled."] == "True"
    assert job.is_user_triggered is False
    assert job.end_time - job.start_time == job.duration


def test_the_first_backup_makes_the_item_protected(simulator: Simulation) -> None:
    item = simulator.items()["hiring"].properties
    assert item.protection_state == "Protected"
    assert item.last_backup_status == "Completed"
    (point,) = points(simulator, "hiring")
    assert item.last_recovery_point == point.properties.recovery_point_time


def test_a_recovery_point_can_be_got(simulator: Simulation) -> None:
    (listed,) = points(simulator, "hiring")
    point = simulator.backup.recovery_points.get(
        **IN_FABRIC, **parts(simulator.items()["hiring"]), recovery_point_id=str(listed.name)
    )
    properties: Any = point.properties
    assert len(str(point.name)) == 19
    assert properties.file_share_snapshot_uri.startswith("https://contosofiles.file.core.windows.net/hiring?")
    assert [tier["type"] for tier in properties["recoveryPointTierDetails"]] == ["InstantRP"]


def test_the_list_is_newest_first_and_filtered_by_date(simulator: Simulation) -> None:
    times = [point.properties.recovery_point_time for point in points(simulator, "old")]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)
    newest, second, third, _unused = times
    query = f"startDate eq '{third:%Y-%m-%d %I:%M:%S %p}' and endDate eq '{second:%Y-%m-%d %I:%M:%S %p}'"
    assert newest not in [point.properties.recovery_point_time for point in points(simulator, "old", query)]
    assert len(points(simulator, "old", query)) == 2


def test_a_second_backup_at_once_fails_in_its_job(simulator: Simulation) -> None:
    first, second = start(simulator, "busy"), start(simulator, "busy")
    statuses = [simulator.end_of(operation) for operation in (first, second)]
    assert [status.status for status in statuses] == ["Succeeded", "Succeeded"]
    jobs = [simulator.end_of_job(status.properties.job_id).properties for status in statuses]
    assert [job.status for job in jobs] == ["Completed", "Failed"]
    (error,) = jobs[1].error_details
    assert error.error_string == "A backup job is already in progress for this file share."
    assert jobs[1].extended_info.dynamic_error_message.startswith("ParallelSnapshotRequest")


def test_the_backup_of_a_deleted_share_fails(simulator: Simulation) -> None:
    simulator.control("POST", "shares", {"account": "contosofiles", "share": "gone", "action": "delete"})
    job = backed_up(simulator, "gone")
    assert job.status == "Failed"
    assert "UserErrorBackupAFSInSoftDeleteState" in job.extended_info.dynamic_error_message
    assert simulator.items()["gone"].properties.protection_state == "IRPending"


def test_a_tiered_recovery_point_loses_its_snapshot_first(simulator: Simulation) -> None:
    backed_up(simulator, "tiered")

    def tiers() -> list[list[str]]:
        return [
            [tier["type"] for tier in point.properties["recoveryPointTierDetails"]]
            for point in points(simulator, "tiered")
        ]

    assert tiers() == [["InstantRP", "HardenedRP"]]
    simulator.advance(days=3)
    assert tiers() == [["HardenedRP"]]
    simulator.advance(days=60)
    assert tiers() == []


def test_a_recovery_point_expires_when_it_was_asked_to(simulator: Simulation) -> None:
    now = dt.datetime.fromisoformat(simulator.control("GET", "clock")["now"])
    status = simulator.end_of(start(simulator, "hiring", now + dt.timedelta(days=3)))
    simulator.end_of_job(status.properties.job_id)
    before = len(points(simulator, "hiring"))
    simulator.advance(days=3)
    assert len(points(simulator, "hiring")) == before - 1


def test_an_unknown_item_cannot_be_backed_up(simulator: Simulation) -> None:
    names = parts(simulator.items()["hiring"]) | {"protected_item_name": "AzureFileShare;hiring"}
    with pytest.raises(ResourceNotFoundError, match="Item not found"):
        simulator.backup.backups.trigger(
            **IN_FABRIC,
            **names,
            parameters=BackupRequestResource(properties=AzureFileShareBackupRequest()),
        )


def test_ten_backups_a_day_are_the_limit(simulator: Simulation) -> None:
    for _unused in range(10):
        start(simulator, "old")
    with pytest.raises(HttpResponseError, match="limit of 10 on-demand backups"):
        start(simulator, "old")
    assert max(simulator.control("GET", "state")["budgets"]["backups"].values()) == 10
    simulator.advance(days=1)
    start(simulator, "old")


def jobs(simulator: Simulation, query: str | None = None) -> list[Any]:
    return [row.properties for row in simulator.backup.backup_jobs.list(**IN_VAULT, filter=query)]


def test_jobs_are_listed_newest_first_over_many_pages(simulator: Simulation) -> None:
    everything = jobs(simulator)
    assert len(everything) > 10
    started = [job.start_time for job in everything]
    assert started == sorted(started, reverse=True)


def test_jobs_are_filtered_as_the_az_cli_does(simulator: Simulation) -> None:
    failed = jobs(simulator, f"{FILE_SHARES} and operation eq 'Backup' and status eq 'Failed'")
    assert failed
    assert {job.status for job in failed} == {"Failed"}
    assert jobs(simulator, "operation eq 'Restore'") == []
    oldest = min(job.start_time for job in jobs(simulator))
    until = oldest + dt.timedelta(days=1)
    query = f"startTime eq '{oldest:%Y-%m-%d %I:%M:%S %p}' and endTime eq '{until:%Y-%m-%d %I:%M:%S %p}'"
    assert 0 < len(jobs(simulator, query)) < len(jobs(simulator))
