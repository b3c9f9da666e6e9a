# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource guard has to consent to what takes backups away; over plain HTTP."""

from typing import Any

import pytest
import requests
from simulation import Simulation, swift

pytestmark = pytest.mark.story
SCENARIO = f"""{swift()}
vaults:
  - name: backup-vault
    resource_group: backup-rg
    resource_guard: true
    soft_delete: true
    policies: [daily-30, {{name: daily-7, days: 7}}, {{name: free, days: 30}}]
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares: [{{name: hiring, protected_by: daily-30}}, {{name: labs, protected_by: daily-7}}]
"""
PROXY = "/backupResourceGuardProxies/VaultProxy"


def consent(simulator: Simulation, name: str) -> dict[str, list[str]]:
    """What a request has to name, as the vault's own list of critical operations says it."""
    details = simulator.call("GET", PROXY).json()["properties"]["resourceGuardOperationDetails"]
    (request,) = [each["defaultResourceRequest"] for each in details if f"/{name}/" in each["defaultResourceRequest"]]
    return {"resourceGuardOperationRequests": [request]}


def refused(answer: requests.Response) -> bool:
    return answer.status_code == 403 and "ResourceGuard Operation requestid" in answer.json()["error"]["message"]


def items(simulator: Simulation) -> dict[str, str]:
    rows = simulator.call("GET", "/backupProtectedItems").json()["value"]
    return {row["properties"]["friendlyName"]: row["id"] for row in rows}


def change(simulator: Simulation, share: str, policy: str, **consents: Any) -> requests.Response:
    properties = {
        "protectedItemType": "AzureFileShareProtectedItem",
        "policyId": f"{simulator.vault_id()}/backupPolicies/{policy}",
        "sourceResourceId": simulator.account_id("contosofiles"),
    }
    return simulator.call("PUT", items(simulator)[share], json={"properties": properties | consents})


def test_the_guard_is_shown_with_its_fourteen_operations(simulator: Simulation) -> None:
    (proxy,) = simulator.call("GET", "/backupResourceGuardProxies").json()["value"]
    details = proxy["properties"]["resourceGuardOperationDetails"]
    assert len(details) == 14
    assert all("/resourcegroups/" in each["defaultResourceRequest"] for each in details)
    security = simulator.call("GET", "").json()["properties"]["securitySettings"]
    assert security["multiUserAuthorization"] == "Enabled"


def test_a_policy_that_keeps_less_needs_consent(simulator: Simulation) -> None:
    assert refused(change(simulator, "hiring", "daily-7"))
    assert change(simulator, "labs", "daily-30").status_code == 202
    wanted = consent(simulator, "updateProtectedItemRequests")
    assert change(simulator, "hiring", "daily-7", **wanted).status_code == 202


