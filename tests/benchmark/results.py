# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is known: the figures of several runs, each with the machine on which they were measured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .clients import CLIENTS
from .figures import Cell
from .machine import Machine
from .probes import Probes
from .worlds import DURATIONS, KINDS, LATENCY, RETRY_AFTER, Kind, Size

SIMULATOR = {"durations": DURATIONS, "latency": LATENCY, "retry_after": RETRY_AFTER}


@dataclass(frozen=True)
class Run:
    machine: Machine
    cells: list[Cell]
    probes: Probes | None = None

    def cell(self, kind: Kind, size: Size, client: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.what == (kind.name, size, client)), None)

    def without(self, newer: Run) -> Run:
        """What a newer run has not measured again."""
        again = {cell.what for cell in newer.cells}
        return replace(
            self,
            cells=[cell for cell in self.cells if cell.what not in again],
            probes=None if newer.probes else self.probes,
        )


@dataclass(frozen=True)
class Results:
    """Runs, the oldest first. No two of them have measured the same."""

    runs: list[Run]

    @classmethod
    def read(cls, file: Path) -> Results:
        """None yet where there is no such file. ValueError if it was measured in another simulated world."""
        if not file.exists():
            return cls([])
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["simulator"] != SIMULATOR:
            raise ValueError(f"{file} holds figures that were measured with other durations; choose another --output.")
        return cls([_run(each) for each in content["runs"]])

    def write(self, file: Path, bars: list[dict[str, Any]]) -> None:
        content = {"simulator": SIMULATOR, "runs": [asdict(run) for run in self.runs], "bars": bars}
        file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")

    def with_run(self, newer: Run) -> Results:
        """What was measured before stays, as far as it has not been measured again."""
        older = [run.without(newer) for run in self.runs]
        return Results([run for run in [*older, newer] if run.cells or run.probes])

    @property
    def probes(self) -> Probes | None:
        return next((run.probes for run in self.runs if run.probes), None)

    def find(self, kind: Kind, size: Size, *clients: str) -> list[Cell] | None:
        """The figures of these clients if one run has measured them all: those of different runs do not compare."""
        for run in self.runs:
            cells = [cell for client in clients if (cell := run.cell(kind, size, client))]
            if len(cells) == len(clients):
                return cells
        return None

    def of(self, kind: Kind) -> Iterator[tuple[Size, int, list[Cell]]]:
        """For each size and run: the number of the run, from 1, and its figures, in the order of the clients."""
        sizes = sorted({cell.size for run in self.runs for cell in run.cells if cell.kind == kind.name})
        for size in sizes:
            for number, run in enumerate(self.runs, 1):
                cells = [cell for client in CLIENTS if (cell := run.cell(kind, size, client))]
                if cells:
                    yield size, number, cells

    @property
    def cells(self) -> list[Cell]:
        """All figures, by kind, size and client."""
        return [cell for kind in KINDS.values() for _size, _number, cells in self.of(kind) for cell in cells]


def _run(content: dict[str, Any]) -> Run:
    probes = content["probes"]
    return Run(
        Machine(**content["machine"]),
        [Cell(**cell) for cell in content["cells"]],
        Probes(**probes) if probes else None,
    )
