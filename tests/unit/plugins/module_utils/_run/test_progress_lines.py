# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._run.progress import (
    VARIABLE,
    LiveProgress,
    Stage,
    Write,
    way_out,
)
from ansible_collections.azurefiles.backup.tests.unit.support.runs import VirtualTime

DONE, FAILED, RUNNING, WAITING = Stage.DONE, Stage.FAILED, Stage.RUNNING, Stage.WAITING


class Ending(threading.Event):
    """The end of something that takes so long, for whoever waits for it."""

    def __init__(self, time: VirtualTime, seconds: float) -> None:
        super().__init__()
        self._time = time
        self._seconds = seconds

    def wait(self, timeout: float | None = None) -> bool:
        left = self._seconds - self._time.now
        self._time.sleep(min(left, timeout or left))
        return self._time.now >= self._seconds


def progress_of(seconds: float, write: Write) -> LiveProgress:
    """For something that takes so long."""
    time = VirtualTime()
    return LiveProgress(write, time.clock, lambda: Ending(time, seconds))


def shown(seconds: float) -> list[str]:
    """The times in the lines about something that takes so long."""
    lines: list[str] = []
    with progress_of(seconds, lines.append).doing("contosofiles", "restoring"):
        pass
    start = "[contosofiles] restoring, "
    assert all(line.startswith(start) for line in lines)
    return [line.removeprefix(start) for line in lines]


def counted(seconds: float, *stages: Stage) -> list[str]:
    lines: list[str] = []
    with progress_of(seconds, lines.append).counting("contosofiles", "protected", lambda: stages):
        pass
    return lines


def test_what_ends_soon_is_not_spoken_of() -> None:
    assert shown(4.9) == []
    assert counted(4.9, DONE) == []


def test_a_line_comes_after_five_seconds_and_then_every_ten() -> None:
    assert shown(46) == ["0:00:05", "0:00:15", "0:00:25", "0:00:35", "0:00:45"]


def test_the_longer_it_takes_the_rarer_are_the_lines_but_never_rarer_than_every_thirty_seconds() -> None:
    times = shown(3600)

    seconds = [int(minutes) * 60 + int(rest) for _hours, minutes, rest in (each.split(":") for each in times)]
    pauses = [later - earlier for earlier, later in pairwise(seconds)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (10, 30)
    assert len(times) < 150


def test_hours_are_told() -> None:
    assert shown(3 * 3600)[-1].startswith("2:59:")


def test_all_that_there_is_to_say_stands_in_a_line() -> None:
    stages = [DONE] * 37 + [FAILED] * 2 + [RUNNING] * 12 + [WAITING] * 149

    assert counted(14, *stages)[0] == "[contosofiles] 37/200 protected, 2 failed, 12 running, 0:00:05"


def test_what_there_is_none_of_is_left_out() -> None:
    assert counted(14, WAITING, WAITING)[0] == "[contosofiles] 0/2 protected, 0:00:05"


def test_the_last_line_says_how_it_ended() -> None:
    lines: SimpleQueue[str] = SimpleQueue()
    stages = [RUNNING, RUNNING]
    with progress_of(14, lines.put).counting("contosofiles", "backed up", lambda: stages):
        assert lines.get(timeout=60) == "[contosofiles] 0/2 backed up, 2 running, 0:00:05"
        stages[:] = [DONE, FAILED]

    assert lines.get(timeout=60) == "[contosofiles] 1/2 backed up, 1 failed, 0:00:14"
    assert lines.empty()


def test_the_last_line_is_told_of_a_failure_too() -> None:
    lines: list[str] = []
    with (
        pytest.raises(KeyError),
        progress_of(14, lines.append).counting("contosofiles", "protected", lambda: [FAILED]),
    ):
        raise KeyError
    assert lines[-1] == "[contosofiles] 0/1 protected, 1 failed, 0:00:14"


def test_without_a_place_to_write_to_nothing_is_counted() -> None:
    def never() -> list[Stage]:
        raise AssertionError

    before = set(threading.enumerate())
    with LiveProgress().counting("contosofiles", "protected", never):
        assert set(threading.enumerate()) <= before


def test_nothing_runs_on_afterwards() -> None:
    before = set(threading.enumerate())
    with LiveProgress(print).doing("contosofiles", "registering"):
        assert len(set(threading.enumerate()) - before) == 1
    assert set(threading.enumerate()) <= before


# The way out


def test_lines_are_added_to_the_file_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "lines"
    place.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(place))

    write = way_out()
    assert write
    write("one")
    write("two")

    assert place.read_text(encoding="utf-8") == "before\none\ntwo\n"


@pytest.mark.parametrize("value", [None, ""])
def test_without_such_a_file_there_is_no_way_out(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)

    assert way_out() is None


@pytest.mark.parametrize("name", ["gone", ".", "file/below"])
def test_a_file_that_cannot_be_written_is_no_failure_and_is_never_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(VARIABLE, str(tmp_path / name))

    write = way_out()
    assert write
    write("one")

    assert [each.name for each in tmp_path.iterdir()] == ["file"]
