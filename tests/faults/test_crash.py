# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed, and runs side by side."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.lab import PLENTY, Bench, Lab, parse
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import Answer, Exchange, Forward, on
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, world

SHARES = ("finance", "hiring")
FIVE = ("finance", "hiring", "legal", "sales", "labs")
# Short enough for a run of half a second, long enough for a run to be killed in the middle of each.
DURATIONS = {"refresh": 0.05, "register": 0.05, "inquire": 0.05, "protect": 0.1, "backup_start": 0.05, "backup": 0.2}
POINTS = 40  # more requests than the main job has, those that are repeated counted once


@dataclass
class Runner:
    """Runs the main job in processes of their own."""

    server: subprocess.Popen[str]
    folder: Path
    numbers: Iterator[int]
    by_rules: bool = False
    """Whether it is one task for the vault instead of one for each step of an account."""

    def steps(self, bench: Bench) -> list[tuple[str, dict[str, Any]]]:
        """The modules of the job, with their options."""
        options = bench.params(poll_interval=0.05, wait_timeout=PLENTY)
        everything = {"all_shares": True}
        steps = [
            ("afs_container_registration", options),
            ("afs_protection", options | everything | {"policy": "daily-30"}),
            ("afs_backup_trigger", options | everything | {"max_age": 1440}),
        ]
        if self.by_rules:
            vault = {key: value for key, value in options.items() if key != "storage_account"}
            vault |= {
                "storage_accounts": [bench.account],
                "accounts": ["registered", "discoverable", "undiscovered"],
                "rules": [{"policy": "daily-30", "initial_backup": "if_missing"}],
            }
            steps = [("afs_vault_protection", vault)]
        return steps

    def start(self, bench: Bench) -> tuple[int, Path]:
        """The process group, and the file that holds the results once it has ended."""
        steps = self.steps(bench)
        file = self.folder / f"{next(self.numbers)}.json"
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(json.dumps([steps, str(file)]) + "\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline()), file

    def run(self, bench: Bench) -> list[dict[str, Any]]:
        _unused, file = self.start(bench)
        return results(bench, file)


class Deleter(Runner):
    """Runs the deletion of all of an account's backup data instead."""

    def steps(self, bench: Bench) -> list[tuple[str, dict[str, Any]]]:
        everything = {"all_shares": True, "state": "absent", "delete_data": True}
        return [("afs_protection", bench.params(poll_interval=0.05, wait_timeout=PLENTY) | everything)]


def results(bench: Bench, file: Path) -> list[dict[str, Any]]:
    give_up = time.monotonic() + PLENTY
    while not file.exists():
        assert time.monotonic() < give_up, "the run does not end"
        time.sleep(0.01)
    outputs = json.loads(file.read_text(encoding="utf-8"))
    for output in outputs:
        bench.watch.look_at(output)
    return [parse(output) for output in outputs]


@contextmanager
def starter() -> Iterator[subprocess.Popen[str]]:
    """The process that starts the runs."""
    command = [sys.executable, "-m", "ansible_collections.azurefiles.backup.tests.faults.support.main_job"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            yield server
        finally:
            assert server.stdin
            server.stdin.close()


@pytest.fixture(scope="module", params=["steps", "rules"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with starter() as server:
        yield Runner(server, tmp_path_factory.mktemp("results"), itertools.count(1), request.param == "rules")


@pytest.fixture
def deleter(tmp_path: Path) -> Iterator[Deleter]:
    with starter() as server:
        yield Deleter(server, tmp_path, itertools.count(1))


@pytest.fixture(scope="module")
def vaults(shared_lab: Lab, runner: Runner) -> Bench:  # noqa: ARG001 each way of running has its own
    """Vaults in plenty for each way, each in a region of its own with an account that it does not know."""
    numbers = range(POINTS)
    everywhere = [VAULT | {"name": f"vault-{number:02d}", "location": f"region{number}"} for number in numbers]
    accounts = [account(*SHARES, name=f"files{number:02d}", location=f"region{number}") for number in numbers]
    return shared_lab.bench(world(*accounts, vaults=everywhere, durations=DURATIONS))


@pytest.fixture
def guarded_vaults(lab: Lab) -> Bench:
    """Vaults that a resource guard watches over, each with an account of five protected shares."""
    numbers = range(POINTS)
    guard = {"resource_guard": {"operations": ["deleteProtectedItemRequests"]}}
    everywhere = [VAULT | guard | {"name": f"vault-{number:02d}", "location": f"region{number}"} for number in numbers]
    shares = [protected(share) for share in FIVE]
    accounts = [account(*shares, name=f"files{number:02d}", location=f"region{number}") for number in numbers]
    return lab.bench(world(*accounts, vaults=everywhere, durations={"delete": 0.1}))


def of_vault(bench: Bench, number: int) -> Bench:
    return replace(bench, vault=f"vault-{number:02d}", account=f"files{number:02d}")


def state(bench: Bench) -> dict[str, Any]:
    """All that a run leaves behind, apart from ids and times."""
    keys = ("state", "policy", "last_backup_status", "soft_deleted", "recovery_points")
    return {share: {key: item[key] for key in keys} for share, item in bench.items().items()}


def spent(bench: Bench) -> dict[str, int]:
    """What the budgets were spent on, by the simulator's own count."""
    budgets = bench.simulator.budgets()
    return {
        kind: sum(count for key, count in budgets[kind].items() if f"/{bench.vault}".lower() in key.lower())
        for kind in ("refreshes", "inquiries")
    }


class Killer:
    """Kills the run right after its n-th request has been carried out, and before the answer arrives.

    A question that is asked again and again counts once: between two looks at an operation, nothing of a run changes.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._lock = threading.Lock()
        self._asked: set[tuple[str, str | int]] = set()
        self.group: int | None = None
        self.ready = threading.Event()
        self.killed = threading.Event()

    def __call__(self, exchange: Exchange, forward: Forward) -> Answer:
        if exchange.kind != "arm" or not self._is_due(exchange):
            return forward()
        answer = forward()
        self.ready.wait(10)
        assert self.group
        os.killpg(self.group, signal.SIGKILL)
        self.killed.set()
        return answer

    def _is_due(self, exchange: Exchange) -> bool:
        with self._lock:
            before = len(self._asked)
            self._asked.add((exchange.method, exchange.path if exchange.method == "GET" else exchange.number))
            return before < len(self._asked) == self._number


def is_killed(runner: Runner, bench: Bench, number: int) -> bool:
    """Start a run that is killed at its request of this number; False where it comes to its end before."""
    killer = Killer(number)
    with bench.spoilt(killer):
        killer.group, file = runner.start(bench)
        killer.ready.set()
        while not (killer.killed.is_set() or file.exists()):
            time.sleep(0.005)
    if killer.killed.is_set():
        time.sleep(0.05)
        assert not file.exists()
    return killer.killed.is_set()


def test_whenever_a_run_is_killed_the_next_one_repairs(runner: Runner, vaults: Bench) -> None:
    undisturbed = of_vault(vaults, 0)
    expected_results = runner.run(undisturbed)
    assert not any(result.get("failed") for result in expected_results)
    expected, budgets = state(undisturbed), spent(undisturbed)
    assert set(expected) == set(SHARES)
    assert {item["recovery_points"] for item in expected.values()} == {1}
    points = 0
    for number in range(1, POINTS):
        bench = of_vault(vaults, number)
        if not is_killed(runner, bench, number):
            break
        points += 1
        repair = runner.run(bench)
        assert not any(result.get("failed") for result in repair), (number, repair[-1].get("msg"))
        _wait_for_jobs(bench)
        assert state(bench) == expected, number
        assert bench.jobs() == dict.fromkeys(SHARES, 1), number
        after = spent(bench)
        assert after["refreshes"] <= budgets["refreshes"] + 1, number
        assert after["inquiries"] <= budgets["inquiries"] + 1, number
    assert points > 15


def test_whenever_a_guarded_deletion_is_killed_the_next_run_ends_it(deleter: Deleter, guarded_vaults: Bench) -> None:
    points = 0
    for number in range(1, POINTS):
        bench = of_vault(guarded_vaults, number)
        if not is_killed(deleter, bench, number):
            break
        points += 1
        # Half an hour after every other one, what had been unlocked is locked again.
        bench.simulator.pass_time(1800 if number % 2 else 1)
        (repair,) = deleter.run(bench)
        assert not repair.get("failed"), (number, repair.get("msg"))
        assert {share: item["soft_deleted"] for share, item in bench.items().items()} == dict.fromkeys(FIVE, True)
        assert bench.jobs("DeleteBackupData") == dict.fromkeys(FIVE, 1), number
    # The lists, the guard, five times unlocking and deleting, and the operations.
    assert points > 15


def _wait_for_jobs(bench: Bench) -> None:
    """Jobs that a killed run had begun and that the repairing one had no reason to wait for."""
    bench.simulator.pass_time(60)
    assert not any(job["status"] == "InProgress" for job in bench.simulator.jobs(bench.vault))


class Rivals:
    """Two runs that know nothing of each other: neither changes a share before both have looked, and no protection
    ends before both have asked for it, or one has come to its end and asks for nothing any more."""

    def __init__(self, bench: Bench, shares: int) -> None:
        self._bench = bench
        self._shares = shares
        self._both_look = threading.Barrier(2, timeout=PLENTY)
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()

    def look(self, _exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        self._both_look.wait()
        return answer

    def protect(self, exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        with self._lock:
            self._asked[exchange.path] += 1
            if len(self._asked) == self._shares and min(self._asked.values()) >= 2:
                self._bench.simulator.pass_time(3600)
        return answer

    def let_the_slower_one_end(self, files: list[Path]) -> None:
        while not any(file.exists() for file in files):
            time.sleep(0.01)
        self._bench.simulator.pass_time(3600)


def test_two_runs_of_the_same_play_at_once(runner: Runner, lab: Lab) -> None:
    for _unused in range(3):
        bench = lab.bench(world(account("finance", "hiring", "legal"), durations=DURATIONS | {"protect": 3600}))
        bench = replace(bench, account="contosofiles")
        rivals = Rivals(bench, 3)
        looks = on("GET", r"/backupProtectedItems$", rivals.look, times=2)
        with bench.spoilt(looks, on("PUT", r"/protectedItems/[^/]+$", rivals.protect, times=None)):
            files = [runner.start(bench)[1] for _unused in range(2)]
            rivals.let_the_slower_one_end(files)
            ends = [results(bench, file) for file in files]
        for end in ends:
            assert not any(result.get("failed") for result in end), end[-1].get("msg")
        assert set(bench.jobs("ConfigureBackup").values()) == {1}
        assert bench.states() == dict.fromkeys(("finance", "hiring", "legal"), "Protected")


def test_two_accounts_of_one_vault_at_once(runner: Runner, lab: Lab) -> None:
    accounts = [account("finance", "hiring", name=name) for name in ("files1", "files2")]
    bench = lab.bench(world(*accounts, durations=DURATIONS | {"refresh": 0.5}))
    benches = [replace(bench, account=name) for name in ("files1", "files2")]
    files = [runner.start(each)[1] for each in benches]
    for each, file in zip(benches, files, strict=True):
        end = results(each, file)
        assert not any(result.get("failed") for result in end), end[-1].get("msg")
    for each in benches:
        assert each.states() == dict.fromkeys(("finance", "hiring"), "Protected")
        assert each.jobs("ConfigureBackup") == each.jobs() == {"finance": 1, "hiring": 1}
