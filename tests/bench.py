# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure this collection beside az and a loop over the shares, at a simulator with Azure's durations. See ``--help``.

Run by ``make bench``. The figures are written as a page with tables, a plot, and JSON.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmark.bars import judge
from benchmark.cells import measure
from benchmark.clients import CLIENTS, Az
from benchmark.figures import STOPPED, Cell
from benchmark.machine import Machine
from benchmark.probes import probe
from benchmark.report import Report, time
from benchmark.worlds import KINDS, World
from contained import Interrupted, containment

PARTS = (*KINDS, "bars")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure this collection beside az and a loop over the shares.")
    parser.add_argument("--only", type=some_of(*PARTS), default=[*PARTS], metavar="PART,...", help=", ".join(PARTS))
    parser.add_argument("--sizes", type=numbers, metavar="N,...", help="shares of the account, for each part")
    parser.add_argument(
        "--clients", type=some_of(*CLIENTS), default=[*CLIENTS], metavar="NAME,...", help=", ".join(CLIENTS)
    )
    parser.add_argument("--limit", type=float, help="seconds for a client that works on one share after the other")
    parser.add_argument("--output", type=Path, default=Path("docs/benchmarks"), help="the folder for the figures")
    options = parser.parse_args()
    try:
        with containment():
            bench(options.only, options.sizes, options.clients, options.limit, options.output)
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


def numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


def bench(parts: list[str], sizes: list[int] | None, names: list[str], limit: float | None, output: Path) -> None:
    machine = Machine.this()
    clients = [CLIENTS[name] for name in names]
    if Az in clients and machine.az is None:
        print("az is not installed, so it is left out: 'make bench-az' installs it.", flush=True)
        clients.remove(Az)
    worlds = [
        World(kind, size) for kind in KINDS.values() if kind.name in parts for size in sorted(sizes or kind.sizes)
    ]
    cells = list[Cell]()
    for world in worlds:
        for client in clients:
            print(f"{world.kind.title}, {world.shares}: {client.title} … ", end="", flush=True)
            if any(
                cell.end == STOPPED and (cell.kind, cell.client) == (world.kind.name, client.name) for cell in cells
            ):
                print("left out, since it was stopped with fewer shares", flush=True)
                continue
            seconds = (limit or world.kind.limit) if client.one_by_one else 0
            cells.append(measure(client, world, seconds))
            print(time(cells[-1]), flush=True)
            Report(machine, cells, None).write(output)
    report = Report(machine, cells, probe() if "bars" in parts else None)
    report.write(output)
    print(f"\nWritten to {output}: README.md, wall-time.svg, results.json\n")
    for each in judge(cells, report.probes):
        print(f"{each.verdict:12} {each.text}: {each.measured}")


if __name__ == "__main__":
    sys.exit(main())
