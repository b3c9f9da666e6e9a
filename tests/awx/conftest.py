# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX does with the collection: ansible-runner, the engine in it, and the files that set a controller up."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "docs")]

from azure import Azure, World  # noqa: E402


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Callable[[World], Azure]]:
    """Starts a simulated Azure with a world, for as long as the test runs."""
    with ExitStack() as stack:
        yield lambda world: stack.enter_context(Azure(world, tmp_path))
