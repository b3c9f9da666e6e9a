# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command and write down what it cost: ``meter.py FILE LIMIT COMMAND [ARGUMENT...]``.

It is ended after LIMIT seconds, if that is not 0. The costs are those of all its processes, also of those that it
leaves behind. The system counts the memory of a new process from that of its parent, so the meter is a small one.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from contained import containment


def main(report: Path, limit: float, command: list[str]) -> None:
    with containment():
        began = time.monotonic()
        process = subprocess.Popen(command)
        try:
            code = process.wait(timeout=limit or None)
        except subprocess.TimeoutExpired:
            code = None
        seconds = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    costs = {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "code": code,
    }
    report.write_text(json.dumps(costs), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
