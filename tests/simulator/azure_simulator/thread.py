# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulators in a thread of this process, with one certificate for all of them."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from .certificates import Authority
from .scenario import read
from .service import Facts, serving

T = TypeVar("T")


class Thread:
    """Simulators are started from it in any number, each with ports of its own, and share an event loop.

    A fork of the process does not have the thread.
    """

    def __init__(self, authority: Authority) -> None:
        self._ca_file = authority.file
        self._tls = authority.server_context()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="simulators", daemon=True).start()

    @contextmanager
    def simulator(self, scenario: Mapping[str, Any]) -> Iterator[Facts]:
        """A simulator listens while the context lasts. Raises BadData for a scenario that does not fit."""
        service = serving(read(scenario, "scenario"), self._tls, self._ca_file)
        facts = self._result(service.__aenter__())
        try:
            yield facts
        finally:
            self._result(service.__aexit__(None, None, None))

    def _result(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
