# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guarded vaults: every operation that a safeguard can stand before, with every safeguard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.modules import Modules, Result
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

OTHER_TENANT = "11111111-2222-3333-4444-555555555555"
ROLE = "Backup MUA Operator"
OTHER_ROLE = "Backup Contributor"
ITEMS = ("deleteProtectedItemRequests", "updateProtectedItemRequests", "stopProtectionWithRetainDataRequests")
EVERYTHING = [*ITEMS, "updateProtectionPolicyRequests", "triggerRestoreRequests"]
POLICIES = ["daily-30", "hourly-7", {"name": "daily-60", "days": 60}]

PUT, DELETE, UNLOCK = "PUT protectedItems/*", "DELETE protectedItems/*", "POST unlockDelete"
VAULT, GUARD = "GET vaults/*", "GET backupResourceGuardProxies"


@dataclass(frozen=True)
class Operation:
    """What is asked of a module, and what it sends. ``destroys``: an immutable vault does not do it."""

    module: str
    options: dict[str, Any]
    sends: tuple[str, ...]
    destroys: bool = False
    told: Callable[[Result], Any] = lambda result: result["shares"][0]["guarded"]

    @property
    def looks(self) -> tuple[str, ...]:
        """What is looked at whatever the safeguard is: immutability is no matter to a restore."""
        return (GUARD,) if self.module == "afs_restore" else ()


def share(name: str, **options: Any) -> dict[str, Any]:
    return {"shares": [name], **options}


OPERATIONS = {
    "stop": Operation("afs_protection", share("stop", state="stopped"), (PUT,)),
    "delete": Operation("afs_protection", share("delete", state="absent", delete_data=True), (UNLOCK, DELETE), True),
    "less": Operation("afs_protection", share("less", policy="hourly-7"), (PUT,), True),
    "rules": Operation(
        "afs_vault_protection",
        {"rules": [{"include": ["rules"], "policy": "hourly-7"}, {"policy": "daily-60", "include": ["none"]}]},
        (PUT,),
        True,
        lambda result: result["accounts"][0]["shares"][0]["guarded"],
    ),
    "restore": Operation(
        "afs_restore",
        {"share": "restore", "target": {"folder": "back"}},
        ("POST restore",),
        told=lambda result: result["restore"]["guarded"],
    ),
    "policy": Operation(
        "afs_policy",
        {"name": "daily-60", "retention": {"days": 50}},
        ("PUT backupPolicies/*",),
        True,
        lambda result: result["guarded"],
    ),
}


@dataclass(frozen=True)
class Safeguard:
    """What stands before the operations of one vault, and what comes of it.

    ``words`` are in every refusal; a safeguard without them lets everything through.
    """

    vault: dict[str, Any]
    guarded: bool = False
    looks: tuple[str, ...] = (VAULT, GUARD)
    words: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    immutable: bool = False


def guard(**more: Any) -> dict[str, Any]:
    return {"resource_guard": {"operations": EVERYTHING, **more}}


SAFEGUARDS = {
    "none": Safeguard({}, looks=(VAULT,)),
    "approved": Safeguard(guard(), guarded=True),
    "not-approved": Safeguard(guard(approved=[]), guarded=True, words=(ROLE, "Those who own the guard act next")),
    "token": Safeguard(guard(tenant=OTHER_TENANT), guarded=True, options=(("resource_guard_tenant_id", OTHER_TENANT),)),
    "no-role": Safeguard(
        guard(tenant=OTHER_TENANT, approved=[]),
        guarded=True,
        words=(ROLE, f"in its tenant {OTHER_TENANT}"),
        options=(("resource_guard_tenant_id", OTHER_TENANT),),
    ),
    "no-token": Safeguard(guard(tenant=OTHER_TENANT), guarded=True, words=(ROLE, "Give resource_guard_tenant_id")),
    "excludes": Safeguard(guard(operations=["disableSoftDeleteRequests"])),
    "unlocked": Safeguard({"immutability": "Unlocked"}, looks=(VAULT,), words=("(Unlocked)",), immutable=True),
    "locked": Safeguard({"immutability": "Locked"}, looks=(VAULT,), words=("(Locked)",), immutable=True),
}


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    """A vault for each safeguard, in a region of its own, with an account that has a share for each operation."""
    vaults = [
        {"name": name, "resource_group": "backup-rg", "location": name, "policies": POLICIES, **safeguard.vault}
        for name, safeguard in SAFEGUARDS.items()
    ]
    accounts = [
        registered(
            *(protected(operation, recovery_points=1) for operation in OPERATIONS),
            name=name.replace("-", ""),
            location=name,
        )
        for name in SAFEGUARDS
    ]
    simulator = shared_simulators.start(world(*accounts, vaults=vaults))
    simulator.log_in()
    return simulator


@dataclass
class Cell:
    """One operation at one safeguard."""

    simulator: Simulator
    modules: Modules
    operation: Operation
    vault: str
    safeguard: Safeguard

    def run(self, *, check_mode: bool = False) -> Result:
        self.simulator.forget()
        account = self.vault.replace("-", "")
        whose: dict[str, Any] = (
            {"storage_accounts": [account]} if self.operation.module == "afs_vault_protection" else {}
        )
        if self.operation.module in ("afs_protection", "afs_restore"):
            whose = {"storage_account": account}
        options = {"vault_name": self.vault, "poll_interval": 0.05, **self.operation.options, **whose}
        options |= dict(self.safeguard.options)
        return self.modules.run(self.operation.module, options, check_mode=check_mode, diff=True)

    @property
    def refused(self) -> bool:
        return bool(self.safeguard.words) and (not self.safeguard.immutable or self.operation.destroys)

    @property
    def looks(self) -> dict[str, int]:
        seen = self.simulator.tally()
        return {label: seen[label] for label in (VAULT, GUARD) if label in seen}

    @property
    def guard_id(self) -> str:
        guards = self.simulator.control("GET", "state")["vaults"]
        return str(next(vault["guard"] for vault in guards if vault["id"].endswith(f"/{self.vault}")))


