# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made around a vault: resource groups, storage accounts, role assignments and locks."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.storage.models import Sku, StorageAccountCheckNameAvailabilityParameters, StorageAccountCreateParameters
from simulation import Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = swift()
ROLE = "5e467623-bb1f-42f4-a55d-6e525e11384b"
ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


def group(simulator: Simulation, name: str = "files-rg") -> str:
    return f"/subscriptions/{simulator.subscription_id}/resourceGroups/{name}"


def test_a_resource_group_is_made_once(simulator: Simulation) -> None:
    where = group(simulator)
    assert simulator.call("HEAD", where).status_code == 404
    assert simulator.call("PUT", where, json={"location": "westeurope"}).status_code == 201
    assert simulator.call("HEAD", where).status_code == 204
    again = simulator.call("PUT", where, json={"location": "westeurope", "tags": {"owner": "contoso"}})
    assert (again.status_code, again.json()["tags"]) == (200, {"owner": "contoso"})
    elsewhere = simulator.call("PUT", where, json={"location": "eastus"})
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (409, "InvalidResourceGroupLocation")
    assert simulator.call("GET", f"{where}/resources").json()["value"] == []


def test_microsofts_client_makes_an_account(simulator: Simulation) -> None:
    accounts = simulator.storage.storage_accounts
    name = StorageAccountCheckNameAvailabilityParameters(name="contosofiles")
    assert accounts.check_name_availability(name).name_available
    wanted = StorageAccountCreateParameters(
        sku=Sku(name="Standard_LRS"), kind="StorageV2", location="westeurope", tags={"owner": "contoso"}
    )
    made = accounts.begin_create("files-rg", "contosofiles", wanted).result()
    assert made.id == simulator.account_id("contosofiles", "files-rg")
    assert (made.kind, made.location, made.tags) == ("StorageV2", "westeurope", {"owner": "contoso"})
    assert not accounts.check_name_availability(name).name_available
    assert [each.name for each in accounts.list()] == ["contosofiles"]
    keys = simulator.call("POST", f"{made.id}/listKeys").json()["keys"]
    assert [key["keyName"] for key in keys] == ["key1", "key2"]
    service = simulator.storage.blob_services.get_service_properties("files-rg", "contosofiles")
    assert service.name == "default"


def test_an_accounts_name_is_unique(simulator: Simulation) -> None:
    simulator.call("PUT", group(simulator, "other-rg"), json={"location": "westeurope"})
    wanted = StorageAccountCreateParameters(sku=Sku(name="Standard_LRS"), kind="StorageV2", location="westeurope")
    with pytest.raises(HttpResponseError) as refusal:
        simulator.storage.storage_accounts.begin_create("other-rg", "contosofiles", wanted)
    assert refusal.value.error
    assert refusal.value.error.code == "StorageAccountAlreadyTaken"


@pytest.mark.parametrize("below", ["", "/providers/Microsoft.Storage/storageAccounts/contosofiles"])
def test_a_role_is_assigned_once(simulator: Simulation, below: str) -> None:
    scope = group(simulator) + below
    role = f"/subscriptions/{simulator.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}"
    body = {"properties": {"roleDefinitionId": role, "principalId": "somebody"}}
    where = f"{scope}/{ASSIGNMENTS}/00000000-0000-0000-0000-00000000000{len(below) and 1}"
    made = simulator.call("PUT", where, json=body)
    assert made.status_code == 201
    assert made.json()["properties"]["scope"] == scope
    assert simulator.call("GET", where).json() == made.json()
    other = simulator.call("PUT", f"{scope}/{ASSIGNMENTS}/{ROLE}", json=body)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "RoleAssignmentExists")


def test_assignments_are_listed_at_a_scope_and_below(simulator: Simulation) -> None:
    def listed(scope: str, query: str = "") -> int:
        answer = simulator.call("GET", f"{scope}/{ASSIGNMENTS}?api-version=2022-04-01{query}")
        return len(answer.json()["value"])

    subscription = f"/subscriptions/{simulator.subscription_id}"
    account = simulator.account_id("contosofiles", "files-rg")
    assert [listed(scope) for scope in (subscription, group(simulator), account)] == [2, 2, 2]
    at_scope = "&$filter=atScope()"
    assert [listed(scope, at_scope) for scope in (subscription, group(simulator), account)] == [0, 1, 2]


def test_a_lock_is_made_once(simulator: Simulation) -> None:
    where = f"/{simulator.account_id('contosofiles', 'files-rg')}/providers/Microsoft.Authorization/locks/keep"
    where = simulator.url + where  # with two slashes, as azure.azcollection asks for it
    assert simulator.call("GET", where).status_code == 404
    body = {"properties": {"level": "CanNotDelete", "notes": "mine"}}
    assert simulator.call("PUT", where, json=body).status_code == 201
    assert simulator.call("PUT", where, json=body).status_code == 200
    assert simulator.call("GET", where).json()["properties"] == {"level": "CanNotDelete", "notes": "mine"}
