# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bars that the collection sets itself, each judged by what was measured."""

from __future__ import annotations

from dataclasses import dataclass

from .figures import FINISHED, STOPPED, Cell
from .probes import Probes
from .results import Results
from .worlds import BACKUP, CONVERGED, FLEET, FLEET_FRESH, FRESH, ONE_MORE, Kind, Size

TWENTY, TWO_HUNDRED = Size(20, 10), Size(200, 10)
FULL = Size(50, 40)  # as many shares as a vault can protect


@dataclass(frozen=True)
class Bar:
    text: str
    measured: str
    met: bool | None
    """None where this was not measured, or not long enough."""

    @property
    def verdict(self) -> str:
        return {True: "met", False: "**not met**", None: "not known"}[self.met]


def judge(results: Results) -> list[Bar]:
    fifty, two_hundred = Size(1, 50), Size(1, 200)
    return [
        _path(results, "a fresh account of 200 shares, by the role", FRESH, two_hundred, "role", 1.25),
        _path(results, "one share more of 200, by the role", ONE_MORE, two_hundred, "role", 1.08),
        _path(results, "a backup of 50 shares, by the module", BACKUP, fifty, "module", 1.2),
        _path(results, "a backup of 50 shares, by the role", BACKUP, fifty, "role", 1.35),
        _times(results, "the role on a protected account of 200 shares", CONVERGED, two_hundred, "role", "sdk", 2.5),
        *_task(results.probes),
        _reads(results, "the role on a protected account of 200 shares", CONVERGED, two_hundred, "role", 6),
        _times(
            results,
            "the playbook on a protected vault of 200 accounts of 10 shares",
            FLEET,
            TWO_HUNDRED,
            "playbook",
            "report",
            1.5,
        ),
        _reads(
            results,
            "the playbook on a protected vault of 200 accounts of 10 shares",
            FLEET,
            TWO_HUNDRED,
            "playbook",
            225,
        ),
        _reads(results, "the playbook on a protected vault of 50 accounts of 40 shares", FLEET, FULL, "playbook", 75),
        _memory(results),
        _path(
            results, "a vault of 20 fresh accounts of 10 shares, by the playbook", FLEET_FRESH, TWENTY, "playbook", 1.3
        ),
        _spent(results),
        *_process(results.probes),
        _faster(results.find(CONVERGED, fifty, "role", "az")),
    ]


def _path(results: Results, what: str, kind: Kind, size: Size, client: str, most: float) -> Bar:
    text = f"{what}, takes no more than {most:g} times the critical path"
    cells = results.find(kind, size, client)
    if not cells or cells[0].ratio is None:
        return _unmeasured(text)
    return Bar(text, f"{cells[0].ratio:.2f} times", cells[0].end == FINISHED and cells[0].ratio <= most)


def _times(results: Results, what: str, kind: Kind, size: Size, client: str, other: str, most: float) -> Bar:
    measure = {"sdk": "a script of the SDK", "report": "the report of the same vault"}[other]
    text = f"{what} takes no more than {most:g} times as long as {measure}"
    cells = results.find(kind, size, client, other)
    times = cells and cells[0].times(cells[1])
    if not cells or not times:
        return _unmeasured(text)
    return Bar(text, f"{times:.2f} times", cells[0].end == FINISHED and times <= most)


def _reads(results: Results, what: str, kind: Kind, size: Size, client: str, most: int) -> Bar:
    text = f"{what}: {most} reads at most, and no write"
    cells = results.find(kind, size, client)
    if not cells:
        return _unmeasured(text)
    (cell,) = cells
    good = cell.end == FINISHED and cell.reads <= most and cell.writes == 0
    return Bar(text, f"{cell.reads} reads, {cell.writes} writes", good)


def _memory(results: Results) -> Bar:
    text = "the playbook on a protected vault of 200 accounts of 10 shares takes no more than 150 MB in all processes"
    cells = results.find(FLEET, TWO_HUNDRED, "playbook")
    memory = cells and cells[0].memory_in_all
    if not cells or not memory:
        return _unmeasured(text)
    return Bar(text, f"{memory:.0f} MB", cells[0].end == FINISHED and memory <= 150)


def _spent(results: Results) -> Bar:
    text = "20 fresh accounts of 10 shares, by the playbook: one refresh, an inquiry an account, no 429"
    cells = results.find(FLEET_FRESH, TWENTY, "playbook")
    if not cells:
        return _unmeasured(text)
    (cell,) = cells
    good = cell.end == FINISHED and cell.refreshes == 1 and cell.inquiries <= 20 and cell.throttled == 0
    return Bar(text, f"refreshes {cell.refreshes}, inquiries {cell.inquiries}, 429 {cell.throttled}", good)


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


def _faster(cells: list[Cell] | None) -> Bar:
    """A lower bound is enough to meet it, but tells nothing where it is too low."""
    text = "az takes at least 50 times as long as the role on a protected account of 50 shares"
    if not cells:
        return _unmeasured(text)
    ours, az = cells
    times = az.times(ours)
    if times is None:
        return _unmeasured(text)
    if az.end == STOPPED:
        return Bar(text, f"more than {times:.0f} times, then stopped", True if times >= 50 else None)
    return Bar(text, f"{times:.0f} times", times >= 50)


def _unmeasured(text: str) -> Bar:
    return Bar(text, "not measured", None)
