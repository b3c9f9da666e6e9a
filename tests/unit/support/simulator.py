# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running simulator: started from a world, watched through its journal, disturbed by faults."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
from azure.identity import ClientSecretCredential

PROGRAM = Path(__file__).resolve().parents[2] / "simulator" / "run"
PATIENCE = 60  # seconds


@dataclass(frozen=True)
class Seen:
    """One request that the simulator received."""

    kind: str
    method: str
    path: str
    query: dict[str, str]
    status: int | None
    start: float
    end: float | None
    authorised: bool | None

    @property
    def label(self) -> str:
        """Method and type of the resource, such as ``GET backupJobs``; ``/*`` marks a single one of that type."""
        parts = self.path.strip("/").split("/")
        if "providers" in parts:
            parts = parts[parts.index("providers") + 2 :]
        kind = parts[-1] if len(parts) % 2 else f"{parts[-2]}/*"
        return f"{self.method} {kind}"


class Simulator:
    def __init__(self, folder: Path, world: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True)
        scenario = folder / "scenario.yml"
        scenario.write_text(json.dumps(world), encoding="utf-8")
        self._log = folder / "log"
        # It runs with the python3 on PATH.
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
        with self._log.open("w", encoding="utf-8") as log:
            # ansible-test gives each test a process that ends without ceremony; the simulator ends with it.
            self._process = subprocess.Popen(
                [PROGRAM, "--state", folder, "--scenario", scenario, "--until-eof"],
                stdin=subprocess.PIPE,
                env=os.environ | {"PATH": path},
                stdout=log,
                stderr=log,
            )
        ready = self._wait_for(folder / "ready.json")
        self.url = ready["url"]
        self.ca_file = Path(ready["ca_file"])
        self.tenant = ready["tenant"]
        self.subscription_id = ready["subscription_id"]
        self.client_id = ready["client_id"]
        self.client_secret = ready["client_secret"]
        self.imds_url = ready["imds_url"]

    def _wait_for(self, file: Path) -> dict[str, str]:
        give_up = time.monotonic() + PATIENCE
        while not file.exists():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise RuntimeError(f"The simulator did not start: {self._log.read_text(encoding='utf-8')}")
            time.sleep(0.01)
        ready: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
        return ready

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    @cached_property
    def credential(self) -> ClientSecretCredential:
        return ClientSecretCredential(
            self.tenant, self.client_id, self.client_secret, authority=self.url, disable_instance_discovery=True
        )

    def log_in(self) -> None:
        """Get a token beforehand, so that faults of requests meet no request for one."""
        self.credential.get_token(f"{self.url}/.default")

    @cached_property
    def _control(self) -> requests.Session:
        session = requests.Session()
        session.verify = str(self.ca_file)
        session.trust_env = False
        return session

    def _do(self, method: str, what: str, body: Any = None) -> Any:
        answer = self._control.request(method, f"{self.url}/_simulator/{what}", json=body, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def journal(self, kind: str = "arm") -> list[Seen]:
        """Every request of one kind: arm, token, metadata or imds."""
        entries = [{name: entry[name] for name in Seen.__dataclass_fields__} for entry in self._do("GET", "journal")]
        return [Seen(**entry) for entry in entries if entry["kind"] == kind]

    def tally(self) -> dict[str, int]:
        """How many requests of each label the resource manager received."""
        return dict(Counter(seen.label for seen in self.journal()))

    def writes(self) -> dict[str, int]:
        return {label: count for label, count in self.tally().items() if not label.startswith("GET ")}

    def forget(self) -> None:
        self._do("DELETE", "journal")

    def plan(self, *faults: Mapping[str, Any]) -> None:
        self._do("POST", "faults", faults)

    def clear_faults(self) -> None:
        self._do("DELETE", "faults")

    def pass_time(self, seconds: float) -> None:
        self._do("POST", "clock", {"advance": seconds})

    def change_share(self, account: str, share: str, action: str, protocol: str = "SMB") -> None:
        """The action is create, delete or purge."""
        self._do("POST", "shares", {"account": account, "share": share, "action": action, "protocol": protocol})

    def items(self, vault: str = "backup-vault") -> dict[tuple[str, str], dict[str, Any]]:
        """What the vault holds, by (account, share), as the simulator itself sees it."""
        return {(item["account"], item["share"]): item for item in self.vault(vault)["items"]}

    def jobs(self, vault: str = "backup-vault") -> list[dict[str, Any]]:
        jobs: list[dict[str, Any]] = self.vault(vault)["jobs"]
        return jobs

    def budgets(self) -> dict[str, dict[str, int]]:
        """What the daily budgets were spent on."""
        budgets: dict[str, dict[str, int]] = self._do("GET", "state")["budgets"]
        return budgets

    def vault(self, name: str) -> dict[str, Any]:
        vaults: list[dict[str, Any]] = self._do("GET", "state")["vaults"]
        return next(vault for vault in vaults if vault["id"].endswith(f"/{name}"))


class Simulators:
    """Starts simulators, and stops them all at the end."""

    def __init__(self, folder: Path, trusted: Path) -> None:
        self._folder = folder
        self._trusted = trusted
        self._running: list[Simulator] = []
        self._numbers = itertools.count(1)

    def start(self, world: Mapping[str, Any]) -> Simulator:
        simulator = Simulator(self._folder / f"simulator-{next(self._numbers)}", world)
        self._running.append(simulator)
        with self._trusted.open("a", encoding="ascii") as authorities:
            authorities.write(simulator.ca_file.read_text(encoding="ascii"))
        return simulator

    def __enter__(self) -> Simulators:
        return self

    def __exit__(self, *_problem: object) -> None:
        for simulator in self._running:
            simulator.stop()
