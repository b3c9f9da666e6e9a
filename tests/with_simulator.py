# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command with a simulator of Azure beside it, and the environment set so that Azure's clients talk to that.

``with_simulator.py [--scenario FILE] [--coordinates FILE] -- COMMAND [ARGUMENT...]``
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from contained import Interrupted, call, containment, end

RUN = Path(__file__).parent / "simulator" / "run"
START_TIMEOUT = 60  # seconds

# What could lead a client to the real Azure, or past the simulator.
FOREIGN = ("AZURE_", "ARM_", "ANSIBLE_AZURE_", "IDENTITY_", "MSI_", "CURL_CA_BUNDLE", "IMDS_")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a command with a simulator of Azure beside it.")
    parser.add_argument("--scenario", type=Path, help="the simulator's world at the start; without it, the demo's")
    parser.add_argument("--coordinates", type=Path, help="write the simulator's address and login to this JSON file")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    try:
        with containment(), tempfile.TemporaryDirectory(prefix="simulator-") as folder:
            process = start(Path(folder), options.scenario)
            try:
                facts = wait_until_ready(process, Path(folder))
                if options.coordinates:
                    options.coordinates.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
                return call(options.command, environment(facts))
            finally:
                end(process)
                if options.coordinates:
                    options.coordinates.unlink(missing_ok=True)
    except Interrupted as interrupted:
        return interrupted.code
    except OSError as problem:
        print(f"{parser.prog}: {problem}", file=sys.stderr)
        return 127


def start(state: Path, scenario: Path | None) -> subprocess.Popen[bytes]:
    command = [str(RUN), "--state", str(state)]
    if scenario:
        command += ["--scenario", str(scenario)]
    # A session of its own, so that Ctrl-C ends it only after the command that uses it.
    path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    return subprocess.Popen(command, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL, start_new_session=True)


def wait_until_ready(process: subprocess.Popen[bytes], state: Path) -> dict[str, str]:
    """The simulator's coordinates, once it listens."""
    deadline = time.monotonic() + START_TIMEOUT
    ready = state / "ready.json"
    while not ready.exists():
        if process.poll() is not None:
            sys.exit(f"The simulator did not start (exit code {process.returncode}).")
        if time.monotonic() > deadline:
            sys.exit(f"The simulator was not ready after {START_TIMEOUT} seconds.")
        time.sleep(0.02)
    facts: dict[str, str] = json.loads(ready.read_text(encoding="utf-8"))
    return facts


def environment(facts: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program that is to know no other Azure than the simulator."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    direct = ",".join(filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), "localhost,127.0.0.1"]))
    return kept | {
        "AZURE_TENANT": facts["tenant"],
        "AZURE_CLIENT_ID": facts["client_id"],
        "AZURE_SECRET": facts["client_secret"],
        "AZURE_SUBSCRIPTION_ID": facts["subscription_id"],
        "AZURE_CLOUD_ENVIRONMENT": facts["url"],
        "REQUESTS_CA_BUNDLE": facts["ca_file"],
        "AFS_SIMULATOR_URL": facts["url"],
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


if __name__ == "__main__":
    sys.exit(main())