def test_a_shorter_policy_needs_consent(simulator: Simulation) -> None:
    properties = simulator.call("GET", "/backupPolicies/free").json()["properties"]
    properties["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 40
    assert simulator.call("PUT", "/backupPolicies/free", json={"properties": properties}).status_code == 200
    properties["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 10
    assert refused(simulator.call("PUT", "/backupPolicies/free", json={"properties": properties}))
    wanted = consent(simulator, "updateProtectionPolicyRequests")
    answer = simulator.call("PUT", "/backupPolicies/free", json={"properties": properties | wanted})
    assert answer.status_code == 200
    assert "resourceGuardOperationRequests" not in answer.json()["properties"]


def test_an_unlocked_item_can_be_deleted_for_half_an_hour(simulator: Simulation) -> None:
    path = items(simulator)["hiring"]
    body = {**consent(simulator, "deleteProtectedItemRequests"), "resourceToBeDeleted": path}
    assert refused(simulator.call("DELETE", path))
    assert simulator.call("POST", f"{PROXY}/unlockDelete", json=body).status_code == 200
    simulator.control("POST", "clock", {"advance": 1801})
    assert refused(simulator.call("DELETE", path))
    assert simulator.call("POST", f"{PROXY}/unlockDelete", json=body).status_code == 200
    assert simulator.call("DELETE", path).status_code == 202


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_guard_is_taken_away_and_put_again(simulator: Simulation, elsewhere: bool) -> None:
    if simulator.call("GET", PROXY).status_code == 200:
        assert refused(simulator.call("DELETE", PROXY))
        body = consent(simulator, "deleteResourceGuardProxyRequests")
        assert simulator.call("POST", f"{PROXY}/unlockDelete", json=body).status_code == 200
        gone = simulator.call("DELETE", PROXY)
        assert (gone.status_code, gone.json()) == (200, {})
    absent = simulator.call("GET", PROXY)
    assert (absent.status_code, absent.json()) == (404, {})
    subscription = "11111111-1111-1111-1111-111111111111" if elsewhere else simulator.subscription_id
    guard = f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.DataProtection/resourceGuards/mine"
    answer = simulator.call("PUT", PROXY, json={"properties": {"resourceGuardResourceId": guard}})
    if elsewhere:
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "LinkedAuthorizationFailed")
        assert answer.headers["x-ms-failure-cause"] == "gateway"
    else:
        assert (answer.status_code, answer.json()["properties"]["resourceGuardResourceId"]) == (200, guard)


OTHER_TENANT = "11111111-2222-3333-4444-555555555555"
ELSEWHERE = f"""{swift()}
vaults:
  - name: backup-vault
    resource_group: backup-rg
    resource_guard:
      tenant: {OTHER_TENANT}
      operations: [deleteProtectedItemRequests, triggerRestoreRequests]
      approved: []
    policies: [daily-30]
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares: [{{name: hiring, protected_by: daily-30, recovery_points: 1}}]
"""


@pytest.fixture(scope="module")
def elsewhere(start: Any) -> Simulation:
    simulator: Simulation = start(ELSEWHERE)
    return simulator


def auxiliary(simulator: Simulation, tenant: str = OTHER_TENANT) -> dict[str, str]:
    token = simulator.token_of(tenant)
    return {"x-ms-authorization-auxiliary": f"Bearer {token}"}


def unlock(simulator: Simulation, **headers: str) -> requests.Response:
    body = {**consent(simulator, "deleteProtectedItemRequests"), "resourceToBeDeleted": items(simulator)["hiring"]}
    return simulator.call("POST", f"{PROXY}/unlockDelete", json=body, headers=headers)


def said(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"]


def test_a_guard_watches_over_what_it_is_told_to(elsewhere: Simulation) -> None:
    details = elsewhere.call("GET", PROXY).json()["properties"]["resourceGuardOperationDetails"]
    named = [each["vaultCriticalOperation"].rpartition("/protectedItems/")[2] for each in details]
    assert named == ["delete", "recoveryPoints/restore/action"]
    stopped = {"protectedItemType": "AzureFileShareProtectedItem", "protectionState": "ProtectionStopped"}
    properties = stopped | {"policyId": "", "sourceResourceId": elsewhere.account_id("contosofiles")}
    answer = elsewhere.call("PUT", items(elsewhere)["hiring"], json={"properties": properties})
    assert answer.status_code == 202


def test_a_guard_of_another_tenant_wants_a_token_of_it_and_the_role(elsewhere: Simulation) -> None:
    assert "linked subscription" in unlock(elsewhere).json()["error"]["message"]
    tokens = auxiliary(elsewhere)
    refusal = unlock(elsewhere, **tokens)
    assert said(refusal) == (403, "LinkedAuthorizationFailed")
    assert "deleteProtectedItemRequests/default" in refusal.json()["error"]["message"]
    elsewhere.control("POST", "guards", {"vault": "backup-vault", "approved": [elsewhere.client_id.upper()]})
    assert unlock(elsewhere, **tokens).status_code == 200
    path = items(elsewhere)["hiring"]
    assert said(elsewhere.call("DELETE", path)) == (403, "LinkedAuthorizationFailed")
    assert elsewhere.call("DELETE", path, headers=tokens).status_code == 202


def test_a_token_of_another_tenant_is_no_first_token_and_a_bad_one_no_auxiliary(elsewhere: Simulation) -> None:
    tokens = auxiliary(elsewhere)["x-ms-authorization-auxiliary"]
    refusal = elsewhere.call("GET", "", headers={"Authorization": tokens})
    assert said(refusal) == (401, "InvalidAuthenticationTokenTenant")
    bad = elsewhere.call("GET", "", headers={"x-ms-authorization-auxiliary": "Bearer bad"})
    assert said(bad) == (401, "InvalidAuthenticationToken")
    many = elsewhere.call("GET", "", headers={"x-ms-authorization-auxiliary": ", ".join([tokens] * 4)})
    assert said(many) == (401, "InvalidAuxiliaryTokens")


IMMUTABLE = f"""{swift()}
vaults:
  - {{name: backup-vault, resource_group: backup-rg, immutability: Unlocked,
      policies: [daily-30, {{name: daily-7, days: 7}}, {{name: hourly-30, days: 30, schedule: Hourly}}]}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares: [{{name: hiring, protected_by: hourly-30}}]
  - name: oldfiles
    resource_group: Files-RG
    soft_deleted: true
    shares: [{{name: old, protected_by: daily-30}}]
"""


@pytest.fixture(scope="module")
def immutable(start: Any) -> Simulation:
    simulator: Simulation = start(IMMUTABLE)
    return simulator


def test_an_immutable_vault_keeps_what_it_keeps_for_as_long(immutable: Simulation) -> None:
    assert said(change(immutable, "hiring", "daily-7")) == (400, "UserErrorOperationDeniedOnImmutableItem")
    assert change(immutable, "hiring", "daily-30").status_code == 202
    properties = immutable.call("GET", "/backupPolicies/daily-7").json()["properties"]
    properties["retentionPolicy"]["dailySchedule"]["retentionDuration"]["count"] = 5
    answer = immutable.call("PUT", "/backupPolicies/daily-7", json={"properties": properties})
    assert said(answer) == (400, "UserErrorOperationDeniedOnImmutableItem")


def test_a_soft_deleted_registration_is_asked_back(immutable: Simulation) -> None:
    everything = {"$filter": "backupManagementType eq 'AzureStorage'"}

    def names(where: str) -> list[str]:
        rows = immutable.call("GET", where, params=everything).json()["value"]
        return [row["properties"]["friendlyName"] for row in rows]

    assert names("/backupProtectionContainers") == ["contosofiles"]
    (row,) = immutable.call("GET", "/backupDeletedProtectionContainers", params=everything).json()["value"]
    assert row["properties"]["registrationStatus"] == "SoftDeleted"
    properties = {
        "containerType": "StorageContainer",
        "backupManagementType": "AzureStorage",
        "sourceResourceId": immutable.account_id("oldfiles"),
    }
    for operation in ("Register", "Rehydrate"):
        body = {"properties": properties | {"operationType": operation}}
        assert immutable.call("PUT", row["id"], json=body).status_code == 202
        immutable.control("POST", "clock", {"advance": 60})
        assert ("oldfiles" in names("/backupProtectionContainers")) == (operation == "Rehydrate")
    assert names("/backupDeletedProtectionContainers") == []
