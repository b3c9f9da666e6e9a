# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import signal
import threading
from time import monotonic

from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.tests.unit.support.runs import VirtualTime

PATIENCE = 60  # seconds: only what will never come takes so long


def test_a_deadline_counts_from_its_creation() -> None:
    time = VirtualTime()
    time.sleep(100)
    deadline = time.deadline(60)

    time.sleep(20)

    assert deadline.waited == 20
    assert deadline.remaining == 40
    assert not deadline.over


def test_nothing_remains_once_it_is_over() -> None:
    time = VirtualTime()
    deadline = time.deadline(60)

    time.sleep(61)

    assert deadline.over
    assert deadline.remaining == 0


def test_nobody_sleeps_past_it() -> None:
    time = VirtualTime()
    deadline = Deadline(60, time.clock, time.sleep)

    deadline.sleep(50)
    deadline.sleep(50)
    deadline.sleep(50)

    assert time.pauses == [50, 10, 0]


def test_a_signal_may_stop_it_at_any_moment_of_a_sleep() -> None:
    """A handler runs in the thread that sleeps, which may hold whatever the sleep is made of."""
    deadline = Deadline(3600)
    before = signal.signal(signal.SIGUSR1, lambda *_signal: deadline.stop("it is enough"))
    sender = threading.Thread(target=_raise_often, daemon=True)
    try:
        sender.start()
        while not deadline.over:
            deadline.sleep(0)
        deadline.sleep(3600)
        sender.join(PATIENCE)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert deadline.closed


def _raise_often() -> None:
    for _number in range(100):
        os.kill(os.getpid(), signal.SIGUSR1)


def test_stopping_it_ends_every_sleep() -> None:
    deadline = Deadline(3600)
    sleepers = [threading.Thread(target=deadline.sleep, args=(3600,), daemon=True) for _number in range(2)]
    for sleeper in sleepers:
        sleeper.start()

    deadline.stop("it is enough")

    for sleeper in sleepers:
        sleeper.join(PATIENCE)
        assert not sleeper.is_alive()
    assert deadline.reason == "it is enough"


def test_all_who_are_woken_have_waited_as_long() -> None:
    time = VirtualTime()
    deadline = time.deadline(60)
    time.sleep(20)

    deadline.stop("it is enough")
    time.sleep(2)

    assert deadline.waited == 20


def test_the_clock_is_real_unless_another_is_given() -> None:
    before = monotonic()
    deadline = Deadline(60)

    deadline.sleep(0.001)

    assert 0.001 <= deadline.waited <= monotonic() - before
