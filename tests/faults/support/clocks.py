# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that the tests move, and answers that never come: nothing here is measured in seconds of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils import _module
from ansible_collections.azurefiles.backup.plugins.module_utils._run import interruption
from ansible_collections.azurefiles.backup.tests.unit.support.runs import VirtualTime

from .lab import Bench
from .proxy import Answer, Exchange, Forward, Interference

PATIENCE = 120  # seconds: only what will never come takes so long


def virtual_time(bench: Bench, patch: pytest.MonkeyPatch) -> VirtualTime:
    """For the modules that run in this process: pauses take no time, and move the simulator's clock."""
    time = VirtualTime(bench.simulator)
    patch.setattr(_module, "Deadline", time.deadline)
    # Nothing but hanging connections may need the last resort, which goes by this machine's clock.
    patch.setattr(interruption, "LATENESS", PATIENCE)
    return time


@contextmanager
def withheld() -> Iterator[Interference]:
    """Carries out what it meets, and keeps the answer back until the block ends; nobody may wait for it so long."""
    over = threading.Event()
    in_vain: list[Exchange] = []

    def withhold(exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        if not over.wait(PATIENCE):
            in_vain.append(exchange)
        return answer

    try:
        yield withhold
    finally:
        over.set()
    assert not in_vain, "an answer that does not come was waited for"
