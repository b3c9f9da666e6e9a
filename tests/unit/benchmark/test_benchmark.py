# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark makes of figures: the tables, the plot, and the verdict on the bars."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from benchmark.bars import judge
from benchmark.figures import Cell
from benchmark.machine import Machine
from benchmark.plot import plot
from benchmark.probes import Probes
from benchmark.report import Report, ratio, table, time

MACHINE = Machine("2026-11-25", "Linux on x86_64", 2, 0.1, "3.11.7", "2.19.14", None)
GOOD = Probes(task_seconds=2.0, task_reads=3, task_writes=0, ping_seconds=1.0, token_cpu=0.59, module_memory=99.9)
BAD = Probes(task_seconds=2.1, task_reads=4, task_writes=0, ping_seconds=1.0, token_cpu=0.6, module_memory=100.0)


def cell(**figures: Any) -> Cell:
    usual: dict[str, Any] = {"kind": "converged", "shares": 50, "client": "play", "critical_path": 0.0}
    usual |= {"end": "finished", "handled": 50, "wanted": 50, "seconds": 4.0, "cpu": 2.0, "memory": 57.3}
    usual |= dict.fromkeys(("reads", "writes", "throttled", "refreshes", "inquiries", "protections", "backups"), 0)
    return Cell(**usual | figures)


def fresh(**figures: Any) -> Cell:
    return cell(**{"kind": "fresh", "shares": 200, "critical_path": 112.0, "handled": 200, "wanted": 200} | figures)


def verdicts(cells: list[Cell], probes: Probes | None) -> dict[str, bool | None]:
    """By the first words that tell the bars apart."""
    names = ("fresh", "task time", "task reads", "role", "token", "memory", "az")
    return {name: each.met for name, each in zip(names, judge(cells, probes), strict=True)}


@pytest.mark.parametrize(
    ("figures", "shown_time", "shown_ratio"),
    [
        ({"seconds": 115.36}, "115.4 s", "1.03"),
        ({"seconds": 150.2, "end": "stopped", "handled": 2}, "> 150 s, stopped at share 3 of 200", "> 1.34"),
        ({"seconds": 150.2, "end": "stopped"}, "> 150 s, stopped at share 200 of 200", "> 1.34"),
        ({"seconds": 12.0, "end": "failed", "handled": 0}, "failed after 12.0 s, at share 1 of 200", "-"),
        ({"seconds": 4.0, "critical_path": 0.0}, "4.0 s", "-"),
    ],
)
def test_a_lower_bound_is_no_time(figures: dict[str, Any], shown_time: str, shown_ratio: str) -> None:
    assert (time(fresh(**figures)), ratio(fresh(**figures))) == (shown_time, shown_ratio)


def test_a_table() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_bars_that_are_met() -> None:
    cells = [
        fresh(seconds=140.0),
        cell(shares=200, reads=6),
        cell(),
        cell(client="az", end="stopped", seconds=200.0),
    ]
    assert set(verdicts(cells, GOOD).values()) == {True}


def test_bars_that_are_not_met() -> None:
    cells = [fresh(seconds=140.1), cell(shares=200, reads=7), cell(), cell(client="az", seconds=199.0)]
    assert set(verdicts(cells, BAD).values()) == {False}


def test_what_was_not_measured_is_not_known() -> None:
    assert set(verdicts([], None).values()) == {None}


def test_a_lower_bound_that_is_too_low_tells_nothing() -> None:
    cells = [cell(), cell(client="az", end="stopped", seconds=199.0)]
    assert verdicts(cells, None)["az"] is None


def test_what_failed_meets_no_bar() -> None:
    cells = [fresh(seconds=12.0, end="failed", handled=0), cell(shares=200, end="failed")]
    assert verdicts(cells, None)["fresh"] is False
    assert verdicts(cells, None)["role"] is False


def test_the_plot_shows_a_lower_bound_as_hollow() -> None:
    cells = [fresh(seconds=115.0), fresh(client="az", seconds=150.0, end="stopped", handled=2)]
    drawn = ElementTree.fromstring(plot(cells))  # noqa: S314 - our own
    dots = [dot.get("class") for dot in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert dots[-2:] == ["play", "az bound"]
    assert "> 150 s" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


def test_the_files(tmp_path: Path) -> None:
    Report(MACHINE, [fresh(seconds=115.0, protections=200)], GOOD).write(tmp_path)

    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "The critical path is 112 s: refresh 11 s + register 16 s + inquire 30 s + protect 55 s." in page
    assert "| 200 | this collection | 115.0 s | 1.03 | 2.0 s | 57 MB | 0 | 0 | 0 | 200 |" in page
    assert "azure-cli was not installed" in page
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results["cells"][0]["protections"] == 200
    assert ElementTree.parse(tmp_path / "wall-time.svg")  # noqa: S314 - our own
