# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a page with tables. The words around the tables are in page.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from string import Template

from .bars import Bar, judge
from .clients import CLIENTS
from .figures import BUDGETS, FAILED, FINISHED, STOPPED, Cell
from .plot import plot
from .results import Results
from .summary import HEAD, summary, times
from .worlds import DURATIONS, FLEET_FRESH, KINDS, LATENCY, Kind, World

PAGE = Path(__file__).with_name("page.md")
RESULTS = "results.json"
NOTHING = "-"
MACHINES = ("run", "date", "system", "cores", "load before the start", "Python", "ansible-core", "azure-cli", "SDK")
# Clients by whose time the others are measured, if they were run too.
YARDSTICKS = {"sdk": "SDK", "report": "report"}


def write(results: Results, folder: Path) -> list[Bar]:
    """Write the figures, the plot and the page; the bars as they are judged now."""
    folder.mkdir(parents=True, exist_ok=True)
    bars = judge(results)
    results.write(folder / RESULTS, [asdict(each) for each in bars])
    (folder / "wall-time.svg").write_text(plot(results.cells), encoding="utf-8")
    (folder / "README.md").write_text(_page(results, bars), encoding="utf-8")
    return bars


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def time(cell: Cell) -> str:
    """The time, or what is known of it."""
    where = f" with {cell.handled} of {cell.wanted} shares done" if cell.handled else ""
    return {
        FINISHED: f"{cell.seconds:.1f} s",
        STOPPED: f"> {cell.seconds:.0f} s, stopped{where}",
        FAILED: f"failed after {cell.seconds:.1f} s{where}",
    }[cell.end]


def ratio(cell: Cell) -> str:
    return times(None if cell.end == FAILED else cell.ratio, cell.end == STOPPED)


def _page(results: Results, bars: list[Bar]) -> str:
    page = Template(PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        durations=", ".join(f"{name} {seconds} s" for name, seconds in DURATIONS.items()),
        latency=LATENCY,
        summary=table(HEAD, summary(results)),
        machines=table(MACHINES, _machines(results)),
        tables="\n\n".join(section for kind in KINDS.values() if (section := _section(results, kind))),
        bars=table(("bar", "measured", ""), ((each.text, each.measured, each.verdict) for each in bars)),
    )


def _machines(results: Results) -> Iterator[list[str]]:
    for number, run in enumerate(results.runs, 1):
        yield [str(number), *(NOTHING if value is None else str(value) for value in asdict(run.machine).values())]


def _section(results: Results, kind: Kind) -> str:
    """A kind's heading and table; empty where nothing was measured.

    There is a column for each yardstick that was measured there, and for each budget that some client spends.
    """
    groups = list(results.of(kind))
    cells = [cell for _size, _number, group in groups for cell in group]
    if not cells:
        return ""
    sticks = [name for name in YARDSTICKS if any(cell.client == name for cell in cells)]
    spent = [name for name in BUDGETS if any(getattr(cell, name) for cell in cells)]
    head = ["accounts x shares" if kind.fleet else "shares", "client", "time", "critical path"]
    head += [*(YARDSTICKS[name] for name in sticks), "CPU", "largest process", "all processes"]
    head += ["reads", "writes", "429", *spent, "run"]
    rows = [_row(cell, group, sticks, spent, number) for _size, number, group in groups for cell in group]
    return f"### {kind.title}\n\n{_critical_path(kind, cells)}\n\n{table(head, rows)}"


def _critical_path(kind: Kind, cells: list[Cell]) -> str:
    if not kind.steps:
        return "There is nothing to wait for, so there is no critical path."
    steps = " + ".join(f"{step} {DURATIONS[step]} s" for step in kind.steps)
    text = f"The critical path is {sum(DURATIONS[step] for step in kind.steps)} s: {steps}."
    worlds = [World(kind, size) for size in sorted({cell.size for cell in cells})]
    paced = ", ".join(f"{world.size}: {world.critical_path:g} s" for world in worlds if world.pacing)
    if paced:
        text += f" Where there are more shares than writes at once, their pace makes it longer ({paced})."
    if kind is FLEET_FRESH and (beyond := [str(world.size) for world in worlds if world.beyond_a_day]):
        text += f" Without the daily limits, which would need several days: {', '.join(beyond)}."
    return text


def _row(cell: Cell, group: list[Cell], sticks: list[str], spent: list[str], number: int) -> Iterator[str]:
    yield from (str(cell.size), CLIENTS[cell.client].title, time(cell), ratio(cell))
    for stick in sticks:
        yield times(cell.times(next((each for each in group if each.client == stick), None)), cell.end == STOPPED)
    yield from (f"{cell.cpu:.1f} s", f"{cell.memory:.0f} MB")
    yield NOTHING if cell.memory_in_all is None else f"{cell.memory_in_all:.0f} MB"
    yield from map(str, (cell.reads, cell.writes, cell.throttled))
    yield from (str(getattr(cell, name)) for name in spent)
    yield str(number)
