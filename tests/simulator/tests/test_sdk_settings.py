# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft's SDK reads and changes the settings of vaults, from soft delete to resource guards."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.recoveryservicesbackup.models import (
    AzureFileshareProtectedItem,
    BackupResourceConfig,
    BackupResourceConfigResource,
    BackupResourceVaultConfig,
    BackupResourceVaultConfigResource,
    ProtectedItemResource,
    UnlockDeleteRequest,
)
from simulation import GROUP, Headers, Simulation, parts, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift()}
soft_delete: {{state: Enabled, days: 14}}
vaults:
  - {{name: open, resource_group: backup-rg, policies: [daily-30]}}
  - {{name: always, resource_group: backup-rg, soft_delete: {{state: AlwaysON, days: 20}}}}
  - {{name: guarded, resource_group: backup-rg, policies: [daily-30], resource_guard: true}}
  - {{name: immutable, resource_group: backup-rg, policies: [daily-30], immutability: Locked}}
storage_accounts:
  - name: one
    resource_group: Files-RG
    vault: open
    shares: [{{name: finance, protected_by: daily-30}}, {{name: legal, protected_by: daily-30}}]
  - {{name: two, resource_group: Files-RG, vault: guarded, shares: [{{name: finance, protected_by: daily-30}}]}}
  - {{name: three, resource_group: Files-RG, vault: immutable, shares: [{{name: finance, protected_by: daily-30}}]}}
"""


def of(vault: str) -> dict[str, str]:
    return {"vault_name": vault, "resource_group_name": GROUP}


def item(simulator: Simulation, vault: str, share: str = "finance") -> Any:
    rows: list[Any] = list(simulator.backup.backup_protected_items.list(**of(vault)))
    return next(row for row in rows if row.properties.friendly_name == share)


def delete(simulator: Simulation, vault: str, share: str = "finance") -> None:
    headers = Headers()
    simulator.backup.protected_items.delete(
        **of(vault), fabric_name="Azure", **parts(item(simulator, vault, share)), raw_response_hook=headers
    )
    statuses = simulator.backup.backup_operation_statuses
    simulator.until(
        lambda: statuses.get(**of(vault), operation_id=headers.operation_id),
        lambda status: status.status == "Succeeded",
    )


def shares(simulator: Simulation, vault: str) -> list[str]:
    rows: list[Any] = list(simulator.backup.backup_protected_items.list(**of(vault)))
    return [row.properties.friendly_name for row in rows]


def change(simulator: Simulation, vault: str, **properties: Any) -> Any:
    config = BackupResourceVaultConfigResource(properties=BackupResourceVaultConfig(**properties))
    return simulator.backup.backup_resource_vault_configs.update(**of(vault), parameters=config).properties


def test_soft_delete_shows_in_the_vaults_configuration(simulator: Simulation) -> None:
    config: Any = simulator.backup.backup_resource_vault_configs.get(**of("always")).properties
    assert config.soft_delete_feature_state == "AlwaysON"
    assert config.soft_delete_retention_period_in_days == 20


def test_soft_delete_which_is_always_on_cannot_be_turned_off(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError, match="is not allowed for this vault"):
        change(simulator, "always", soft_delete_feature_state="Disabled")


def test_the_retention_of_soft_delete_has_limits(simulator: Simulation) -> None:
    assert (
        change(simulator, "always", soft_delete_retention_period_in_days=180).soft_delete_retention_period_in_days
        == 180
    )
    with pytest.raises(HttpResponseError, match="14 to 180"):
        change(simulator, "always", soft_delete_retention_period_in_days=13)


def test_without_soft_delete_an_item_goes_at_once(simulator: Simulation) -> None:
    delete(simulator, "open", "finance")
    assert shares(simulator, "open") == ["finance", "legal"]
    properties = BackupResourceVaultConfig(soft_delete_feature_state="Disabled", enhanced_security_state="Disabled")
    simulator.backup.backup_resource_vault_configs.put(
        **of("open"), parameters=BackupResourceVaultConfigResource(properties=properties)
    )
    delete(simulator, "open", "legal")
    assert shares(simulator, "open") == ["finance"]


def test_without_soft_delete_a_soft_deleted_item_can_be_deleted_for_good(simulator: Simulation) -> None:
    delete(simulator, "open", "finance")
    assert shares(simulator, "open") == []


@pytest.mark.parametrize(("vault", "state"), [("always", "Unlocked"), ("guarded", "Locked")])
def test_the_storage_of_a_vault_is_not_changed_here(simulator: Simulation, vault: str, state: str) -> None:
    storage = simulator.backup.backup_resource_storage_configs_non_crr
    current: Any = storage.get(**of(vault)).properties
    assert current.storage_type_state == state
    wanted = BackupResourceConfig(storage_model_type="LocallyRedundant")
    with pytest.raises(HttpResponseError, match="you must again use the Vault API"):
        storage.update(**of(vault), parameters=BackupResourceConfigResource(properties=wanted))


def test_an_immutable_vault_deletes_nothing(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError) as refusal:
        delete(simulator, "immutable")
    assert refusal.value.error and refusal.value.error.code == "UserErrorOperationDeniedOnImmutableItem"


def test_most_vaults_have_no_resource_guard(simulator: Simulation) -> None:
    assert list(simulator.backup.resource_guard_proxies.get(**of("open"))) == []


def test_a_resource_guard_must_consent_to_a_deletion(simulator: Simulation) -> None:
    with pytest.raises(HttpResponseError, match="ResourceGuard Operation requestid is either null or empty"):
        delete(simulator, "guarded")
    (proxy,) = simulator.backup.resource_guard_proxies.get(**of("guarded"))
    details: Any = simulator.backup.resource_guard_proxy.get(
        **of("guarded"), resource_guard_proxy_name=str(proxy.name)
    ).properties
    request = next(
        detail.default_resource_request
        for detail in details.resource_guard_operation_details
        if detail.vault_critical_operation.endswith("/protectedItems/delete")
    )
    unlocked = simulator.backup.resource_guard_proxy.unlock_delete(
        **of("guarded"),
        resource_guard_proxy_name=str(proxy.name),
        parameters=UnlockDeleteRequest(
            resource_guard_operation_requests=[request],
            resource_to_be_deleted=item(simulator, "guarded").id,
        ),
    )
    assert unlocked.unlock_delete_expiry_time
    delete(simulator, "guarded")


def test_a_resource_guard_must_consent_to_a_stop(start: Any) -> None:
    simulator = start(SCENARIO)
    protected = item(simulator, "guarded")

    def stop(**consent: Any) -> Any:
        properties = AzureFileshareProtectedItem(
            policy_id="",
            protection_state="ProtectionStopped",
            source_resource_id=simulator.account_id("two"),
            **consent,
        )
        return simulator.backup.protected_items.begin_create_or_update(
            **of("guarded"),
            fabric_name="Azure",
            **parts(protected),
            parameters=ProtectedItemResource(properties=properties),
        ).result()

    with pytest.raises(HttpResponseError, match="ResourceGuard"):
        stop()
    guard = f"/subscriptions/{simulator.subscription_id}/resourcegroups/backup-rg"
    guard += "/providers/Microsoft.DataProtection/resourceGuards/guard"
    with pytest.raises(HttpResponseError, match="ResourceGuard"):
        stop(resource_guard_operation_requests=[f"{guard}/deleteProtectedItemRequests/default"])
    stopped = stop(resource_guard_operation_requests=[f"{guard}/stopProtectionWithRetainDataRequests/default"])
    assert stopped.properties.protection_state == "ProtectionStopped"
