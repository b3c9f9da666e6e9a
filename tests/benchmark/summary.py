# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is how fast, in multiples, since seconds say more of the machine than of the client."""

from __future__ import annotations

from collections.abc import Iterator

from .clients import CLIENTS
from .figures import FINISHED, STOPPED, Cell
from .results import Results
from .worlds import FLEET, KINDS, Kind, Size

HEAD = ("work", "size", "the fastest", "the others, in multiples of its time")


def summary(results: Results) -> Iterator[tuple[str, ...]]:
    """A row for each world in which a run has measured several clients."""
    for kind in KINDS.values():
        for size, _number, cells in results.of(kind):
            if row := _row(kind, size, cells):
                yield row


def times(factor: float | None, stopped: bool = False) -> str:
    if factor is None:
        return "-"
    digits = 2 if factor < 10 else 0
    return f"{'> ' * stopped}{factor:.{digits}f}"


def _row(kind: Kind, size: Size, cells: list[Cell]) -> tuple[str, ...] | None:
    """The report is no rival: it does not do the work."""
    rivals = [cell for cell in cells if cell.client != "report"]
    finished = [cell for cell in rivals if cell.end == FINISHED]
    if len(rivals) < 2 or not finished:
        return None
    fastest = min(finished, key=lambda cell: cell.seconds)
    others = sorted((cell for cell in rivals if cell is not fastest), key=lambda cell: cell.seconds)
    told = ", ".join(f"{_title(cell)} {_behind(cell, fastest)}" for cell in others)
    measure = fastest.times(next((cell for cell in cells if cell.client == "report"), None))
    compared = [
        f"{times(fastest.ratio)} times the critical path" if fastest.ratio else "",
        f"{times(measure)} times the report" if kind is FLEET and measure else "",
    ]
    said = ", ".join(filter(None, compared))
    return kind.title, str(size), f"{_title(fastest)}{said and f' ({said})'}", told


def _behind(cell: Cell, fastest: Cell) -> str:
    factor = cell.times(fastest)
    return "failed" if factor is None else times(factor, cell.end == STOPPED)


def _title(cell: Cell) -> str:
    return CLIENTS[cell.client].title
