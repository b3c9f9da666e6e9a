# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's work needs, set up against a simulator without Ansible around it."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import ArmClient
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import Cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vaults import VaultName
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._session import Session
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault

from .simulator import Simulator

PATIENCE = 300.0  # seconds: what a run may take here that is not about time; only what will never come takes so long


class VirtualTime:
    """A clock that moves only when somebody sleeps, and the simulator's clock with it."""

    def __init__(self, *simulators: Simulator) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._simulators = simulators
        self._lock = threading.Lock()
        for simulator in simulators:
            simulator.stop_clock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float, end: float = math.inf) -> None:
        """Threads that sleep side by side add up here, but they do not get past the end by it."""
        with self._lock:
            # In whole microseconds, so that the simulator's clock adds up to the same.
            seconds = round(min(seconds, max(0.0, end - self.now)), 6)
            self.pauses.append(seconds)
            self.now = round(self.now + seconds, 6)
            for simulator in self._simulators:
                simulator.pass_time(seconds)

    def deadline(self, seconds: float = 3600.0) -> Deadline:
        end = self.now + seconds
        return Deadline(seconds, self.clock, lambda pause: self.sleep(pause, end))


@dataclass
class Run(Session):
    """A session that keeps its warnings."""

    warnings: list[str] = field(default_factory=list)

    @property
    def calls(self) -> dict[str, int]:
        return self.vault.client.calls.to_result()

    @property
    def values(self) -> dict[str, Any]:
        return self.outcome.values

    def shares(self, key: str = "shares") -> dict[str, dict[str, Any]]:
        """The returned shares or backups, by name."""
        return {each["share"]: each for each in self.values[key]}


def cloud_of(simulator: Simulator) -> Cloud:
    return Cloud("Simulator", simulator.url, simulator.url, f"{simulator.url}/.default", known=False)


def client_of(simulator: Simulator, deadline: Deadline | None = None, **options: Any) -> ArmClient:
    return ArmClient(cloud_of(simulator), simulator.credential, deadline or Deadline(PATIENCE), **options)


def vault_of(simulator: Simulator, client: ArmClient | None = None, name: str = "backup-vault") -> Vault:
    return Vault(client or client_of(simulator), simulator.subscription_id, "backup-rg", name)


def run_of(
    simulator: Simulator,
    *,
    vault: str = "backup-vault",
    check_mode: bool = False,
    wait: bool = True,
    deadline: Deadline | None = None,
    poll_interval: float = 0.02,
) -> Run:
    deadline = deadline or Deadline(PATIENCE)
    client = client_of(simulator, deadline)
    warnings: list[str] = []
    return Run(
        client=client,
        subscription=simulator.subscription_id,
        deadline=deadline,
        place=VaultName("backup-rg", vault, None),
        poll_interval=poll_interval,
        check_mode=check_mode,
        wait=wait,
        warn=warnings.append,
        warnings=warnings,
    )
