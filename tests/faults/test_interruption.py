# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are ended from outside."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab, Run, parse
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    afterwards,
    late,
    on,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

ITEM = r"/protectedItems/[^/]+$"
OPERATION = r"/backupOperations/"
JOB = r"/backupJobs/"
ITEMS = r"/backupProtectedItems$"
SIGNALS = [signal.SIGTERM, signal.SIGINT]
SLOW = {"protect": 30, "backup": 30}


def ended_by(bench: Bench, number: int, when: threading.Event, module: str, **options: Any) -> Run:
    """Run a module, send it a signal once the time has come, and return its result."""
    process = bench.start(module, **options)
    assert when.wait(20)
    time.sleep(0.1)
    process.send_signal(number)
    begun = time.monotonic()
    output, errors = process.communicate(timeout=20)
    seconds = time.monotonic() - begun
    bench.watch.look_at(output + errors)
    assert errors == ""
    return Run(parse(output), output, seconds)


def announced(event: threading.Event, spoil: Any = None, count: int = 1) -> Any:
    """Tell of the exchange, and then spoil it."""
    seen: list[Exchange] = []

    def interfere(exchange: Exchange, forward: Forward) -> Answer:
        seen.append(exchange)
        if len(seen) >= count:
            event.set()
        return spoil(exchange, forward) if spoil else forward()

    return interfere


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_waiting_and_keeps_what_was_done(lab: Lab, number: int) -> None:
    bench = lab.bench(world(registered("finance", "hiring"), durations=SLOW))
    polled = threading.Event()
    with bench.spoilt(on("GET", OPERATION, announced(polled, count=3), times=None)):
        run = ended_by(bench, number, polled, "afs_protection", shares=["finance", "hiring"], policy="daily-30")
    assert run.seconds < 2
    assert run.failed
    assert run.changed
    assert {end["changed"] for end in run.shares().values()} == {True}
    assert signal.Signals(number).name in run.message


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("method,path", [("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)])
def test_a_signal_ends_what_hangs_in_a_connection(lab: Lab, number: int, method: str, path: str) -> None:
    bench = lab.bench(world(registered("finance", "hiring")))
    hangs = threading.Event()
    with bench.spoilt(on(method, path, announced(hangs, late(15)), times=None)):
        run = ended_by(bench, number, hangs, "afs_protection", shares=["finance", "hiring"], policy="daily-30")
    assert run.seconds < 2
    assert run.failed
    assert run.changed == (path != ITEMS)
    assert signal.Signals(number).name in run.message


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_the_following_of_backups(lab: Lab, number: int) -> None:
    bench = lab.bench(world(registered(protected("finance"), protected("hiring")), durations=SLOW))
    polled = threading.Event()
    with bench.spoilt(on("GET", r"/backupJobs$", announced(polled, count=3), times=None)):
        run = ended_by(bench, number, polled, "afs_backup_trigger", all_shares=True)
    assert run.seconds < 2
    assert run.failed
    assert run.changed
    assert all(end["job_id"] for end in run.shares("backups").values())
    again = bench.back_up(wait=False)
    assert not again.changed
    assert bench.jobs() == {"finance": 1, "hiring": 1}


def test_after_a_signal_nothing_new_is_begun(lab: Lab) -> None:
    bench = lab.bench(world(registered({"name": "share", "count": 6}), durations=SLOW))
    begun = threading.Event()
    with bench.spoilt(on("PUT", ITEM, announced(begun, late(0.5)), after=1)):
        run = ended_by(bench, signal.SIGTERM, begun, "afs_protection", all_shares=True, policy="daily-30", parallel=1)
    assert len(bench.jobs("ConfigureBackup")) == 2
    assert sum(end["changed"] for end in run.shares().values()) == 2
    assert sum("SIGTERM" in end["error"]["message"] for end in run.shares().values()) == 6


@pytest.mark.usefixtures("impatient")
def test_a_hanging_connection_ends_some_seconds_after_the_deadline(known: Bench) -> None:
    """Headers that come so slowly that no limit of the connection holds."""

    def drip(_exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        return Answer(answer.status, answer.headers, answer.body + b" " * 10, pause=1.9)

    with known.spoilt(on("GET", ITEMS, drip, times=None)):
        run = known.protect("finance", wait_timeout=1)
    assert run.seconds < 6
    assert run.failed


def test_handlers_of_signals_are_put_back(known: Bench) -> None:
    before = [signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)]
    with known.spoilt(on("PUT", ITEM, afterwards(lambda answer: answer))):
        known.protect("finance")
    assert [signal.getsignal(number) for number in (*SIGNALS, signal.SIGALRM)] == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
