# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``report``, run by Ansible against a simulated Azure that answers with hostile names."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jinja2
import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.pages import Page
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Programs
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, registered, world

COLLECTION = Path(__file__).resolve().parents[3]
TEMPLATES = COLLECTION / "playbooks" / "templates"
HOSTILE = [
    "<script>alert(1)<-script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "=1+1",
    "+1",
    "-1",
    "@x",
    ' =2+2,"b"',
]
HOSTILE_MESSAGE = "</td></table><script>alert('job')</script> & =3+3"


@dataclass
class Played:
    code: int
    output: str
    folder: Path
    sent: dict[str, int]
    """How many requests of each label the resource manager received of it."""

    @property
    def page(self) -> str:
        return (self.folder / "coverage.html").read_text(encoding="utf-8")


def play(simulator: Simulator, folder: Path, *arguments: str, **variables: object) -> Played:
    given = {"resource_group": "backup-rg", "vault_name": "backup-vault", "output_dir": str(folder)} | variables
    simulator.forget()
    ended = Programs(folder.parent, simulator, {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}).run(
        "ansible-playbook", "-i", "localhost,", "azurefiles.backup.report", "-e", json.dumps(given), *arguments
    )
    return Played(ended.code, ended.output, folder, simulator.tally())


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    failing = {"operation": "backup", "share": "finance", "status": "Failed", "message": HOSTILE_MESSAGE}
    started = shared_simulators.start(
        world(
            registered(
                protected("finance", recovery_points=3),
                protected("hiring", recovery_points=2),
                {"name": "unix", "protocol": "NFS"},
                *HOSTILE,
                resource_group="<b>Files-RG",
            ),
            account("thesis", name="labfiles", discovered=True),
            faults=[failing],
            impossible_names=True,
        )
    )
    run = run_of(started)
    finance = next(item for item in run.vault.protected_items() if item.share == "finance")
    expiry = datetime.now(timezone.utc) + timedelta(days=1)
    run.waiter.operation(run.vault.backup("The backup of finance", finance.address, expiry))
    started.forget()
    return started


