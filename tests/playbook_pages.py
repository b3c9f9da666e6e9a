# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reference page of each playbook, made of the specification that the playbook checks its variables by."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

COLLECTION = Path(__file__).resolve().parents[1]
ARGUMENTS = COLLECTION / "playbooks" / "arguments"
PAGES = COLLECTION / "docs" / "docsite" / "rst"
WIDTH = 120
HEAD = """\
..
  Copyright (c) 2026, the azurefiles.backup maintainers
  GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

..
  Written by make docs-blocks, from playbooks/arguments/{name}.yml.

.. _ansible_collections.azurefiles.backup.docsite.playbook_{name}:

"""


def names() -> list[str]:
    return sorted(file.stem for file in ARGUMENTS.glob("*.yml"))


def file_of(name: str) -> Path:
    return PAGES / f"playbook_{name}.rst"


def specification(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ARGUMENTS / f"{name}.yml").read_text(encoding="utf-8"))
    return loaded


def page(name: str) -> str:
    return HEAD.format(name=name) + "\n".join(_lines(name, specification(name))).rstrip() + "\n"


def _lines(name: str, playbook: Mapping[str, Any]) -> Iterator[str]:
    yield from _title(f"Playbook {name}", "=")
    for text in [f"{playbook['short_description']}.", *playbook["description"]]:
        yield from _paragraph(text)
    if since := playbook.get("version_added"):
        yield from _paragraph(f"New in azurefiles.backup {since}.")
    yield from (".. code-block:: shell", "")
    for command in playbook["examples"]:
        yield from (*_command(command), "")
    yield from _title("Variables", "-")
    yield from _paragraph("Give them by C(-e). One that is empty has its default.")
    for option, facts in playbook["options"].items():
        yield from _entry(f"``{option}`` ({_kind(facts)})", facts["description"])
    yield from _title("What the next step of a workflow gets", "-")
    result = playbook["result"]
    what = result.get("description") or "A dictionary with these keys."
    yield from _paragraph(f"The variable C({result['name']}). {what}")
    for key, words in result.get("keys", {}).items():
        yield from _entry(f"``{key}``", words)
    yield from _title("Exit codes", "-")
    for code, words in playbook["exit_codes"].items():
        yield from _entry(f"``{code}``", words)


def _title(words: str, line: str) -> tuple[str, str, str]:
    return words, line * len(words), ""


def _paragraph(text: str, indent: str = "") -> Iterator[str]:
    wrapped = textwrap.wrap(
        _marked_up(" ".join(text.split())),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (*wrapped, "")


def _marked_up(text: str) -> str:
    """Ansible's markup, as the guides write it."""
    text = re.sub(r"\b[COV]\(([^)]*)\)", r"``\1``", text)
    text = re.sub(r"\bM\(([^)]*)\)", r":ansplugin:`\1#module`", text)
    return re.sub(r"\bP\(([^)]*)\)", r":ansplugin:`\1`", text)


def _entry(term: str, description: str | list[str]) -> Iterator[str]:
    yield term
    for text in [description] if isinstance(description, str) else description:
        yield from _paragraph(text, "   ")


def _command(command: str) -> Iterator[str]:
    """With the extra variables on a line of their own."""
    start, *variables = " ".join(command.split()).split(" -e ")
    yield f"   {start} \\"
    yield "     " + " ".join(f"-e {each}" for each in variables)


def _kind(facts: Mapping[str, Any]) -> str:
    kind = facts["type"] if facts["type"] != "raw" else "text or list"
    told = [f"list of {facts['elements']}" if kind == "list" else kind]
    if facts.get("required"):
        told.append("required")
    if "choices" in facts:
        told.append("one of " + ", ".join(f"``{each}``" for each in facts["choices"]))
    if facts.get("default") not in (None, "", []):
        told.append(f"default ``{_told(facts['default'])}``")
    if "version_added" in facts:
        told.append(f"since {facts['version_added']}")
    return "; ".join(told)


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
