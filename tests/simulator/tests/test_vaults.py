# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vaults are made, changed and deleted; over plain HTTP, as the SDK of backups has no part in that."""

import json
import re
from typing import Any

import pytest
from simulation import Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(vault=60)}
vaults:
  - {{name: backup-vault, resource_group: backup-rg, policies: [daily-30]}}
storage_accounts:
  - {{name: contosofiles, resource_group: Files-RG, shares: [{{name: hiring, protected_by: daily-30}}]}}
"""
NEW = {"location": "westeurope", "properties": {}, "sku": {"name": "Standard"}}


def test_a_new_vault_is_provisioned_by_an_operation(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    answer = simulator.call("PUT", path, json=NEW)
    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Provisioning"
    url = answer.headers["Azure-AsyncOperation"]
    assert "/vaults/second/operationStatus/" in url
    text = simulator.call("GET", url).text
    assert text.startswith('{\r\n  "id":')
    assert json.loads(text)["status"] == "InProgress"
    assert simulator.follow(answer)["status"] == "Succeeded"
    assert simulator.call("GET", path).json()["properties"]["provisioningState"] == "Succeeded"


def test_a_new_vault_has_soft_delete_always_on_and_a_default_policy(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    settings = simulator.call("GET", path).json()["properties"]["securitySettings"]["softDeleteSettings"]
    assert settings["softDeleteState"] == "AlwaysON"
    (policy,) = simulator.call("GET", path + "/backupPolicies").json()["value"]
    assert policy["name"] == "DefaultPolicy"


def test_a_vault_is_changed_by_put_and_patch(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    answer = simulator.call("PUT", path, json={**NEW, "tags": {"a": "b"}})
    assert (answer.status_code, answer.json()["tags"]) == (200, {"a": "b"})
    answer = immutability(simulator, path, "Unlocked")
    assert answer.json()["properties"]["securitySettings"]["immutabilitySettings"] == {"state": "Unlocked"}
    assert answer.json()["tags"] == {"a": "b"}


def immutability(simulator: Simulation, path: str, state: str) -> Any:
    wanted = {"securitySettings": {"immutabilitySettings": {"state": state}}}
    return simulator.call("PATCH", path, json={"properties": wanted})


def test_immutability_is_unlocked_before_it_is_locked_for_good(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    assert immutability(simulator, path, "Disabled").status_code == 200
    assert immutability(simulator, path, "Locked").status_code == 400
    assert immutability(simulator, path, "Unlocked").status_code == 200
    assert immutability(simulator, path, "Locked").status_code == 200
    refused = immutability(simulator, path, "Disabled")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "UserErrorUnsupportedVaultImmutabilityStateChange"


def test_the_redundancy_is_changed_by_the_vaults_own_api(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    wanted = {"standardTierStorageRedundancy": "LocallyRedundant", "crossRegionRestore": "Disabled"}
    answer = simulator.call("PATCH", path, json={"properties": {"redundancySettings": wanted}})
    assert answer.json()["properties"]["redundancySettings"] == wanted
    half = {"standardTierStorageRedundancy": "GeoRedundant"}
    assert simulator.call("PATCH", path, json={"properties": {"redundancySettings": half}}).status_code == 400


def test_an_unknown_state_of_soft_delete_is_an_internal_error(simulator: Simulation) -> None:
    wanted = {"securitySettings": {"softDeleteSettings": {"softDeleteState": "On"}}}
    answer = simulator.call("PATCH", "", json={"properties": wanted})
    assert (answer.status_code, answer.headers["x-ms-failure-cause"]) == (500, "service")
    error = answer.json()["error"]
    assert error.pop("message").startswith("Microsoft Azure Backup encountered an internal error.")
    assert error == {"code": "CloudInternalError", "target": None, "details": None}


@pytest.mark.parametrize(
    ("name", "group", "body", "status"),
    [
        ("second", "backup-rg", {**NEW, "location": "eastus"}, 409),
        ("third", "absent", NEW, 404),
        ("third", "backup-rg", {}, 400),
        ("3", "backup-rg", NEW, 400),
    ],
)
def test_vaults_which_cannot_be_made(
    simulator: Simulation, name: str, group: str, body: dict[str, object], status: int
) -> None:
    assert simulator.call("PUT", simulator.vault_id(name, group), json=body).status_code == status


def test_an_empty_vault_is_deleted_by_an_operation(simulator: Simulation) -> None:
    path = simulator.vault_id("second")
    answer = simulator.call("DELETE", path)
    assert answer.status_code == 202
    assert answer.content == b""
    result = answer.headers["Location"]
    assert "/operationResults/" in result
    assert simulator.call("GET", result).status_code == 202
    assert simulator.follow(answer)["status"] == "Succeeded"
    assert simulator.call("GET", result).status_code == 200
    assert simulator.call("GET", path).status_code == 404
    assert simulator.call("DELETE", path).status_code == 204


def test_a_vault_with_items_stays(simulator: Simulation) -> None:
    answer = simulator.call("DELETE", "")
    assert answer.status_code == 202
    assert "Retry-After" not in answer.headers
    status = simulator.follow(answer)
    assert status["status"] == "Failed"
    assert re.fullmatch(r"\d+/\d+/\d{4} \d+:\d\d:\d\d [AP]M", status["endTime"])
    assert status["error"] == {
        "code": "BMSUserErrorVaultDeletionNotAllowed",
        "message": "Recovery Services Vault cannot be deleted as there are existing resources within the vault.  : "
        "contosofiles",
    }
    assert simulator.call("GET", "").status_code == 200


CONTAINER = "/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;Files-RG;contosofiles"


def test_a_container_with_items_stays_registered(simulator: Simulation) -> None:
    answer = simulator.call("DELETE", CONTAINER)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BMSUserErrorContainerHasDatasources"


def test_unregistering_over_soft_deleted_items_ends_in_a_500(simulator: Simulation) -> None:
    (item,) = simulator.call("GET", "/backupProtectedItems").json()["value"]
    simulator.follow(simulator.call("DELETE", item["id"]))
    answer = simulator.call("DELETE", CONTAINER)
    assert answer.status_code == 202
    operation = answer.headers["Location"].split("/")[-1].split("?")[0]
    result = simulator.until(
        lambda: simulator.call("GET", f"{CONTAINER}/operationResults/{operation}"),
        lambda answer: answer.status_code != 202,
    )
    assert result.status_code == 500
    assert result.json()["error"]["code"] == "CloudInternalError"
    assert simulator.call("GET", CONTAINER).status_code == 200


def test_soft_deleted_items_do_not_keep_a_vault(simulator: Simulation) -> None:
    assert simulator.follow(simulator.call("DELETE", ""))["status"] == "Succeeded"
    assert simulator.call("GET", "").status_code == 404


def test_the_location_of_an_unregistration_leads_nowhere_when_taken_literally(start: Any) -> None:
    simulator = start(
        swift()
        + """
signed_urls: false
vaults: [{name: backup-vault, resource_group: backup-rg}]
storage_accounts: [{name: contosofiles, resource_group: Files-RG, registered: true}]
"""
    )
    location = simulator.call("DELETE", CONTAINER).headers["Location"]
    assert location.endswith("?fabricName=Azure%3fapi-version%3d2026-07-01")
    literal = simulator.http.get(location)
    assert literal.json()["error"]["code"] == "MissingApiVersionParameter"
