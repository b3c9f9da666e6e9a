# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK protects a share, changes its mind in every way, and deletes. One story, in order."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.recoveryservicesbackup.models import AzureFileshareProtectedItem, ProtectedItemResource
from simulation import FILE_SHARES, IN_FABRIC, IN_VAULT, Headers, Simulation, operation_id, parts, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift(protect=60)}
vaults:
  - {{name: backup-vault, resource_group: backup-rg, policies: [daily-30, hourly-7]}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    registered: true
    shares: [hiring, finance, {{name: data, count: 2}}]
"""
CONTAINER = "storagecontainer;storage;files-rg;contosofiles"


def put(simulator: Simulation, names: dict[str, str], **properties: Any) -> Any:
    """PUT an item and wait for its end, as the SDK does."""
    item = ProtectedItemResource(
        properties=AzureFileshareProtectedItem(source_resource_id=simulator.account_id("contosofiles"), **properties)
    )
    items = simulator.backup.protected_items
    return simulator.result(items.begin_create_or_update(**IN_FABRIC, **names, parameters=item))


def policy(simulator: Simulation, name: str) -> str:
    return f"{simulator.vault_id()}/backupPolicies/{name}"


def hiring(simulator: Simulation) -> dict[str, str]:
    return parts(simulator.items()["hiring"])


def last_job(simulator: Simulation) -> Any:
    return next(iter(simulator.backup.backup_jobs.list(**IN_VAULT))).properties


def test_a_share_is_protected_under_its_hashed_name(simulator: Simulation) -> None:
    item = put(simulator, parts(simulator.protectable()["hiring"]), policy_id=policy(simulator, "daily-30")).properties
    assert item.friendly_name == "hiring"
    assert item.protection_state == "IRPending"
    assert item.last_backup_status == "IRPending"
    assert item.policy_id == policy(simulator, "daily-30")
    assert item.extended_info.recovery_point_count == 0
    assert item.last_recovery_point is None
    assert last_job(simulator).operation == "ConfigureBackup"


def test_a_protected_share_is_no_longer_offered(simulator: Simulation) -> None:
    assert sorted(simulator.protectable()) == ["data-01", "data-02", "finance"]
    assert sorted(simulator.items()) == ["hiring"]


def test_items_and_protectable_items_spell_the_same_name_differently(simulator: Simulation) -> None:
    item = simulator.items()["hiring"]
    assert item.name.startswith("AzureFileShare;")
    assert "/protectionContainers/StorageContainer;storage;files-rg;contosofiles/" in item.id
    assert item.properties.source_resource_id == (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/files-rg"
        "/providers/Microsoft.storage/storageAccounts/contosofiles"
    )


def test_the_operation_tells_its_job_and_ends_with_it(simulator: Simulation) -> None:
    names, headers = parts(simulator.protectable()["finance"]), Headers()
    item = ProtectedItemResource(
        properties=AzureFileshareProtectedItem(
            source_resource_id=simulator.account_id("contosofiles"), policy_id=policy(simulator, "daily-30")
        )
    )
    simulator.backup.protected_items.begin_create_or_update(
        **IN_FABRIC, **names, parameters=item, polling=False, raw_response_hook=headers
    )
    identifier = headers.operation_id
    assert operation_id(headers["Location"]) == identifier
    statuses = simulator.backup.protected_item_operation_statuses
    pending = statuses.get(**IN_FABRIC, **names, operation_id=identifier)
    assert pending.status == "InProgress"
    assert pending.properties is None
    results, answer = simulator.backup.protected_item_operation_results, Headers()
    assert results.get(**IN_FABRIC, **names, operation_id=identifier, raw_response_hook=answer) is None
    assert answer.status == 202
    ended = simulator.end_of(identifier)
    assert ended.status == "Succeeded"
    job = simulator.backup.job_details.get(**IN_VAULT, job_name=ended.properties.job_id).properties
    assert job.status == "Completed"
    assert job.start_time == ended.start_time == ended.end_time
    result = results.get(**IN_FABRIC, **names, operation_id=identifier)
    assert result is not None and result.name == simulator.items()["finance"].name


def test_a_friendly_name_creates_the_item_under_the_hash(simulator: Simulation) -> None:
    names = {"container_name": CONTAINER, "protected_item_name": "AzureFileShare;data-01"}
    with pytest.raises(HttpResponseError) as refusal:
        put(simulator, names, policy_id=policy(simulator, "daily-30"))
    assert refusal.value.error and refusal.value.error.code == "BMSUserErrorDataSourceObjectNotFound"
    assert simulator.items()["data-01"].properties.protection_state == "IRPending"


@pytest.mark.parametrize(
    "properties",
    [
        {"policy_id": "/subscriptions/x/nowhere/backupPolicies/daily-30"},
        {"policy_id": "DefaultPolicy"},
        {"policy_id": "absent"},
        {"policy_id": ""},
    ],
)
def test_a_wrong_policy_is_refused(simulator: Simulation, properties: dict[str, str]) -> None:
    if "/" not in properties["policy_id"] and properties["policy_id"]:
        properties = {"policy_id": policy(simulator, properties["policy_id"])}
    with pytest.raises(HttpResponseError) as refusal:
        put(simulator, parts(simulator.protectable()["data-02"]), **properties)
    assert refusal.value.status_code == 400
    assert refusal.value.error
    assert refusal.value.error.code == "BMSUserErrorInvalidConfigureProtectionRequest"


@pytest.mark.parametrize("name", ["AzureFileShare;nope", "AzureFileShare;" + "0" * 64, "VM;hiring"])
def test_a_name_of_no_share_is_refused(simulator: Simulation, name: str) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        put(
            simulator,
            {"container_name": CONTAINER, "protected_item_name": name},
            policy_id=policy(simulator, "daily-30"),
        )
    assert refusal.value.status_code == 400


def test_an_item_gets_another_policy(simulator: Simulation) -> None:
    item = put(simulator, hiring(simulator), policy_id=policy(simulator, "hourly-7")).properties
    assert item.policy_id == policy(simulator, "hourly-7")
    assert item.protection_state == "IRPending"
    found = simulator.backup.protection_policies.get(**IN_VAULT, policy_name="hourly-7")
    assert found.properties.protected_items_count == 1
    names = {row.name: row.properties for row in simulator.backup.backup_policies.list(**IN_VAULT)}
    assert names["hourly-7"].protected_items_count == 0, "lists do not count"


def test_stopping_takes_the_policy_away(simulator: Simulation) -> None:
    item = put(simulator, hiring(simulator), policy_id="", protection_state="ProtectionStopped").properties
    assert item.protection_state == "ProtectionStopped"
    assert item.policy_id is None
    assert last_job(simulator).operation == "DisableBackup"


def test_a_stopped_item_is_not_offered(simulator: Simulation) -> None:
    assert "hiring" not in simulator.protectable()


def test_resuming_needs_a_policy_and_gives_it_back(simulator: Simulation) -> None:
    item = put(simulator, hiring(simulator), policy_id=policy(simulator, "daily-30")).properties
    assert item.protection_state == "IRPending"
    assert item.policy_id == policy(simulator, "daily-30")


def test_only_an_immutable_vault_suspends(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        put(simulator, hiring(simulator), policy_id="", protection_state="BackupsSuspended")
    assert refusal.value.error and refusal.value.error.code == "UserErrorOperationDeniedOnImmutableItem"


def test_suspending_keeps_the_policy(simulator: Simulation) -> None:
    wanted = {"securitySettings": {"immutabilitySettings": {"state": "Unlocked"}}}
    assert simulator.call("PATCH", "", json={"properties": wanted}).status_code == 200
    item = put(simulator, hiring(simulator), policy_id="", protection_state="BackupsSuspended").properties
    assert item.protection_state == "BackupsSuspended"
    assert item.policy_id == policy(simulator, "daily-30")


def test_deleting_keeps_the_item_for_two_weeks(simulator: Simulation) -> None:
    wanted = {"securitySettings": {"immutabilitySettings": {"state": "Disabled"}}}
    assert simulator.call("PATCH", "", json={"properties": wanted}).status_code == 200
    headers = Headers()
    simulator.backup.protected_items.delete(**IN_FABRIC, **hiring(simulator), raw_response_hook=headers)
    assert headers.status == 202
    assert "/backupOperations/" in headers["Azure-AsyncOperation"]
    assert "/backupOperationResults/" in headers["Location"]
    ended = simulator.end_of(headers.operation_id)
    answer = Headers()
    simulator.backup.backup_operation_results.get(
        **IN_VAULT, operation_id=headers.operation_id, raw_response_hook=answer
    )
    assert answer.status == 204
    item = simulator.items()["hiring"].properties
    assert item.is_scheduled_for_deferred_delete is True
    assert item.protection_state == "ProtectionStopped"
    assert item.policy_id is None
    assert item.deferred_delete_time_in_utc == ended.start_time
    assert item.deferred_delete_time_remaining.startswith("13.23:59:")
    assert item["softDeleteRetentionPeriod"] == 14


def test_a_soft_deleted_item_can_only_be_undeleted(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError, match="soft deleted state"):
        put(simulator, hiring(simulator), policy_id=policy(simulator, "daily-30"))
    with pytest.raises(HttpResponseError, match="soft deleted state"):
        simulator.backup.protected_items.delete(**IN_FABRIC, **hiring(simulator))
    assert "hiring" not in simulator.protectable()


def test_undeleting_gives_a_stopped_item_back(simulator: Simulation) -> None:
    item = put(
        simulator, hiring(simulator), policy_id="", protection_state="ProtectionStopped", is_rehydrate=True
    ).properties
    assert item.protection_state == "ProtectionStopped"
    assert item.is_scheduled_for_deferred_delete is None
    assert item.deferred_delete_time_remaining is None
    job = last_job(simulator)
    assert job.operation == "Undelete"
    detailed = simulator.call("GET", f"/backupJobs/{last_job_name(simulator)}").json()
    assert detailed["properties"]["extendedInfo"]["propertyBag"] == {}


def last_job_name(simulator: Simulation) -> str:
    return str(next(iter(simulator.backup.backup_jobs.list(**IN_VAULT))).name)


def test_the_clock_purges_a_deleted_item_after_its_retention(simulator: Simulation) -> None:
    names = parts(simulator.items()["finance"])
    headers = Headers()
    simulator.backup.protected_items.delete(**IN_FABRIC, **names, raw_response_hook=headers)
    simulator.end_of(headers.operation_id)
    simulator.advance(days=13)
    assert simulator.items()["finance"].properties.deferred_delete_time_remaining.startswith("23:59:")
    simulator.advance(days=1)
    assert "finance" not in simulator.items()
    assert "finance" in simulator.protectable()


def test_an_undeleted_item_outlives_the_retention(simulator: Simulation) -> None:
    assert "hiring" in simulator.items()


def test_getting_an_item_which_is_gone_is_404(simulator: Simulation) -> None:
    names = parts(simulator.protectable()["finance"])
    with pytest.raises(ResourceNotFoundError) as refusal:
        simulator.backup.protected_items.get(**IN_FABRIC, **names)
    assert refusal.value.error and refusal.value.error.code == "BMSUserErrorDataSourceObjectNotFound"


def test_deleting_an_item_which_is_gone_is_204(simulator: Simulation) -> None:
    headers = Headers()
    names = parts(simulator.protectable()["finance"])
    simulator.backup.protected_items.delete(**IN_FABRIC, **names, raw_response_hook=headers)
    assert headers.status == 204


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (None, ["data-01", "hiring"]),
        (f"{FILE_SHARES} and itemType eq 'AzureFileShare'", ["data-01", "hiring"]),
        (f"{FILE_SHARES} and policyName eq 'daily-30'", ["data-01"]),
        (f"{FILE_SHARES} and friendlyName eq 'HIRING'", ["hiring"]),
        ("backupManagementType eq 'AzureIaasVM'", []),
    ],
)
def test_items_are_filtered(simulator: Simulation, query: str | None, found: list[str]) -> None:
    rows = simulator.backup.backup_protected_items.list(**IN_VAULT, filter=query)
    assert sorted(str(row.properties and row.properties["friendlyName"]) for row in rows) == found
