# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first release documents is documented as it was, and what is new says since when it is."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workplace import COLLECTION

PREFIX = "azurefiles.backup"
KINDS = ["module", "inventory", "role"]
BELOW = ("suboptions", "options", "contains")  # of options, of a role's options, of results
KEPT = ("type", "elements", "default", "aliases")


def documentation(kind: str, collection: Path) -> dict[str, Any]:
    """What ansible-doc knows of a checkout, by name."""
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}

    def ansible_doc(*words: str) -> dict[str, Any]:
        done = subprocess.run(
            ["ansible-doc", "--json", "-t", kind, *words], env=environment, capture_output=True, text=True, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return ansible_doc(*ansible_doc("--list", PREFIX))


def described(entry: dict[str, Any], kind: str) -> dict[str, Any]:
    """The options and results of a module, a plugin or a role, in the form of one option that has all others."""
    if kind == "role":
        return {"suboptions": entry["entry_points"]["main"]["options"]}
    return {"suboptions": entry["doc"]["options"], "contains": entry.get("return") or {}}


def broken(then: dict[str, Any], now: dict[str, Any], place: str) -> Iterator[str]:
    for key in KEPT:
        if then.get(key) != now.get(key):
            yield f"{place}: {key} was {then.get(key)!r} and is {now.get(key)!r}"
    if now.get("required") and not then.get("required"):
        yield f"{place} is required now"
    if gone := set(then.get("choices") or []) - set(now.get("choices") or []):
        yield f"{place}: {gone} cannot be chosen any more"
    for below in BELOW:
        before, after = then.get(below) or {}, now.get(below) or {}
        for name, value in after.items():
            if name in before:
                yield from broken(before[name], value, f"{place}.{name}")
            elif "version_added" not in value:
                yield f"{place}.{name} does not say since when it is there"
        yield from (f"{place}.{name} is gone" for name in before.keys() - after.keys())


@pytest.mark.parametrize("kind", KINDS)
def test_promises(kind: str, released: Path) -> None:
    here = COLLECTION / ".build" / "ansible_collections" / "azurefiles" / "backup"
    then, now = documentation(kind, released), documentation(kind, here)
    assert then
    assert then.keys() <= now.keys()
    wrong = [each for name in then for each in broken(described(then[name], kind), described(now[name], kind), name)]
    assert not wrong, "\n".join(wrong)
