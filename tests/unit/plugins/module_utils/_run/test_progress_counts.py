# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What could be shown while shares are protected and backed up, at every moment at which the work pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import groupby

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._run.progress import LiveProgress, Stage
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

ALL = Selection.parse(None, True, ["*"], [])
ACCOUNT = AccountRef.parse("contosofiles", None)
LETTERS = {Stage.WAITING: ".", Stage.RUNNING: "r", Stage.DONE: "D", Stage.FAILED: "F"}


class Watch(LiveProgress):
    """Keeps the stages of all shares, as letters, at each pause and at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.about: tuple[str, str] | None = None
        self.seen: list[str] = []
        self._stages: Callable[[], Iterable[Stage]] = list

    @contextmanager
    def counting(self, name: str, done: str, stages: Callable[[], Iterable[Stage]]) -> Iterator[None]:
        self.about, self._stages = (name, done), stages
        yield
        self.look()

    def look(self) -> None:
        self.seen.append("".join(LETTERS[stage] for stage in self._stages()))

    @property
    def course(self) -> list[str]:
        return [letters for letters, _same in groupby(self.seen) if letters]

    @property
    def of_each(self) -> list[str]:
        """The same share by share, from when it is begun."""
        shares = zip(*filter(None, self.seen), strict=True)
        return ["".join(letter for letter, _same in groupby(share)).lstrip(".") for share in shares]


def watched(simulator: Simulator, *, seconds: float = 3600, wait: bool = True) -> tuple[Run, Watch]:
    time, watch = VirtualTime(simulator), Watch()

    def sleep(pause: float) -> None:
        watch.look()
        time.sleep(pause)

    run = run_of(simulator, deadline=Deadline(seconds, time.clock, sleep), poll_interval=5, wait=wait)
    run.progress = watch
    return run, watch


def ensure(run: Run, state: str = "present") -> None:
    """The shares are sent to Azure one after the other."""
    ensure_protection(run, ACCOUNT, Desired.of(state, ALL, PolicyRef("daily-30") if state == "present" else None), 1)


def back_up(run: Run) -> None:
    trigger_backups(run, ACCOUNT, WantedBackups(ALL, now() + timedelta(days=30)), 1)


def test_the_shares_that_have_to_be_protected_are_counted(simulators: Simulators) -> None:
    fault = {"operation": "protect", "share": "hiring", "code": "FileShareNotFound", "message": "It isn't found."}
    simulator = simulators.start(
        world(registered("finance", "hiring", "legal", protected("media")), durations={"protect": 8}, faults=[fault])
    )
    run, watch = watched(simulator)

    ensure(run)

    assert watch.about == ("contosofiles", "protected")
    assert watch.of_each == ["rD", "rF", "rD"]


@pytest.mark.parametrize(
    ("state", "words"), [("stopped", "stopped"), ("suspended", "suspended"), ("absent", "deleted")]
)
def test_the_verb_is_that_of_the_state(simulators: Simulators, state: str, words: str) -> None:
    run, watch = watched(simulators.start(world(registered(protected("finance")), suspends_anywhere=True)))

    ensure(run, state)

    assert watch.about == ("contosofiles", words)
    assert watch.course[-1] == "D"


def test_what_only_looking_has_settled_is_done(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"method": "GET", "path": "backupOperations", "status": 503, "times": 100})
    run, watch = watched(simulator)

    ensure(run)

    assert run.outcome.failure is None
    assert watch.course[-1] == "D"


def test_shares_that_do_not_end_in_time_are_failures(simulators: Simulators) -> None:
    run, watch = watched(
        simulators.start(world(registered("finance", "hiring"), durations={"protect": 1000})), seconds=60
    )

    ensure(run)

    assert watch.of_each == ["rF", "rF"]


def test_what_is_not_waited_for_runs_at_the_end(simulators: Simulators) -> None:
    run, watch = watched(
        simulators.start(world(registered("finance", "hiring"), durations={"protect": 1000})), wait=False
    )

    ensure(run)

    assert watch.course[-1] == "rr"


def test_backups_are_counted_when_their_jobs_end(simulators: Simulators) -> None:
    fault = {"operation": "backup", "share": "hiring", "code": "FileShareNotFound", "message": "It isn't found."}
    simulator = simulators.start(
        world(
            registered(protected("finance"), protected("hiring"), protected("legal")),
            durations={"backup_start": 1, "backup": 200},
            faults=[fault],
        )
    )
    first, _unused = watched(simulator, wait=False)
    wanted = WantedBackups(Selection.parse(["finance"], False, ["*"], []), now() + timedelta(days=1))
    trigger_backups(first, ACCOUNT, wanted, 1)
    simulator.pass_time(100)
    run, watch = watched(simulator)

    back_up(run)

    assert watch.about == ("contosofiles", "backed up")
    assert watch.course[0] in ("r..", "rr.", "rrr")
    assert "Drr" in watch.course
    assert watch.course[-1] == "DFD"


def test_backups_that_are_not_waited_for_run_at_the_end(simulators: Simulators) -> None:
    run, watch = watched(
        simulators.start(world(registered(protected("finance")), durations={"backup": 30})), wait=False
    )

    back_up(run)

    assert watch.course[-1] == "r"


def test_nothing_is_counted_where_nothing_is_to_be_done(simulators: Simulators) -> None:
    run, watch = watched(simulators.start(world(registered(protected("finance")))))

    ensure(run)

    assert watch.about is None
