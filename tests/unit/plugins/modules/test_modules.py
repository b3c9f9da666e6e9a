# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole modules: options in, JSON out. What they do is tested with the code that does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._options.argspec import AUTHENTICATION
from ansible_collections.azurefiles.backup.tests.unit.support.logins import install_az
from ansible_collections.azurefiles.backup.tests.unit.support.modules import (
    NAMES,
    OPTIONS,
    Modules,
    documentation,
)
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

CHANGING = [
    "afs_backup_trigger",
    "afs_container_registration",
    "afs_policy",
    "afs_protection",
    "afs_restore",
    "afs_restore_drill",
    "afs_vault_protection",
]
EXPIRY = datetime.now(timezone.utc) + timedelta(days=30)
CALLS = {"reads", "writes", "total", "refreshes", "inquiries", "throttled", "retried"}
LOGIN = ("AZURE_TENANT", "AZURE_CLIENT_ID", "AZURE_SECRET", "AZURE_SUBSCRIPTION_ID")


@pytest.fixture
def modules(capsys: pytest.CaptureFixture[str]) -> Modules:
    return Modules(capsys)


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    """A world in which no module has anything to change, but for backups and restores."""
    unlimited = {"backups": 0, "restores": 0, "reads_per_second": 0, "writes_per_second": 0}
    simulator = shared_simulators.start(
        world(
            registered(protected("finance", recovery_points=1), protected("hiring")),
            registered("media", name="fabrikamfiles"),
            account(name="drillfiles"),
            limits=unlimited,
        )
    )
    run = run_of(simulator)
    item = run.vault.protected_items()[0]
    OPTIONS["afs_job"]["job_id"] = run.waiter.operation(run.vault.backup("Backing up", item.address, EXPIRY))
    return simulator


