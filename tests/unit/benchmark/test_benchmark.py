# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark makes of figures: the tables, the plot, and the verdict on the bars."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from benchmark.bars import judge
from benchmark.figures import Cell
from benchmark.machine import Machine
from benchmark.plot import plot
from benchmark.probes import Probes
from benchmark.report import ratio, table, time, write
from benchmark.results import Results, Run
from benchmark.summary import summary
from benchmark.worlds import FLEET_FRESH, KINDS, Size, World

MACHINE = Machine("2026-11-25", "Linux on x86_64", 2, 0.1, "3.11.7", "2.19.14", None, "11.2.0")
GOOD = Probes(task_seconds=2.0, task_reads=3, task_writes=0, ping_seconds=1.0, token_cpu=0.59, module_memory=99.9)
BAD = Probes(task_seconds=2.1, task_reads=4, task_writes=0, ping_seconds=1.0, token_cpu=0.6, module_memory=100.0)
BARS = (
    *("fresh", "one more", "backup module", "backup role", "role of sdk", "task time", "task reads", "role reads"),
    *("fleet of report", "fleet reads", "full vault", "fleet memory", "fleet fresh", "fleet spent"),
    *("token", "memory", "az"),
)
BACKUP: dict[str, Any] = {"kind": "backup", "critical_path": 15.0}
TWENTY: dict[str, Any] = {"kind": "fleet-fresh", "accounts": 20, "critical_path": 112.0}


def cell(**figures: Any) -> Cell:
    usual: dict[str, Any] = {"kind": "converged", "accounts": 1, "shares": 50, "client": "role", "critical_path": 0.0}
    usual |= {"end": "finished", "handled": 50, "wanted": 50, "seconds": 4.0, "cpu": 2.0, "memory": 57.3}
    usual |= {"memory_in_all": 80.0}
    usual |= dict.fromkeys(("reads", "writes", "throttled", "refreshes", "inquiries", "protections", "backups"), 0)
    return Cell(**usual | figures)


def fresh(**figures: Any) -> Cell:
    return cell(**{"kind": "fresh", "shares": 200, "critical_path": 112.0, "handled": 200, "wanted": 200} | figures)


def fleet(**figures: Any) -> Cell:
    usual = {"kind": "fleet", "accounts": 200, "shares": 10, "client": "playbook", "handled": 2000, "wanted": 2000}
    return cell(**usual | figures)


def results(*cells: Cell, probes: Probes | None = None) -> Results:
    """All of one run."""
    return Results([Run(MACHINE, list(cells), probes)])


def verdicts(known: Results) -> dict[str, bool | None]:
    return {name: each.met for name, each in zip(BARS, judge(known), strict=True)}


@pytest.mark.parametrize(
    ("figures", "shown_time", "shown_ratio"),
    [
        ({"seconds": 115.36}, "115.4 s", "1.03"),
        ({"seconds": 150.2, "end": "stopped", "handled": 2}, "> 150 s, stopped with 2 of 200 shares done", "> 1.34"),
        ({"seconds": 150.2, "end": "stopped", "handled": 0}, "> 150 s, stopped", "> 1.34"),
        ({"seconds": 12.0, "end": "failed", "handled": 0}, "failed after 12.0 s", "-"),
        ({"seconds": 4.0, "critical_path": 0.0}, "4.0 s", "-"),
    ],
)
def test_a_lower_bound_is_no_time(figures: dict[str, Any], shown_time: str, shown_ratio: str) -> None:
    assert (time(fresh(**figures)), ratio(fresh(**figures))) == (shown_time, shown_ratio)


def test_a_table() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_bars_that_are_met() -> None:
    known = results(
        fresh(seconds=140.0),
        fresh(kind="one-more", critical_path=85.0, seconds=91.8),
        cell(**BACKUP, client="module", seconds=18.0),
        cell(**BACKUP, seconds=20.25),
        cell(shares=200, reads=6, seconds=5.0),
        cell(shares=200, client="sdk", seconds=2.0),
        fleet(reads=225, seconds=15.0, memory_in_all=150.0),
        fleet(client="report", seconds=10.0),
        fleet(accounts=50, shares=40, reads=75),
        fleet(**TWENTY, seconds=145.6, refreshes=1, inquiries=20),
        cell(),
        cell(client="az", end="stopped", seconds=200.0),
        probes=GOOD,
    )
    assert verdicts(known) == dict.fromkeys(BARS, True)


def test_bars_that_are_not_met() -> None:
    known = results(
        fresh(seconds=140.1),
        fresh(kind="one-more", critical_path=85.0, seconds=91.9),
        cell(**BACKUP, client="module", seconds=18.1),
        cell(**BACKUP, seconds=20.3),
        cell(shares=200, reads=7, seconds=5.1),
        cell(shares=200, client="sdk", seconds=2.0),
        fleet(reads=226, seconds=15.1, memory_in_all=150.1),
        fleet(client="report", seconds=10.0),
        fleet(accounts=50, shares=40, reads=75, writes=1),
        fleet(**TWENTY, seconds=145.7, refreshes=1, inquiries=20, throttled=1),
        cell(),
        cell(client="az", seconds=199.0),
        probes=BAD,
    )
    assert verdicts(known) == dict.fromkeys(BARS, False)


def test_what_was_not_measured_is_not_known() -> None:
    assert verdicts(Results([])) == dict.fromkeys(BARS)


def test_a_lower_bound_that_is_too_low_tells_nothing() -> None:
    assert verdicts(results(cell(), cell(client="az", end="stopped", seconds=199.0)))["az"] is None


