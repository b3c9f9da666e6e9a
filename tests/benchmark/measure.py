# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What running a command costs, with all its processes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import meter


@dataclass(frozen=True)
class Costs:
    seconds: float
    cpu: float
    """Seconds of the processor."""
    memory: float
    """MB, of the largest process."""
    memory_in_all: float | None
    """MB, of all processes at once, at the most; None where the system does not tell."""
    code: int | None
    """The exit code; None if it was stopped."""
    output: str = ""


def metered(report: Path, limit: float, command: list[str]) -> list[str]:
    """The command that runs a command and writes its costs to a file; a limit of 0 seconds is none."""
    return [sys.executable, meter.__file__, str(report), str(limit), *command]


def read(report: Path, output: str = "") -> Costs:
    return Costs(**json.loads(report.read_text(encoding="utf-8")), output=output)


def run(command: list[str], environment: Mapping[str, str], limit: float = 0) -> Costs:
    with tempfile.TemporaryDirectory(prefix="meter-") as folder:
        report = Path(folder) / "costs.json"
        ended = subprocess.run(
            metered(report, limit, command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if not report.exists():
            sys.exit(f"$ {' '.join(command)}\n{ended.stdout}")
        return read(report, ended.stdout)
