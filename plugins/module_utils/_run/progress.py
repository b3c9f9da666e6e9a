# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is shown while a module waits: a line from time to time.

A module can show nothing itself. It writes its lines to a file that its action plugin reads and shows, and the
environment names that file. Where there is none, as on another machine, nothing is shown.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from enum import Enum
from functools import partial
from pathlib import Path

VARIABLE = "AZUREFILES_BACKUP_PROGRESS"
# Seconds: what ends before the first line is not spoken of. Between two lines is then a tenth of the time so far.
FIRST = 5.0
SHORTEST = 10.0
LONGEST = 30.0

Write = Callable[[str], None]


class Stage(Enum):
    """How far one of many things is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


def way_out() -> Write | None:
    """How a line gets to the person who waits, if it can."""
    place = os.environ.get(VARIABLE)
    return partial(_append, place) if place else None


def _append(place: str, line: str) -> None:
    """Never makes the file: once nobody reads it any more, it is gone. Another user may not write it at all."""
    with suppress(OSError), Path(place).open("r+", encoding="utf-8") as file:
        file.seek(0, os.SEEK_END)
        file.write(f"{line}\n")


class LiveProgress:
    """Shows for as long as something goes on that it does; without ``write``, nothing."""

    def __init__(
        self,
        write: Write | None = None,
        clock: Callable[[], float] = time.monotonic,
        ending: Callable[[], threading.Event] = threading.Event,
    ) -> None:
        self._write = write
        self._clock = clock
        self._ending = ending

    def doing(self, name: str, what: str) -> AbstractContextManager[None]:
        """One thing, such as ``[contosofiles] registering, 0:01:40``."""
        return self._shown(name, lambda: what, False)

    def counting(self, name: str, done: str, stages: Callable[[], Iterable[Stage]]) -> AbstractContextManager[None]:
        """Many things, such as ``[contosofiles] 37/200 protected, 2 failed, 12 running, 0:01:40``.

        Where anything was shown, the last line says how it ended.
        """
        return self._shown(name, lambda: _counts(done, stages()), True)

    @contextmanager
    def _shown(self, name: str, words: Callable[[], str], to_the_end: bool) -> Iterator[None]:
        if self._write is None:
            yield
            return
        line = _Line(name, words, self._write, self._clock, self._ending())
        try:
            yield
        finally:
            line.end(to_the_end)


def _counts(done: str, stages: Iterable[Stage]) -> str:
    of = Counter(stages)
    told = [f"{of[Stage.DONE]}/{of.total()} {done}"]
    told += [f"{of[stage]} {stage.value}" for stage in (Stage.FAILED, Stage.RUNNING) if of[stage]]
    return ", ".join(told)


class _Line:
    """Writes the same line again and again, each time with what is true by then, until it is ended."""

    def __init__(
        self, name: str, words: Callable[[], str], write: Write, clock: Callable[[], float], ended: threading.Event
    ) -> None:
        self._name = name
        self._words = words
        self._write = write
        self._clock = clock
        self._ended = ended
        self._start = clock()
        self._told = False
        self._thread = threading.Thread(target=self._repeat, daemon=True)
        self._thread.start()

    def end(self, tell: bool) -> None:
        self._ended.set()
        self._thread.join()
        if tell and self._told:
            self._tell()

    @property
    def _seconds(self) -> float:
        return self._clock() - self._start

    def _repeat(self) -> None:
        pause = FIRST
        while not self._ended.wait(pause):
            self._tell()
            pause = min(max(SHORTEST, self._seconds / 10), LONGEST)

    def _tell(self) -> None:
        self._told = True
        self._write(f"[{self._name}] {self._words()}, {timedelta(seconds=int(self._seconds))}")
