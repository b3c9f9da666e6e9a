# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other region of a vault: what is there, who may restore from there, and what becomes of it.

Over plain HTTP: the recordings judge the shapes, the az CLI the sequence.
"""

import datetime as dt
from typing import Any

import pytest
from simulation import FILE_SHARES, GROUP, VAULT, Simulation, operation_id, swift

pytestmark = pytest.mark.story
OTHER = "8b5e0f7a-3d35-4f0c-9d43-9c0f6d1e2004"
SCENARIO = f"""{swift(secondary_restore_start=1, secondary_restore=600)}
vaults:
  - name: {VAULT}
    resource_group: {GROUP}
    cross_region_restore: true
    cross_subscription_restore: Disabled
    policies: [daily-30, {{name: tiered, days: 5, vault_days: 60}}]
  - {{name: alone, resource_group: {GROUP}}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares:
      - {{name: hiring, protected_by: tiered, recovery_points: 7}}
      - {{name: young, protected_by: tiered}}
      - {{name: shallow, protected_by: daily-30, recovery_points: 3}}
  - {{name: refuge, resource_group: There-RG, location: northeurope, shares: [hiring]}}
  - {{name: abroad, resource_group: There-RG, location: northeurope, subscription_id: {OTHER}, shares: [hiring]}}
"""
THERE = "api-version=2021-11-15"
HOUR = 3600


def items(simulator: Simulation) -> dict[str, Any]:
    rows = simulator.call("GET", f"/backupProtectedItems/?{THERE}").json()["value"]
    return {row["properties"]["friendlyName"]: row for row in rows}


def points(simulator: Simulation, item: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = simulator.call("GET", f"{item['id']}/recoveryPoints/?{THERE}").json()["value"]
    return rows


def location(simulator: Simulation, tail: str, region: str = "northeurope") -> str:
    where = f"/subscriptions/{simulator.subscription_id}/providers/Microsoft.RecoveryServices/locations/{region}"
    return f"{where}/{tail}{'&' if '?' in tail else '?'}{THERE}"


def principal(simulator: Simulation, query: str = f"?$filter={FILE_SHARES}") -> dict[str, Any]:
    properties: dict[str, Any] = simulator.call("GET", location(simulator, f"backupAadProperties{query}")).json()[
        "properties"
    ]
    return properties


def token(simulator: Simulation, whose: dict[str, Any]) -> dict[str, Any]:
    item = items(simulator)["hiring"]
    newest = points(simulator, item)[0]["name"]
    body = {"properties": {key: value for key, value in whose.items() if key != "identityVersion"}}
    answer = simulator.call("POST", f"{item['id']}/recoveryPoints/{newest}/accessToken?{THERE}", json=body)
    assert answer.status_code == 200, answer.text
    details: dict[str, Any] = answer.json()["properties"]
    return details


def restore(
    simulator: Simulation, details: dict[str, Any], account: str = "refuge", region: str = "northeurope", **more: Any
) -> Any:
    target = simulator.account_id(account, "There-RG")
    if account == "abroad":
        target = target.replace(simulator.subscription_id, OTHER)
    request = {
        "objectType": "AzureFileShareRestoreRequest",
        "recoveryType": "AlternateLocation",
        "sourceResourceId": simulator.account_id("contosofiles"),
        "copyOptions": "Overwrite",
        "restoreRequestType": "FullShareRestore",
        "targetDetails": {"name": "hiring", "targetResourceId": target},
    }
    body = {"crossRegionRestoreAccessDetails": details, "restoreRequest": request | more}
    return simulator.call("POST", location(simulator, "backupCrossRegionRestore", region), json=body)


def job(simulator: Simulation, name: str) -> dict[str, Any]:
    body = {"resourceId": simulator.vault_id(), "jobName": name}
    answer = simulator.call("POST", location(simulator, "backupCrrJob"), json=body)
    assert answer.status_code == 200, answer.text
    properties: dict[str, Any] = answer.json()["properties"]
    return properties


def status(simulator: Simulation, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    name = operation_id(answer.headers["Azure-AsyncOperation"])
    body: dict[str, Any] = simulator.call("GET", location(simulator, f"backupCrrOperationsStatus/{name}")).json()
    return body


def test_only_vaults_with_another_region_answer_for_it(simulator: Simulation) -> None:
    answer = simulator.call("GET", f"{simulator.vault_id('alone')}/backupProtectedItems/?{THERE}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BMSUserErrorCrossRegionRestoreNotEnabledInThisVault"


def test_the_api_version_decides_which_region_answers(simulator: Simulation) -> None:
    assert list(items(simulator)) == ["hiring"]
    there = items(simulator)["hiring"]
    (here,) = [
        row for row in simulator.call("GET", "/backupProtectedItems").json()["value"] if row["id"] == there["id"]
    ]
    assert here["properties"].keys() - there["properties"].keys() == {
        "lastRecoveryPoint",
        "sourceLocation",
        "sourceSideScanInfo",
    }
    listed = points(simulator, there)
    assert {point["properties"]["crossRegionRestoreState"] for point in listed} == {"Supported"}
    primary = simulator.call("GET", f"{there['id']}/recoveryPoints").json()["value"]
    assert [point["name"] for point in listed] == [point["name"] for point in primary]
    assert not any("crossRegionRestoreState" in point["properties"] for point in primary)


def test_a_copy_without_its_snapshot_tells_its_own_end(simulator: Simulation) -> None:
    newest, *others = points(simulator, items(simulator)["hiring"])
    assert "recoveryPointProperties" not in newest["properties"]
    for point in others:
        told = point["properties"]
        taken = dt.datetime.fromisoformat(told["recoveryPointTime"])
        ends = dt.datetime.fromisoformat(told["recoveryPointProperties"]["expiryTime"])
        assert (ends - taken).days == (5 if told["fileShareSnapshotUri"] else 60)


def test_a_recovery_point_takes_its_time_to_get_there(simulator: Simulation) -> None:
    known = {point["name"] for point in points(simulator, items(simulator)["hiring"])}
    answer = simulator.call(
        "POST",
        f"{items(simulator)['hiring']['id']}/backup",
        json={"properties": {"objectType": "AzureFileShareBackupRequest"}},
    )
    simulator.follow(answer)
    simulator.pass_time(HOUR / 2)
    assert {point["name"] for point in points(simulator, items(simulator)["hiring"])} == known
    simulator.pass_time(HOUR / 2 + 60)
    assert len(points(simulator, items(simulator)["hiring"])) == len(known) + 1


def test_a_token_names_a_principal_in_full(simulator: Simulation) -> None:
    item = items(simulator)["hiring"]
    path = f"{item['id']}/recoveryPoints/{points(simulator, item)[0]['name']}/accessToken?{THERE}"
    whose = principal(simulator)
    for name in ("tenantId", "audience", "servicePrincipalObjectId"):
        body = {"properties": {key: value for key, value in whose.items() if key != name}}
        assert simulator.call("POST", path, json=body).status_code == 400


def test_what_no_restore_from_there_can_be(simulator: Simulation) -> None:
    details = token(simulator, principal(simulator))
    assert restore(simulator, details, region="westus").status_code == 400
    assert restore(simulator, details, recoveryType="OriginalLocation").status_code == 400
    assert restore(simulator, details, restoreRequestType="ItemLevelRestore").status_code == 400
    assert restore(simulator, details, copyOptions="Skip").status_code == 400
    assert restore(simulator, details | {"accessTokenString": "made.up.one"}).status_code == 403
    assert restore(simulator, details | {"recoveryPointId": "1"}).status_code == 403
    refused = restore(simulator, details, account="abroad")
    assert refused.json()["error"]["code"] == "UserErrorCrossSubscriptionRestoreNotAllowed"


def test_a_restore_is_a_job_of_the_other_region(simulator: Simulation) -> None:
    answer = restore(simulator, token(simulator, principal(simulator)))
    assert status(simulator, answer)["status"] == "InProgress"
    simulator.pass_time(2)
    began = status(simulator, answer)
    name = began["properties"]["jobId"]
    assert began["status"] == "Succeeded"
    assert job(simulator, name)["extendedInfo"]["tasksList"] == []
    simulator.pass_time(100)
    assert "Recovery Point Time in UTC" in job(simulator, name)["extendedInfo"]["propertyBag"]
    simulator.pass_time(600)
    done = job(simulator, name)
    assert (done["operation"], done["status"]) == ("CrossRegionRestore", "Completed")
    assert done["extendedInfo"]["propertyBag"]["Number Of Restored Files"] == "1"
    there = simulator.call("POST", location(simulator, "backupCrrJobs"), json={"resourceId": simulator.vault_id()})
    assert [row["name"] for row in there.json()["value"]] == [name]
    here = simulator.call("GET", "/backupJobs").json()["value"]
    assert name not in [row["name"] for row in here]


def test_a_restore_in_the_name_of_another_principal_hangs_and_fails(simulator: Simulation) -> None:
    whose = principal(simulator, "")
    assert whose["servicePrincipalObjectId"] != principal(simulator)["servicePrincipalObjectId"]
    answer = restore(simulator, token(simulator, whose))
    simulator.pass_time(HOUR)
    name = status(simulator, answer)["properties"]["jobId"]
    assert job(simulator, name)["status"] == "InProgress"
    simulator.pass_time(HOUR + 10)
    assert job(simulator, name)["status"] == "Failed"


def test_a_token_ends_after_a_day(simulator: Simulation) -> None:
    details = token(simulator, principal(simulator))
    simulator.advance(days=1)
    assert restore(simulator, details).status_code == 403


def test_a_job_is_known_in_its_region_alone(simulator: Simulation) -> None:
    listed = simulator.call("POST", location(simulator, "backupCrrJobs"), json={"resourceId": simulator.vault_id()})
    body = {"resourceId": simulator.vault_id(), "jobName": listed.json()["value"][0]["name"]}
    assert simulator.call("POST", location(simulator, "backupCrrJob", "westus"), json=body).status_code == 400
    unknown = body | {"jobName": "c0ffee00-0000-4000-8000-000000000000"}
    assert simulator.call("POST", location(simulator, "backupCrrJob"), json=unknown).status_code == 404
