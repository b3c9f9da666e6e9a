# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator, a proxy before it, and modules that run in this process against both."""

from __future__ import annotations

import contextlib
import importlib
import io
import itertools
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from unittest.mock import patch

from ansible.module_utils import _internal
from ansible.module_utils.common.warnings import _global_warnings
from ansible.module_utils.testing import patch_module_args
from ansible_collections.azurefiles.backup.tests.unit.support.modules import own_secrets
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, world
from azure_simulator.certificates import Authority

from .proxy import Interference, Proxy, honest
from .secrets import Watch, shown

MODULES = "ansible_collections.azurefiles.backup.plugins.modules"
PLENTY = 300  # seconds of time for a run that is not about time
MAIN_JOB = ("afs_container_registration", "afs_protection", "afs_backup_trigger")


RUNNER = f"""
import importlib, json, sys
from ansible.module_utils.testing import patch_module_args
module, options = json.load(sys.stdin)
with patch_module_args(options | {{"_ansible_diff": True}}):
    importlib.import_module("{MODULES}." + module).main()
"""


@dataclass(frozen=True)
class Run:
    """One run of a module: its result, all that Ansible shows of what it wrote, and how long it took."""

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

    @property
    def warnings(self) -> list[str]:
        warnings = self.result.get("warnings", [])
        return [warning if isinstance(warning, str) else json.dumps(warning) for warning in warnings]

    def shares(self, key: str = "shares") -> dict[str, dict[str, Any]]:
        """The returned shares or backups, by name."""
        return {each["share"]: each for each in self.result[key]}


@dataclass
class Bench:
    """One simulator with its proxy."""

    simulator: Simulator
    proxy: Proxy
    watch: Watch
    account: str = "contosofiles"
    vault: str = "backup-vault"

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
        waiting = {} if module.endswith("_info") else {"poll_interval": 0.05, "wait_timeout": PLENTY}
        params = self.params(**(waiting | options))
        params |= {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_verbosity": 4}
        params["_ansible_no_log"] = True  # to this machine's own log, which some versions cannot write a NUL to
        _global_warnings.clear()  # a module's process is its own; these runs share one
        begun = time.monotonic()
        output = io.StringIO()
        main = importlib.import_module(f"{MODULES}.{module}").main
        with (
            own_secrets(),
            patch_module_args(params),
            # Another test may have loaded Ansible's own side, which would show the warnings itself.
            patch.object(_internal, "is_controller", False),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
            contextlib.suppress(SystemExit),
        ):
            main()
        self.watch.look_at(output.getvalue())
        return Run(parse(output.getvalue()), shown(output.getvalue()), time.monotonic() - begun)

    def command(self, module: str, **options: Any) -> tuple[list[str], str]:
        """A program that runs a module as Ansible does, in a process of its own, and what it has to read."""
        waiting = {"poll_interval": 0.05, "wait_timeout": PLENTY}
        return [sys.executable, "-c", RUNNER], json.dumps([module, self.params(**(waiting | options))])

    def elsewhere(self, module: str, **options: Any) -> Run:
        """Run a module in a process of its own."""
        command, arguments = self.command(module, **options)
        begun = time.monotonic()
        done = subprocess.run(command, input=arguments, capture_output=True, text=True, timeout=PLENTY, check=False)
        output = done.stdout + done.stderr
        self.watch.look_at(output)
        return Run(parse(done.stdout), shown(output), time.monotonic() - begun)

    def start(self, module: str, **options: Any) -> subprocess.Popen[str]:
        """Start a module in a process group of its own."""
        command, arguments = self.command(module, **options)
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdin
        process.stdin.write(arguments)
        process.stdin.close()
        process.stdin = None
        return process

    def register(self, **options: Any) -> Run:
        return self.run("afs_container_registration", **options)

    def protect(self, *shares: str, **options: Any) -> Run:
        selection = {"shares": list(shares)} if shares else {"all_shares": True}
        return self.run("afs_protection", **(selection | {"policy": "daily-30"} | options))

    def back_up(self, *shares: str, **options: Any) -> Run:
        selection = {"shares": list(shares)} if shares else {"all_shares": True}
        return self.run("afs_backup_trigger", **(selection | options))

    @contextlib.contextmanager
    def spoilt(self, *interferences: Interference) -> Iterator[Proxy]:
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

    def states(self) -> dict[str, str]:
        return {share: item["state"] for share, item in self.items().items()}

    def jobs(self, operation: str = "Backup") -> dict[str, int]:
        """How many jobs of a kind have been started, by share."""
        jobs = self.simulator.jobs(self.vault)
        return Counter(job["share"] for job in jobs if job["operation"] == operation and job["account"] == self.account)


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

    def __init__(self, simulators: Simulators, authority: Authority, watch: Watch) -> None:
        self._simulators = simulators
        self._watch = watch
        self._authority = authority
        self._proxies: list[Proxy] = []

    def bench(self, world: Mapping[str, Any]) -> Bench:
        simulator = self._simulators.start(world)
        proxy = Proxy(self._authority.server_context(), simulator.url, simulator.ca_file)
        self._proxies.append(proxy)
        self._watch.add_secret(simulator.client_secret)
        return Bench(simulator, proxy, self._watch)

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


class Places:
    """A simulator with accounts enough for every test to have its own."""

    SHARES = ("finance", "hiring", "legal")
    MANY = {"fresh": 30, "known": 150, "guarded": 60}

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._numbers = {kind: itertools.count(1) for kind in self.MANY}

    @cached_property
    def _bench(self) -> Bench:
        shares: dict[str, tuple[Any, ...]] = {
            "fresh": self.SHARES,
            "known": self.SHARES,
            "guarded": tuple(map(protected, self.SHARES)),
        }
        unlimited = dict.fromkeys(
            ("refreshes", "inquiries", "backups", "registrations", "protections", "reads_per_second"), 0
        ) | {"writes_per_second": 0}
        return self.lab.bench(
            world(
                *(
                    account(*shares[kind], name=f"{kind}{number:03d}", registered=kind != "fresh")
                    for kind, many in self.MANY.items()
                    for number in range(many + 1)
                ),
                limits=unlimited,
                page_size=500,
            )
        )

    def next(self, kind: str) -> Bench:
        self._bench.simulator.clear_faults()
        number = next(self._numbers[kind])
        assert number <= self.MANY[kind], f"there are only {self.MANY[kind]} accounts for {kind}"
        return replace(self._bench, account=f"{kind}{number:03d}")

    def reader(self) -> Bench:
        """A guarded account for tests that change nothing."""
        return replace(self._bench, account="guarded000")
