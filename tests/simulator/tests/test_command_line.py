# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line, the scenario file, and the end."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from simulated import PROGRAM
from simulation import PATIENCE, wait_for


def refused(tmp_path: Path, *arguments: str) -> str:
    """The one line which a start that fails leaves behind."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "--state", str(tmp_path / "state"), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "state" / "ready.json").exists()
    return done.stderr


@contextmanager
def running(state: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    process = subprocess.Popen([sys.executable, str(PROGRAM), "--state", str(state)])
    try:
        wait_for((state / "ready.json").exists)
        yield process, json.loads((state / "ready.json").read_text(encoding="utf-8"))
    finally:
        process.kill()
        process.wait()


def test_it_ends_with_its_starter_on_request(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [sys.executable, str(PROGRAM), "--state", str(tmp_path), "--until-eof"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        wait_for(ready.exists)
        assert process.poll() is None
        process.communicate(b"words do no harm", timeout=PATIENCE)
        assert process.returncode == 0
    assert not ready.exists()


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        ("vaults: [{name: v, resource_group: g, polices: []}]", "vaults[0]: unknown key 'polices'"),
        ("vaults: [{name: v}]", "vaults[0]: 'resource_group' is missing"),
        ("durations: {refresh: soon}", "durations.refresh must be a number, not str"),
        ("soft_delete: {state: Sometimes}", "'Sometimes' is not a state"),
        ("storage_accounts: [{name: files, resource_group: g, registered: true}]", "no vault for"),
        ("storage_accounts: [{name: a, resource_group: g}]", "'a' cannot be a storage account's name"),
        ("storage_accounts: [{name: Files, resource_group: g}]", "'Files' cannot be a storage account's name"),
        ("storage_accounts: [{name: files, resource_group: g, shares: [legal, hr]}]", "'hr' cannot be a share's name"),
        (
            f"storage_accounts: [{{name: files, resource_group: g, shares: [{{name: {'x' * 61}, count: 2}}]}}]",
            f"'{'x' * 61}-01' cannot be a share's name",
        ),
        ("page_size: 0", "page_size must be at least 1"),
        ("- a", "must be a mapping"),
        ("a: b: c", "is not YAML"),
        (
            "{vaults: [{name: v, resource_group: g}], storage_accounts: "
            "[{name: files, resource_group: g, shares: [{name: legal, protected_by: p}]}]}",
            "has no policy 'p'",
        ),
    ],
)
def test_a_bad_scenario(tmp_path: Path, scenario: str, message: str) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(scenario, encoding="utf-8")
    error = refused(tmp_path, "--scenario", str(file))
    assert message in error
    assert "bad.yml" in error


def test_no_scenario_file(tmp_path: Path) -> None:
    assert "cannot read" in refused(tmp_path, "--scenario", str(tmp_path / "absent.yml"))


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "address already in use" in refused(tmp_path, "--port", str(taken.getsockname()[1]))


def test_ready_json_tells_what_a_client_needs(tmp_path: Path) -> None:
    with running(tmp_path) as (_unused, facts):
        assert sorted(facts) == [
            "ca_file",
            "client_id",
            "client_secret",
            "imds_url",
            "subscription_id",
            "tenant",
            "url",
        ]
        assert facts["url"].startswith("https://localhost:")
        assert facts["imds_url"].startswith("http://127.0.0.1:")
        state = requests.get(facts["url"] + "/_simulator/state", verify=facts["ca_file"], timeout=PATIENCE).json()
    assert [vault["id"].rpartition("/")[2] for vault in state["vaults"]] == ["backup-vault"]
    shares = {account["id"].rpartition("/")[2]: account["shares"] for account in state["storage_accounts"]}
    assert len(shares["contosofiles"]) == 6
    assert [share["protocol"] for share in shares["contosofiles"].values()].count("NFS") == 1
    assert set(shares["fabrikamfiles"]) < set(shares["contosofiles"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_with_connections_open(tmp_path: Path, number: int) -> None:
    with running(tmp_path) as (process, facts):
        session = requests.Session()
        session.trust_env = False
        session.verify = facts["ca_file"]
        slow = {"path": "/tenants", "delay": 3600}
        assert session.post(facts["url"] + "/_simulator/faults", json=slow).ok
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(requests.get, facts["url"] + "/tenants", verify=facts["ca_file"])
            wait_for(lambda: session.get(facts["url"] + "/_simulator/journal").json())
            os.kill(process.pid, number)
            assert process.wait(timeout=PATIENCE) == 0
            with pytest.raises(requests.exceptions.ConnectionError):
                waiting.result()
    assert not (tmp_path / "ready.json").exists()
