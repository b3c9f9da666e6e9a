# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on the wire."""

import time
from typing import Any

import pytest
import requests
from simulation import Simulation, swift

SCENARIO = f"""{swift()}
vaults: [{{name: backup-vault, resource_group: backup-rg, policies: [daily-30]}}]
"""


@pytest.fixture(autouse=True)
def _faults_of_its_own(simulator: Simulation) -> Any:
    """Each test gets a token before it plans anything, and leaves no fault behind."""
    assert simulator.http
    yield
    simulator.control("DELETE", "faults")


def plan(simulator: Simulation, **fault: Any) -> None:
    simulator.control("POST", "faults", fault)


def test_a_scenario_brings_its_faults(start: Any) -> None:
    simulator = start(f"{SCENARIO}faults: [{{path: /tenants$, status: 418, body: {{a: teapot}}}}]")
    answer = simulator.call("GET", "/tenants")
    assert (answer.status_code, answer.json()) == (418, {"a": "teapot"})
    assert simulator.call("GET", "/tenants").status_code == 200


@pytest.mark.parametrize(("status", "code"), [(503, "ServiceUnavailable"), (429, "TooManyRequests")])
def test_a_status_comes_with_arms_body_and_retry_after(simulator: Simulation, status: int, code: str) -> None:
    plan(simulator, path="/vaults/BACKUP-vault$", method="get", status=status)
    answer = simulator.call("GET", "")
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "1")
    assert answer.json()["error"]["code"] == code
    assert simulator.call("GET", "").status_code == 200


def test_own_body_headers_and_content_type(simulator: Simulation) -> None:
    plan(
        simulator,
        status=502,
        body="<h1>Bad Gateway</h1>",
        content_type="text/html",
        headers={"Retry-After": "7"},
    )
    answer = simulator.call("GET", "")
    assert (answer.text, answer.headers["Content-Type"]) == ("<h1>Bad Gateway</h1>", "text/html")
    assert answer.headers["Retry-After"] == "7"


def test_after_and_times(simulator: Simulation) -> None:
    plan(simulator, status=500, after=1, times=2)
    assert [simulator.call("GET", "").status_code for _unused in range(5)] == [200, 500, 500, 200, 200]


def test_a_fault_for_ever(simulator: Simulation) -> None:
    plan(simulator, status=500, times=None)
    assert {simulator.call("GET", "").status_code for _unused in range(5)} == {500}
    assert len(simulator.control("GET", "faults")) == 1
    simulator.control("DELETE", "faults")
    assert simulator.call("GET", "").status_code == 200


def test_a_delay(simulator: Simulation) -> None:
    plan(simulator, delay=0.3)
    begin = time.monotonic()
    assert simulator.call("GET", "").status_code == 200
    assert time.monotonic() - begin >= 0.3


def test_a_slow_body_arrives_whole(simulator: Simulation) -> None:
    whole = simulator.call("GET", "").json()
    plan(simulator, slow_body=0.05)
    begin = time.monotonic()
    assert simulator.call("GET", "").json() == whole
    assert time.monotonic() - begin >= 0.2


@pytest.mark.parametrize("fault", [{"truncate": 10}, {"reset": "middle"}])
def test_a_body_cut_short(simulator: Simulation, fault: dict[str, Any]) -> None:
    plan(simulator, **fault)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        simulator.call("GET", "")


POLICY = {
    "properties": {
        "backupManagementType": "AzureStorage",
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Daily",
            "scheduleRunTimes": ["2026-01-01T19:30:00Z"],
        },
        "retentionPolicy": {
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": {"retentionDuration": {"count": 5, "durationType": "Days"}},
        },
    }
}


@pytest.mark.parametrize(("fault", "carried_out"), [({"reset": "before"}, False), ({"drop": True}, True)])
def test_a_broken_connection(simulator: Simulation, fault: dict[str, Any], carried_out: bool) -> None:
    name = f"/backupPolicies/broken-{carried_out}"
    plan(simulator, method="PUT", **fault)
    with pytest.raises(requests.exceptions.ConnectionError):
        simulator.call("PUT", name, json=POLICY)
    assert (simulator.call("GET", name).status_code == 200) is carried_out
    put = next(entry for entry in simulator.journal() if entry["path"].endswith(name))
    assert put["status"] is None
    assert put["end"] is not None


def test_a_fault_of_the_token_endpoint(simulator: Simulation) -> None:
    plan(simulator, path="/oauth2/", status=500, times=1)
    answer = simulator.http.post(f"{simulator.url}/{simulator.tenant}/oauth2/v2.0/token")
    assert answer.status_code == 500


@pytest.mark.parametrize(
    "fault",
    [
        {"colour": "red"},
        {"status": "Failed"},
        {"operation": "protect", "status": 500},
        {"path": "("},
        {"reset": "never"},
        [{"times": "often"}],
        "503",
    ],
)
def test_faults_which_make_no_sense(simulator: Simulation, fault: Any) -> None:
    answer = simulator.http.post(simulator.url + "/_simulator/faults", json=fault)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("faults[0]")
