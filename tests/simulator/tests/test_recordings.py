# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator answers as the recorded service did, but for the exceptions that are listed with their reasons."""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from azure_simulator.typed import build
from replay import Exchange, Replay, World

DATA = Path(__file__).parent / "recordings"
ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("AFS_RECORDINGS") or ROOT.parent / "shared" / "recordings")
MOST_EXCEPTIONS = 15


def data(name: str) -> Any:
    return yaml.safe_load((DATA / f"{name}.yml").read_text(encoding="utf-8"))


WORLDS: dict[str, Any] = data("worlds")
EXCEPTIONS: list[dict[str, str]] = data("exceptions")


def recordings() -> dict[str, Path]:
    return {file.stem: file for file in sorted(FOLDER.rglob("*.json"))}


@pytest.fixture(autouse=True)
def _recorded() -> None:
    if not recordings():
        pytest.skip(f"there are no recordings of the service in {FOLDER}")


@cache
def differences(name: str) -> list[str]:
    world = build(World, WORLDS[name], name)
    recording = json.loads(recordings()[name].read_text(encoding="utf-8"))
    return list(Replay(world, Exchange.all_of(recording, world.renamed)).differences())


def excepted(name: str, difference: str, exception: dict[str, str]) -> bool:
    return bool(re.fullmatch(exception["in"], name) and re.search(exception["what"], difference))


REPLAYED = [name for name in WORLDS if WORLDS[name]]


@pytest.mark.parametrize("name", REPLAYED)
def test_the_simulator_answers_as_recorded(name: str) -> None:
    unexpected = [
        difference
        for difference in differences(name)
        if not any(excepted(name, difference, exception) for exception in EXCEPTIONS)
    ]
    assert unexpected == []


def test_every_recording_has_its_world() -> None:
    assert set(recordings()) == set(WORLDS)
    waiting = [name for name in WORLDS if not WORLDS[name]]
    assert all(any(re.fullmatch(exception["in"], name) for exception in EXCEPTIONS) for name in waiting)


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda exception: str(exception["why"]))
def test_every_exception_is_needed(exception: dict[str, str]) -> None:
    waiting = any(re.fullmatch(exception["in"], name) for name in WORLDS if not WORLDS[name])
    assert waiting or any(
        excepted(name, difference, exception) for name in REPLAYED for difference in differences(name)
    )


def test_the_exceptions_are_few() -> None:
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
