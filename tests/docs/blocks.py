# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of a document."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_RST = re.compile(r"^( *)\.\. code-block:: (\S+)$")
_OPTION = re.compile(r"^ +:(\w+): (.+)$")
_FENCE = re.compile(r"^```(\S+)$")


@dataclass
class Block:
    """One code block. The options are those of reStructuredText; Markdown has none."""

    document: str
    line: int
    language: str
    text: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"


def in_rst(file: Path) -> Iterator[Block]:
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        directive = _RST.match(line)
        if not directive:
            continue
        indent, rest = len(directive[1]), number + 1
        options = {}
        while option := _OPTION.match(lines[rest]):
            options[option[1]] = option[2]
            rest += 1
        content = []
        while rest < len(lines) and (not lines[rest].strip() or len(lines[rest]) - len(lines[rest].lstrip()) > indent):
            content.append(lines[rest])
            rest += 1
        text = textwrap.dedent("\n".join(content)).strip("\n") + "\n"
        yield Block(file.name, number + 1, directive[2], text, options)


def in_markdown(file: Path) -> Iterator[Block]:
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if fence := _FENCE.match(line):
            end = lines.index("```", number + 1)
            yield Block(file.name, number + 1, fence[1], "\n".join(lines[number + 1 : end]) + "\n")
