# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several modules one after the other, as a play has them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.modules import Modules
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, world

ACCOUNT = {"storage_account": "contosofiles", "poll_interval": 0.05}
POLICIES: list[dict[str, Any]] = [
    {
        "name": "by-days",
        "schedule": {"frequency": "hourly", "interval_hours": 6, "window_start": "06:30", "window_hours": 18},
        "time_zone": "India Standard Time",
        "retention": {
            "days": 7,
            "weeks": {"count": 4, "weekdays": ["monday", "sunday"]},
            "months": {"count": 12, "days": [1, 15], "last_day": True},
            "years": {"count": 5, "months": ["june", "december"], "last_day": True},
        },
    },
    {
        "name": "by-weeks",
        "schedule": {"frequency": "daily", "times": ["03:30"]},
        "retention": {
            "days": 90,
            "weeks": {"count": 200, "weekdays": ["friday"]},
            "months": {"count": 240, "weeks": ["first", "last"], "weekdays": ["saturday", "sunday"]},
            "years": {"count": 50, "months": ["january"], "weeks": ["second"], "weekdays": ["tuesday"]},
        },
        "tier": "vault",
        "snapshot_retention_days": 14,
    },
]
TERMS = ("name", "schedule", "time_zone", "retention", "tier", "snapshot_retention_days")


@pytest.fixture
def modules(capsys: pytest.CaptureFixture[str]) -> Modules:
    return Modules(capsys)


def log_in(simulator: Simulator, patch: pytest.MonkeyPatch) -> Simulator:
    for name, value in simulator.login.items():
        patch.setenv(name, value)
    patch.setenv("AZURE_CLOUD_ENVIRONMENT", simulator.url)
    return simulator


def spent(simulator: Simulator) -> dict[str, int]:
    """By the simulator's own account, since it was asked last."""
    tally = simulator.tally()
    simulator.forget()
    total = sum(tally.values())
    reads = sum(count for label, count in tally.items() if label.startswith("GET "))
    return {
        "reads": reads,
        "writes": total - reads,
        "total": total,
        "refreshes": tally.get("POST refreshContainers", 0),
        "inquiries": tally.get("POST inquire", 0),
    }


def test_what_a_module_says_it_has_spent_is_what_the_simulator_has_seen(
    modules: Modules, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For whatever changes something, on an account that the vault does not know at first; each step is planned too."""
    simulator = log_in(simulators.start(world(account("finance", "hiring"))), monkeypatch)
    everything = ACCOUNT | {"all_shares": True}
    daily = {"frequency": "daily", "times": ["21:00"]}
    steps: list[tuple[str, dict[str, Any], int]] = [
        ("afs_policy", {"name": "ten-days", "schedule": daily, "retention": {"days": 9}}, 1),
        ("afs_container_registration", ACCOUNT, 2),
        ("afs_protectable_item_info", ACCOUNT | {"inquire": "always"}, 1),
        ("afs_protection", everything | {"policy": "daily-30"}, 2),
        ("afs_backup_trigger", everything, 2),
        ("afs_restore", ACCOUNT | {"share": "finance", "target": {"folder": "back"}, "wait": False}, 1),
        ("afs_vault_protection", {"rules": [{"policy": "ten-days"}], "poll_interval": 0.05}, 2),
        ("afs_policy", {"name": "ten-days", "retention": {"days": 10}, "poll_interval": 0.05}, 1),
        ("afs_protection", everything | {"state": "absent", "delete_data": True}, 2),
    ]
    for name, options, least in steps:
        for check_mode in (True, False):
            result = modules.run(name, options, check_mode=check_mode)
            seen = spent(simulator)
            assert not result.get("failed"), result
            assert {kind: result["api_calls"][kind] for kind in seen} == seen, (name, check_mode)
            assert seen["writes"] == 0 if check_mode else seen["writes"] >= least, name


def test_policies_can_be_taken_from_one_vault_to_another(
    modules: Modules, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is listed can be given as options, and changes nothing where it comes from."""
    vaulted = {"name": "vaulted", "time": "03:30", "vault_days": 365, "days": 7}
    vault = VAULT | {"policies": ["daily-30", "hourly-7", vaulted]}
    log_in(simulators.start(world(vaults=[vault, VAULT | {"name": "copies", "policies": []}])), monkeypatch)
    for policy in POLICIES:
        assert modules.run("afs_policy", policy)["changed"]

    listed = modules.run("afs_policy_info", {})["policies"]
    options = [{term: policy[term] for term in TERMS} for policy in listed]
    again = [modules.run("afs_policy", each) for each in options]
    copied = [modules.run("afs_policy", each | {"vault_name": "copies"}) for each in options]

    assert [policy["name"] for policy in listed] == ["by-days", "by-weeks", "daily-30", "hourly-7", "vaulted"]
    assert not any(result["changed"] for result in again)
    assert [result["policy"] for result in again] == listed
    assert all(result["changed"] for result in copied)
    there = modules.run("afs_policy_info", {"vault_name": "copies"})["policies"]
    assert [policy | {"id": None} for policy in there] == [policy | {"id": None} for policy in listed]
