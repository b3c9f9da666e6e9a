# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator, a proxy before it, and modules that run in this process against both."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.testing import patch_module_args

from .authority import Authority
from .proxy import Interference, Proxy, honest
from .simulator import Simulator, Simulators

MODULES = "ansible_collections.azurefiles.backup.plugins.modules"
MAIN_JOB = ("afs_container_registration", "afs_protection", "afs_backup_trigger")


@dataclass(frozen=True)
class Run:
    """One run of a module: its result, all that it wrote, and how long it took."""

    result: dict[str, Any]
    output: str
    seconds: float

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def message(self) -> str:
        return str(self.result.get("msg", ""))

    @property
    def code(self) -> Any:
        return self.result["error"]["code"]

    def shares(self, key: str = "shares") -> dict[str, dict[str, Any]]:
        """The returned shares or backups, by name."""
        return {each["share"]: each for each in self.result[key]}


@dataclass
class Bench:
    """One simulator with its proxy."""

    simulator: Simulator
    proxy: Proxy
    account: str = "contosofiles"
    vault: str = "backup-vault"
    outputs: list[str] = field(default_factory=list)

    def params(self, **options: Any) -> dict[str, Any]:
        simulator = self.simulator
        return {
            "tenant": simulator.tenant,
            "client_id": simulator.client_id,
            "secret": simulator.client_secret,
            "subscription_id": simulator.subscription_id,
            "cloud_environment": self.proxy.url,
            "resource_group": "backup-rg",
            "vault_name": self.vault,
            "storage_account": self.account,
        } | options

    def run(self, module: str, *, check: bool = False, **options: Any) -> Run:
        """Run a module in this process, from its arguments to its last line."""
        params = self.params(**({"poll_interval": 0.05, "wait_timeout": 30} if "info" not in module else {}), **{})
        params |= options
        params |= {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_verbosity": 4}
        begun = time.monotonic()
        output = io.StringIO()
        main = importlib.import_module(f"{MODULES}.{module}").main
        with (
            patch_module_args(params),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
            contextlib.suppress(SystemExit),
        ):
            main()
        self.outputs.append(output.getvalue())
        return Run(parse(output.getvalue()), output.getvalue(), time.monotonic() - begun)

    def register(self, **options: Any) -> Run:
        return self.run("afs_container_registration", **options)

    def protect(self, *shares: str, **options: Any) -> Run:
        selection = {"shares": list(shares)} if shares else {"all_shares": True}
        return self.run("afs_protection", **(selection | {"policy": "daily-30"} | options))

    def back_up(self, *shares: str, **options: Any) -> Run:
        selection = {"shares": list(shares)} if shares else {"all_shares": True}
        return self.run("afs_backup_trigger", **(selection | options))

    @contextlib.contextmanager
    def spoilt(self, *interferences: Interference) -> Any:
        """Spoil exchanges while the block runs; each interference sees the answer of the next one."""
        self.proxy.interfere = _chained(interferences)
        try:
            yield self.proxy
        finally:
            self.proxy.interfere = honest

    def items(self) -> dict[str, dict[str, Any]]:
        """What the vault holds of the account, by share, as the simulator itself sees it."""
        found = self.simulator.items(self.vault)
        return {share: item for (account, share), item in found.items() if account == self.account}

    def jobs(self, operation: str = "Backup") -> list[str]:
        """The shares that jobs of a kind have been started for."""
        jobs = self.simulator.jobs(self.vault)
        return sorted(
            job["share"] for job in jobs if job["operation"] == operation and job["account"] == self.account
        )


def _chained(interferences: tuple[Interference, ...]) -> Interference:
    if not interferences:
        return honest
    first, rest = interferences[0], _chained(interferences[1:])
    return lambda exchange, forward: first(exchange, lambda: rest(exchange, forward))


def parse(output: str) -> dict[str, Any]:
    """The result on the last line, which has to be plain JSON, with no Python in it."""
    lines = output.strip().splitlines()
    assert lines, "the module has written nothing"
    assert "Traceback (most recent call last)" not in output, output

    def refuse(name: str) -> Any:
        raise AssertionError(f"{name} is not JSON")

    result: dict[str, Any] = json.loads(lines[-1], parse_constant=refuse)
    assert (result.get("error") or {}).get("code") != "UnexpectedError", result["msg"]
    return result


class Lab:
    """Sets benches up, and takes them down at the end."""

    def __init__(self, simulators: Simulators, authority: Authority) -> None:
        self._simulators = simulators
        self._authority = authority
        self._proxies: list[Proxy] = []

    def bench(self, world: Mapping[str, Any]) -> Bench:
        simulator = self._simulators.start(world)
        proxy = Proxy(self._authority.server_context(), simulator.url, str(simulator.ca_file))
        self._proxies.append(proxy)
        return Bench(simulator, proxy)

    def stranger(self, tls: bool = True, *names: str) -> Proxy:
        """A server that has nothing to do with Azure, and that nothing ought to reach."""
        proxy = Proxy(self._authority.server_context(*names) if tls else None)
        self._proxies.append(proxy)
        return proxy

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_problem: object) -> None:
        for proxy in self._proxies:
            proxy.stop()
