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


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: str(readme.relative_to(COLLECTION)))
def test_plays(readme: Path, azure: Callable[[World], Azure]) -> None:
    plays = [play for block in in_markdown(readme) if block.language == "yaml" for play in yaml.safe_load(block.text)]
    assert plays, f"{readme.name} shows no play"
    azure(World.of("readme")).play(*plays)


def test_commands(azure: Callable[[World], Azure]) -> None:
    running = azure(World.of("readme"))
    run = 0
    for block in in_markdown(COLLECTION / "README.md"):
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


def test_chapters() -> None:
    text = (COLLECTION / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^## (.+)$", text) == CHAPTERS


def test_links() -> None:
    """What the README points to in this repository is there."""
    text = (COLLECTION / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https:|#)([^)]+)\)", text)
    assert linked
    assert not [file for file in linked if not (COLLECTION / file).exists()]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_targets(document: str) -> None:
    """What is to be made can be made."""
    makefile = (COLLECTION / "Makefile").read_text(encoding="utf-8")
    known = {name for names in re.findall(r"(?m)^([a-z][a-z -]*):", makefile) for name in names.split()}
    text = (COLLECTION / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)(?:^|`)make ([a-z-]+)", text))
    assert named
    assert named <= known
