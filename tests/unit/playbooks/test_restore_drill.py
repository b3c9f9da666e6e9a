# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``restore_drill``: three nights of a vault, and what the report then tells."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.pages import Page
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

TEMPLATES = Path(__file__).resolve().parents[3] / "playbooks" / "templates"
DAY = 86400
HOSTILE = "</td></table><script>alert('job')</script> & =3+3"
FAILURE = {"operation": "restore", "share": "hiring", "status": "Failed", "code": "FileShareNotFound"}


@dataclass
class Nights:
    """A folder of reports, and the runs that wrote them."""

    simulator: Simulator
    folder: Path

    def __post_init__(self) -> None:
        self.programs = Programs(self.folder.parent, self.simulator, {"ANSIBLE_SHOW_CUSTOM_STATS": "true"})

    def drill(self, *arguments: str, **variables: object) -> Ended:
        given = {
            "resource_group": "backup-rg",
            "vault_name": "backup-vault",
            "target_storage_account": "drillfiles",
            "sample": 1,
            "output_dir": str(self.folder),
        }
        file = self.folder.parent / "given.json"
        file.write_text(json.dumps(given | variables), encoding="utf-8")
        return self.programs.run("ansible-playbook", "azurefiles.backup.restore_drill", "-e", f"@{file}", *arguments)

    @property
    def data(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / "restore-drill.json").read_text(encoding="utf-8"))
        return told

    @property
    def page(self) -> Page:
        return Page((self.folder / "restore-drill.html").read_text(encoding="utf-8"))

    @property
    def rows(self) -> list[dict[str, str]]:
        with (self.folder / "restore-drill.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def test_a_vault_is_worked_through_night_by_night(simulators: Simulators, tmp_path: Path) -> None:
    """One long story, since each of its runs is a start of Ansible."""
    simulator = simulators.start(
        world(
            registered(*(protected(name, recovery_points=1) for name in ("finance", "hiring")), protected("landing")),
            account(name="drillfiles"),
            faults=[FAILURE | {"message": HOSTILE}],
        )
    )
    nights = Nights(simulator, tmp_path / "drills")

    plan = nights.drill("--check", restores="", keep="", shares="", storage_account="")
    assert plan.code == 0, plan.output
    assert (
        "contosofiles/finance: would be drilled, never drilled; its latest recovery point is 24 hours old"
        in plan.output
    )
    assert "contosofiles/landing: skipped, it has no recovery point yet" in plan.output
    assert not nights.folder.exists()
    assert simulator.writes() == {}

    first = nights.drill()
    assert first.code == 0, first.output
    assert "contosofiles/finance: passed, 1 file of 0 B restored in" in first.output
    assert "1 of 2 shares with a recovery point has been drilled by now" in first.output
    assert first.stats["restore_drill_result"]["failed"] == []
    assert nights.page.verdict == (
        "good",
        "The share that was drilled can be restored; 1 of 2 shares has never been drilled.",
    )

    simulator.pass_time(DAY)
    second = nights.drill()
    assert second.code == 2
    assert "contosofiles/hiring: FAILED: The restore (job " in second.output
    assert "1 of 1 drill failed. The summary above says why." in second.output
    assert second.stats["restore_drill_result"]["failed"] == ["contosofiles/hiring"]
    assert nights.page.verdict == ("bad", "1 of 1 drill did not pass.")
    assert any(HOSTILE in cell.text for row in nights.page.rows for cell in row)
    assert len(nights.page.all("script")) == 1

    simulator.pass_time(DAY)
    third = nights.drill()
    assert third.code == 0, third.output
    assert nights.page.verdict == (
        "unsure",
        "The share that was drilled can be restored; 1 other failed its last drill; every share of the vault has been "
        "drilled by now.",
    )
    assert [entry["share"] for entry in nights.data["history"]] == ["finance", "hiring", "finance"]
    assert [(row["share"], row["outcome"], row["failed_files"]) for row in nights.rows] == [
        ("finance", "passed", "0"),
        ("hiring", "failed", "0"),
        ("finance", "passed", "0"),
    ]
    assert not [cell for row in nights.rows for cell in row.values() if cell.lstrip().startswith(("=", "+", "-", "@"))]
    _check_page(nights.page)
    (state,) = [each for each in simulator.state()["storage_accounts"] if each["id"].endswith("/drillfiles")]
    assert {facts["state"] for facts in state["shares"].values()} == {"SoftDeleted"}

    (nights.folder / "restore-drill.json").write_text("{}", encoding="utf-8")
    simulator.forget()
    spoilt = nights.drill()
    assert spoilt.code == 2
    assert "restore-drill.json is not the report of earlier drills: move it away to begin anew" in spoilt.output
    assert simulator.journal() == []


def _check_page(page: Page) -> None:
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policies = [each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes]
    assert policies == [f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"]
    names = {each.attributes["id"] for each in page.elements if "id" in each.attributes}
    assert {(each.attributes["href"] or "")[1:] for each in page.all("a")} <= names
    assert len(page.all("caption")) == len(page.all("table")) == 4
    headings: list[str] = []
    for row in page.rows:
        if all(cell.tag == "th" for cell in row):
            headings = [cell.text for cell in row]
            continue
        assert [cell.attributes["data-label"] for cell in row[1:]] == headings[1:]
    bars = [each.attributes["aria-label"] for each in page.elements if each.attributes.get("role") == "img"]
    assert bars == ["1 passed, 1 failed"]


COUNTS = {"passed": 0, "failed": 0, "unfinished": 0, "drills": 0, "never_drilled": 0, "shares": 3}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"drills": 3, "passed": 1, "failed": 2}, ("bad", "2 of 3 drills did not pass.")),
        ({"drills": 2, "passed": 1, "unfinished": 1}, ("unsure", "No drill failed, but 1 is not finished.")),
        ({}, ("unsure", "Nothing was drilled: the restores of the day are used up.")),
        (
            {"drills": 2, "passed": 2, "never_drilled": 1},
            ("good", "All 2 shares that were drilled can be restored; 1 of 3 shares has never been drilled."),
        ),
        (
            {"drills": 1, "passed": 1, "shares": 1},
            ("good", "The share that was drilled can be restored."),
        ),
    ],
)
def test_the_headline_says_what_is_proven(counts: dict[str, int], expected: tuple[str, str]) -> None:
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True)  # noqa: S701 (not HTML)
    drill = {"summary": COUNTS | counts, "drills": [], "shares": []}
    made = templates.get_template("restore_drill_headline.j2").make_module({"restore_drill_run": {"drill": drill}})

    assert (vars(made)["mood"], vars(made)["text"]) == expected
