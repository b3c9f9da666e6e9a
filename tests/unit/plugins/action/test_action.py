# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.plugins.action import normal
from ansible.utils.display import Display
from ansible_collections.azurefiles.backup.plugins.module_utils._run.progress import VARIABLE, way_out
from ansible_collections.azurefiles.backup.plugins.plugin_utils._progress import ActionModule
from ansible_collections.azurefiles.backup.tests.unit.support.modules import COLLECTION, NAMES, documentation

Module = Callable[[], dict[str, Any]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What was shown on the standard error, one call each."""
    lines: list[str] = []

    def display(_self: Display, line: str, *, stderr: bool) -> None:
        assert stderr
        lines.append(line)

    monkeypatch.setattr(Display, "display", display)
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    return lines


def run(
    monkeypatch: pytest.MonkeyPatch, module: Module, transport: str = "local", async_val: int = 0, no_log: bool = False
) -> dict[str, Any]:
    """Run an action in place of whose module something else is done."""
    monkeypatch.setattr(normal.ActionModule, "run", lambda _self, _tmp, _task_vars: module())
    action = ActionModule.__new__(ActionModule)
    action._connection = SimpleNamespace(transport=transport)
    action._task = SimpleNamespace(async_val=async_val, no_log=no_log)
    result: dict[str, Any] = action.run(None, {})
    return result


def writing(*lines: str) -> Module:
    def module() -> dict[str, Any]:
        write = way_out()
        for line in lines if write else ():
            assert write
            write(line)
        return {"changed": True, "written": bool(write)}

    return module


def test_lines_are_shown_and_the_result_is_the_modules_own(monkeypatch: pytest.MonkeyPatch, shown: list[str]) -> None:
    assert run(monkeypatch, writing("one", "two")) == {"changed": True, "written": True}
    assert shown == ["one", "two"]


def test_a_line_is_shown_while_the_module_runs(monkeypatch: pytest.MonkeyPatch, shown: list[str]) -> None:
    def module() -> dict[str, Any]:
        writing("one")()
        for _attempt in range(600):
            if shown:
                break
            threading.Event().wait(0.1)
        return {"seen": list(shown)}

    assert run(monkeypatch, module) == {"seen": ["one"]}


@pytest.mark.parametrize("how", [{"transport": "ssh"}, {"async_val": 60}, {"no_log": True}])
def test_elsewhere_a_module_has_no_place_to_write_to(
    monkeypatch: pytest.MonkeyPatch, shown: list[str], how: dict[str, Any]
) -> None:
    assert run(monkeypatch, writing("one"), **how) == {"changed": True, "written": False}
    assert shown == []


def test_nothing_is_left_of_a_module_that_breaks(
    monkeypatch: pytest.MonkeyPatch, shown: list[str], tmp_path: Path
) -> None:
    def module() -> dict[str, Any]:
        writing("one")()
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run(monkeypatch, module)

    assert shown == ["one"]
    assert VARIABLE not in os.environ
    assert list(tmp_path.iterdir()) == []


# All modules


def extended(name: str) -> list[str]:
    fragments: list[str] = documentation(name, "DOCUMENTATION")["extends_documentation_fragment"]
    return fragments


def test_every_module_that_waits_shows_its_progress() -> None:
    waiting = {name for name in NAMES if "azurefiles.backup.wait" in extended(name)}
    plugins = {file.stem for file in (COLLECTION / "plugins" / "action").glob("*.py")}

    assert waiting == plugins
