# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How ARM itself answers: refusals, headers, limits, pages, metadata."""

import math
from typing import Any

import pytest
from simulation import Simulation, swift

OTHER = "8b5e0f7a-3d35-4f0c-9d43-9c0f6d1e2004"
SCENARIO = f"""{swift()}
page_size: 2
clients:
  - {{client_id: 55555555-5555-5555-5555-555555555555, secret: s}}
denied:
  - {{action: Microsoft.RecoveryServices/vaults/backupJobs/}}
  - {{path: /backupPolicies/secret}}
vaults:
  - {{name: backup-vault, resource_group: Backup-RG, policies: [daily-30, secret]}}
storage_accounts:
  - name: contosofiles
    resource_group: Files-RG
    shares: [{{name: data, count: 5, protected_by: daily-30}}]
  - {{name: elsewhere, resource_group: There-RG, subscription_id: {OTHER}, shares: [data]}}
"""


def refusal(simulator: Simulation, method: str, path: str, **arguments: Any) -> tuple[int, str]:
    answer = simulator.call(method, path, **arguments)
    assert set(answer.json()["error"]) == {"code", "message"}
    # ARM names itself as the cause and has a charset; a provider's refusal has neither, as recorded.
    arms_own = answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers.get("x-ms-failure-cause") == ("gateway" if arms_own else None)
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("{vault}/backupJobs?x=1&api-version=", (400, "MissingApiVersionParameter")),
        ("{vault}?api-version=latest", (400, "InvalidApiVersionParameter")),
        ("{vault}-absent", (404, "ResourceNotFound")),
        ("{vault}-absent/backupPolicies", (404, "ResourceNotFound")),
        ("{vault}/nothingOfTheKind", (404, "InvalidResourceType")),
        ("/subscriptions/{id}/resourceGroups/absent", (404, "ResourceGroupNotFound")),
        ("/subscriptions/0000/resourceGroups", (404, "SubscriptionNotFound")),
        (
            "/subscriptions/{id}/resourceGroups/Files-RG/providers/Microsoft.ClassicStorage/storageAccounts/x",
            (404, "InvalidResourceNamespace"),
        ),
        ("/subscriptions/{id}/nothing", (404, "NotFound")),
    ],
)
def test_what_is_not_there(simulator: Simulation, path: str, expected: tuple[int, str]) -> None:
    path = path.format(vault=simulator.vault_id(), id=simulator.subscription_id)
    assert refusal(simulator, "GET", path) == expected


def test_each_subscription_has_its_own_accounts_and_groups(simulator: Simulation) -> None:
    def names(subscription: str, what: str) -> list[str]:
        return [row["name"] for row in simulator.call("GET", f"/subscriptions/{subscription}{what}").json()["value"]]

    listed = simulator.call("GET", "/subscriptions").json()["value"]
    assert [row["subscriptionId"] for row in listed] == [simulator.subscription_id, OTHER]
    assert names(OTHER, "/providers/Microsoft.Storage/storageAccounts") == ["elsewhere"]
    assert names(simulator.subscription_id, "/providers/Microsoft.Storage/storageAccounts") == ["contosofiles"]
    assert names(OTHER, "/resourceGroups") == ["There-RG"]
    here = simulator.account_id("elsewhere", "There-RG")
    assert refusal(simulator, "GET", here) == (404, "ResourceGroupNotFound")
    assert simulator.call("GET", here.replace(simulator.subscription_id, OTHER)).status_code == 200
    assert refusal(simulator, "GET", simulator.vault_id().replace(simulator.subscription_id, OTHER))[0] == 404


def test_an_unknown_method(simulator: Simulation) -> None:
    assert refusal(simulator, "DELETE", "/backupJobs") == (405, "MethodNotAllowed")


def test_a_body_which_is_not_json(simulator: Simulation) -> None:
    path = "/backupPolicies/new"
    assert refusal(simulator, "PUT", path, data=b"{") == (400, "InvalidRequestContent")


@pytest.mark.parametrize("query", ["colour eq 'red'", "status", "status eq 'a' or status eq 'b'"])
def test_a_filter_which_makes_no_sense(simulator: Simulation, query: str) -> None:
    path = f"/backupProtectedItems?api-version=2026-07-01&$filter={query}"
    assert refusal(simulator, "GET", path) == (400, "BMSUserErrorInvalidInput")


def test_denied_actions(simulator: Simulation) -> None:
    answer = simulator.call("GET", "/backupJobs")
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["code"] == "AuthorizationFailed"
    assert "perform action 'Microsoft.RecoveryServices/vaults/backupJobs/read'" in error["message"]
    assert f"over scope '{simulator.vault_id()}'" in error["message"]


def test_denied_paths(simulator: Simulation) -> None:
    assert refusal(simulator, "GET", "/backupPolicies/secret") == (403, "AuthorizationFailed")
    assert simulator.call("GET", "/backupPolicies/daily-30").status_code == 200


def test_paths_match_in_any_case_and_encoding(simulator: Simulation) -> None:
    container = "/BACKUPFABRICS/azure/protectioncontainers/storagecontainer%3BStorage%3bfiles-rg;CONTOSOFILES"
    answer = simulator.call("GET", simulator.url + simulator.vault_id().upper() + container)
    assert answer.status_code == 200
    assert answer.json()["name"] == "StorageContainer;Storage;Files-RG;contosofiles"


def test_an_encoded_slash_does_not_split_a_segment(simulator: Simulation) -> None:
    assert simulator.call("GET", "/backupPolicies%2Fdaily-30").json()["error"]["code"] == "InvalidResourceType"


