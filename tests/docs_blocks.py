# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what is documented once into the places that show it: ``docs_blocks.py [--check]``.

Ansible's fragments of documentation cannot hold what is returned. Instead, the blocks of docs_blocks.yml are written
below their marks, as deep as the mark stands::

    # make docs-blocks: common
    ...
    # make docs-blocks: end

A new mark needs no end; it gets one. The playbooks' pages of the reference are written too, see playbook_pages.py.
With ``--check`` nothing is written, and what is not up to date is a failure.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import playbook_pages

COLLECTION = Path(__file__).resolve().parents[1]
SOURCE = COLLECTION / "tests" / "docs_blocks.yml"
MARK = r"# make docs-blocks: "
BLOCK = re.compile(
    rf"^(?P<depth> *){MARK}(?!end$)(?P<name>\w+)\n"
    rf"(?:(?:(?! *{MARK}|\"\"\").*\n)*?(?P=depth){MARK}end\n)?",  # no other mark, and no end of the text, in between
    re.MULTILINE,
)
END = re.compile(rf"^ *{MARK}end\n", re.MULTILINE)


class WrongMark(Exception):
    """A mark that names no block, or an end without a beginning."""


def read_blocks(text: str) -> dict[str, str]:
    """The text of each block, without indentation. It is taken as it stands, so that lines stay as they are broken."""
    parts = re.split(r"^(\w+):\n", text, flags=re.MULTILINE)[1:]
    return {
        name: textwrap.dedent("".join(line for line in body.splitlines(keepends=True) if line.startswith(" ")))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def written(text: str, blocks: Mapping[str, str]) -> str:
    """A module's text with its blocks as they shall be."""

    def block(found: re.Match[str]) -> str:
        depth, name = found["depth"], found["name"]
        if name not in blocks:
            raise WrongMark(f"{SOURCE.name} has no block '{name}', but {', '.join(blocks)}")
        lines = textwrap.indent(blocks[name], depth)
        return f"{depth}{MARK}{name}\n{lines}{depth}{MARK}end\n"

    if END.search(BLOCK.sub("", text)):
        raise WrongMark("an end belongs to no mark before it")
    return BLOCK.sub(block, text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write what is documented once into the places that show it.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, and fail where something is not up to date"
    )
    check = parser.parse_args().check
    blocks = read_blocks(SOURCE.read_text(encoding="utf-8"))
    texts = {playbook_pages.file_of(name): playbook_pages.page(name) for name in playbook_pages.names()}
    try:
        for file in sorted((COLLECTION / "plugins" / "modules").glob("*.py")):
            texts[file] = written(file.read_text(encoding="utf-8"), blocks)
    except WrongMark as problem:
        print(f"{file.name}: {problem}.", file=sys.stderr)
        return 1
    stale = [file for file, text in texts.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if not check:
        for file in stale:
            file.write_text(texts[file], encoding="utf-8")
    if stale:
        files = ", ".join(file.name for file in stale)
        print(f"{'Not up to date, run make docs-blocks' if check else 'Written'}: {files}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
