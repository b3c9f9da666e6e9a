# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators for the tests: each module has its own world, told by its ``SCENARIO``."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from simulation import Simulation

Start = Callable[[str], Simulation]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Start a simulator with a scenario; all are stopped at the end."""
    running: list[Simulation] = []

    def start_one(scenario: str) -> Simulation:
        running.append(Simulation(tmp_path_factory.mktemp("simulator") / "state", scenario))
        return running[-1]

    yield start_one
    for simulation in running:
        simulation.stop()
    assert {simulation.wait() for simulation in running} <= {0}


@pytest.fixture(scope="module")
def simulator(start: Start, request: pytest.FixtureRequest) -> Simulation:
    return start(request.module.SCENARIO)
