# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators for the tests: each module has its own world, told by its ``SCENARIO``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml
from azure_simulator.thread import Thread

sys.path.insert(0, str(Path(__file__).resolve().parent))

from simulation import Simulation

Start = Callable[[str], Simulation]


@pytest.fixture(scope="module")
def start(thread: Thread) -> Iterator[Start]:
    """Start a simulator with a scenario; all are stopped at the end."""
    with ExitStack() as running:
        yield lambda scenario: Simulation(running.enter_context(thread.simulator(yaml.safe_load(scenario))))


@pytest.fixture(scope="module")
def simulator(start: Start, request: pytest.FixtureRequest) -> Simulation:
    return start(request.module.SCENARIO)
