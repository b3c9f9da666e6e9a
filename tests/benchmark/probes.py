# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured of single tasks and of the module's own process."""

from __future__ import annotations

import math
import os
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from shlex import join
from typing import Any

from simulated import Simulated, simulated

from .account_clients import PROTECT, Module
from .measure import Costs, metered, read, run
from .worlds import CONVERGED, Size, World

LOG_IN = Path(__file__).with_name("log_in.py")
TIMES = 5
MANY = 2000  # shares: what a vault can protect
PING: dict[str, Any] = {"ansible.builtin.ping": {}}


@dataclass(frozen=True)
class Probes:
    """Seconds are medians of several runs."""

    task_seconds: float
    """``afs_protection`` in a play of its own, on a protected account of 200 shares."""
    task_reads: int
    task_writes: int
    ping_seconds: float
    """A module that does nothing, in such a play."""
    token_cpu: float
    """The imports of a module, and its token."""
    module_memory: float
    """MB, of the process of ``afs_protection`` on a protected account of 2,000 shares."""


def probe() -> Probes:
    with (
        simulated(World(CONVERGED, Size(1, 200)).scenario()) as azure,
        tempfile.TemporaryDirectory(prefix="probe-") as folder,
    ):
        client = Module(azure, Path(folder))
        ping = [_good(run(client.play(PING), client.environment)).seconds for _time in range(TIMES)]
        task = [_good(run(client.play(PROTECT), client.environment)).seconds for _time in range(TIMES)]
        traffic = azure.traffic()
        token = [_log_in(azure) for _time in range(TIMES)]
    return Probes(
        task_seconds=statistics.median(task),
        task_reads=math.ceil(traffic.reads / TIMES),
        task_writes=traffic.writes,
        ping_seconds=statistics.median(ping),
        token_cpu=statistics.median(token),
        module_memory=_memory(),
    )


def _log_in(azure: Simulated) -> float:
    command = [sys.executable, str(LOG_IN)]
    path = {"PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]}
    return _good(run(command, azure.environment | path)).cpu


def _memory() -> float:
    """The module is run by a stand-in for its interpreter, which meters it."""
    with (
        simulated(World(CONVERGED, Size(1, MANY)).scenario()) as azure,
        tempfile.TemporaryDirectory(prefix="probe-") as name,
    ):
        folder = Path(name)
        report, interpreter = folder / "costs.json", folder / "python"
        interpreter.write_text(f'#!/bin/sh\nexec {join(metered(report, 0, [sys.executable]))} "$@"\n', encoding="utf-8")
        interpreter.chmod(0o755)
        client = Module(azure, folder)
        _good(run(client.play(PROTECT, ansible_python_interpreter=str(interpreter)), client.environment))
        return _good(read(report)).memory


def _good(costs: Costs) -> Costs:
    assert costs.code == 0, costs.output
    return costs
