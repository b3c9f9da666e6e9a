# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command and leave none of its processes behind: ``contained.py COMMAND [ARGUMENT...]``."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

GRACE = 10  # seconds to end by itself, before it is killed
_PR_SET_CHILD_SUBREAPER = 36


class Interrupted(BaseException):
    """A signal asks this program to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


@contextmanager
def containment() -> Iterator[None]:
    """Within, the usual signals raise Interrupted; at the end, every process that was started within is ended."""
    _adopt_orphans()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _interrupt) for number in numbers}
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        _end_descendants()
        for number, handler in before.items():
            signal.signal(number, handler)


def call(command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """The command's exit code, as a shell would give it."""
    process = subprocess.Popen(command, env=env)
    try:
        code = process.wait()
    except Interrupted:
        # Ctrl-C reaches the command too: let it put its things in order.
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        raise
    return code if code >= 0 else 128 - code


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(command: Sequence[str]) -> int:
    try:
        with containment():
            return call(command)
    except Interrupted as interrupted:
        return interrupted.code
    except OSError as problem:
        print(f"{command[0]}: {problem.strerror}", file=sys.stderr)
        return 127


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(number)


def _adopt_orphans() -> None:
    """On Linux, processes that lose their parent become children of this one, daemons included."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_descendants() -> None:
    """Whoever is left is asked to end, and killed if it does not. Its own children come next, as orphans."""
    killing_time = time.monotonic() + GRACE
    asked: set[int] = set()
    while True:
        _reap()
        children = _children()
        if not children:
            return
        for child in children:
            with suppress(ProcessLookupError):
                if time.monotonic() > killing_time:
                    os.kill(child, signal.SIGKILL)
                elif child not in asked:
                    asked.add(child)
                    os.kill(child, signal.SIGTERM)
        time.sleep(0.05)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _children() -> set[int]:
    children = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in parentheses may itself hold spaces and parentheses.
            parent = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                children.add(int(status.parent.name))
    return children


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
