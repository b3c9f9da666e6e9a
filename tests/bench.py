# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure this collection beside its peers, at a simulator with Azure's durations. See ``--help``.

Run by ``make bench``. The figures are added to those that were measured before, and written as a page with tables, a
plot, and JSON. What is measured again takes the place of the older figures; all others stay.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmark.cells import measure
from benchmark.client import Client
from benchmark.clients import CLIENTS
from benchmark.figures import STOPPED, Cell
from benchmark.machine import Machine
from benchmark.probes import probe
from benchmark.report import RESULTS, time, write
from benchmark.results import Results, Run
from benchmark.worlds import KINDS, World
from contained import Interrupted, containment

PARTS = (*KINDS, "bars")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure this collection beside its peers.")
    parser.add_argument("--only", type=some_of(*PARTS), default=[*PARTS], metavar="PART,...", help=", ".join(PARTS))
    parser.add_argument(
        "--sizes",
        type=lambda text: text.split(","),
        metavar="N,...",
        help="shares of the account, or accounts of the fleet; 50x40 are 50 accounts of 40 shares",
    )
    parser.add_argument(
        "--clients", type=some_of(*CLIENTS), default=[*CLIENTS], metavar="NAME,...", help=", ".join(CLIENTS)
    )
    parser.add_argument("--limit", type=float, help="seconds for a client that could take very long")
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks"), help="the folder for the figures")
    options = parser.parse_args()
    try:
        worlds = chosen(options.only, options.sizes)
        known = Results.read(options.output / RESULTS)
    except ValueError as problem:
        parser.error(str(problem))
    try:
        with containment():
            bench(worlds, available(options.clients), "bars" in options.only, options.limit, known, options.output)
    except Interrupted as interrupted:
        return interrupted.code
    return 0


def some_of(*known: str) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        words = text.split(",")
        if unknown := set(words) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not among {', '.join(known)}")
        return words

    return parse


def chosen(parts: list[str], sizes: list[str] | None) -> list[World]:
    """The worlds of these parts, smaller ones first; ValueError where a size is none."""
    return [
        World(kind, size)
        for kind in KINDS.values()
        if kind.name in parts
        for size in sorted({kind.size(text) for text in sizes} if sizes else kind.sizes)
    ]


def available(names: list[str]) -> list[type[Client]]:
    """These clients, without those that cannot be run here, of which it says why."""
    for name in names:
        if why := CLIENTS[name].missing():
            print(f"Left out is {CLIENTS[name].title}, since {why}.", flush=True)
    return [client for name, client in CLIENTS.items() if name in names and not client.missing()]


def bench(
    worlds: list[World],
    clients: list[type[Client]],
    with_probes: bool,
    limit: float | None,
    known: Results,
    output: Path,
) -> None:
    machine = Machine.this()
    print(f"{machine.system}, {machine.cores} cores with a load of {machine.load}", flush=True)
    cells = list[Cell]()
    for world in worlds:
        for client in clients:
            if not client.serves(world.kind):
                continue
            print(f"{world.kind.title}, {world.size}: {client.title} … ", end="", flush=True)
            if was_stopped(cells, world, client):
                print("left out, since it was stopped with fewer shares", flush=True)
                continue
            seconds = (limit or client.patience * world.kind.limit) if client.patience else 0
            cells.append(measure(client, world, seconds))
            print(time(cells[-1]), flush=True)
            write(known.with_run(Run(machine, cells)), output)
    bars = write(known.with_run(Run(machine, cells, probe() if with_probes else None)), output)
    print(f"\nWritten to {output}: README.md, wall-time.svg, {RESULTS}\n")
    for each in bars:
        if each.met is not None:
            print(f"{each.verdict:12} {each.text}: {each.measured}")


def was_stopped(cells: list[Cell], world: World, client: type[Client]) -> bool:
    """Whether the client was stopped by the time limit in a smaller world of this kind."""
    return any(cell.end == STOPPED and (cell.kind, cell.client) == (world.kind.name, client.name) for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