@pytest.fixture(scope="module")
def played(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    done = play(simulator, tmp_path_factory.mktemp("report") / "coverage", recovery_points=True)
    assert done.code == 0, done.output
    yield done


@pytest.fixture(scope="module")
def page(played: Played) -> Page:
    return Page(played.page)


def test_nothing_but_reads_is_sent(played: Played) -> None:
    assert "spent: 10 reads, 0 writes" in played.output
    assert all(label.startswith("GET ") for label in played.sent)
    assert sum(played.sent.values()) == 10  # 5 of the vault, the subscription, 2 accounts, 2 shares with points


def test_the_summary_names_what_nobody_protects(played: Played) -> None:
    assert "9 of 12 shares are not protected" in played.output
    assert "labfiles/thesis: not protected, the storage account is not registered with a vault" in played.output


def test_the_page_says_first_what_nobody_protects(page: Page) -> None:
    assert page.verdict == ("bad", "9 shares are not backed up.")
    headings = [each.text for each in page.all("h2")]
    assert headings[:2] == ["Storage accounts", "Shares that nobody protects"]


def test_values_of_azure_are_text_and_nothing_else(page: Page) -> None:
    cells = [cell.text for row in page.rows for cell in row]
    for name in [*HOSTILE, "<b>Files-RG"]:
        assert any(text.strip() == name.strip() for text in cells), name
    assert any(HOSTILE_MESSAGE in text for text in cells)
    assert len(page.all("script")) == 1
    assert not page.all("img") + page.all("b")[7:]  # the seven numbers at the top are bold
    assert not [name for each in page.elements for name in each.attributes if name.startswith("on")]
    assert "49" not in [text.strip() for text in cells]


def test_the_page_needs_nothing_from_elsewhere(page: Page) -> None:
    for element in page.elements:
        assert element.tag not in ("link", "iframe", "object", "embed", "base", "form")
        for name in ("src", "srcset", "data", "action", "poster", "background"):
            assert name not in element.attributes
        assert (element.attributes.get("href") or "#").startswith("#")
    (style,) = page.all("style")
    assert not re.search(r"url\(|@import|//", style.text)
    (script,) = page.all("script")
    assert not re.search(r"fetch|XMLHttp|import\(|https?:|WebSocket|eval", script.text)


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    names = {each.attributes["id"] for each in page.elements if "id" in each.attributes}
    assert {(each.attributes["href"] or "")[1:] for each in page.all("a")} <= names


def test_the_policy_of_the_page_lets_run_its_own_script_and_nothing_else(page: Page) -> None:
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policies = [each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes]
    assert policies == [f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"]


def test_tables_can_be_read_without_seeing_them(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(each.attributes.get("scope") in ("col", "row") for each in page.all("th"))
    headings: list[str] = []
    for row in page.rows:
        if all(cell.tag == "th" for cell in row):
            headings = [cell.text for cell in row]
            continue
        assert len(row) == len(headings)
        assert row[0].tag == "th"
        labels = [cell.attributes["data-label"] for cell in row[1:] if "data-label" in cell.attributes]
        assert labels in ([], headings[1:])


def test_bars_are_told_in_words_too(page: Page) -> None:
    bars = [each.attributes["aria-label"] for each in page.elements if each.attributes.get("role") == "img"]
    assert bars == ["2 protected, 8 not protected, 1 cannot be protected", "1 not protected"]


def test_the_table_is_safe_to_open_in_a_spreadsheet(played: Played) -> None:
    with (played.folder / "coverage.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert all(None not in row and None not in row.values() for row in rows)
    assert not [value for row in rows for value in row.values() if value.strip()[:1] in ("=", "+", "-", "@")]
    shares = {row["share"]: row for row in rows}
    assert {"'=1+1", "'+1", "'-1", "'@x", '\' =2+2,"b"', HOSTILE[0], HOSTILE[1], "{{ 7 * 7 }}"} <= set(shares)
    assert shares["finance"]["coverage"] == "protected"
    assert shares["finance"]["recovery_point_count"] == "3"
    assert shares["finance"]["failed_jobs"] == "1"
    assert shares["thesis"]["exists"] == "true"
    assert shares["thesis"]["vault"] == ""


def test_the_data_are_what_the_module_returned(played: Played) -> None:
    data = json.loads((played.folder / "coverage.json").read_text(encoding="utf-8"))
    assert data["summary"]["unprotected"] == 9
    assert {share["share"] for share in data["shares"]} == {*HOSTILE, "finance", "hiring", "unix", "thesis"}
    assert data["failed_jobs"][0]["error_message"] == HOSTILE_MESSAGE


def test_a_second_run_changes_nothing_but_the_time(played: Played, simulator: Simulator, tmp_path: Path) -> None:
    again = play(simulator, tmp_path / "again", recovery_points=True)
    assert again.code == 0, again.output
    times = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\dZ)?")
    before, after = (json.loads((each.folder / "coverage.json").read_text("utf-8")) for each in (played, again))
    for moving in ("generated_at", "since"):
        del before[moving], after[moving]
    assert after == before
    assert times.sub("", again.page) == times.sub("", played.page)
    assert (again.folder / "coverage.csv").read_bytes() == (played.folder / "coverage.csv").read_bytes()


def test_check_mode_writes_nothing_and_says_what_it_would(simulator: Simulator, tmp_path: Path) -> None:
    done = play(simulator, tmp_path / "nothing", "--check")
    assert done.code == 0, done.output
    assert "would be written: " in done.output
    assert not (tmp_path / "nothing").exists()


def test_a_vault_that_cannot_be_read_is_on_the_page_and_the_play_fails(simulators: Simulators, tmp_path: Path) -> None:
    more = [{"resource_group": "backup-rg", "vault_name": "nowhere"}]
    hiring = registered(protected("hiring", recovery_points=1))
    started = simulators.start(world(hiring, account("sales", name="itsfiles")))
    done = play(started, tmp_path / "half", vaults=more)
    assert done.code == 2
    assert "1 of 2 vaults could not be read: nowhere: There is no Recovery Services vault" in done.output
    page = Page(done.page)
    assert page.notices[0].startswith("Not read: the vault nowhere of backup-rg.")
    assert page.notices[1].startswith("Not looked at: 1 storage account unknown to the vaults that could be read.")
    assert "registered with a vault that could not be read" in " ".join(each.text for each in page.all("caption"))
    assert "not looked at: 1 storage account unknown to the vaults that could be read (itsfiles)" in done.output
    assert "that these vaults do not know" not in done.page + done.output


def test_where_there_are_no_shares_the_page_says_so(simulators: Simulators, tmp_path: Path) -> None:
    started = simulators.start(world(vaults=[VAULT, VAULT | {"name": "vault-two"}]))
    found = {"resource_group": "", "vault_name": "", "vault_filters": ["afs_vault_name != 'vault-two'"]}
    done = play(started, tmp_path / "empty", **found)
    assert done.code == 0, done.output
    listed = json.loads((done.folder / "coverage.json").read_text(encoding="utf-8"))["vaults"]
    assert [each["vault_name"] for each in listed] == ["backup-vault"]
    assert "There are no shares." in done.page
    assert Page(done.page).all("h2")


def test_a_subscription_that_cannot_be_listed_is_on_the_page_and_the_play_fails(
    simulators: Simulators, tmp_path: Path
) -> None:
    unknown = "00000000-0000-0000-0000-000000000000"
    started = simulators.start(world(registered(protected("hiring", recovery_points=1))))
    found = {"resource_group": "", "vault_name": "", "subscriptions": [started.subscription_id, unknown]}
    done = play(started, tmp_path / "half", **found)
    assert done.code == 2
    assert f"could not be read: which vaults 1 subscription has ({unknown})" in done.output
    assert f"The vaults of the subscription {unknown} cannot be listed" in done.output
    assert Page(done.page).verdict[0] == "unsure"
    assert Page(done.page).notices[0].startswith(f"Not read: which vaults the subscription {unknown} has.")


def test_where_all_is_well_the_page_says_so(simulators: Simulators, tmp_path: Path) -> None:
    unix = {"name": "unix", "protocol": "NFS"}
    done = play(simulators.start(world(registered(protected("hiring", recovery_points=1), unix))), tmp_path / "good")
    assert done.code == 0, done.output
    assert Page(done.page).verdict == ("good", "Every share that can be protected is protected.")
    assert Page(done.page).notices == []
    assert "not looked at" not in done.page + done.output


@pytest.fixture(scope="module")
def unset(shared_simulators: Simulators, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """With the empty strings that a survey sends for what was not answered."""
    answers = dict.fromkeys(("vaults", "days", "recovery_points", "unregistered_accounts"), "")
    hiring = registered(protected("hiring", recovery_points=1))
    started = shared_simulators.start(world(hiring, account("new", name="newfiles"), account("old", name="oldfiles")))
    done = play(started, tmp_path_factory.mktemp("unset") / "unset", **answers)
    assert done.code == 0, done.output
    return done


def test_empty_answers_count_as_unset(unset: Played) -> None:
    data = json.loads((unset.folder / "coverage.json").read_text("utf-8"))
    assert data["days"] == 7
    assert data["shares"][0]["recovery_point_count"] is None
    assert data["other_accounts"], "they were looked for"


def test_accounts_that_were_not_looked_at_are_told_everywhere(unset: Played) -> None:
    page = Page(unset.page)
    assert page.verdict == (
        "unsure",
        "In the accounts that were looked at, every share that can be protected is protected; "
        "2 accounts were not looked at.",
    )
    assert page.notices == [
        "Not looked at: 2 storage accounts that these vaults do not know. "
        "More may be unprotected there; see which ones."
    ]
    assert "#others" in [each.attributes["href"] for each in page.all("a")]
    assert "newer than the vaults' last refresh" in " ".join(each.text for each in page.all("caption"))
    assert "not looked at: 2 storage accounts that these vaults do not know (newfiles, oldfiles)" in unset.output
    assert '"other_accounts": [ "newfiles", "oldfiles" ]' in unset.output


@pytest.fixture(scope="module")
def unlisted(shared_simulators: Simulators, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """By a login that may list neither storage accounts nor shares."""
    hiring = registered(protected("hiring", recovery_points=1))
    started = shared_simulators.start(world(hiring, account("thesis", name="labfiles"), storage_read=False))
    done = play(started, tmp_path_factory.mktemp("unlisted") / "unlisted")
    assert done.code == 0, done.output
    return done


def test_a_subscription_that_lists_no_accounts_is_told(unlisted: Played) -> None:
    page = Page(unlisted.page)
    assert page.verdict == ("unsure", "No unprotected share was found, but not everything could be read.")
    assert any(notice.startswith("Not read: which storage accounts 1 subscription has.") for notice in page.notices)
    assert "could not be read: which storage accounts 1 subscription has" in unlisted.output


def test_accounts_whose_shares_may_not_be_listed_are_told(unlisted: Played) -> None:
    assert "Storage accounts that could not be read" in unlisted.page
    assert "recovery_points=true" in unlisted.page


@pytest.fixture(scope="module")
def answered(shared_simulators: Simulators, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """With what a survey sends: strings, also for numbers and yes or no."""
    given = {"days": "14", "recovery_points": "true", "unregistered_accounts": "false"}
    hiring = registered(protected("hiring", recovery_points=1))
    started = shared_simulators.start(world(hiring, account("new", name="newfiles")))
    done = play(started, tmp_path_factory.mktemp("answered") / "answered", **given)
    assert done.code == 0, done.output
    return done


def test_answers_of_a_survey_are_read_as_what_they_mean(answered: Played) -> None:
    data = json.loads((answered.folder / "coverage.json").read_text("utf-8"))
    assert data["days"] == 14
    assert data["shares"][0]["recovery_point_count"] == 1
    assert data["other_accounts"] == []


def test_accounts_that_nobody_looked_for_are_told(answered: Played) -> None:
    page = Page(answered.page)
    assert page.verdict[0] == "unsure"
    assert page.notices == ["Not looked for: storage accounts that none of these vaults has registered."]
    assert "not looked for: storage accounts that none of these vaults has registered" in answered.output


CALM = {"shares": 4, "unprotected": 0, "soft_deleted": 0, "stopped": 0, "at_risk": 0}
READ = {"unread_accounts": 0, "unread_vaults": 0, "unread_subscriptions": 0, "unlisted_subscriptions": 0}
GONE = {"coverage": "soft_deleted", "exists": False}
BACK = {"coverage": "soft_deleted", "exists": True}


@pytest.mark.parametrize(
    ("summary", "shares", "others", "mood", "text"),
    [
        ({}, [], 0, "good", "Every share that can be protected is protected."),
        ({"soft_deleted": 1}, [GONE], 0, "good", "Every share that can be protected is protected."),
        ({"soft_deleted": 1}, [BACK], 0, "unsure", "No share was left out, but 1 is no longer backed up."),
        ({"stopped": 2}, [GONE, BACK], 0, "unsure", "No share was left out, but 3 are no longer backed up."),
        (
            {"at_risk": 1},
            [],
            0,
            "unsure",
            "Every share that can be protected is protected, but 1 gives cause for concern.",
        ),
        (
            {"stopped": 1, "at_risk": 2},
            [],
            1,
            "unsure",
            "In the accounts that were looked at, no share was left out, but 1 is no longer backed up and 2 give cause "
            "for concern; 1 account was not looked at.",
        ),
        (
            {"shares": 0},
            [],
            3,
            "unsure",
            "In the accounts that were looked at, there are no shares; 3 accounts were not looked at.",
        ),
        ({"shares": 0}, [], 0, "good", "There are no shares."),
        ({"unread_vaults": 1}, [], 2, "unsure", "No unprotected share was found, but not everything could be read."),
        (
            {"unlisted_subscriptions": 1},
            [],
            0,
            "unsure",
            "No unprotected share was found, but not everything could be read.",
        ),
        ({"unprotected": 1, "stopped": 1}, [], 2, "bad", "2 shares are not backed up: 1 not protected, 1 stopped."),
    ],
)
def test_the_headline_says_no_more_than_was_seen(
    summary: dict[str, int], shares: list[dict[str, Any]], others: int, mood: str, text: str
) -> None:
    coverage = {"summary": CALM | READ | summary, "shares": shares, "other_accounts": [{}] * others}
    assert headline(coverage) == (mood, text)


def test_the_headline_of_registered_accounts_alone() -> None:
    coverage = {"summary": CALM | READ, "shares": [], "other_accounts": []}
    text = "In the registered accounts, every share that can be protected is protected; others were not looked for."
    assert headline(coverage, report_everywhere=False) == ("unsure", text)


def headline(coverage: dict[str, Any], *, report_everywhere: bool = True) -> tuple[str, str]:
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True)  # noqa: S701 (not HTML)
    made = templates.get_template("report_headline.j2").make_module(
        {"report_read": {"coverage": coverage}, "report_everywhere": report_everywhere}
    )
    return vars(made)["mood"], vars(made)["text"]


@pytest.mark.parametrize("nothing", ["", " "])
def test_an_empty_folder_is_refused(simulator: Simulator, tmp_path: Path, nothing: str) -> None:
    done = play(simulator, tmp_path / "unused", output_dir=nothing)
    assert done.code == 2
    assert "output_dir is missing or empty. Give it by -e output_dir=…: the folder" in done.output
    assert done.sent == {}
    assert not list(tmp_path.rglob("coverage.*"))


def test_one_vault_that_cannot_be_read_leaves_no_report(simulator: Simulator, tmp_path: Path) -> None:
    done = play(simulator, tmp_path / "none", vault_name="nowhere")
    assert done.code == 2
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("page_template", ["report.html.j2", "restore_drill.html.j2"])
def test_everything_that_a_page_prints_is_escaped(page_template: str) -> None:
    """Ansible's templates do not escape by themselves: each expression ends by doing so, or calls what does."""
    shared = (TEMPLATES / "page.j2").read_text(encoding="utf-8")
    text = shared + (TEMPLATES / page_template).read_text(encoding="utf-8")
    macros = "|".join(re.findall(r"macro (\w+)\(", text))
    literal = r"'[^'{}]*'"
    harmless = re.compile(rf"(?:{literal}|if .*? else|else|\s)+|(?:{macros})\(.*\)|.*\| e")
    printed = re.findall(r"\{\{ (.*?) \}\}", text)
    assert len(printed) > 70
    assert not [each for each in printed if not harmless.fullmatch(each)]


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast_is_enough_to_read(theme: int) -> None:
    """The ratio of 4.5 that WCAG asks for text, in both themes."""
    blocks = re.findall(r":root \{(.*?)\}", (TEMPLATES / "report.css").read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[theme]))
    pairs = [(text, under) for text in ("ink", "muted", "link") for under in ("page", "soft")]
    statuses = ("protected", "stopped", "soft-deleted", "unprotected", "unsupported")
    pairs += [("on", shade) for status in statuses for shade in (status, f"{status}-2")]
    pairs += [("unprotected", "page"), ("protected", "page")]
    weak = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


def test_a_gate_fails_after_the_report_and_tells_ci_systems(simulator: Simulator, tmp_path: Path) -> None:
    ignore = [{"shares": ["hiring", "thesis"], "reason": 'moved "away" & <gone>', "until": "2999-12-31"}]
    done = play(simulator, tmp_path / "coverage", fail_on="unprotected, failed_jobs", ignore=ignore)
    assert done.code == 2
    rows = [[cell.text for cell in row] for row in Page(done.page).rows]
    assert [row for row in rows if 'moved "away" & <gone>' in row] == [
        ["thesis", "labfiles", told, 'moved "away" & <gone>', "2999-12-31"]
        for told in ["labfiles/thesis is not protected (the storage account is not registered with a vault)"]
    ]
    assert "coverage.csv, coverage.xml" in done.output
    suite = ElementTree.parse(done.folder / "coverage.xml").getroot()  # noqa: S314 - it is our own
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert set(cases) == {*HOSTILE, "finance", "hiring", "unix", "thesis"}
    failed = {name: case.find("failure") for name, case in cases.items() if case.find("failure") is not None}
    assert set(failed) == {*HOSTILE, "finance"}
    finance = failed["finance"]
    assert finance is not None
    assert finance.get("type") == "failed_jobs"
    assert HOSTILE_MESSAGE in str(finance.get("message"))
    skipped = {name: case.find("skipped") for name, case in cases.items() if case.find("skipped") is not None}
    assert set(skipped) == {"thesis"}
    assert 'ignored until 2999-12-31: moved "away" & <gone>' in str(skipped["thesis"].get("message"))  # type: ignore[union-attr]
    assert suite.get("failures") == str(len(HOSTILE) + 1)
    assert suite.get("skipped") == "1"
    assert len(list(suite.iter("failure"))) == len(HOSTILE) + 1
