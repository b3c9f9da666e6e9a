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

from .certificates import Authority
from .scenario import Scenario, load
from .service import Facts, serving
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
    ready_file = state / "ready.json"
    ready_file.unlink(missing_ok=True)
    authority = Authority(state / "ca.pem")
    async with serving(settings, authority.server_context(), authority.file, port) as facts:
        _announce(ready_file, facts)
        try:
            await stop.wait()
        finally:
            ready_file.unlink(missing_ok=True)


def _await_eof(then: Callable[[], object]) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    then()


def _announce(ready_file: Path, facts: Facts) -> None:
    """Write ready.json whole or not at all: its presence means that the simulator listens."""
    draft = ready_file.with_suffix(".tmp")
    draft.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    draft.replace(ready_file)
