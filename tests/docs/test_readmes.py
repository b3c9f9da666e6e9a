# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plays and the commands of the READMEs and of CONTRIBUTING run as they stand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from blocks import in_markdown
from workplace import COLLECTION, Azure, World

READMES = [
    COLLECTION / "README.md",
    *sorted((COLLECTION / "roles").glob("*/README.md")),
]
# These install from the network, or are tests themselves.
OTHERS = ("ansible-galaxy collection install azurefiles.backup", "pip install -r ", "git clone ", "cd ", "make ")
# The chapters that users of certified collections look for, in this order.
CHAPTERS = [
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Contributing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
]


def commands(text: str) -> list[str]:
    """The commands of a block, continued lines joined."""
    return [line for line in text.replace("\\\n", "").splitlines() if line and not line.startswith("#")]


def file_name(text: str) -> str | None:
    """The name of the file that a block shows, which it begins with."""
    found = re.match(r"# (\S+\.yml)\n", text)
    return found[1] if found else None


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: str(readme.relative_to(COLLECTION)))
def test_plays(readme: Path, azure: Callable[[World], Azure]) -> None:
    shown = [block.text for block in in_markdown(readme) if block.language == "yaml"]
    plays = [play for text in shown if not file_name(text) for play in yaml.safe_load(text)]
    assert plays, f"{readme.name} shows no play"
    azure(World.of("readme")).play(*plays)


def test_commands(azure: Callable[[World], Azure]) -> None:
    running = azure(World.of("readme"))
    run = 0
    for block in in_markdown(COLLECTION / "README.md"):
        if block.language == "yaml" and (name := file_name(block.text)):
            (running.work / name).write_text(block.text, encoding="utf-8")
        if block.language != "shell":
            continue
        for command in commands(block.text):
            if command.startswith(OTHERS):
                continue
            for name, value in running.login.items():
                command = command.replace(f"{name}=…", f"{name}={shlex.quote(value)}")
            assert "…" not in command
            running.run(["bash", "-ec", command])
            run += command.startswith("ansible-playbook ")
    assert run


def test_the_shell_of_the_demo_says_what_can_be_done_in_it(azure: Callable[[World], Azure]) -> None:
    demo = COLLECTION / "tests" / "demo"
    running = azure(World(yaml.safe_load((demo / "shell.yml").read_text(encoding="utf-8"))))
    shell = ["bash", "--rcfile", str(demo / "shell.sh"), "-i", "-c"]

    _before, example = running.run([*shell, ":"]).split("For example:")

    assert "contosofiles/legal: not protected" in running.run([*shell, example])


def test_chapters() -> None:
    text = (COLLECTION / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (.+)$", text) == CHAPTERS


def test_links() -> None:
    """What the README points to in this repository is there."""
    text = (COLLECTION / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https:|#)([^)]+)\)", text)
    assert linked
    assert not [file for file in linked if not (COLLECTION / file).exists()]


def test_all_is_named() -> None:
    """What the collection has is in the README's tables, in a row of its own."""
    first_cells = re.findall(r"(?m)^\| ([^|]+) \|", (COLLECTION / "README.md").read_text(encoding="utf-8"))
    named = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    kinds = ["plugins/modules/*.py", "plugins/inventory/*.py", "playbooks/*.yml", "roles/*"]
    kinds += ["extensions/eda/plugins/event_source/*.py"]
    files = {kind: sorted(COLLECTION.glob(kind)) for kind in kinds}
    assert all(files.values())
    assert not {path.stem for paths in files.values() for path in paths} - named - {"__init__"}


def test_guides_are_linked() -> None:
    text = (COLLECTION / "README.md").read_text(encoding="utf-8")
    related = text.split("\n## Related Information\n")[1]
    guides = sorted((COLLECTION / "docs" / "docsite" / "rst").glob("guide_*.rst"))
    assert guides
    assert not [guide.name for guide in guides if f"](docs/docsite/rst/{guide.name})" not in related]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_targets(document: str) -> None:
    """What is to be made can be made."""
    makefile = (COLLECTION / "Makefile").read_text(encoding="utf-8")
    known = {name for names in re.findall(r"(?m)^([a-z][a-z -]*):", makefile) for name in names.split()}
    text = (COLLECTION / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", text))
    assert named
    assert named <= known


def test_every_target_is_explained() -> None:
    """What ``make help`` lists is in CONTRIBUTING."""
    makefile = (COLLECTION / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"(?m)^([a-z-]+):.*## ", makefile))
    assert listed
    text = (COLLECTION / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert listed - {"help"} <= set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", text))


def test_files_that_are_named_exist() -> None:
    """Paths in CONTRIBUTING, as far as a slash tells them; what its worked example adds is no file yet."""
    text = (COLLECTION / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tops = "plugins|roles|playbooks|extensions|tests|docs|changelogs"
    named = set(re.findall(rf"(?<![\w/.-])(?:{tops})/[\w/.-]*\w", text))
    assert named
    missing = {name for name in named if not (COLLECTION / name).exists()}
    assert missing == {"changelogs/fragments/backup-trigger-max-shares.yml"}