@pytest.fixture
def cell(running: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], request: Any) -> Cell:
    operation, vault = request.param
    for name, value in {**running.login, "AZURE_CLOUD_ENVIRONMENT": running.url}.items():
        monkeypatch.setenv(name, value)
    return Cell(running, Modules(capsys), OPERATIONS[operation], vault, SAFEGUARDS[vault])


TABLE = [
    pytest.param((operation, safeguard), id=f"{operation}-{safeguard}")
    for operation in OPERATIONS
    for safeguard in SAFEGUARDS
]


@pytest.mark.parametrize("cell", TABLE, indirect=True)
def test_each_operation_at_each_safeguard(cell: Cell) -> None:
    sends, safeguard = cell.operation.sends, cell.safeguard
    # Where nothing is guarded, nothing is unlocked.
    sends = tuple(label for label in sends if label != UNLOCK or safeguard.guarded)
    is_stopped_before = cell.refused and safeguard.immutable

    planned = cell.run(check_mode=True)

    assert cell.simulator.writes() == {}
    assert cell.looks == dict.fromkeys(cell.operation.looks or safeguard.looks, 1)
    assert cell.operation.told(planned) is safeguard.guarded
    assert bool(planned.get("failed")) is is_stopped_before
    if safeguard.guarded:
        assert "guarded" in str(planned["diff"]["after"])
    else:
        assert "guarded" not in str(planned.get("diff"))

    done = cell.run()

    assert cell.operation.told(done) is safeguard.guarded
    assert bool(done.get("failed")) is cell.refused
    assert done["changed"] is not cell.refused
    if is_stopped_before:
        assert cell.simulator.writes() == {}
        assert "Possible" in done["msg"]
    elif cell.refused:
        # The role may have been given just now, so the same is asked again; nothing else is.
        assert set(cell.simulator.writes()) == {sends[0]}
        assert done["error"]["code"] == "LinkedAuthorizationFailed"
        assert cell.guard_id in done["msg"]
    else:
        assert cell.simulator.writes() == dict.fromkeys(sends, 1)
    for words in safeguard.words if cell.refused else ():
        assert words in done["msg"]
    assert OTHER_ROLE not in done.text
    beside = [entry for entry in cell.simulator.entries() if entry["auxiliary"]]
    assert len(beside) == (sum(cell.simulator.writes().values()) if safeguard.options else 0)
    assert all(entry["method"] != "GET" for entry in beside)


def test_the_login_is_not_known_in_the_tenant_of_the_guard(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = {"client_id": "c1e6a5f2-7d43-4a0b-8f1d-2b9e4c5d6003", "secret": "simulated-secret", "tenants": []}
    vault = {"name": "backup-vault", "resource_group": "backup-rg", "policies": ["daily-30"]}
    guarded = vault | guard(tenant=OTHER_TENANT)
    simulator = simulators.start(world(registered(protected("stop")), vaults=[guarded], clients=[client]))
    for name, value in {**simulator.login, "AZURE_CLOUD_ENVIRONMENT": simulator.url}.items():
        monkeypatch.setenv(name, value)
    options = {"storage_account": "contosofiles", "shares": ["stop"], "state": "stopped", "poll_interval": 0.05}

    result = Modules(capsys).run("afs_protection", options | {"resource_guard_tenant_id": OTHER_TENANT})

    assert (result["failed"], result["changed"]) == (True, False)
    assert result["error"]["code"] == "AADSTS700016"
    assert "resource_guard_tenant_id" in result["msg"]
    assert OTHER_TENANT in result["msg"]
    assert simulator.writes() == {}


def test_the_tenant_of_the_login_needs_no_second_token(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator = simulators.start(world(registered(protected("stop")), vaults=[_guarded()]))
    for name, value in {**simulator.login, "AZURE_CLOUD_ENVIRONMENT": simulator.url}.items():
        monkeypatch.setenv(name, value)
    options = {"storage_account": "contosofiles", "shares": ["stop"], "state": "stopped", "poll_interval": 0.05}

    result = Modules(capsys).run("afs_protection", options | {"resource_guard_tenant_id": simulator.tenant.upper()})

    assert result["shares"][0]["guarded"] is True
    assert not any(entry["auxiliary"] for entry in simulator.entries())
    assert len(simulator.journal("token")) == 1


def test_a_drill_names_the_guards_request_as_any_restore(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shares = registered(protected("finance", recovery_points=1))
    simulator = simulators.start(world(shares, account(name="drillfiles"), vaults=[_guarded()]))
    for name, value in {**simulator.login, "AZURE_CLOUD_ENVIRONMENT": simulator.url}.items():
        monkeypatch.setenv(name, value)
    options = {"storage_account": "contosofiles", "shares": ["finance"], "poll_interval": 0.05}

    result = Modules(capsys).run("afs_restore_drill", options | {"target_storage_account": "drillfiles"})

    assert not result.get("failed"), result["msg"]
    tally = simulator.tally()
    assert (tally["POST restore"], tally[GUARD]) == (1, 1)


def _guarded(**more: Any) -> dict[str, Any]:
    return {"name": "backup-vault", "resource_group": "backup-rg", "policies": POLICIES, **guard(**more)}
