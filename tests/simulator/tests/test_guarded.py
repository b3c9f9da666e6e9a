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