def test_every_answer_can_be_traced(simulator: Simulation) -> None:
    answer = simulator.call("GET", "", headers={"x-ms-correlation-request-id": "mine"})
    assert answer.headers["x-ms-correlation-request-id"] == "mine"
    assert len(answer.headers["x-ms-request-id"]) == 36
    assert "x-ms-ratelimit-remaining-subscription-reads" in answer.headers


def test_pages_link_to_the_next(simulator: Simulation) -> None:
    query = "?api-version=2026-07-01&$filter=backupManagementType eq 'AzureStorage'"
    url, names = "/backupProtectedItems" + query, []
    while url:
        page = simulator.call("GET", url).json()
        assert len(page["value"]) <= 2
        names += [row["properties"]["friendlyName"] for row in page["value"]]
        url = page.get("nextLink")
        assert url is None or "$skipToken=" in url
    assert names == ["data-01", "data-02", "data-03", "data-04", "data-05"]


def test_a_list_which_fits_has_no_link(simulator: Simulation) -> None:
    assert set(simulator.call("GET", "/backupPolicies").json()) == {"value"}


@pytest.mark.parametrize(("version", "listed"), [("2022-09-01", False), ("2019-05-01", True)])
def test_metadata_of_the_cloud(simulator: Simulation, version: str, listed: bool) -> None:
    url = f"{simulator.url}/metadata/endpoints?api-version={version}"
    answer: Any = simulator.http.get(url, headers={"Authorization": ""}).json()
    assert isinstance(answer, list) is listed
    authentication = (answer[0] if listed else answer)["authentication"]
    assert authentication["loginEndpoint"] == simulator.url
    assert simulator.url in authentication["audiences"]


def test_metadata_of_a_stack(simulator: Simulation) -> None:
    answer = simulator.http.get(f"{simulator.url}/metadata/endpoints?api-version=2015-01-01").json()
    assert set(answer["authentication"]) == {"loginEndpoint", "audiences"}


def test_subscriptions_groups_and_vaults_are_listed(simulator: Simulation) -> None:
    subscription, _other = simulator.call("GET", "/subscriptions").json()["value"]
    assert subscription["tenantId"] == simulator.tenant
    groups = simulator.call("GET", f"{subscription['id']}/resourceGroups").json()["value"]
    assert [group["name"] for group in groups] == ["Backup-RG", "Files-RG"]
    for scope in (subscription["id"], groups[0]["id"].lower()):
        (vault,) = simulator.call("GET", f"{scope}/providers/Microsoft.RecoveryServices/vaults").json()["value"]
        assert vault["id"] == simulator.vault_id(group="Backup-RG")


def test_reads_are_throttled_by_a_bucket(start: Any) -> None:
    simulator = start("""
limits: {reads_per_second: 2, reads_bucket: 5}
vaults: [{name: backup-vault, resource_group: backup-rg}]
""")
    answers = [simulator.call("GET", "") for _unused in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    left = [int(answer.headers["x-ms-ratelimit-remaining-subscription-reads"]) for answer in answers]
    assert left == [4, 3, 2, 1, 0, 0]
    wait = int(answers[-1].headers["Retry-After"])
    assert wait == 1
    assert answers[-1].json()["error"]["code"] == "SubscriptionRequestsThrottled"
    assert simulator.call("PUT", "/backupPolicies/x", json={}).status_code == 400, "writes have their own bucket"
    simulator.control("POST", "clock", {"advance": wait})
    assert simulator.call("GET", "").status_code == 200


def test_azure_backup_counts_its_reads_and_its_jobs_by_themselves(start: Any) -> None:
    simulator = start("""
limits: {reads_per_second: 0.001, reads_bucket: 3}
vaults: [{name: backup-vault, resource_group: backup-rg}]
""")

    def left(path: str) -> str:
        return str(simulator.call("GET", path).headers["x-ms-ratelimit-remaining-subscription-resource-requests"])

    assert [left("/backupPolicies"), left("/backupJobs"), left("/backupProtectedItems")] == ["2", "2", "1"]
    vault = simulator.call("GET", "").headers
    assert vault["x-ms-ratelimit-remaining-subscription-reads"] == "2"
    assert vault["x-ms-ratelimit-remaining-subscription-global-reads"] == "30"


def test_other_programs_leave_a_part_of_each_bucket(start: Any) -> None:
    simulator = start("""
limits: {reads_per_second: 2, reads_bucket: 8, others: 0.5}
vaults: [{name: backup-vault, resource_group: backup-rg}]
""")
    answers = [simulator.call("GET", "/backupPolicies").status_code for _unused in range(5)]
    assert answers == [200] * 4 + [429]


@pytest.mark.parametrize(
    ("limit", "path", "code"),
    [
        ("refreshes", "/backupFabrics/Azure/refreshContainers", "UserErrorDiscoveryLimitReached"),
        (
            "inquiries",
            "/backupFabrics/Azure/protectionContainers/StorageContainer;Storage;Files-RG;contosofiles/inquire",
            "UserErrorInquiryLimitReached",
        ),
    ],
)
def test_daily_budgets(start: Any, limit: str, path: str, code: str) -> None:
    simulator = start(SCENARIO.replace("limits: {", f"limits: {{{limit}: 3, "))
    for _unused in range(3):
        assert simulator.call("POST", path).status_code == 202
    assert refusal(simulator, "POST", path) == (400, code)
    simulator.advance(days=1)
    assert simulator.call("POST", path).status_code == 202


def test_the_default_limits_are_the_documented_ones() -> None:
    from azure_simulator.scenario import Limits

    limits = Limits()
    assert (limits.refreshes, limits.inquiries, limits.backups) == (50, 25, 10)
    assert (math.floor(10 * limits.reads_per_second), math.floor(20 * limits.writes_per_second)) == (250, 200)
