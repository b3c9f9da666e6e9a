# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK restores shares and files, and cancels."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.recoveryservicesbackup.models import (
    AzureFileShareRestoreRequest,
    RestoreFileSpecs,
    RestoreRequestResource,
    TargetAFSRestoreInfo,
)
from simulation import IN_FABRIC, IN_VAULT, Headers, Simulation, parts, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(restore=60, cancel=60)}
vaults:
  - name: backup-vault
    resource_group: backup-rg
    policies: [daily-30, {{name: vaulted, days: 1, vault_days: 60}}]
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares:
      - {{name: hiring, protected_by: daily-30, recovery_points: 1}}
      - {{name: tiered, protected_by: vaulted, recovery_points: 5}}
      - target
"""
ORIGINAL: dict[str, Any] = {
    "recovery_type": "OriginalLocation",
    "copy_options": "Overwrite",
    "restore_request_type": "FullShareRestore",
}


def restore(simulator: Simulation, share: str = "hiring", point: str | None = None, **request: Any) -> str:
    """Start a restore; the id of its operation."""
    names = parts(simulator.items()[share])
    listed = simulator.backup.recovery_points.list(**IN_FABRIC, **names)
    headers = Headers()
    simulator.backup.restores.begin_trigger(
        **IN_FABRIC,
        **names,
        recovery_point_id=point or str(next(iter(listed)).name),
        parameters=RestoreRequestResource(
            properties=AzureFileShareRestoreRequest(source_resource_id=simulator.account_id("contosofiles"), **request)
        ),
        polling=False,
        raw_response_hook=headers,
    )
    return headers.operation_id


def restored(simulator: Simulation, **request: Any) -> Any:
    status = simulator.end_of(restore(simulator, **request))
    return simulator.end_of_job(status.properties.job_id).properties


def alternate(simulator: Simulation, share: str, account: str = "contosofiles") -> dict[str, Any]:
    target = TargetAFSRestoreInfo(name=share, target_resource_id=simulator.account_id(account))
    return {**ORIGINAL, "recovery_type": "AlternateLocation", "target_details": target}


def test_the_sdk_waits_for_a_restore_by_itself(simulator: Simulation) -> None:
    names = parts(simulator.items()["hiring"])
    point = next(iter(simulator.backup.recovery_points.list(**IN_FABRIC, **names)))
    request = AzureFileShareRestoreRequest(source_resource_id=simulator.account_id("contosofiles"), **ORIGINAL)
    poller = simulator.backup.restores.begin_trigger(
        **IN_FABRIC,
        **names,
        recovery_point_id=str(point.name),
        parameters=RestoreRequestResource(properties=request),
    )
    poller.wait()
    assert poller.status() == "Succeeded"
    (job,) = simulator.backup.backup_jobs.list(**IN_VAULT, filter="operation eq 'Restore'")
    assert job.properties.status == "InProgress"
    simulator.end_of_job(job.name)


def test_a_full_restore_to_the_original_share(simulator: Simulation) -> None:
    job = restored(simulator, **ORIGINAL)
    assert (job.operation, job.status) == ("Restore", "Completed")
    bag = job.extended_info.property_bag
    assert bag["Job Type"] == "Recovering to the original file share"
    assert bag["RestoreDestination"] == "contosofiles/hiring/"
    assert bag["Number Of Restored Files"] == "1"
    assert "Target File Share Name" not in bag
    assert job.actions_info == ["Cancellable"]


def test_files_restored_to_another_share(simulator: Simulation) -> None:
    specs = [RestoreFileSpecs(path=name, file_spec_type="File", target_folder_path="back") for name in ("a", "b")]
    request = alternate(simulator, "target") | {"restore_request_type": "ItemLevelRestore"}
    bag = restored(simulator, **request, restore_file_specs=specs).extended_info.property_bag
    assert bag["Job Type"] == "Recover to an alternate file share"
    assert bag["RestoreDestination"] == "contosofiles/target/back"
    assert bag["Target File Share Name"] == "target"
    assert bag["Number Of Restored Files"] == "2"


def test_an_item_level_restore_without_files_is_accepted(simulator: Simulation) -> None:
    request = {"recovery_type": "OriginalLocation", "restore_request_type": "ItemLevelRestore"}
    job = restored(simulator, **request)
    assert job.status == "Completed"
    assert job.extended_info.property_bag["Number Of Restored Files"] == "1"


@pytest.mark.parametrize(
    ("share", "account", "code"),
    [
        ("absent", "contosofiles", "TargetFileShareNotFound"),
        ("target", "absent", "UserErrorDTSStorageAccountNotFound"),
    ],
)
def test_a_target_which_is_not_there_fails_the_job(simulator: Simulation, share: str, account: str, code: str) -> None:
    job = restored(simulator, **alternate(simulator, share, account))
    assert job.status == "Failed"
    assert code in job.extended_info.dynamic_error_message


def test_a_restore_with_warnings(simulator: Simulation) -> None:
    simulator.control(
        "POST",
        "faults",
        {
            "operation": "restore",
            "share": "hiring",
            "status": "CompletedWithWarnings",
            "code": "UserErrorAFSRecoverySomeFilesNotRestored",
            "message": "One or more files could not be recovered successfully.",
        },
    )
    job = restored(simulator, **ORIGINAL)
    assert job.status == "CompletedWithWarnings"
    assert job.extended_info.property_bag["Number Of Failed Files"] == "1"
    assert job.error_details[0].error_string.startswith("One or more files")


def test_a_second_restore_to_the_same_share_fails(simulator: Simulation) -> None:
    operations = [restore(simulator, **ORIGINAL) for _unused in range(2)]
    jobs = [simulator.end_of_job(simulator.end_of(operation).properties.job_id).properties for operation in operations]
    assert [job.status for job in jobs] == ["Completed", "Failed"]
    assert "UserErrorAnotherRestoreInProgressOnSameTarget" in jobs[1].extended_info.dynamic_error_message


def test_a_running_restore_is_cancelled(simulator: Simulation) -> None:
    job_id = simulator.end_of(restore(simulator, **ORIGINAL)).properties.job_id
    headers, answer = Headers(), Headers()
    simulator.backup.job_cancellations.trigger(**IN_VAULT, job_name=job_id, raw_response_hook=headers)
    assert headers.status == 202
    assert f"/backupJobs/{job_id}/operationResults/" in headers["Location"]

    def poll() -> int:
        simulator.backup.job_operation_results.get(
            **IN_VAULT, job_name=job_id, operation_id=headers.operation_id, raw_response_hook=answer
        )
        return answer.status

    assert poll() == 202
    simulator.until(poll, lambda status: status == 204)
    assert simulator.end_of_job(job_id).properties.status == "Cancelled"
    simulator.backup.job_cancellations.trigger(**IN_VAULT, job_name=job_id, raw_response_hook=headers)
    with pytest.raises(HttpResponseError, match="cannot be cancelled"):
        simulator.until(poll, lambda status: status != 202)


def test_the_vault_tier_restores_only_whole_shares_elsewhere(simulator: Simulation) -> None:
    names = parts(simulator.items()["tiered"])
    rows: list[Any] = list(simulator.backup.recovery_points.list(**IN_FABRIC, **names))
    oldest = rows[-1]
    assert [tier["type"] for tier in oldest.properties["recoveryPointTierDetails"]] == ["HardenedRP"]
    with pytest.raises(HttpResponseError, match="vault tier"):
        restore(simulator, "tiered", str(oldest.name), **ORIGINAL)
    job = simulator.end_of(
        restore(simulator, "tiered", str(oldest.name), **alternate(simulator, "target"))
    ).properties.job_id
    assert simulator.end_of_job(job).properties.status == "Completed"


@pytest.mark.parametrize(
    "change",
    [
        {"recovery_type": "Offline"},
        {"copy_options": "Merge"},
        {"restore_request_type": "HalfShareRestore"},
        {"recovery_type": "AlternateLocation"},
    ],
)
def test_nonsense_is_refused(simulator: Simulation, change: dict[str, str]) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        restore(simulator, **(ORIGINAL | change))
    assert refusal.value.error and refusal.value.error.code == "BMSUserErrorInvalidInput"
