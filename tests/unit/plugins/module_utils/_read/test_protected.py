# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtected
from ansible_collections.azurefiles.backup.plugins.module_utils._read.protected import list_protected
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    simulator = shared_simulators.start(
        world(
            registered(protected("finance"), name="fabrikamfiles"),
            registered("media", protected("legal"), protected("hiring"), protected("finance", recovery_points=1)),
        )
    )
    run = run_of(simulator)
    legal = next(item for item in run.vault.protected_items() if item.share == "legal")
    run.waiter.operation(run.vault.delete("Deleting", legal.address))
    return simulator


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.forget()
    return running


def look(
    simulator: Simulator,
    of: str | None = None,
    shares: Sequence[str] = ("*",),
    exclude: Sequence[str] = (),
    states: Sequence[str] = (),
) -> Run:
    run = run_of(simulator)
    list_protected(run, WantedProtected(AccountRef.parse(of, None) if of else None, shares, exclude, states))
    return run


def found(run: Run) -> list[tuple[str, str, str]]:
    return [
        (item["storage_account"], item["share"], item["protection_state"]) for item in run.values["protected_items"]
    ]


def test_all_that_the_vault_keeps_is_listed_by_account_and_name(simulator: Simulator) -> None:
    assert found(look(simulator)) == [
        ("contosofiles", "finance", "Protected"),
        ("contosofiles", "hiring", "IRPending"),
        ("contosofiles", "legal", "SoftDeleted"),
        ("fabrikamfiles", "finance", "IRPending"),
    ]


def test_it_costs_one_read(simulator: Simulator) -> None:
    run = look(simulator, of="contosofiles")

    assert simulator.tally() == {"GET backupProtectedItems": 1}
    assert not run.outcome.changed


@pytest.mark.parametrize(
    ("of", "shares", "exclude", "states", "expected"),
    [
        ("fabrikamfiles", ["*"], [], [], ["finance"]),
        ("CONTOSOFILES", ["*"], ["h*"], [], ["finance", "legal"]),
        ("contosofiles", ["FIN*"], [], [], ["finance"]),
        ("contosofiles", ["*"], [], ["SoftDeleted"], ["legal"]),
        ("contosofiles", ["*"], [], ["IRPending", "Protected"], ["finance", "hiring"]),
        (None, ["finance"], [], ["irpending"], ["finance"]),
        ("contosofiles", ["media"], [], [], []),
        ("nobodyfiles", ["*"], [], [], []),
    ],
)
def test_the_list_can_be_narrowed(
    simulator: Simulator,
    of: str | None,
    shares: list[str],
    exclude: list[str],
    states: list[str],
    expected: list[str],
) -> None:
    assert [share for _account, share, _state in found(look(simulator, of, shares, exclude, states))] == expected
