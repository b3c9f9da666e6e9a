# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One client in one world, with a simulator of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from simulated import simulated

from .client import Client
from .figures import BUDGETS, FAILED, FINISHED, STOPPED, Cell
from .measure import Costs, run
from .worlds import World


def measure(kind_of_client: type[Client], world: World, limit: float) -> Cell:
    """Let a client do a world's work, for so many seconds at most (0: as many as it takes), and sum up its costs."""
    with simulated(world.scenario()) as azure, tempfile.TemporaryDirectory(prefix="client-") as folder:
        world.prepare(azure)
        client = kind_of_client(azure, Path(folder))
        azure.forget()
        costs = _work(client.commands(world), client.environment, limit)
        traffic, state = azure.traffic(), azure.state()
        handled = client.handled(world, costs)
        wanted = client.wanted(world)
    if any(each.code is None for each in costs):
        end = STOPPED
    else:
        end = FINISHED if handled == wanted and world.is_done(state) else FAILED
    if end == FAILED:
        print(costs[-1].output)
    return Cell(
        kind=world.kind.name,
        accounts=world.size.accounts,
        shares=world.size.shares,
        client=client.name,
        critical_path=world.critical_path,
        end=end,
        handled=handled,
        wanted=wanted,
        seconds=sum(each.seconds for each in costs),
        cpu=sum(each.cpu for each in costs),
        memory=max(each.memory for each in costs),
        memory_in_all=max((each.memory_in_all for each in costs if each.memory_in_all), default=None),
        reads=traffic.reads,
        writes=traffic.writes,
        throttled=traffic.throttled,
        **{budget: sum(state["budgets"][budget].values()) for budget in BUDGETS},
    )


def _work(commands: list[list[str]], environment: dict[str, str], limit: float) -> list[Costs]:
    """The costs of each command; one that fails ends the work, as does the limit."""
    costs: list[Costs] = []
    for command in commands:
        left = max(0.001, limit - sum(each.seconds for each in costs)) if limit else 0
        costs.append(run(command, environment, left))
        if costs[-1].code != 0:
            break
    return costs
