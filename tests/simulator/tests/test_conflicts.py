# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens when two want the same at once, and when an operation is planned to fail."""

import time
from typing import Any

import pytest
from simulation import Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(refresh=60, register=60, protect=60)}
vaults:
  - {{name: backup-vault, resource_group: backup-rg, policies: [daily-30, hourly-7]}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    registered: true
    shares:
      - free
      - {{name: hiring, protected_by: daily-30}}
      - {{name: labs, protected_by: daily-30, recovery_points: 1}}
"""
CONTAINER = "/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;Files-RG;contosofiles"


def body(simulator: Simulation, policy: str | None = "daily-30", **more: Any) -> dict[str, Any]:
    return {
        "properties": {
            "protectedItemType": "AzureFileShareProtectedItem",
            "policyId": f"{simulator.vault_id()}/backupPolicies/{policy}" if policy else "",
            "sourceResourceId": simulator.account_id("contosofiles"),
            **more,
        }
    }


def item(simulator: Simulation, share: str) -> str:
    rows = simulator.call("GET", "/backupProtectedItems").json()["value"]
    return str(next(row["id"] for row in rows if row["properties"]["friendlyName"] == share))


def test_a_registration_during_a_registration(simulator: Simulation) -> None:
    wanted = {"containerType": "StorageContainer", "sourceResourceId": simulator.account_id("contosofiles")}
    again = {"properties": wanted | {"backupManagementType": "AzureStorage", "operationType": "Reregister"}}
    first, second = (simulator.call("PUT", CONTAINER, json=again) for _unused in range(2))
    assert (first.status_code, second.status_code) == (202, 400)
    assert second.json()["error"] == {"code": "BadRequest", "message": "Registration is already in progress."}
    assert simulator.follow(first)["status"] == "Succeeded"
    assert simulator.call("PUT", CONTAINER, json=again).status_code == 202


def test_a_refresh_during_a_refresh(simulator: Simulation) -> None:
    first, second = (simulator.call("POST", "/backupFabrics/Azure/refreshContainers") for _unused in range(2))
    assert simulator.follow(first)["status"] == "Succeeded"
    status = simulator.follow(second)
    assert (status["status"], status["error"]["code"]) == ("Failed", "DiscoveryInProgress")
    assert simulator.call("GET", second.headers["Location"]).status_code == 409


def test_two_configurations_of_one_share(simulator: Simulation) -> None:
    path = f"{CONTAINER}/protectedItems/azurefileshare;free"
    first, second = (simulator.call("PUT", path, json=body(simulator)) for _unused in range(2))
    assert simulator.follow(first)["status"] == "Succeeded"
    status = simulator.follow(second)
    assert status["status"] == "Failed"
    assert status["error"]["code"] == "BMSUserErrorConflictingProtectionOperation"
    assert "properties" not in status


def test_a_stop_during_a_configuration(simulator: Simulation) -> None:
    path = item(simulator, "hiring")
    configuration = simulator.call("PUT", path, json=body(simulator, "hourly-7"))
    stop = simulator.call("PUT", path, json=body(simulator, None, protectionState="ProtectionStopped"))
    assert simulator.follow(stop)["error"]["code"] == "BMSUserErrorObjectLocked"
    assert simulator.follow(configuration)["status"] == "Succeeded"
    state = simulator.call("GET", path).json()["properties"]
    assert (state["protectionState"], state["policyId"].rpartition("/")[2]) == ("IRPending", "hourly-7")


def test_a_resumed_item_waits_for_its_next_backup(simulator: Simulation) -> None:
    path = item(simulator, "labs")
    simulator.follow(simulator.call("PUT", path, json=body(simulator, None, protectionState="ProtectionStopped")))
    simulator.follow(simulator.call("PUT", path, json=body(simulator)))
    assert simulator.call("GET", path).json()["properties"]["protectionState"] == "IRPending"


def test_a_planned_failure_hits_its_share_once_and_changes_nothing(simulator: Simulation) -> None:
    fault = {"operation": "protect", "share": "HIRING", "status": "Failed", "code": "Odd", "message": "No."}
    simulator.control("POST", "faults", fault)
    other = simulator.call("PUT", item(simulator, "labs"), json=body(simulator))
    assert simulator.follow(other)["status"] == "Succeeded"
    path = item(simulator, "hiring")
    status = simulator.follow(simulator.call("PUT", path, json=body(simulator, "daily-30")))
    assert status["error"] == {"code": "Odd", "message": "No."}
    assert "properties" not in status
    job = simulator.call("GET", "/backupJobs").json()["value"][0]["properties"]
    assert (job["status"], job["errorDetails"][0]["errorString"]) == ("Failed", "No.")
    assert simulator.call("GET", path).json()["properties"]["policyId"].endswith("/hourly-7")
    again = simulator.call("PUT", path, json=body(simulator, "daily-30"))
    assert simulator.follow(again)["status"] == "Succeeded"


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_an_operation_fails_or_is_cancelled(simulator: Simulation, status: str) -> None:
    simulator.control("POST", "faults", {"operation": "inquire", "status": status, "code": "Odd"})
    answer = simulator.call("POST", f"{CONTAINER}/inquire")
    assert simulator.follow(answer)["status"] == status
    result = simulator.call("GET", answer.headers["Location"])
    assert (result.status_code, result.json()["error"]["code"]) == (400, "Odd")


def test_the_operation_of_a_backup_and_its_job_fail_apart(simulator: Simulation) -> None:
    backup = {"properties": {"objectType": "AzureFileShareBackupRequest"}}
    path = item(simulator, "labs") + "/backup"
    simulator.control("POST", "faults", {"operation": "backup_start", "code": "Early"})
    status = simulator.follow(simulator.call("POST", path, json=backup))
    assert (status["status"], status["error"]["code"]) == ("Failed", "Early")
    simulator.control("POST", "faults", {"operation": "backup", "code": "Late"})
    status = simulator.follow(simulator.call("POST", path, json=backup))
    assert status["status"] == "Succeeded"
    job = simulator.end_of_job(status["properties"]["jobId"]).properties
    assert (job.status, job.extended_info.dynamic_error_message.partition(":")[0]) == ("Failed", "Late")


def test_operations_follow_the_clock_and_not_the_wall(start: Any) -> None:
    simulator = start(SCENARIO.replace('"protect": 60', '"protect": 3600'))
    answer = simulator.call("PUT", item(simulator, "hiring"), json=body(simulator, "hourly-7"))
    url = answer.headers["Azure-AsyncOperation"]
    assert simulator.call("GET", url).json()["status"] == "InProgress"
    simulator.control("POST", "clock", {"advance": 3600})
    assert simulator.call("GET", url).json()["status"] == "Succeeded"
    job_id = simulator.call("GET", url).json()["properties"]["jobId"]
    job = simulator.call("GET", f"/backupJobs/{job_id}").json()["properties"]
    assert job["duration"].startswith("PT59M59.98")  # of an hour, without the moment in which it had not begun


def test_a_share_which_is_born_again_is_another_item(simulator: Simulation) -> None:
    old = item(simulator, "hiring")
    for action in ("delete", "create"):
        simulator.control("POST", "shares", {"account": "contosofiles", "share": "hiring", "action": action})
    simulator.follow(simulator.call("POST", f"{CONTAINER}/inquire"))
    offered = simulator.call("GET", "/backupProtectableItems").json()["value"]
    (born,) = [row for row in offered if row["properties"]["friendlyName"] == "hiring"]
    assert born["name"].partition(";")[2] not in old
    assert simulator.call("GET", old).json()["properties"]["extendedInfo"]["resourceState"] == "SoftDeleted"


def test_latency_is_added_to_every_request(start: Any) -> None:
    simulator = start("latency: 0.2\nvaults: [{name: backup-vault, resource_group: backup-rg}]\n")
    assert simulator.http
    begin = time.monotonic()
    simulator.call("GET", "")
    assert time.monotonic() - begin >= 0.2
    (entry,) = simulator.journal()
    assert entry["end"] - entry["start"] >= 0.2
