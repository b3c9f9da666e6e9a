# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module says it is doing while it waits for one thing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils import _module
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._run.progress import VARIABLE, LiveProgress, Write
from ansible_collections.azurefiles.backup.tests.unit.support.modules import OPTIONS, Modules, Result
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world


class Listener(LiveProgress):
    """Keeps what would be shown; what is to happen then happens."""

    def __init__(self) -> None:
        super().__init__()
        self.then: Callable[[], None] = lambda: None
        self.said: list[str] = []
        self.writes: list[Write | None] = []

    def __call__(self, write: Write | None) -> LiveProgress:
        self.writes.append(write)
        return self

    def doing(self, name: str, what: str) -> AbstractContextManager[None]:
        self.said.append(f"[{name}] {what}")
        self.then()
        return nullcontext()


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Listener:
    heard = Listener()
    monkeypatch.setattr(_module, "LiveProgress", heard)
    return heard


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    def succeed(name: str, simulator: Simulator, **options: Any) -> Result:
        login = {
            "tenant": simulator.tenant,
            "client_id": simulator.client_id,
            "secret": simulator.client_secret,
            "subscription_id": simulator.subscription_id,
            "cloud_environment": simulator.url,
        }
        result = Modules(capsys).run(name, OPTIONS[name] | login | options)
        assert not result.get("failed"), result
        return result

    return succeed


def test_a_registration(simulators: Simulators, listener: Listener, run: Callable[..., Result]) -> None:
    simulator = simulators.start(world(account("finance")))

    run("afs_container_registration", simulator)
    assert listener.said == ["[contosofiles] looking for the account", "[contosofiles] registering"]

    listener.said.clear()
    run("afs_container_registration", simulator, state="absent")
    assert listener.said == ["[contosofiles] unregistering"]


@pytest.mark.parametrize(
    ("name", "options", "who"),
    [
        ("afs_protection", {}, "contosofiles"),
        ("afs_protectable_item_info", {"storage_account": "contosofiles"}, "backup-vault"),
    ],
)
def test_an_inquiry(
    simulators: Simulators,
    listener: Listener,
    run: Callable[..., Result],
    name: str,
    options: dict[str, Any],
    who: str,
) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.change_share("contosofiles", "new", "create")

    run(name, simulator, **options)

    assert listener.said == [f"[{who}] looking for new shares"]


def test_a_restore(simulators: Simulators, listener: Listener, run: Callable[..., Result]) -> None:
    run("afs_restore", simulators.start(world(registered(protected("finance", recovery_points=1)))))

    assert listener.said == ["[contosofiles] restoring"]


def test_a_job(simulators: Simulators, listener: Listener, run: Callable[..., Result]) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 3600}))
    other = run_of(simulator)
    item = other.vault.protected_items()[0]
    job = other.waiter.operation(other.vault.backup("Backing up", item.address, now() + timedelta(days=30)))

    listener.then = lambda: simulator.pass_time(3600)
    run("afs_job", simulator, job_id=job)

    assert listener.said == ["[contosofiles] waiting for the job"]


def test_a_policy(simulators: Simulators, listener: Listener, run: Callable[..., Result]) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))

    run("afs_policy", simulator, retention={"days": 40})

    assert listener.said == ["[backup-vault] waiting for the policy"]


@pytest.mark.parametrize("wanted", [True, False])
def test_nothing_is_written_where_nobody_wants_to_see_it(
    simulators: Simulators,
    listener: Listener,
    run: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    wanted: bool,
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "lines"))

    run("afs_protection", simulators.start(world(registered(protected("finance")))), progress=wanted)

    assert [bool(write) for write in listener.writes] == [wanted]


def test_what_does_not_wait_has_an_hour(
    simulators: Simulators, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    spans: list[float] = []

    class Noted(Deadline):
        def __init__(self, seconds: float) -> None:
            spans.append(seconds)
            super().__init__(seconds)

    monkeypatch.setattr(_module, "Deadline", Noted)
    simulator = simulators.start(world(registered(protected("finance"))))

    run("afs_policy_info", simulator)
    run("afs_protection", simulator, wait_timeout=120)

    assert spans == [3600, 120]


def test_a_login_whose_first_role_is_seconds_old_is_waited_for_and_that_is_said(
    simulators: Simulators, run: Callable[..., Result]
) -> None:
    simulator = simulators.start(world(registered("finance")))
    vault = f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg"
    vault += "/providers/Microsoft.RecoveryServices/vaults/backup-vault"
    message = f"The client does not have authorization to perform action 'x' over scope '{vault}'."
    refusal = {"status": 403, "body": {"error": {"code": "AuthorizationFailed", "message": message}}}
    simulator.plan(
        {"path": "/roleAssignments$", **refusal}, {"path": "/backupProtectionContainers", "times": 3, **refusal}
    )

    result = run("afs_container_registration", simulator)

    assert not result["changed"]
    assert len(result["warnings"]) == 1
    assert "Azure refuses this login something (AuthorizationFailed). Perhaps its roles were assigned" in result.text
