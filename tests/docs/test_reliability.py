# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of faults names tests that exist, and every test of faults stands in it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reliability.md"
# What stands beside the tests of faults without being one.
NO_FAULTS = {"handlers_of_signals_are_put_back", "the_program_is_named_to_the_service"}


def _tests_of(*folders: str) -> set[str]:
    files = [file for folder in folders for file in (ROOT / "tests" / folder).rglob("test_*.py")]
    return {name for file in files for name in re.findall(r"^def test_(\w+)", file.read_text("utf-8"), re.MULTILINE)}


def named() -> set[str]:
    """The names in the last column of each row."""
    rows = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| ")]
    columns = [row.rstrip("| ").rsplit(" | ", 1)[-1] for row in rows]
    return {name for column in columns for name in re.findall(r"`(\w+)`", column)} - {"watch"}


def test_every_row_names_tests_that_exist() -> None:
    assert len(named()) > 80
    assert named() - _tests_of("faults", "unit") == set()


def test_every_test_of_a_fault_stands_in_the_table() -> None:
    assert _tests_of("faults") - named() - NO_FAULTS == set()
