# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall times as an SVG, which is readable on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from .clients import CLIENTS
from .figures import FAILED, STOPPED, Cell
from .worlds import KINDS

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 900, 120, 240, 64, 36
LANE, GAP, HEADING = 17, 10, 26
DOT = 4.5
# Families of clients, with what they are made of.
FAMILIES = {
    "ours": "this collection",
    "sdk": "Microsoft's SDK",
    "az": "az",
    "loop": "a loop",
    "report": "the report",
}
LIGHT = {"page": "#ffffff", "ink": "#24292f", "faint": "#6e7781", "line": "#d8dee4"}
LIGHT |= {"ours": "#0969da", "sdk": "#8250df", "az": "#bc4c00", "loop": "#6e7781", "report": "#1a7f37"}
DARK = {"page": "#0d1117", "ink": "#e6edf3", "faint": "#9198a1", "line": "#30363d"}
DARK |= {"ours": "#58a6ff", "sdk": "#a371f7", "az": "#f0883e", "loop": "#9198a1", "report": "#3fb950"}


class Scale:
    """Seconds to places, with some room on both sides."""

    def __init__(self, seconds: list[float]) -> None:
        self._first = math.log10(min(seconds) * 0.8)
        self._last = math.log10(max(seconds) * 1.2)

    def place(self, seconds: float) -> float:
        part = (math.log10(seconds) - self._first) / (self._last - self._first)
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    @property
    def ticks(self) -> list[float]:
        """1, 2, 5, 10, 20, and so on."""
        powers = range(math.floor(self._first), math.ceil(self._last))
        ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
        return [tick for tick in ticks if self._first <= math.log10(tick) <= self._last]


def plot(cells: list[Cell]) -> str:
    """One row for each world, one dot for each client; a lower bound is hollow and has an arrow.

    The figures are in order: those of a world follow one another, as do the worlds of a kind.
    """
    shown = [cell for cell in cells if cell.end != FAILED]
    scale = Scale([each for cell in shown for each in (cell.seconds, cell.critical_path) if each] or [1.0])
    rows, height = list[str](), float(TOP)
    for kind, of_kind in groupby(shown, key=lambda cell: cell.kind):
        rows.append(_text(16, height + 12, KINDS[kind].title, "heading"))
        height += HEADING
        for _size, world in groupby(of_kind, key=lambda cell: cell.size):
            lanes = list(world)
            rows += _row(lanes, scale, height)
            height += len(lanes) * LANE + GAP
    size = f'width="{WIDTH}" height="{height + BOTTOM:.0f}" viewBox="0 0 {WIDTH} {height + BOTTOM:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
        '<title id="title">Wall time of each client for each piece of work, in seconds, on a logarithmic scale</title>',
        f"<style>{_rules(LIGHT)} @media (prefers-color-scheme: dark) {{ {_rules(DARK)} }}</style>",
        '<rect width="100%" height="100%" rx="6" class="page"/>',
        *_legend(),
        *_grid(scale, height),
        *rows,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rules(colors: dict[str, str]) -> str:
    """The style sheet with these colors, without variables, which some viewers do not know."""
    lines = {"grid": ("line", 1.0), "path": ("ink", 2.0)}
    rules = [
        f"text {{ font: 12px system-ui, sans-serif; fill: {colors['ink']} }}",
        ".heading { font-weight: 600 }",
        f".faint {{ fill: {colors['faint']} }}",
        *(f".{name} {{ stroke: {colors[color]}; stroke-width: {width} }}" for name, (color, width) in lines.items()),
        *(f".{name} {{ fill: {colors[name]}; stroke: {colors[name]}; stroke-width: 1.5 }}" for name in FAMILIES),
        f".page, .bound {{ fill: {colors['page']} }}",
        ".arrow { fill: none }",
    ]
    return " ".join(rules)


def _row(lanes: list[Cell], scale: Scale, top: float) -> Iterator[str]:
    middle = top + len(lanes) * LANE / 2
    size = lanes[0].size
    label = str(size) if KINDS[lanes[0].kind].fleet else f"{size} share{'s' * (size.shares != 1)}"
    yield _text(LEFT - 16, middle + 4, label, "end")
    if path := lanes[0].critical_path:
        yield _line(scale.place(path), top, scale.place(path), top + len(lanes) * LANE, "path")
    for lane, cell in enumerate(lanes):
        yield from _mark(cell, scale.place(cell.seconds), top + (lane + 0.5) * LANE)


def _mark(cell: Cell, x: float, y: float) -> Iterator[str]:
    client, stopped = CLIENTS[cell.client], cell.end == STOPPED
    if stopped:
        yield _arrow(client.family, x, y)
    yield _dot(client.family, x, y, hollow=stopped)
    digits = 1 if cell.seconds < 10 else 0
    told = f"{'> ' * stopped}{cell.seconds:.{digits}f} s, {client.title}"
    yield _text(x + (26 if stopped else 10), y + 4, told, "faint")


def _legend() -> Iterator[str]:
    x = 16.0
    for family, title in FAMILIES.items():
        yield _dot(family, x + 5, 22, hollow=False)
        yield _text(x + 16, 26, title)
        x += 40 + 6.4 * len(title)
    yield _line(x + 5, 14, x + 5, 30, "path")
    yield _text(x + 14, 26, "critical path")
    x += 116
    yield _arrow("loop", x + 5, 22)
    yield _dot("loop", x + 5, 22, hollow=True)
    yield _text(x + 30, 26, "stopped by the time limit")


def _grid(scale: Scale, bottom: float) -> Iterator[str]:
    for tick in scale.ticks:
        x = scale.place(tick)
        yield _line(x, TOP - 8, x, bottom, "grid")
        yield _text(x, bottom + 18, f"{tick:,g} s", "middle faint")


def _dot(family: str, x: float, y: float, *, hollow: bool) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" class="{family}{" bound" * hollow}"/>'


def _arrow(family: str, x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}h18m-4 -4l4 4l-4 4" class="{family} arrow"/>'


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{name}"/>'


def _text(x: float, y: float, text: str, name: str = "") -> str:
    anchor = next((word for word in ("end", "middle") if word in name.split()), "start")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{name}">{text.replace(">", "&gt;")}</text>'
