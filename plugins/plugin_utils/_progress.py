# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Showing a person what a module writes while it works.

Each module that waits has a plugin of its own name made of this. With redirects to a single one in meta/runtime.yml,
Ansible takes their tasks for its namesake's, and gives them that module's ``module_defaults``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import NamedTemporaryFile
from typing import IO, Any

from ansible import constants
from ansible.plugins.action import normal
from ansible.utils.display import Display

from ..module_utils._run.progress import VARIABLE

PAUSE = 0.5  # seconds between two looks for new lines


class ActionModule(normal.ActionModule):  # type: ignore[misc]
    """Runs a module as Ansible runs any other, and shows the lines that it writes meanwhile.

    The module's process finds the name of their file in its environment, which it gets from this one only where it
    runs on this machine and as the same user. Anywhere else, nothing is shown.
    """

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        with _shown_lines() if self._may_show() else nullcontext():
            result: dict[str, Any] = super().run(tmp, task_vars)
        return result

    def _may_show(self) -> bool:
        return self._connection.transport == "local" and not (self._task.async_val or self._task.no_log)


@contextmanager
def _shown_lines() -> Iterator[None]:
    """Shows what is written to a file, in a thread; at the end the rest, before the task's own result."""
    with NamedTemporaryFile("r", prefix="progress-", dir=constants.DEFAULT_LOCAL_TMP, encoding="utf-8") as lines:
        ended = threading.Event()
        thread = threading.Thread(target=_show, args=(lines, ended), daemon=True)
        thread.start()
        os.environ[VARIABLE] = lines.name
        try:
            yield
        finally:
            del os.environ[VARIABLE]
            ended.set()
            thread.join()


def _show(lines: IO[str], ended: threading.Event) -> None:
    last = False
    while not last:
        last = ended.wait(PAUSE)
        for line in lines:
            Display().display(line.rstrip("\n"), stderr=True)