@pytest.fixture
def simulator(running: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    running.clear_faults()
    running.forget()
    return log_in(running, monkeypatch)


def log_in(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """As AWX does, by environment variables."""
    values = (simulator.tenant, simulator.client_id, simulator.client_secret, simulator.subscription_id)
    for name, value in zip(LOGIN, values, strict=True):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AZURE_CLOUD_ENVIRONMENT", simulator.url)
    return simulator


def log_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOGIN:
        monkeypatch.delenv(name)


# Every module


def test_every_module_is_run_here() -> None:
    assert set(NAMES) == set(OPTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_module_succeeds_and_tells_what_it_has_spent(modules: Modules, simulator: Simulator, name: str) -> None:
    result = modules.run(name)

    assert not result.get("failed"), result
    assert isinstance(result["changed"], bool)
    journal = simulator.journal()
    reads = sum(request.method == "GET" for request in journal)
    assert result["api_calls"] == {
        "reads": reads,
        "writes": len(journal) - reads,
        "total": len(journal),
        "refreshes": 0,
        "inquiries": 0,
        "throttled": 0,
        "retried": 0,
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_module_takes_the_login_that_a_block_of_defaults_gives(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    log_out(monkeypatch)
    login = {
        "auth_source": "auto",
        "cert_validation_mode": "validate",
        "client_id": simulator.client_id,
        "cloud_environment": simulator.url,
        "disable_instance_discovery": True,
        "secret": simulator.client_secret,
        "subscription_id": simulator.subscription_id,
        "tenant": simulator.tenant,
    }

    result = modules.run(name, OPTIONS[name] | login, check_mode=True)

    assert not result.get("failed"), result
    assert simulator.journal()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in NAMES
        if name not in ("afs_coverage_info", "afs_restore", "afs_restore_drill", "afs_vault_protection")
    ],
)
@pytest.mark.usefixtures("simulator")
def test_a_module_that_has_nothing_to_do_costs_three_reads_at_most(modules: Modules, name: str) -> None:
    age = {"max_age": 60} if name == "afs_backup_trigger" else {}
    modules.run(name, OPTIONS[name] | age)

    result = modules.run(name, OPTIONS[name] | age)

    assert not result["changed"]
    assert result["api_calls"]["writes"] == 0
    assert result["api_calls"]["reads"] <= 3


@pytest.mark.parametrize("name", NAMES)
def test_what_a_module_returns_is_documented(modules: Modules, simulator: Simulator, name: str) -> None:
    result = modules.run(name)

    documented = documentation(name)
    own = {key: value for key, value in result.items() if key not in ("changed", "invocation", "warnings")}
    assert set(own) <= set(documented)
    for key, value in own.items():
        contains = documented[key].get("contains", {})
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                assert set(element) == set(contains), key
    assert simulator.journal()


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_says_what_and_keeps_azures_words(modules: Modules, simulator: Simulator, name: str) -> None:
    result = modules.run(name, OPTIONS[name] | {"vault_name": "nobody"})

    assert result["failed"]
    assert "There is no Recovery Services vault 'nobody'" in result["msg"]
    assert set(result["error"]) == {"code", "message", "http_status", "request_id"}
    assert result["error"]["code"] == "ResourceNotFound"
    assert result["error"]["http_status"] == 404
    assert result["api_calls"]["total"] == len(simulator.journal())
    assert set(documentation(name)) & set(result) == {"api_calls", "error"}, "nothing was read"
    assert simulator.writes() == {}
    assert "Traceback" not in result.text


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_is_written(modules: Modules, simulator: Simulator, name: str) -> None:
    result = modules.run(name, OPTIONS[name] | {"secret": simulator.client_secret}, diff=True)

    assert not result.get("failed"), result
    assert simulator.client_secret not in result.text
    assert simulator.client_id in modules.run(name, OPTIONS[name] | {"client_id": simulator.client_id}).text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("simulator")
def test_no_result_can_be_taken_for_a_skipped_task(modules: Modules, name: str) -> None:
    assert "skipped" not in modules.run(name)


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.usefixtures("simulator")
def test_a_diff_is_returned_when_asked_for(modules: Modules, name: str) -> None:
    assert set(modules.run(name, diff=True)["diff"]) == {"before", "after"}
    assert "diff" not in modules.run(name)


@pytest.mark.parametrize("name", NAMES)
def test_empty_options_count_as_unset(modules: Modules, simulator: Simulator, name: str) -> None:
    empty = dict.fromkeys([*AUTHENTICATION, "api_version"], "")
    if "storage_account" in OPTIONS[name]:
        empty["storage_account_resource_group"] = ""

    result = modules.run(name, OPTIONS[name] | empty)

    assert not result.get("failed"), result
    assert simulator.journal()


# Changes


@pytest.fixture
def fresh(simulators: Simulators, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    return log_in(simulators.start(world(account("finance", "hiring", discovered=True))), monkeypatch)


def test_an_account_goes_from_check_mode_to_idempotence(modules: Modules, fresh: Simulator) -> None:
    register = OPTIONS["afs_container_registration"]

    foretold = modules.run("afs_container_registration", register, check_mode=True, diff=True)
    assert fresh.writes() == {}
    done = modules.run("afs_container_registration", register, diff=True)
    again = modules.run("afs_container_registration", register, diff=True)

    assert [result["changed"] for result in (foretold, done, again)] == [True, True, False]
    assert foretold["diff"]["before"] == done["diff"]["before"] == {"container": "not registered"}
    assert done["diff"]["after"] == again["diff"]["before"] == again["diff"]["after"]


def test_shares_go_from_check_mode_to_idempotence(modules: Modules, fresh: Simulator) -> None:
    modules.run("afs_container_registration", OPTIONS["afs_container_registration"])
    protect = OPTIONS["afs_protection"]
    fresh.forget()

    foretold = modules.run("afs_protection", protect, check_mode=True, diff=True)
    assert fresh.writes() == {}
    done = modules.run("afs_protection", protect, diff=True)
    again = modules.run("afs_protection", protect, diff=True)

    assert [result["changed"] for result in (foretold, done, again)] == [True, True, False]
    assert foretold["diff"] == done["diff"]
    assert done["api_calls"]["inquiries"] == 1
    assert [share["state_after"] for share in again["shares"]] == ["IRPending", "IRPending"]


def test_some_shares_that_fail_do_not_lose_the_others(
    modules: Modules, simulators: Simulators, monkeypatch: Any
) -> None:
    fault = {"operation": "protect", "share": "hiring", "code": "FileShareNotFound", "message": "It isn't found."}
    log_in(simulators.start(world(registered("finance", "hiring"), faults=[fault])), monkeypatch)

    result = modules.run("afs_protection", OPTIONS["afs_protection"])

    assert result["failed"]
    assert result["changed"]
    assert result["msg"].startswith("1 of 2 shares failed: hiring: ")
    assert result["error"]["code"] == "FileShareNotFound"
    assert [(share["share"], share["changed"]) for share in result["shares"]] == [("finance", True), ("hiring", False)]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("afs_protection", {"account_name": "contosofiles", "shares": "finance", "backup_policy_id": "daily-30"}),
        (
            "afs_backup_trigger",
            {"account_name": "contosofiles", "shares": "finance", "recovery_point_expiry_time": "2035-01-01"},
        ),
    ],
)
@pytest.mark.usefixtures("simulator")
def test_options_have_the_names_of_azcollection_too(modules: Modules, name: str, options: dict[str, Any]) -> None:
    result = modules.run(name, {"vault_name": None, "recovery_vault_name": "backup-vault", **options})

    assert not result.get("failed"), result
    (share,) = result.get("shares") or result["backups"]
    assert share["share"] == "finance"


def test_a_sweep_leaves_what_somebody_stopped_only_if_asked_to(
    modules: Modules, simulators: Simulators, monkeypatch: Any
) -> None:
    simulator = log_in(simulators.start(world(registered(protected("finance"), protected("hiring")))), monkeypatch)
    one = OPTIONS["afs_protection"] | {"all_shares": False, "shares": "hiring"}
    modules.run("afs_protection", one | {"state": "stopped"})
    simulator.forget()

    left = modules.run("afs_protection", OPTIONS["afs_protection"] | {"stopped": "leave"})
    assert not left["changed"]
    assert [(share["share"], share["action"], share["left"], share["state_after"]) for share in left["shares"]] == [
        ("finance", "none", False, "IRPending"),
        ("hiring", "none", True, "ProtectionStopped"),
    ]
    assert left["api_calls"]["total"] == left["api_calls"]["reads"] <= 4
    assert simulator.writes() == {}

    resumed = modules.run("afs_protection")
    assert [(share["action"], share["left"]) for share in resumed["shares"]] == [("none", False), ("resume", False)]


# Wrong input


DAILY = {"frequency": "daily", "times": ["21:00"]}
HOURLY = {"frequency": "hourly", "interval_hours": 4, "window_start": "08:00", "window_hours": 12}
DECIDED = {"policy": "daily-30"}
WRONG = [
    ("afs_protection", {"policy": None}, "policy is required for state: present"),
    ("afs_protection", {"policy": ""}, "policy is required for state: present"),
    ("afs_protection", {"state": "absent"}, "needs delete_data: true"),
    ("afs_protection", {"shares": ["finance"]}, "shares and all_shares exclude each other"),
    ("afs_protection", {"all_shares": False}, "Which shares?"),
    ("afs_protection", {"all_shares": False, "shares": []}, "shares is empty"),
    ("afs_protection", {"storage_account": "not/an/id"}, "is not the id of a storage account"),
    ("afs_protection", {"parallel": 0}, "parallel is 0, but it has to be more than 0"),
    ("afs_protection", {"stopped": "leave", "all_shares": False, "shares": "finance"}, "needs all_shares: true"),
    ("afs_protection", {"stopped": "leave", "state": "stopped"}, "needs all_shares: true and state: present"),
    (
        "afs_protection",
        {"stopped": "leave", "state": "absent", "delete_data": True},
        "needs all_shares: true and state: present",
    ),
    ("afs_backup_trigger", {"max_age": -1}, "max_age is -1"),
    ("afs_backup_trigger", {"retain_until": "2020-01-01"}, "is in the past"),
    ("afs_backup_trigger", {"retain_until": "soon"}, "is not a time"),
    ("afs_backup_trigger", {"retain_until": "9999-12-31T23:59:59-01:00"}, "retain_until"),
    ("afs_backup_trigger", {"retention_days": 0}, "for a day at least"),
    ("afs_container_registration", {"storage_account": ""}, "cannot be a storage account's name"),
    ("afs_container_registration", {"identity_id": "/x"}, "access_type: identity"),
    ("afs_container_registration", {"wait_timeout": 0}, "wait_timeout is 0"),
    ("afs_container_registration", {"poll_interval": -1}, "poll_interval is -1"),
    ("afs_protectable_item_info", {"storage_account": "a b"}, "cannot be a storage account's name"),
    ("afs_protection", {"all_shares": False, "shares": "hr"}, "'hr' cannot be a share's name"),
    ("afs_protected_item_info", {"vault_name": ""}, "vault_name is empty, but it is required"),
    ("afs_protected_item_info", {"resource_group": ""}, "resource_group is empty, but it is required"),
    ("afs_protected_item_info", {"disable_instance_discovery": "maybe"}, "has to be true or false"),
    ("afs_protected_item_info", {"cloud_environment": "AzureMoon"}, "is not a cloud"),
    ("afs_protected_item_info", {"cloud_environment": "https://[::1"}, "is not a cloud"),
    ("afs_protected_item_info", {"auth_source": "magic"}, "auth_source is 'magic'"),
    ("afs_protected_item_info", {"ad_user": "me", "password": "pw"}, "multi-factor authentication"),
    ("afs_protected_item_info", {"profile": "nobody"}, "The profile 'nobody' is asked for"),
    ("afs_backup_trigger", {"shares": ["finance"]}, "shares and all_shares exclude each other"),
    ("afs_backup_trigger", {"all_shares": False, "shares": []}, "shares is empty"),
    (
        "afs_container_registration",
        {"storage_account": "contoso-files"},
        "'contoso-files' cannot be a storage account's",
    ),
    ("afs_restore_drill", {"sample": None}, "Which shares? Name them in shares"),
    ("afs_restore_drill", {"target_storage_account_resource_group": "a."}, "no point at the end"),
    ("afs_restore_drill", {"sample": 0}, "sample is 0, but it has to be from 1 to 200"),
    ("afs_restore_drill", {"restores": 201}, "restores is 201, but it has to be from 1 to 200"),
    ("afs_restore_drill", {"max_size_gb": 0}, "max_size_gb is 0.0, but it has to be more than 0"),
    ("afs_restore_drill", {"max_rpo_hours": -1}, "max_rpo_hours is -1.0"),
    ("afs_restore_drill", {"max_rto_minutes": 0}, "max_rto_minutes is 0.0"),
    ("afs_restore_drill", {"shares": ["finance"]}, "name it in storage_account"),
    ("afs_restore_drill", {"shares": [], "storage_account": "contosofiles"}, "shares is empty"),
    ("afs_restore_drill", {"shares": ["hr"], "storage_account": "contosofiles"}, "'hr' cannot be a share's name"),
    ("afs_restore_drill", {"storage_account": "DrillFiles"}, "a drill restores to another one"),
    ("afs_restore_drill", {"target_storage_account": ""}, "target_storage_account is empty"),
    ("afs_restore_drill", {"target_storage_account": "a b"}, "cannot be a storage account's name"),
    ("afs_restore_drill", {"history": [{"share": "finance"}]}, "history has an entry that is no drill of a report"),
    ("afs_coverage_info", {"days": 29}, "from 1 to 28"),
    ("afs_coverage_info", {"vault_name": ""}, "Which vault"),
    ("afs_coverage_info", {"subscriptions": ["00000000-0000-0000-0000-000000000000"]}, "lets vaults be found"),
    ("afs_job", {"job_id": " "}, "job_id is empty"),
    ("afs_job", {"poll_interval": 0}, "poll_interval is 0"),
    ("afs_job", {"state": "cancelled", "use_secondary_region": True}, "does not offer that for jobs of the secondary"),
    ("afs_job", {"secondary_region": "northeurope"}, "but use_secondary_region is not true"),
    ("afs_job_info", {"use_secondary_region": True, "secondary_region": "../x"}, "cannot be a region"),
    ("afs_recovery_point_info", {"secondary_region": "northeurope"}, "but use_secondary_region is not true"),
    ("afs_protected_item_info", {"use_secondary_region": True, "secondary_region": "a b!"}, "cannot be a region"),
    ("afs_restore", {"use_secondary_region": True, "target": None}, "not to the original place"),
    ("afs_restore", {"target": {"share": "a", "subscription_id": "0"}}, "is not the id of a subscription"),
    ("afs_job_info", {"job_id": "a", "share": "finance", "status": "Failed"}, "leave out share, status"),
    ("afs_job_info", {"start_time": "yesterday"}, "start_time 'yesterday' is not a time"),
    ("afs_job_info", {"start_time": "2026-11-22", "end_time": "2026-11-21"}, "is before start_time"),
    ("afs_job_info", {"share": "a/b"}, "cannot be a share's name"),
    ("afs_policy", {"schedule": DAILY | {"times": [21 * 60]}}, "YAML reads 21:00 without quotes as a number"),
    ("afs_policy", {"schedule": DAILY | {"times": ["09:00", "21:00"]}}, "exactly one"),
    ("afs_policy", {"schedule": HOURLY | {"interval_hours": 5}}, "4, 6, 8 and 12"),
    ("afs_policy", {"retention": {"days": 201}, "tier": "snapshot"}, "from 1 to 200"),
    ("afs_policy", {"retention": {"days": 201}, "tier": "snapshot"}, "The vault tier allows 9999"),
    (
        "afs_policy",
        {"schedule": HOURLY, "retention": {"days": 50}, "tier": "snapshot"},
        "with 4 backups a day it can be 49 at most",
    ),
    (
        "afs_policy",
        {"retention": {"days": 30, "months": {"count": 1, "days": [1], "weeks": ["first"], "weekdays": ["sunday"]}}},
        "and not both",
    ),
    ("afs_policy", {"time_zone": "Europe/Berlin"}, "W. Europe Standard Time"),
    ("afs_policy", {"name": "/subscriptions/x/backupPolicies/never"}, "takes the name alone"),
    ("afs_recovery_point_info", {"start_time": "yesterday"}, "start_time 'yesterday' is not a time"),
    ("afs_recovery_point_info", {"end_time": "31.01.2027"}, "end_time '31.01.2027' is not a time"),
    ("afs_recovery_point_info", {"start_time": "2026-11-22", "end_time": "2026-11-21"}, "is before start_time"),
    ("afs_recovery_point_info", {"share": "a/b"}, "cannot be a share's name"),
    ("afs_recovery_point_info", {"storage_account": "points-one"}, "'points-one' cannot be a storage account's name"),
    ("afs_restore", {"files": []}, "files is empty"),
    ("afs_restore", {"files": [{"path": str(number)} for number in range(100)]}, "100 paths"),
    ("afs_restore", {"files": [{"path": "../a"}]}, "without '.' and '..'"),
    ("afs_restore", {"files": [{"path": ""}]}, "names nothing"),
    ("afs_restore", {"target": {}}, "target names no other place"),
    ("afs_restore", {"target": {"folder": "a/../.."}}, "without '.' and '..'"),
    ("afs_restore", {"recovery_point": ""}, "recovery_point is empty"),
    ("afs_restore", {"wait_timeout": 0}, "wait_timeout is 0"),
    ("afs_vault_protection", {"rules": []}, "rules is empty"),
    ("afs_vault_protection", {"rules": [{"policy": " "}]}, "rules[0].policy is empty"),
    ("afs_vault_protection", {"rules": [DECIDED, {"include": []}]}, "rules[1].include is empty"),
    ("afs_vault_protection", {"rules": [DECIDED | {"include": ["hr"]}]}, "no name of a share can fit 'hr'"),
    ("afs_vault_protection", {"rules": [DECIDED | {"exclude": ["a--b"]}]}, "no name of a share can fit 'a--b'"),
    (
        "afs_vault_protection",
        {"rules": [DECIDED | {"include": ["finance"], "exclude": ["f*"]}]},
        "rules[0] can match nothing",
    ),
    ("afs_vault_protection", {"rules": [DECIDED | {"storage_accounts": [" "]}]}, "rules[0].storage_accounts is empty"),
    (
        "afs_vault_protection",
        {"rules": [DECIDED | {"storage_accounts": ["not/an/id"]}]},
        "rules[0].storage_accounts: 'not/an/id' is not the id of a storage account",
    ),
    (
        "afs_vault_protection",
        {"rules": [DECIDED | {"storage_accounts": ["contoso-*"]}]},
        "no name of a storage account can fit 'contoso-*'",
    ),
    (
        "afs_vault_protection",
        {"rules": [DECIDED | {"resource_groups": ["files/rg"]}]},
        "no name of a resource group can fit 'files/rg'",
    ),
    ("afs_vault_protection", {"rules": [DECIDED | {"tags": {"tier": ""}}]}, "a tag needs a name, and a pattern"),
    ("afs_vault_protection", {"rules": [{"stopped": "resume"}]}, "and stopped says nothing"),
    ("afs_vault_protection", {"rules": [DECIDED | {"retention_days": 0}]}, "rules[0]: "),
    ("afs_vault_protection", {"retention_days": 0}, "for a day at least"),
    ("afs_vault_protection", {"accounts": []}, "accounts is empty"),
    ("afs_vault_protection", {"storage_accounts": []}, "storage_accounts is empty"),
    ("afs_vault_protection", {"storage_accounts": ["not/an/id"]}, "is not the id of a storage account"),
    ("afs_vault_protection", {"storage_accounts": ["contoso-files"]}, "cannot be a storage account's name"),
    ("afs_vault_protection", {"parallel": 0}, "parallel is 0, but it has to be more than 0"),
    ("afs_vault_protection", {"wait_timeout": 0}, "wait_timeout is 0"),
]


@pytest.mark.parametrize(("name", "options", "words"), WRONG)
def test_wrong_input_is_refused_before_any_request(
    modules: Modules, simulator: Simulator, name: str, options: dict[str, Any], words: str
) -> None:
    result = modules.run(name, OPTIONS[name] | options)

    assert result["failed"]
    assert words in result["msg"]
    assert not result["changed"]
    assert "Traceback" not in result.text
    assert simulator.journal() == simulator.journal("token") == simulator.journal("metadata") == []


# What the options' specification does not allow, which is Ansible's to say.
UNLISTED = [
    ("afs_job", {"state": "absent"}, "value of state must be one of"),
    ("afs_job", {"job_id": None}, "missing required arguments: job_id"),
    ("afs_job_info", {"operation": "Backups"}, "value of operation must be one of"),
    ("afs_job_info", {"status": "Done"}, "value of status must be one of"),
    ("afs_policy", {"retention": {"days": 30, "weeks": {"count": 12, "weekdays": ["caturday"]}}}, "sunday"),
    ("afs_protected_item_info", {"protection_state": ["Sleeping"]}, "ProtectionStopped"),
    ("afs_protection", {"stopped": "ignore"}, "value of stopped must be one of"),
    ("afs_recovery_point_info", {"tier": "archive"}, "value of tier must be one of"),
    ("afs_restore", {"files": [{"path": "a", "type": "link"}]}, "value of type must be one of"),
    ("afs_restore", {"conflict": "merge"}, "value of conflict must be one of"),
    ("afs_vault_protection", {"rules": None}, "missing required arguments: rules"),
    ("afs_vault_protection", {"rules": [{"shares": ["finance"]}]}, "shares"),
    ("afs_vault_protection", {"rules": [DECIDED | {"stopped": "ignore"}]}, "value of stopped must be one of"),
    ("afs_vault_protection", {"accounts": ["all"]}, "value of accounts must be one"),
]


@pytest.mark.parametrize(("name", "options", "words"), UNLISTED)
def test_what_the_specification_does_not_allow_is_refused(
    modules: Modules, simulator: Simulator, name: str, options: dict[str, Any], words: str
) -> None:
    given = OPTIONS[name] | options

    result = modules.run(name, {option: value for option, value in given.items() if value is not None})

    assert result["failed"]
    assert words in result["msg"]
    assert simulator.journal() == simulator.journal("token") == simulator.journal("metadata") == []


# What only Azure can tell

MANAGER = {"client_id": "c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6003", "secret": "secret-of-the-manager"}
STRANGER = {"client_id": "0d5f2c0e-54c4-4f53-8d6c-1f6a4a4f7002", "secret": "secret-of-the-stranger"}
BLIND = {"client_id": "0d5f2c0e-54c4-4f53-8d6c-1f6a4a4f7001", "secret": "secret-of-the-blind"}
NO_JOB = "00000000-0000-0000-0000-000000000000"
UNKNOWN = [
    ("afs_backup_trigger", {"all_shares": False, "shares": "finanse"}, "Did you mean finance?"),
    ("afs_backup_trigger", {"all_shares": False, "shares": "loose"}, "There is no protected share 'loose'"),
    ("afs_container_registration", {"storage_account": "nosuchaccount"}, "no storage account 'nosuchaccount'"),
    ("afs_container_registration", {"storage_account": "farfiles"}, "is in northeurope, but the vault"),
    ("afs_container_registration", {"storage_account_resource_group": "nosuch-rg"}, "'nosuch-rg'"),
    ("afs_job", {"job_id": NO_JOB}, f"'backup-vault' has no job '{NO_JOB}'"),
    ("afs_job", {"job_id": NO_JOB, "state": "cancelled"}, f"'backup-vault' has no job '{NO_JOB}'"),
    ("afs_job_info", {"job_id": NO_JOB}, f"'backup-vault' has no job '{NO_JOB}'"),
    ("afs_policy", {"name": "DefaultPolicy", "state": "absent"}, "AzureIaasVM"),
    ("afs_policy", {"name": "DefaultPolicy", "schedule": DAILY}, "AzureIaasVM"),
    ("afs_policy", {"name": "incomplete", "retention": None, "schedule": DAILY}, "retention must be given"),
    ("afs_protection", {"policy": "weekly-52"}, "has no policy 'weekly-52'"),
    ("afs_protection", {"policy": "weekly-52"}, "daily-30, hourly-7"),
    ("afs_protection", {"all_shares": False, "shares": "finanse"}, "Did you mean finance?"),
    ("afs_protection", {"storage_account": "newfiles"}, "'newfiles' is not registered"),
    ("afs_protection", {"storage_account": "newfiles"}, "afs_container_registration"),
    ("afs_recovery_point_info", {"share": "lega"}, "Did you mean legal?"),
    ("afs_recovery_point_info", {"storage_account": "contosofile"}, "Did you mean contosofiles?"),
    ("afs_restore", {"share": "lega"}, "Did you mean legal?"),
    ("afs_restore", {"share": "hiring"}, "'hiring' has no recovery point yet"),
    ("afs_restore", {"recovery_point": "1"}, "no recovery point '1'"),
    ("afs_restore", {"target": {"share": "loos"}}, "Did you mean loose?"),
    ("afs_restore", {"target": {"share": "media"}}, "NFS shares are not supported"),
    ("afs_restore", {"target": {"share": "finance"}}, "target is the share 'finance' itself"),
    ("afs_restore", {"target": {"storage_account": "nowhere"}}, "no storage account 'nowhere'"),
    ("afs_vault_protection", {"rules": [{"policy": "/subscriptions/x"}]}, "neither a policy's name nor the id"),
]


@pytest.fixture(scope="module")
def manifold(shared_simulators: Simulators) -> Simulator:
    """A world of shares, accounts and logins with which not everything can be done."""
    return shared_simulators.start(
        world(
            registered(
                protected("finance", recovery_points=2),
                protected("hiring"),
                protected("legal"),
                "loose",
                {"name": "media", "protocol": "NFS"},
            ),
            account("finance", name="newfiles"),
            account("finance", name="farfiles", location="northeurope"),
            registered("media", name="fabrikamfiles"),
            clients=[MANAGER, STRANGER, BLIND],
            denied=[
                {"client_id": STRANGER["client_id"], "action": "Microsoft.RecoveryServices/"},
                {"client_id": BLIND["client_id"], "action": "Microsoft.Storage/"},
            ],
        )
    )


@pytest.fixture
def elsewhere(manifold: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    manifold.forget()
    return log_in(manifold, monkeypatch)


@pytest.mark.parametrize(("name", "options", "words"), UNKNOWN)
def test_what_azure_does_not_have_or_allow_is_refused_without_a_write(
    modules: Modules, elsewhere: Simulator, name: str, options: dict[str, Any], words: str
) -> None:
    result = modules.run(name, OPTIONS[name] | options)

    assert result["failed"]
    assert words in result["msg"]
    assert not result["changed"]
    assert elsewhere.writes() == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_login_that_may_not_see_the_vault_is_told_which_role_it_lacks(
    modules: Modules, elsewhere: Simulator, name: str
) -> None:
    job = {"job_id": NO_JOB} if name == "afs_job" else {}

    result = modules.run(name, OPTIONS[name] | job | STRANGER)

    assert result["failed"]
    assert "'Backup Contributor' on the vault" in result["msg"]
    assert result["error"]["code"] == "AuthorizationFailed"
    assert result["error"]["http_status"] == 403
    assert elsewhere.writes() == {}


@pytest.mark.usefixtures("elsewhere")
def test_a_login_that_may_not_list_the_shares_is_warned(modules: Modules) -> None:
    result = modules.run("afs_protection", OPTIONS["afs_protection"] | BLIND | {"exclude": ["*"]})

    assert not result["changed"]
    assert any("'Reader'" in str(warning) for warning in result["warnings"])


@pytest.mark.usefixtures("simulator")
def test_a_failure_before_any_request_has_all_the_keys_too(modules: Modules) -> None:
    result = modules.run("afs_protection", OPTIONS["afs_protection"] | {"policy": ""})

    assert result["api_calls"] == dict.fromkeys(CALLS, 0)
    assert set(result["error"]) == {"code", "message", "http_status", "request_id"}


@pytest.mark.parametrize("absent", LOGIN[:2] + LOGIN[3:])
def test_what_is_missing_for_the_login_is_named_before_any_request(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, absent: str
) -> None:
    monkeypatch.delenv(absent)

    result = modules.run("afs_protected_item_info")

    assert result["failed"]
    assert f"(or {absent} in the environment) is missing" in result["msg"]
    assert simulator.journal("token") == simulator.journal("metadata") == []


# Logging in


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_secret_is_answered_in_entras_words(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("AZURE_SECRET", "wrong-secret")

    result = modules.run(name)

    assert result["failed"]
    assert "AADSTS7000215: Invalid client secret provided" in result["msg"]
    assert simulator.client_id in result["msg"]
    assert result["error"]["code"] == "AADSTS7000215"
    assert result["api_calls"] == dict.fromkeys(CALLS, 0)
    assert "wrong-secret" not in result.text
    assert "Traceback" not in result.text
    assert simulator.journal() == []


def test_a_secret_of_the_environment_is_masked_in_what_the_service_says(
    modules: Modules, simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = {"client_id": "00000000-0000-0000-0000-00000000000a", "secret": "nobody-else-has-this-one"}
    simulator = log_in(simulators.start(world(clients=[client])), monkeypatch)
    body = {"error": {"code": "Odd", "message": f"You sent {simulator.client_secret}."}}
    simulator.plan({"path": "backupProtectedItems", "status": 409, "body": body})

    result = modules.run("afs_protected_item_info")

    assert result["error"]["code"] == "Odd"
    assert simulator.client_secret not in result.text


def test_a_managed_identity_that_sees_one_subscription_needs_not_name_it(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_out(monkeypatch)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", simulator.imds_url)

    result = modules.run("afs_protected_item_info")

    assert len(result["protected_items"]) == 2
    assert result["api_calls"]["reads"] == 2


@pytest.mark.parametrize(
    ("seen", "words"),
    [(["sub-two", "sub-one"], "this login sees sub-one, sub-two"), ([], "this login sees none: it has no role in any")],
)
def test_a_managed_identity_that_sees_another_number_has_to_name_one(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, seen: list[str], words: str
) -> None:
    log_out(monkeypatch)
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", simulator.imds_url)
    body = {"value": [{"subscriptionId": each} for each in seen]}
    simulator.plan({"path": "/subscriptions$", "status": 200, "body": body})

    result = modules.run("afs_protected_item_info")

    assert "subscription_id is missing" in result["msg"]
    assert words in result["msg"]


def test_the_az_commands_login_and_subscription_are_used(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log_out(monkeypatch)
    install_az(tmp_path, simulator)
    simulator.forget()
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    result = modules.run("afs_protected_item_info", {"auth_source": "cli"})

    assert len(result["protected_items"]) == 2
    assert simulator.journal("token") == []


@pytest.mark.parametrize("by", ["option", "variable"])
def test_an_unknown_certificate_can_be_ignored(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    options = {"cert_validation_mode": "ignore"} if by == "option" else {}
    if by == "variable":
        monkeypatch.setenv("AZURE_CERT_VALIDATION_MODE", "ignore")

    with pytest.warns(match="Unverified HTTPS request"):
        result = modules.run("afs_protected_item_info", options)

    assert len(result["protected_items"]) == 2
    assert simulator.journal()


def test_an_unknown_certificate_is_refused_in_words(
    modules: Modules, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    result = modules.run("afs_protected_item_info")

    assert f"The cloud at {simulator.url}" in result["msg"]
    assert "certificate verify failed" in result["msg"]
    assert simulator.journal() == simulator.journal("token") == []


# As a program of its own


def as_program(name: str, options: dict[str, Any], hidden: str = "") -> dict[str, Any]:
    """Run a module in a process of its own, in which a library can be hidden."""
    program = f"""
import sys, importlib
class Hider:
    def find_spec(self, name, path=None, target=None):
        if {hidden!r} and (name + ".").startswith({hidden!r} + "."):
            raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)
sys.meta_path.insert(0, Hider())
sys.path[:0] = {sys.path!r}
from ansible.module_utils.testing import patch_module_args
with patch_module_args({options!r}):
    importlib.import_module("ansible_collections.azurefiles.backup.plugins.modules.{name}").main()
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in answer.stderr
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


@pytest.mark.parametrize(
    ("hidden", "library"), [("azure.identity", "azure-identity"), ("azure", "azure-identity"), ("requests", "requests")]
)
def test_a_missing_library_is_named(simulator: Simulator, hidden: str, library: str) -> None:
    options = {"resource_group": "backup-rg", "vault_name": "backup-vault"}

    result = as_program("afs_protected_item_info", options, hidden)

    assert result["failed"]
    assert f"Failed to import the required Python library ({library})" in result["msg"]
    assert simulator.journal("token") == []


@pytest.mark.usefixtures("simulator")
def test_a_module_runs_as_a_program() -> None:
    result = as_program("afs_protected_item_info", {"resource_group": "backup-rg", "vault_name": "backup-vault"})

    assert [item["share"] for item in result["protected_items"]] == ["finance", "hiring"]
