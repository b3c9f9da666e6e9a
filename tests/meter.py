# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command and write down what it cost: ``meter.py FILE LIMIT COMMAND [ARGUMENT...]``.

It is ended after LIMIT seconds, if that is not 0. The costs are those of all its processes, also of those that it
leaves behind. The system counts the memory of a new process from that of its parent, so the meter is a small one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from contained import containment

SAMPLE = 0.2  # seconds between two looks at the memory
MB = 1024 * 1024


def main(report: Path, limit: float, command: list[str]) -> None:
    with containment():
        began = time.monotonic()
        process = subprocess.Popen(command)
        code, most = None, 0.0
        while code is None and (not limit or time.monotonic() - began < limit):
            most = max(most, resident())
            try:
                code = process.wait(timeout=SAMPLE)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    largest = used.ru_maxrss / 1024
    costs = {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": largest,
        "memory_in_all": max(most, largest) if most else None,
        "code": code,
    }
    report.write_text(json.dumps(costs), encoding="utf-8")


def resident() -> float:
    """MB in memory of all processes that descend from this one; 0 where the system does not tell.

    Of a page that several processes share, each of them counts its part.
    """
    parents = dict[int, int]()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in parentheses may itself hold spaces and parentheses.
            fields = file.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(file.parent.name)] = int(fields[1])
    return sum(map(share, descendants(parents, os.getpid()))) / MB


def share(process: int) -> int:
    """A process's share of the memory, in bytes."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0  # it has ended
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def descendants(parents: dict[int, int], of: int) -> set[int]:
    """The processes below one, of all processes with their parents."""
    found = set[int]()
    fresh = {of}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
