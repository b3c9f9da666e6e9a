# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are ended from outside."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import threading

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._run import interruption
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.tests.faults.support.clocks import PATIENCE, virtual_time, withheld
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab, parse
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    afterwards,
    on,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

ITEM = r"/protectedItems/[^/]+$"
OPERATION = r"/backupOperations/"
JOBS = r"/backupJobs$"
ITEMS = r"/backupProtectedItems$"
SIGNALS = [signal.SIGTERM, signal.SIGINT]
SLOW = {"protect": 36000, "backup": 36000}


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a run in this process has taken a signal. It then has all the time that it needs for its last words."""
    event = threading.Event()
    stop = Deadline.stop

    def stop_and_tell(deadline: Deadline, cause: str) -> None:
        stop(deadline, cause)
        event.set()

    monkeypatch.setattr(Deadline, "stop", stop_and_tell)
    monkeypatch.setattr(interruption, "GRACE", PATIENCE)
    return event


def send(number: int) -> None:
    """Send a signal to the run in this process."""
    assert signal.getsignal(number) not in (signal.SIG_DFL, signal.default_int_handler), "nothing runs"
    signal.pthread_kill(threading.main_thread().ident or 0, number)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_waiting_and_keeps_what_was_done(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, stopped: threading.Event, number: int
) -> None:
    bench = lab.bench(world(registered("finance", "hiring"), durations=SLOW))
    both_wait = threading.Barrier(2, timeout=PATIENCE)
    sleep = Deadline.sleep

    def sleep_until_the_signal(deadline: Deadline, seconds: float) -> None:
        if not stopped.is_set() and both_wait.wait() == 0:
            send(number)
            stopped.wait(PATIENCE)
        sleep(deadline, seconds)

    monkeypatch.setattr(Deadline, "sleep", sleep_until_the_signal)
    run = bench.protect("finance", "hiring", poll_interval=3600, wait_timeout=36000)
    assert run.failed
    assert run.changed
    assert {end["changed"] for end in run.shares().values()} == {True}
    name = signal.Signals(number).name
    for end in run.shares().values():
        assert "was still InProgress after " in end["error"]["message"]
        assert f"(the task was ended by {name})" in end["error"]["message"]
    assert {job["status"] for job in bench.simulator.jobs()} == {"InProgress"}


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("method,path", [("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)])
def test_a_signal_ends_what_hangs_in_a_connection(lab: Lab, number: int, method: str, path: str) -> None:
    bench = lab.bench(world(registered("finance", "hiring")))
    hangs = threading.Event()

    def announce(_exchange: Exchange, forward: Forward) -> Answer:
        hangs.set()
        return forward()

    with withheld() as hang, bench.spoilt(on(method, path, announce, times=None), on(method, path, hang, times=None)):
        process = bench.start("afs_protection", shares=["finance", "hiring"], policy="daily-30", wait_timeout=36000)
        try:
            assert hangs.wait(PATIENCE)
            process.send_signal(number)
            output, errors = process.communicate(timeout=PATIENCE / 2)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    bench.watch.look_at(output + errors)
    assert errors == ""
    result = parse(output)
    assert result["failed"]
    assert result["changed"] == (path != ITEMS)
    name = signal.Signals(number).name
    assert result["msg"].startswith(f"The task ended while Azure had not answered (the task was ended by {name}).")


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_following_of_backups(lab: Lab, stopped: threading.Event, number: int) -> None:
    bench = lab.bench(world(registered(protected("finance"), protected("hiring")), durations=SLOW))

    def interrupt(_exchange: Exchange, forward: Forward) -> Answer:
        send(number)
        assert stopped.wait(PATIENCE)
        return forward()

    # The first list of jobs is read before anything is begun.
    with bench.spoilt(on("GET", JOBS, interrupt, after=1)):
        run = bench.back_up(wait_timeout=36000)
    assert run.failed
    assert run.changed
    assert signal.Signals(number).name in run.message
    assert all(end["job_id"] for end in run.shares("backups").values())
    again = bench.back_up(wait=False)
    assert not again.changed
    assert bench.jobs() == {"finance": 1, "hiring": 1}


def test_after_a_signal_nothing_new_is_begun(lab: Lab, stopped: threading.Event) -> None:
    bench = lab.bench(world(registered({"name": "share", "count": 6}), durations=SLOW))

    def interrupt(_exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        send(signal.SIGTERM)
        assert stopped.wait(PATIENCE)
        return answer

    with bench.spoilt(on("PUT", ITEM, interrupt, after=1)):
        run = bench.protect(parallel=1, wait_timeout=36000)
    assert len(bench.jobs("ConfigureBackup")) == 2
    assert sum(end["changed"] for end in run.shares().values()) == 2
    assert sum("SIGTERM" in end["error"]["message"] for end in run.shares().values()) == 6


def test_what_hangs_at_a_signal_gets_one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda _which, seconds: timers.append(seconds))
    with interruption.interruptible(Deadline(3600)):
        signal.raise_signal(signal.SIGTERM)
    assert timers == [pytest.approx(3615, abs=PATIENCE), 1.0, 0]


def test_what_was_abandoned_in_vain_is_abandoned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python drops what is raised while it finalizes an object."""
    timers: list[float] = []
    monkeypatch.setattr(signal, "setitimer", lambda _which, seconds: timers.append(seconds))
    with interruption.interruptible(Deadline(3600)), contextlib.suppress(interruption.Abandoned):
        signal.raise_signal(signal.SIGALRM)
    assert timers == [pytest.approx(3615, abs=PATIENCE), 1.0, 0]


def test_a_hanging_connection_ends_some_seconds_after_the_deadline(
    known: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that comes so slowly that no limit of the connection holds."""
    virtual_time(known, monkeypatch)  # so that the time of the run does not end first
    monkeypatch.setattr(interruption, "LAST_WORD", 0.5)
    monkeypatch.setattr(interruption, "LATENESS", 0.5)
    drip = afterwards(lambda answer: Answer(answer.status, answer.headers, answer.body, pause=1.0))

    with known.spoilt(on("GET", ITEMS, drip, times=None)):
        run = known.protect("finance", wait_timeout=1)
    assert run.failed
    assert run.message.startswith("The task ended while Azure had not answered (wait_timeout is 1).")


def test_handlers_of_signals_are_put_back(known: Bench) -> None:
    before = [signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)]
    with known.spoilt(on("PUT", ITEM, afterwards(lambda answer: answer))):
        known.protect("finance")
    assert [signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)] == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
