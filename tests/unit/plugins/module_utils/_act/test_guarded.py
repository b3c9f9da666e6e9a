# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deleting what a guard has locked: when it is unlocked, and when again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, protected, registered, world

SHARES = ("finance", "hiring", "legal", "sales", "labs")
UNLOCK, DELETE = "POST unlockDelete", "DELETE protectedItems/*"
HOUR = 3600.0
HALF_AN_HOUR = 1800.0  # for which a share is unlocked


def start(simulators: Simulators, *shares: str, **guard: Any) -> Simulator:
    vault = VAULT | {"resource_guard": guard or True}
    simulator = simulators.start(world(registered(*map(protected, shares)), vaults=[vault]))
    simulator.log_in()
    return simulator


def end(run: Run, *shares: str, state: str = "absent", parallel: int = 20) -> Run:
    desired = Desired.of(state, Selection.parse(shares or None, not shares, ("*",), ()), None)
    ensure_protection(run, AccountRef.parse("contosofiles", None), desired, parallel)
    return run


def asked(simulator: Simulator) -> list[str]:
    return [seen.label for seen in simulator.journal() if seen.label in (UNLOCK, DELETE)]


def states(simulator: Simulator) -> set[bool]:
    return {item["soft_deleted"] for item in simulator.items().values()}


def test_each_share_is_unlocked_right_before_it_is_deleted(simulators: Simulators) -> None:
    simulator = start(simulators, *SHARES)

    run = end(run_of(simulator), parallel=1)

    assert run.outcome.failure is None
    assert asked(simulator) == [UNLOCK, DELETE] * len(SHARES)
    assert simulator.tally()["GET backupResourceGuardProxies"] == 1
    assert states(simulator) == {True}


def test_what_the_guard_does_not_watch_over_is_not_unlocked(simulators: Simulators) -> None:
    simulator = start(simulators, "finance", operations=["stopProtectionWithRetainDataRequests"])

    run = end(run_of(simulator))

    assert asked(simulator) == [DELETE]
    assert run.shares()["finance"]["guarded"] is False


def test_a_run_without_guarded_steps_asks_for_no_guard(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    run = run_of(simulator)
    desired = Desired.of("stopped", Selection(names=("finance",)), None)
    for _run in range(2):
        ensure_protection(run, AccountRef.parse("contosofiles", None), desired, 20)
        looks = {label for label in simulator.tally() if label in ("GET vaults/*", "GET backupResourceGuardProxies")}
        simulator.forget()

    assert looks == set()


def test_an_unlocking_that_is_over_is_done_again(simulators: Simulators) -> None:
    """The deletion is put off for longer than the half hour for which a share is unlocked."""
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    simulator.plan({"method": "DELETE", "status": 429, "headers": {"Retry-After": "1900"}, "times": 1})

    run = end(run_of(simulator, deadline=time.deadline(2 * HOUR)))

    assert run.outcome.failure is None
    assert asked(simulator) == [UNLOCK, DELETE, DELETE, UNLOCK, DELETE]
    assert states(simulator) == {True}


def test_a_busy_share_stays_unlocked_for_as_long_as_that_holds(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    locked = {"operation": "delete", "status": "Failed", "code": "BMSUserErrorObjectLocked", "message": "Busy."}
    simulator.plan(locked | {"times": 4})

    run = end(run_of(simulator, deadline=time.deadline(4 * HOUR), poll_interval=600))

    assert run.outcome.failure is None
    labels = asked(simulator)
    # Four attempts in vain, ten minutes apart: the unlocking of the first one is over before the last one.
    assert (labels.count(DELETE), labels.count(UNLOCK)) == (5, 2)
    assert labels[0] == UNLOCK


def test_in_its_last_minute_a_share_counts_as_locked_again(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    locked = {"operation": "delete", "status": "Failed", "code": "BMSUserErrorObjectLocked", "message": "Busy."}
    simulator.plan(locked)

    # The failure is seen after a tenth of the interval, and the next attempt is a whole one later.
    run = end(run_of(simulator, deadline=time.deadline(HOUR), poll_interval=(HALF_AN_HOUR - 30) / 1.1))

    assert run.outcome.failure is None
    assert asked(simulator) == [UNLOCK, DELETE, UNLOCK, DELETE]
    assert HALF_AN_HOUR - 60 < sum(time.pauses[:2]) < HALF_AN_HOUR


def test_the_guard_may_lock_again_before_its_time(simulators: Simulators) -> None:
    """As if one unlocking were good for one attempt."""
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    simulator.plan(
        {"operation": "delete", "status": "Failed", "code": "BMSUserErrorObjectLocked", "message": "Busy.", "times": 1},
        {"method": "DELETE", "after": 1, "times": 1, "status": 403, "body": {"error": {"code": "X", "message": ASKED}}},
    )

    run = end(run_of(simulator, deadline=time.deadline(HOUR), poll_interval=5))

    assert run.outcome.failure is None
    assert asked(simulator) == [UNLOCK, DELETE, DELETE, UNLOCK, DELETE]


ASKED = "ResourceGuard Operation requestid is either null or empty"


def test_a_guard_that_says_no_to_what_is_unlocked_is_asked_once(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    simulator.plan({"method": "DELETE", "status": 403, "body": {"error": {"code": "X", "message": ASKED}}})

    run = end(run_of(simulator))

    assert asked(simulator) == [UNLOCK, DELETE]
    assert run.outcome.failure
    assert "Backup MUA Operator" in run.outcome.failure.message
    assert not run.outcome.changed


def test_an_unlocking_whose_answer_is_lost_is_asked_for_again(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    simulator.plan({"path": "/unlockDelete", "drop": True, "times": 2})

    run = end(run_of(simulator, deadline=time.deadline(HOUR)))

    assert run.outcome.failure is None
    assert asked(simulator) == [UNLOCK, UNLOCK, UNLOCK, DELETE]


def test_an_unlocking_that_stays_without_an_answer_has_changed_nothing(simulators: Simulators) -> None:
    simulator = start(simulators, "finance")
    time = VirtualTime(simulator)
    simulator.plan({"path": "/unlockDelete", "drop": True, "times": None})

    run = end(run_of(simulator, deadline=time.deadline(HOUR)))

    assert run.outcome.failure
    assert not run.outcome.changed
    assert set(asked(simulator)) == {UNLOCK}
    assert states(simulator) == {False}


def test_a_login_that_may_not_look_for_safeguards_goes_on(simulators: Simulators) -> None:
    """Azure itself refuses then, and says what it wants."""
    simulator = start(simulators, "finance")
    simulator.plan(
        {"method": "GET", "path": "/vaults/backup-vault$", "status": 403},
        {"method": "GET", "path": "/backupResourceGuardProxies$", "status": 403},
    )

    run = end(run_of(simulator))

    assert run.outcome.failure
    assert "The vault's resource guard has not let this through" in run.outcome.failure.message
    assert "Backup Contributor" not in run.outcome.failure.message
    assert asked(simulator) == [DELETE]


def test_a_deletion_that_another_run_was_faster_with_is_no_failure(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = start(simulators, "finance")
    run = run_of(simulator)
    delete = run.vault.delete

    def second(*arguments: Any) -> Any:
        run.waiter.operation(delete(*arguments))
        return delete(*arguments)

    monkeypatch.setattr(run.vault, "delete", second)

    end(run)

    assert run.outcome.failure is None
    assert not run.outcome.changed
    assert "The share is as it should be, though." in run.warnings[0]
    assert run.shares()["finance"]["state_after"] == "SoftDeleted"
