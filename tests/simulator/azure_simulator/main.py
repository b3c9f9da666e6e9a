# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``run --state DIR [--scenario FILE] [--port N] [--until-eof]``."""

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from . import certificates
from .scenario import Scenario, load
from .server import Server
from .simulator import Simulator
from .typed import BadData

DEMO = Path(__file__).parent.parent / "scenarios" / "demo.yml"


def main() -> int:
    parser = argparse.ArgumentParser(description="A simulator of Azure Backup for file shares, for tests and demos.")
    parser.add_argument("--state", type=Path, required=True, help="folder for ready.json and ca.pem")
    parser.add_argument("--scenario", type=Path, default=DEMO, help="the world at the start, in YAML")
    parser.add_argument("--port", type=int, default=0, help="port for HTTPS; 0 picks a free one")
    parser.add_argument("--until-eof", action="store_true", help="end with the standard input, and so with its writer")
    options = parser.parse_args()
    try:
        settings = load(options.scenario)
        options.state.mkdir(parents=True, exist_ok=True)
        asyncio.run(_serve(settings, options.state, options.port, options.until_eof))
    except (BadData, OSError, OverflowError) as problem:
        print(f"{parser.prog}: {problem}", file=sys.stderr)
        return 2
    return 0


async def _serve(settings: Scenario, state: Path, port: int, until_eof: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_eof:
        threading.Thread(target=_await_eof, args=(lambda: loop.call_soon_threadsafe(stop.set),), daemon=True).start()
    ca_file, ready_file = state / "ca.pem", state / "ready.json"
    ready_file.unlink(missing_ok=True)
    simulator = Simulator(settings)
    server = Server(simulator)
    try:
        port = await server.listen(port, certificates.issue(ca_file))
        imds_port = await server.listen(0, None)
        simulator.identity.base_url = f"https://localhost:{port}"
        _announce(ready_file, settings, port, imds_port, ca_file)
        await stop.wait()
    finally:
        ready_file.unlink(missing_ok=True)
        await server.close()


def _await_eof(then: Callable[[], object]) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    then()


def _announce(ready_file: Path, settings: Scenario, port: int, imds_port: int, ca_file: Path) -> None:
    """Write ready.json whole or not at all: its presence means that the simulator listens."""
    client = settings.clients[0] if settings.clients else None
    facts = {
        "url": f"https://localhost:{port}",
        "ca_file": str(ca_file.resolve()),
        "tenant": settings.tenant,
        "subscription_id": settings.subscription_id,
        "client_id": client.client_id if client else None,
        "client_secret": client.secret if client else None,
        "imds_url": f"http://127.0.0.1:{imds_port}",
    }
    draft = ready_file.with_suffix(".tmp")
    draft.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    draft.replace(ready_file)
