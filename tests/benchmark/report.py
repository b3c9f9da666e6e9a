# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a page with tables, and as JSON. The words around the tables are in page.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from .bars import Bar, judge
from .clients import CLIENTS
from .figures import BUDGETS, FAILED, FINISHED, STOPPED, Cell
from .machine import Machine
from .plot import plot
from .probes import Probes
from .worlds import DURATIONS, KINDS, LATENCY, RETRY_AFTER, Kind

PAGE = Path(__file__).with_name("page.md")
NOTHING = "-"
COLUMNS = ("shares", "client", "time", "critical path", "CPU", "memory", "reads", "writes", "429")


@dataclass(frozen=True)
class Report:
    machine: Machine
    cells: list[Cell]
    probes: Probes | None

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        bars = judge(self.cells, self.probes)
        results = {
            "machine": asdict(self.machine),
            "simulator": {"durations": DURATIONS, "latency": LATENCY, "retry_after": RETRY_AFTER},
            "cells": [asdict(cell) for cell in self.cells],
            "probes": asdict(self.probes) if self.probes else None,
            "bars": [asdict(each) for each in bars],
        }
        (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        (folder / "wall-time.svg").write_text(plot(self.cells), encoding="utf-8")
        (folder / "README.md").write_text(self._page(bars), encoding="utf-8")

    def _page(self, bars: list[Bar]) -> str:
        machine = asdict(self.machine) | {"az": self.machine.az or "was not installed and is left out"}
        durations = ", ".join(f"{name} {seconds} s" for name, seconds in DURATIONS.items())
        tables = "\n\n".join(_section(kind, cells) for kind in KINDS.values() if (cells := self._of(kind)))
        judged = table(("bar", "measured", ""), ((each.text, each.measured, each.verdict) for each in bars))
        page = Template(PAGE.read_text(encoding="utf-8"))
        return page.substitute(machine, durations=durations, latency=LATENCY, tables=tables, bars=judged)

    def _of(self, kind: Kind) -> list[Cell]:
        return [cell for cell in self.cells if cell.kind == kind.name]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def time(cell: Cell) -> str:
    """The time, or what is known of it."""
    where = f"at share {min(cell.handled + 1, cell.wanted)} of {cell.wanted}"
    return {
        FINISHED: f"{cell.seconds:.1f} s",
        STOPPED: f"> {cell.seconds:.0f} s, stopped {where}",
        FAILED: f"failed after {cell.seconds:.1f} s, {where}",
    }[cell.end]


def ratio(cell: Cell) -> str:
    if cell.ratio is None or cell.end == FAILED:
        return NOTHING
    return f"{'> ' if cell.end == STOPPED else ''}{cell.ratio:.2f}"


def _section(kind: Kind, cells: list[Cell]) -> str:
    """A kind's heading and table, with a column for each budget that some client spends there."""
    spent = [name for name in BUDGETS if any(getattr(cell, name) for cell in cells)]
    rows = table([*COLUMNS, *spent], (_row(cell, spent) for cell in cells))
    return f"### {kind.title}\n\n{_critical_path(kind)}\n\n{rows}"


def _critical_path(kind: Kind) -> str:
    if not kind.steps:
        return "There is nothing to wait for, so there is no critical path."
    steps = " + ".join(f"{step} {DURATIONS[step]} s" for step in kind.steps)
    return f"The critical path is {kind.critical_path:g} s: {steps}."


def _row(cell: Cell, spent: list[str]) -> Iterator[str]:
    yield from (str(cell.shares), CLIENTS[cell.client].title, time(cell), ratio(cell))
    yield from (f"{cell.cpu:.1f} s", f"{cell.memory:.0f} MB")
    yield from map(str, (cell.reads, cell.writes, cell.throttled))
    yield from (str(getattr(cell, name)) for name in spent)
