# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Azure refuses for the moment only is tried again, wherever it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.inquiry import list_protectable
from ansible_collections.azurefiles.backup.plugins.module_utils._act.policy import ensure_no_policy, ensure_policy
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._act.registration import ensure_registered
from ansible_collections.azurefiles.backup.plugins.module_utils._act.restore import restore_share
from ansible_collections.azurefiles.backup.plugins.module_utils._act.unregistration import ensure_unregistered
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault, BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.listings import WantedProtectable
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policy_terms import WantedTerms
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.registration import Registration
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import Retention, Schedule
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.obstacles import persist
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.operations import Waiter
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

CONTOSO, NEW, EMPTY = AccountRef("contosofiles"), AccountRef("newfiles"), AccountRef("emptyfiles")
TERMS = WantedTerms(Schedule("daily", ("21:00",)), None, Retention(20))
BUSY = {"code": "AnotherOperationInProgress", "message": "Another operation is in progress."}
REGISTERING = {"code": "BadRequest", "message": "Registration is already in progress."}
INTERNAL = {"code": "CloudInternalError", "message": "Microsoft Azure Backup encountered an internal error."}


def inquire(run: Run) -> None:
    list_protectable(run, WantedProtectable(CONTOSO, ["*"], [], "always"))


CALLS: dict[str, tuple[dict[str, Any], Callable[[Run], None]]] = {
    "inquiry": ({"method": "POST", "path": "/inquire$"}, inquire),
    "registration": (
        {"method": "PUT", "path": "newfiles$"},
        lambda run: ensure_registered(run, NEW, Registration(lock=True)),
    ),
    "unregistration": ({"method": "DELETE", "path": "emptyfiles$"}, lambda run: ensure_unregistered(run, EMPTY)),
    "policy": ({"method": "PUT", "path": "/backupPolicies/"}, lambda run: ensure_policy(run, "new-20", TERMS)),
    "policy in use": ({"method": "PUT", "path": "/backupPolicies/"}, lambda run: ensure_policy(run, "daily-30", TERMS)),
    "policy's end": ({"method": "DELETE", "path": "/backupPolicies/"}, lambda run: ensure_no_policy(run, "hourly-7")),
    "restore": (
        {"method": "POST", "path": "/restore$"},
        lambda run: restore_share(run, CONTOSO, WantedRestore.parse("finance", "latest", None, None, "overwrite")),
    ),
}


@pytest.fixture
def simulator(simulators: Simulators) -> Simulator:
    contoso = account(protected("finance", recovery_points=1), "hiring")
    empty = registered(name="emptyfiles")
    return simulators.start(world(contoso, empty, account("data", name="newfiles", discovered=True)))


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("status", "error", "times"), [(409, BUSY, 3), (400, REGISTERING, 1), (400, INTERNAL, 1)], ids=["409", "400", "odd"]
)
def test_it_is_asked_for_again(simulator: Simulator, name: str, status: int, error: dict[str, str], times: int) -> None:
    request, do = CALLS[name]
    simulator.plan(request | {"status": status, "body": {"error": error}, "times": times})
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(600), poll_interval=5.0)

    do(run)

    assert run.outcome.failure is None
    assert [(each.status or 0) < 300 for each in simulator.journal() if each.method == request["method"]] == (
        [False] * times + [True]
    )


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(("error", "attempts"), [(BUSY, None), (INTERNAL, 2)], ids=["busy", "odd"])
def test_azures_words_stay_where_it_does_not_help(
    simulator: Simulator, name: str, error: dict[str, str], attempts: int | None
) -> None:
    request, do = CALLS[name]
    simulator.plan(request | {"status": 409, "body": {"error": error}, "times": None})
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(60), poll_interval=5.0)
    problem: BackupError | None = None
    try:
        do(run)
    except BackupError as refused:
        problem = refused

    problem = problem or run.outcome.failure
    assert problem
    assert problem.fault.code == error["code"]
    assert not run.outcome.changed
    asked = [each for each in simulator.journal() if each.method == request["method"]]
    assert attempts is None or len(asked) == attempts


def test_what_is_in_doubt_is_not_done_a_second_time() -> None:
    waiter = Waiter(None, VirtualTime().deadline(60), 5)  # type: ignore[arg-type]
    done: list[str] = []

    def do() -> None:
        done.append("once")
        raise BackupError("Busy.", AzureFault(code=BUSY["code"]), in_doubt=True)

    with pytest.raises(BackupError, match=r"Busy\."):
        persist(waiter, do)

    assert done == ["once"]


def test_a_suspension_that_only_an_immutable_vault_allows_says_so(simulator: Simulator) -> None:
    run = run_of(simulator)
    desired = Desired.of("suspended", Selection(("finance",)))
    ensure_protection(run, CONTOSO, desired, 20)

    assert run.outcome.failure
    assert "Only an immutable vault suspends backups" in run.outcome.failure.message
    assert "state: suspended" not in run.outcome.failure.message
