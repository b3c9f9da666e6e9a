# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides show is carried out in their order: files are written, commands run, and they say what is shown.

A code block says by its class what becomes of it: ``run`` (a command, or a file whose name is its caption), ``shows``
(each line is in the output of the command before it), ``elsewhere`` (it needs more than a simulated Azure), or
``beside`` (it needs azure.azcollection, with which ``make test-azcollection`` carries it out).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import playbook_pages
import pytest
import yaml
from blocks import Block, in_markdown, in_rst
from workplace import COLLECTION, Azure, World

GUIDES = sorted((COLLECTION / "docs" / "docsite" / "rst").glob("guide_*.rst"))
COMMANDS, FILES, OUTPUT = ("shell",), ("yaml", "ini", "json"), ("text",)
# What only an owner of a subscription, a controller or the network can carry out.
OTHERS = (
    "az ",
    "pip ",
    "ansible-galaxy ",
    "terraform ",
    "ansible-builder ",
    "ansible-rulebook ",
    "ansible-playbook configure.yml",
    "vault=",
    "account=",
    "application=",
)


def session(azure: Azure, block: Block) -> str:
    """Run a block as the next commands of one shell, and return its output."""
    text = block.text
    for name, value in azure.login.items():
        text = text.replace(f"{name}=…", f"{name}={shlex.quote(value)}")
    assert "…" not in text, f"{block.place} leaves something out that this test cannot fill in"
    kept = azure.work.parent / "session"
    resume = f". {kept}" if kept.exists() else ":"
    return azure.run(["bash", "-c", f"set -euo pipefail\n{resume}\n{text}\nexport -p > {kept}"])


def write(azure: Azure, block: Block) -> None:
    caption = block.options.get("caption")
    assert caption, f"{block.place} needs the file's name as its caption"
    file = azure.home / caption[2:] if caption.startswith("~/") else azure.work / caption
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(block.text, encoding="utf-8")


def missing(block: Block, output: str) -> list[str]:
    """The lines that are not in the output, as a line that begins so or, in Ansible's JSON, as a string that does."""
    return [
        line for line in block.text.splitlines() if not re.search(rf'(?m)(^|["\s]){re.escape(line.strip())}', output)
    ]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_block_has_its_class(guide: Path) -> None:
    for block in in_rst(guide):
        known = block.options.get("class")
        assert block.language not in COMMANDS + FILES or known in ("run", "elsewhere", "beside"), (
            f"{block.place}: run, elsewhere or beside?"
        )
        if block.language in COMMANDS and known == "elsewhere":
            strays = [line for line in block.text.splitlines() if not line.startswith((*OTHERS, " ", "ansible "))]
            assert not strays, f"{block.place} can be run: {strays}"


def test_every_guide_and_playbook_is_listed() -> None:
    sections = yaml.safe_load((COLLECTION / "docs" / "docsite" / "extra-docs.yml").read_text("utf-8"))["sections"]
    listed = {section["title"]: section["toctree"] for section in sections}
    assert sorted(listed["Guides"]) == [guide.stem for guide in GUIDES]
    assert sorted(listed["Playbooks"]) == [playbook_pages.file_of(name).stem for name in playbook_pages.names()]
    assert [file.stem for file in sorted((COLLECTION / "playbooks").glob("*.yml"))] == playbook_pages.names()
    readme = (COLLECTION / "README.md").read_text("utf-8")
    _before, related = readme.split("## Related Information")
    assert [guide.name for guide in GUIDES if f"(docs/docsite/rst/{guide.name})" not in related] == []


def test_the_first_page_of_the_site_shows_what_runs_elsewhere() -> None:
    run = {block.text for block in in_markdown(COLLECTION / "README.md")}
    run |= {block.text for guide in GUIDES for block in in_rst(guide) if block.options.get("class") in ("run", "shows")}
    shown = [block.text for block in in_rst(COLLECTION / "tests" / "docs" / "site_opening.rst")]
    assert shown
    assert [text for text in shown if text not in run] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_variables_are_set_before_they_are_used(guide: Path) -> None:
    """Also in what only others can carry out."""
    known = {"HOME", "PWD"}
    for block in in_rst(guide):
        if block.language not in COMMANDS:
            continue
        for line in block.text.splitlines():
            unset = set(re.findall(r"\$\{?([A-Za-z_]\w*)", line)) - known
            assert not unset, f"{block.place}: {unset} in {line}"
            known |= set(re.findall(r"(?:^|\s)([A-Za-z_]\w*)=", line))


def is_beside(guide: Path) -> bool:
    return any(block.options.get("class") == "beside" for block in in_rst(guide))


@pytest.mark.parametrize("guide", [each for each in GUIDES if not is_beside(each)], ids=lambda guide: guide.stem)
def test_guide(guide: Path, azure: Callable[[World], Azure]) -> None:
    running, output, commands = azure(World.of(guide.stem)), "", 0
    if running.world.before:
        running.play({"hosts": "localhost", "gather_facts": False, "tasks": running.world.before})
    for block in in_rst(guide):
        kind = block.options.get("class")
        if kind == "run" and block.language in COMMANDS:
            output, commands = session(running, block), commands + 1
        elif kind == "run" and block.language in FILES:
            write(running, block)
        elif kind == "shows":
            assert block.language in OUTPUT
            assert not missing(block, output), f"{block.place}: {missing(block, output)} not in\n{output}"
    assert commands, f"{guide.name} runs nothing"
