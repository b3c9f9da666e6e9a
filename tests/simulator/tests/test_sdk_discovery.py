# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK finds, registers and leaves a storage account. The tests tell one story, in order."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.recoveryservicesbackup.models import (
    AzureStorageContainer,
    IdentityInfo,
    ProtectionContainerResource,
)
from simulation import FILE_SHARES, IN_FABRIC, IN_VAULT, Headers, Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(refresh=60, inquire=60)}
retry_after: 1
vaults:
  - {{name: backup-vault, resource_group: backup-rg}}
  - {{name: other-vault, resource_group: backup-rg}}
storage_accounts:
  - {{name: contosofiles, resource_group: Files-RG, shares: [hiring, finance, {{name: unix, protocol: NFS}},
                                                             {{name: old, deleted: true}}]}}
  - {{name: faraway, resource_group: Files-RG, location: eastus}}
  - {{name: taken, resource_group: Files-RG, registered: true, vault: other-vault}}
"""
CONTAINER = "StorageContainer;Storage;Files-RG;contosofiles"


def protectable_containers(simulator: Simulation) -> list[str]:
    rows = simulator.backup.protectable_containers.list(**IN_FABRIC, filter=FILE_SHARES)
    return [str(row.name) for row in rows]


def registered_containers(simulator: Simulation) -> list[str]:
    query = f"{FILE_SHARES} and status eq 'Registered'"
    return [str(row.name) for row in simulator.backup.backup_protection_containers.list(**IN_VAULT, filter=query)]


def test_no_account_is_known_before_a_refresh(simulator: Simulation) -> None:
    assert protectable_containers(simulator) == []


def test_a_refresh_is_accepted_with_two_urls(simulator: Simulation) -> None:
    headers, containers = Headers(), simulator.backup.protection_containers
    containers.refresh(**IN_FABRIC, filter=FILE_SHARES, raw_response_hook=headers)
    assert headers.status == 202
    assert headers["Retry-After"] == "1"
    assert "/backupFabrics/Azure/operationResults/" in headers["Location"]
    assert "operationsStatus" in headers["Azure-AsyncOperation"]
    assert "api-version=2019-05-13-preview" in headers["Azure-AsyncOperation"]
    assert 4000 < len(headers["Location"]) < 7000

    def poll() -> int:
        results = simulator.backup.protection_container_refresh_operation_results
        results.get(**IN_FABRIC, operation_id=headers.operation_id, raw_response_hook=answer)
        return answer.status

    answer = Headers()
    assert poll() == 202
    assert "Azure-AsyncOperation" not in answer
    simulator.until(poll, lambda status: status == 204)


def test_the_status_of_a_refresh_is_json(simulator: Simulation) -> None:
    headers = Headers()
    simulator.backup.protection_containers.refresh(**IN_FABRIC, filter=FILE_SHARES, raw_response_hook=headers)
    statuses = simulator.backup.protection_container_refresh_operation_statuses
    status = simulator.until(
        lambda: statuses.get(**IN_FABRIC, operation_id=headers.operation_id),
        lambda status: status.status != "InProgress",
    )
    assert status.status == "Succeeded"
    assert status.end_time == status.start_time


def test_a_refresh_shows_accounts_of_the_vaults_location_which_no_vault_has(simulator: Simulation) -> None:
    assert protectable_containers(simulator) == [CONTAINER]


def test_registering_answers_with_the_container(simulator: Simulation) -> None:
    properties = AzureStorageContainer(
        source_resource_id=simulator.account_id("contosofiles"), backup_management_type="AzureStorage"
    )
    poller = simulator.backup.protection_containers.begin_register(
        **IN_FABRIC,
        container_name=CONTAINER,
        parameters=ProtectionContainerResource(properties=properties),
    )
    container = poller.result()
    assert container.name == CONTAINER
    assert container.properties.registration_status == "Registered"
    assert container.properties["accessType"] == "KeyBased"


def test_a_registered_account_is_listed_and_no_longer_offered(simulator: Simulation) -> None:
    assert registered_containers(simulator) == [CONTAINER]
    assert protectable_containers(simulator) == []


def test_a_list_of_containers_needs_the_filter(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        list(simulator.backup.backup_protection_containers.list(**IN_VAULT))
    assert refusal.value.error and refusal.value.error.code == "BMSUserErrorInvalidInput"


def test_a_container_can_be_got_in_any_case(simulator: Simulation) -> None:
    container = simulator.backup.protection_containers.get(**IN_FABRIC, container_name=CONTAINER.lower())
    assert container.name == CONTAINER


def test_registering_locks_the_account(simulator: Simulation) -> None:
    url = simulator.account_id("contosofiles") + "/providers/Microsoft.Authorization/locks"
    (lock,) = simulator.call("GET", url).json()["value"]
    assert lock["name"] == "AzureBackupProtectionLock"
    assert lock["properties"]["level"] == "CanNotDelete"


def test_reregistering_changes_the_access(simulator: Simulation) -> None:
    properties = AzureStorageContainer(
        source_resource_id=simulator.account_id("contosofiles"),
        backup_management_type="AzureStorage",
        operation_type="Reregister",
        access_type="IdentityBased",
        identity_info=IdentityInfo(is_system_assigned_identity=True),
    )
    container = simulator.backup.protection_containers.begin_register(
        **IN_FABRIC,
        container_name=CONTAINER,
        parameters=ProtectionContainerResource(properties=properties),
    ).result()
    assert container.properties["accessType"] == "IdentityBased"
    assert container.properties["identityInfo"] == {"isSystemAssignedIdentity": True}


def test_an_account_of_another_vault_cannot_be_registered(simulator: Simulation) -> None:
    properties = AzureStorageContainer(
        source_resource_id=simulator.account_id("taken"), backup_management_type="AzureStorage"
    )
    with pytest.raises(HttpResponseError, match="already registered"):
        simulator.backup.protection_containers.begin_register(
            **IN_FABRIC,
            container_name="StorageContainer;Storage;Files-RG;taken",
            parameters=ProtectionContainerResource(properties=properties),
        ).result()


def test_no_share_is_offered_before_an_inquiry(simulator: Simulation) -> None:
    assert simulator.protectable() == {}


def test_an_inquiry_ends_with_204(simulator: Simulation) -> None:
    headers = Headers()
    simulator.backup.protection_containers.inquire(
        **IN_FABRIC,
        container_name=CONTAINER,
        filter="workloadType eq 'AzureFileShare'",
        raw_response_hook=headers,
    )

    def poll() -> int:
        simulator.backup.protection_container_operation_results.get(
            **IN_FABRIC,
            container_name=CONTAINER,
            operation_id=headers.operation_id,
            raw_response_hook=answer,
        )
        return answer.status

    answer = Headers()
    assert poll() == 202
    simulator.until(poll, lambda status: status == 204)
    assert "Content-Type" not in answer


def test_live_smb_shares_are_offered_under_hashed_names(simulator: Simulation) -> None:
    offered = simulator.protectable()
    assert sorted(offered) == ["finance", "hiring"]
    prefix, _unused, name = offered["hiring"].name.partition(";")
    assert prefix == "azurefileshare"
    assert len(name) == 64
    assert "/protectionContainers/storagecontainer;storage;files-rg;contosofiles/" in offered["hiring"].id


def test_a_new_share_is_offered_after_the_next_inquiry(simulator: Simulation) -> None:
    simulator.control("POST", "shares", {"account": "contosofiles", "share": "new", "action": "create"})
    assert "new" not in simulator.protectable()
    answer = simulator.call("POST", f"/backupFabrics/Azure/protectionContainers/{CONTAINER}/inquire")
    simulator.follow(answer)
    assert "new" in simulator.protectable()


def test_soft_deleted_containers_are_listed_as_none(simulator: Simulation) -> None:
    rows = simulator.backup.deleted_protection_containers.list(**IN_VAULT, filter=FILE_SHARES)
    assert list(rows) == []


def test_unregistering_ends_with_204_and_frees_the_account(simulator: Simulation) -> None:
    headers = Headers()
    simulator.backup.protection_containers.unregister(**IN_FABRIC, container_name=CONTAINER, raw_response_hook=headers)
    assert headers.status == 202
    assert "?fabricName=Azure%3fapi-version%3d" in headers["Location"]
    answer = Headers()

    def poll() -> int:
        simulator.backup.protection_container_operation_results.get(
            **IN_FABRIC,
            container_name=CONTAINER,
            operation_id=headers.operation_id,
            raw_response_hook=answer,
        )
        return answer.status

    simulator.until(poll, lambda status: status == 204)
    assert registered_containers(simulator) == []
    assert protectable_containers(simulator) == [CONTAINER]
    url = simulator.account_id("contosofiles") + "/providers/Microsoft.Authorization/locks"
    assert simulator.call("GET", url).json() == {"value": []}


def test_registering_and_unregistering_are_jobs_of_the_account(simulator: Simulation) -> None:
    jobs = simulator.backup.backup_jobs.list(**IN_VAULT, filter="operation eq '' and status eq 'Completed'")
    assert [job.properties.operation for job in jobs if job.properties.entity_friendly_name == "contosofiles"][:2] == [
        "UnRegister",
        "Register",
    ]


def test_an_account_that_is_registered_again_offers_its_shares_at_once(simulator: Simulation) -> None:
    container = {
        "backupManagementType": "AzureStorage",
        "containerType": "StorageContainer",
        "sourceResourceId": simulator.account_id("contosofiles"),
    }
    path = f"/backupFabrics/Azure/protectionContainers/{CONTAINER}"
    answer = simulator.call("PUT", path, json={"properties": container})
    status = simulator.follow(answer)
    assert status["id"].endswith(f"{path}/operationsStatus/{status['name']}")
    assert status["endTime"] == "0001-01-01T00:00:00"
    assert sorted(simulator.protectable()) == ["finance", "hiring", "new"]
    simulator.backup.protection_containers.unregister(**IN_FABRIC, container_name=CONTAINER)
    simulator.until(lambda: registered_containers(simulator) == [])


def test_unregistering_what_is_not_registered_is_204(simulator: Simulation) -> None:
    headers = Headers()
    simulator.backup.protection_containers.unregister(**IN_FABRIC, container_name=CONTAINER, raw_response_hook=headers)
    assert headers.status == 204
