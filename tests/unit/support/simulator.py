# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running simulator: started from a world, watched through its journal, disturbed by faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from azure.identity import ClientSecretCredential
from azure_simulator.thread import Thread
from simulated import Simulated


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


class Simulator(Simulated):
    """A running simulator with the world of a test."""

    @cached_property
    def credential(self) -> ClientSecretCredential:
        return ClientSecretCredential(
            self.tenant, self.client_id, self.client_secret, authority=self.url, disable_instance_discovery=True
        )

    def log_in(self) -> None:
        """Get a token beforehand, so that faults of requests meet no request for one."""
        self.credential.get_token(f"{self.url}/.default")

    def journal(self, kind: str = "arm") -> list[Seen]:
        """Every request of one kind: arm, token, metadata or imds."""
        return [Seen(**{name: entry[name] for name in Seen.__dataclass_fields__}) for entry in self.entries(kind)]

    def tally(self) -> dict[str, int]:
        """How many requests of each label the resource manager received."""
        return dict(Counter(seen.label for seen in self.journal()))

    def writes(self) -> dict[str, int]:
        return {label: count for label, count in self.tally().items() if not label.startswith("GET ")}

    def items(self, vault: str = "backup-vault") -> dict[tuple[str, str], dict[str, Any]]:
        """What the vault holds, by (account, share), as the simulator itself sees it."""
        return {(item["account"], item["share"]): item for item in self.vault(vault)["items"]}

    def jobs(self, vault: str = "backup-vault") -> list[dict[str, Any]]:
        jobs: list[dict[str, Any]] = self.vault(vault)["jobs"]
        return jobs

    def budgets(self) -> dict[str, dict[str, int]]:
        """What the daily budgets were spent on."""
        budgets: dict[str, dict[str, int]] = self.state()["budgets"]
        return budgets

    def point_tokens(self) -> list[str]:
        """The rights to read recovery points that were given."""
        tokens: list[str] = self.state()["point_tokens"]
        return tokens

    def vault(self, name: str) -> dict[str, Any]:
        vaults: list[dict[str, Any]] = self.state()["vaults"]
        return next(vault for vault in vaults if vault["id"].endswith(f"/{name}"))


class Simulators:
    """Starts simulators, and stops them all at the end."""

    def __init__(self, thread: Thread) -> None:
        self._thread = thread
        self._running = ExitStack()

    def start(self, world: Mapping[str, Any]) -> Simulator:
        return Simulator(self._running.enter_context(self._thread.simulator(world)))

    def __enter__(self) -> Simulators:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._running.close()
