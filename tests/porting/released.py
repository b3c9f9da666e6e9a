# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first release, out of the history."""

from __future__ import annotations

import subprocess
from pathlib import Path

from workplace import COLLECTION

RELEASE = "66e8f52fccb660302a1fc9a89d400e5142032ad8"  # 1.0.0


def known() -> bool:
    """Whether the history of this checkout goes back so far."""
    command = ["git", "-C", str(COLLECTION), "cat-file", "-e", RELEASE]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def write(place: Path) -> None:
    """Write the files of the release."""
    archive = subprocess.run(["git", "-C", str(COLLECTION), "archive", RELEASE], capture_output=True, check=True)
    place.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(place)], input=archive.stdout, check=True)