def test_what_failed_meets_no_bar() -> None:
    known = verdicts(results(fresh(seconds=12.0, end="failed", handled=0), cell(shares=200, end="failed")))
    assert known["fresh"] is False
    assert known["role reads"] is False


def test_figures_of_different_runs_are_not_compared() -> None:
    ours, script = cell(shares=200, seconds=4.0), cell(shares=200, client="sdk", seconds=2.0)
    known = Results([Run(MACHINE, [ours]), Run(MACHINE, [script])])
    assert verdicts(known)["role of sdk"] is None
    assert list(summary(known)) == []


def test_the_summary_names_the_fastest_whoever_it_is() -> None:
    known = results(
        cell(shares=200, seconds=7.6),
        cell(shares=200, client="sdk", seconds=2.0),
        cell(shares=200, client="az", seconds=220.0, end="stopped"),
        cell(shares=200, client="naive", seconds=1.0, end="failed"),
    )
    (row,) = summary(known)
    assert row[2:] == ("a script of the SDK", "a loop over the shares failed, the role 3.80, az > 110")


def test_the_report_is_a_measure_and_no_rival() -> None:
    loop = fleet(client="loop", seconds=570.0)
    (row,) = summary(results(fleet(seconds=12.0), loop, fleet(client="report", seconds=10.0)))
    assert row[1:] == ("200 x 10", "the playbook (1.20 times the report)", "a loop of the role 48")


def test_the_plot_shows_a_lower_bound_as_hollow() -> None:
    cells = [fresh(seconds=115.0), fresh(client="az", seconds=150.0, end="stopped", handled=2)]
    drawn = ElementTree.fromstring(plot(cells))  # noqa: S314 - our own
    dots = [dot.get("class") for dot in drawn.iter("{http://www.w3.org/2000/svg}circle")]
    assert dots[-2:] == ["ours", "az bound"]
    assert "> 150 s, az" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]


def test_the_page(tmp_path: Path) -> None:
    write(results(fresh(seconds=115.0, protections=200), fresh(client="sdk", seconds=100.0)), tmp_path)

    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "The critical path is 112 s: refresh 11 s + register 16 s + inquire 30 s + protect 55 s." in page
    assert "| 200 | the role | 115.0 s | 1.03 | 1.15 | 2.0 s | 57 MB | 80 MB | 0 | 0 | 0 | 200 | 1 |" in page
    assert "| 1 | 2026-11-25 | Linux on x86_64 | 2 | 0.1 | 3.11.7 | 2.19.14 | - | 11.2.0 |" in page
    assert ElementTree.parse(tmp_path / "wall-time.svg")  # noqa: S314 - our own


def test_a_run_keeps_what_it_has_not_measured_again(tmp_path: Path) -> None:
    first = results(fresh(seconds=115.0), cell(), probes=GOOD)
    write(first.with_run(Run(MACHINE, [cell(seconds=3.0)])), tmp_path)

    known = Results.read(tmp_path / "results.json")
    assert known.runs == [Run(MACHINE, [fresh(seconds=115.0)], GOOD), Run(MACHINE, [cell(seconds=3.0)])]
    assert known.with_run(Run(MACHINE, [fresh()], BAD)).runs == [
        Run(MACHINE, [cell(seconds=3.0)]),
        Run(MACHINE, [fresh()], BAD),
    ]


def test_figures_of_another_simulated_world_are_not_mixed_in(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text('{"simulator": {"latency": 0}, "runs": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="other durations"):
        Results.read(file)


def test_the_page_that_is_kept_is_that_of_its_figures(tmp_path: Path) -> None:
    kept = Path(__file__).parents[3] / "docs" / "benchmarks"
    write(Results.read(kept / "results.json"), tmp_path)
    for name in ("README.md", "results.json", "wall-time.svg"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (kept / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "text", "size"),
    [
        ("converged", "50", Size(1, 50)),
        ("fleet", "50", Size(50, 10)),
        ("fleet", "50x40", Size(50, 40)),
        ("fleet-fresh", "20", Size(20, 10)),
    ],
)
def test_a_size_is_what_its_kind_makes_of_it(kind: str, text: str, size: Size) -> None:
    assert KINDS[kind].size(text) == size


@pytest.mark.parametrize(
    ("size", "critical_path", "beyond_a_day"),
    [
        (Size(20, 10), 112.0, False),
        (Size(50, 10), 112.0 + 30, True),
        (Size(200, 10), 112.0 + 180, True),
        (Size(51, 1), 112.0, True),
    ],
)
def test_a_large_fleet_waits_for_the_pace_of_writes(size: Size, critical_path: float, beyond_a_day: bool) -> None:
    world = World(FLEET_FRESH, size)
    assert (world.critical_path, world.beyond_a_day) == (critical_path, beyond_a_day)


def test_a_fleet_is_done_when_every_share_of_every_account_is_protected() -> None:
    world = World(KINDS["fleet"], Size(2, 2))
    items = [
        {"account": account, "share": share, "policy": "daily-30"}
        for account in ("files0001", "files0002")
        for share in ("share-01", "share-02")
    ]
    assert world.is_done({"vaults": [{"items": items}]})
    assert not world.is_done({"vaults": [{"items": items[1:]}]})


def test_all_figures_are_in_order() -> None:
    shuffled: list[Cell] = [fleet(), cell(client="sdk"), fresh(), cell(), cell(shares=5)]
    assert results(*shuffled).cells == [fresh(), cell(shares=5), cell(), cell(client="sdk"), fleet()]
