# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars that the collection sets itself, each judged by what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .figures import FINISHED, STOPPED, Cell
from .probes import Probes


@dataclass(frozen=True)
class Bar:
    text: str
    measured: str
    met: bool | None
    """None where this run has not measured it, or not long enough."""

    @property
    def verdict(self) -> str:
        return {True: "met", False: "**not met**", None: "not known"}[self.met]


def judge(cells: Iterable[Cell], probes: Probes | None) -> list[Bar]:
    found = {(cell.kind, cell.shares, cell.client): cell for cell in cells}
    fresh, again = found.get(("fresh", 200, "play")), found.get(("converged", 200, "play"))
    fifty = found.get(("converged", 50, "play")), found.get(("converged", 50, "az"))
    return [
        _fresh(fresh),
        *_task(probes),
        _role(again),
        *_process(probes),
        _faster(*fifty),
    ]


def _fresh(cell: Cell | None) -> Bar:
    text = "a fresh account of 200 shares takes no more than 1.25 times the critical path"
    if cell is None or cell.ratio is None:
        return _unmeasured(text)
    return Bar(text, f"{cell.ratio:.2f} times", cell.end == FINISHED and cell.ratio <= 1.25)


def _role(cell: Cell | None) -> Bar:
    text = "the role on a protected account of 200 shares: six reads at most, and no write"
    if cell is None:
        return _unmeasured(text)
    good = cell.end == FINISHED and cell.reads <= 6 and cell.writes == 0
    return Bar(text, f"{cell.reads} reads, {cell.writes} writes", good)


def _task(probes: Probes | None) -> list[Bar]:
    over = "`afs_protection` on a protected account of 200 shares takes no more than 1.0 s longer than `ping`"
    reads = "`afs_protection` on a protected account of 200 shares: three reads at most, and no write"
    if probes is None:
        return [_unmeasured(over), _unmeasured(reads)]
    longer = probes.task_seconds - probes.ping_seconds
    return [
        Bar(over, f"{longer:.2f} s ({probes.task_seconds:.2f} s and {probes.ping_seconds:.2f} s)", longer <= 1.0),
        Bar(
            reads,
            f"{probes.task_reads} reads, {probes.task_writes} writes",
            probes.task_reads <= 3 and probes.task_writes == 0,
        ),
    ]


def _process(probes: Probes | None) -> list[Bar]:
    token = "a module's imports and its token take less than 0.6 s of the processor"
    memory = "the module's process stays under 100 MB with 2,000 protected shares"
    if probes is None:
        return [_unmeasured(token), _unmeasured(memory)]
    return [
        Bar(token, f"{probes.token_cpu:.2f} s", probes.token_cpu < 0.6),
        Bar(memory, f"{probes.module_memory:.0f} MB", probes.module_memory < 100),
    ]


def _faster(ours: Cell | None, az: Cell | None) -> Bar:
    """A lower bound is enough to meet it, but tells nothing where it is too low."""
    text = "az takes at least 50 times as long on a protected account of 50 shares"
    if ours is None or az is None or ours.end != FINISHED or az.end not in (FINISHED, STOPPED):
        return _unmeasured(text)
    times = az.seconds / ours.seconds
    if az.end == STOPPED:
        return Bar(text, f"more than {times:.0f} times, then stopped", True if times >= 50 else None)
    return Bar(text, f"{times:.0f} times", times >= 50)


def _unmeasured(text: str) -> Bar:
    return Bar(text, "not measured", None)
