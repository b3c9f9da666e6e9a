# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated Azures for tests and for programs that measure: how they are started, found, watched and disturbed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from contained import end

PROGRAM = Path(__file__).parent / "simulator" / "run"
PATIENCE = 60  # seconds

# What could lead a client to the real Azure, or past the simulator.
FOREIGN = ("AZURE_", "ARM_", "ANSIBLE_AZURE_", "IDENTITY_", "MSI_", "CURL_CA_BUNDLE", "IMDS_")


@contextmanager
def process(scenario: Path | None = None) -> Iterator[Simulated]:
    """A simulator in a process of its own, which listens while the context lasts.

    Without a scenario its world is the demo's. Raises RuntimeError if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        command = [str(PROGRAM), "--state", folder]
        if scenario:
            command += ["--scenario", str(scenario)]
        # A session of its own, so that Ctrl-C ends it only after the command that uses it.
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
        started = subprocess.Popen(
            command, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield Simulated(_coordinates(started, Path(folder, "ready.json")))
        finally:
            end(started)


@contextmanager
def simulated(world: Mapping[str, Any]) -> Iterator[Simulated]:
    """The same with a world that is not in a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        json.dump(world, file)
        file.flush()
        with process(Path(file.name)) as azure:
            yield azure


def _coordinates(started: subprocess.Popen[bytes], ready: Path) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while not ready.exists():
        if started.poll() is not None:
            raise RuntimeError(f"The simulator did not start (exit code {started.returncode}).")
        if time.monotonic() > deadline:
            raise RuntimeError(f"The simulator was not ready after {PATIENCE} seconds.")
        time.sleep(0.02)
    facts: dict[str, str] = json.loads(ready.read_text(encoding="utf-8"))
    return facts


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
    """A simulator that runs: how its clients find it, what it has seen of them, and how it is disturbed."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self.facts = facts
        self.url = facts["url"]
        self.ca_file = facts["ca_file"]
        self.tenant = facts["tenant"]
        self.subscription_id = facts["subscription_id"]
        self.client_id = facts["client_id"]
        self.client_secret = facts["client_secret"]
        self.imds_url = facts["imds_url"]

    @property
    def login(self) -> dict[str, str]:
        """The login in the environment of the collection's modules."""
        return {
            "AZURE_TENANT": self.tenant,
            "AZURE_CLIENT_ID": self.client_id,
            "AZURE_SECRET": self.client_secret,
            "AZURE_SUBSCRIPTION_ID": self.subscription_id,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that is to know no other Azure than this one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        before = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
        direct = ",".join(filter(None, [before, "localhost,127.0.0.1"]))
        return (
            kept
            | self.login
            | {
                "AZURE_CLOUD_ENVIRONMENT": self.url,
                "REQUESTS_CA_BUNDLE": self.ca_file,
                "AFS_SIMULATOR_URL": self.url,
                "NO_PROXY": direct,
                "no_proxy": direct,
            }
        )

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.verify = self.ca_file
        session.trust_env = False  # a CA bundle of the environment would win over verify
        return session

    def control(self, method: str, what: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self.url}/_simulator/{what}", json=body, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def entries(self, kind: str = "arm") -> list[dict[str, Any]]:
        """Every request of one kind: arm, token, metadata or imds."""
        return [entry for entry in self.control("GET", "journal") if entry["kind"] == kind]

    def traffic(self) -> Traffic:
        return Traffic(self.entries())

    def forget(self) -> None:
        """Begin the journal again."""
        self.control("DELETE", "journal")

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.control("GET", "state")
        return state

    def plan(self, *faults: Mapping[str, Any]) -> None:
        self.control("POST", "faults", faults)

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def stop_clock(self) -> None:
        """From here on, time passes here only by ``pass_time``."""
        self.control("POST", "clock", {"stop": True})

    def pass_time(self, seconds: float) -> None:
        self.control("POST", "clock", {"advance": seconds})

    def change_share(self, account: str, share: str, action: str, protocol: str = "SMB") -> None:
        """The action is create, delete or purge."""
        self.control("POST", "shares", {"account": account, "share": share, "action": action, "protocol": protocol})

    def change_account(self, account: str, action: str, resource_group: str | None = None) -> None:
        """The action is delete, or move to another resource group."""
        self.control("POST", "accounts", {"account": account, "action": action, "resource_group": resource_group})
