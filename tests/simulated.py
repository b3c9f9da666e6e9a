# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Azure for programs that measure: how its clients find it, and what it has seen of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import requests
from contained import end
from with_simulator import environment, start, wait_until_ready

TIMEOUT = 60  # seconds


@dataclass(frozen=True)
class Traffic:
    """What the resource manager was asked, as the simulator's journal has it."""

    requests: list[dict[str, Any]]

    def count(self, method: str, path: str = "*") -> int:
        return sum(each["method"] == method and fnmatchcase(each["path"], path) for each in self.requests)

    @property
    def reads(self) -> int:
        return self.count("GET")

    @property
    def writes(self) -> int:
        return len(self.requests) - self.reads

    @property
    def throttled(self) -> int:
        return sum(each["status"] == 429 for each in self.requests)


class Simulated:
    """A simulator that runs."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.environment = environment(facts)
        self._control = f"{facts['url']}/_simulator"
        self._session = requests.Session()
        self._session.verify = facts["ca_file"]
        self._session.trust_env = False

    def traffic(self) -> Traffic:
        return Traffic([entry for entry in self._read("journal") if entry["kind"] == "arm"])

    def forget_traffic(self) -> None:
        self._session.delete(f"{self._control}/journal", timeout=TIMEOUT).raise_for_status()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self._read("state")
        return state

    def create_share(self, account: str, share: str) -> None:
        change = {"account": account, "share": share, "action": "create"}
        self._session.post(f"{self._control}/shares", json=change, timeout=TIMEOUT).raise_for_status()

    def _read(self, what: str) -> Any:
        answer = self._session.get(f"{self._control}/{what}", timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def simulated(scenario: Mapping[str, Any]) -> Iterator[Simulated]:
    """A simulator with this world at its start, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="simulator-") as name:
        folder = Path(name)
        file = folder / "scenario.yml"
        file.write_text(json.dumps(scenario), encoding="utf-8")
        process = start(folder, file)
        try:
            yield Simulated(wait_until_ready(process, folder))
        finally:
            end(process)
