# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make several targets, and show each one's output when it ends. Run by ``make test``.

One more runs than there are cores, for each waits now and then; pytest counts as many as it has workers. What takes
longest is to be named first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from contained import Interrupted, containment

CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
AT_ONCE = CORES + 1
WIDTH = {"pytest": CORES}
LOGS = Path(".build/logs")


@dataclass
class Part:
    """One target. ``process`` is None until it is started, ``code`` until it has ended."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    code: int | None = None
    start: float = 0.0
    end: float = field(default_factory=time.monotonic)

    @property
    def width(self) -> int:
        return WIDTH.get(self.name, 1)

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def launch(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [os.environ.get("MAKE", "make"), "--no-print-directory", self.name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.start = time.monotonic()

    def has_ended(self) -> bool:
        if self.process is None or self.process.poll() is None:
            return False
        self.code, self.end = self.process.returncode, time.monotonic()
        return True

    def verdict(self) -> str:
        return f"{self.name:<14}{'passed' if self.code == 0 else 'FAILED'} in {self.end - self.start:.0f} s"


def main(names: list[str]) -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    parts = [Part(name) for name in names]
    try:
        with containment():
            run(parts)
    except Interrupted as interrupted:
        return interrupted.code
    failed = [part.name for part in parts if part.code != 0]
    print(f"\n===== All parts, in {time.monotonic() - start:.0f} s =====")
    for part in parts:
        print(part.verdict())
    print(f"Failed: {', '.join(failed)}" if failed else "Everything passed.")
    return 1 if failed else 0


def run(parts: list[Part]) -> None:
    waiting, running = list(parts), list[Part]()
    while waiting or running:
        while waiting and sum(part.width for part in running) + waiting[0].width <= AT_ONCE:
            part = waiting.pop(0)
            part.launch()
            running.append(part)
            print(f"{part.name}: started", flush=True)
        for part in [part for part in running if part.has_ended()]:
            running.remove(part)
            print(f"\n===== {part.verdict()} =====", flush=True)
            print(part.log.read_text(encoding="utf-8", errors="replace"), flush=True)
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
