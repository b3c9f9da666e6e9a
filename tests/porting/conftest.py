# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the release."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from released import known, write


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not known():
        pytest.skip("The history here does not reach back to 1.0.0: git fetch --unshallow")
    place: Path = tmp_path_factory.mktemp("released") / "ansible_collections" / "azurefiles" / "backup"
    write(place)
    return place
