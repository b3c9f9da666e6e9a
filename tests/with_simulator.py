# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command with a simulator of Azure beside it, and the environment set so that Azure's clients talk to that.

``with_simulator.py [--scenario FILE] [--coordinates FILE] -- COMMAND [ARGUMENT...]``
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from contained import Interrupted, call, containment
from simulated import process


def main() -> int:
    parser = argparse.ArgumentParser(description="Run a command with a simulator of Azure beside it.")
    parser.add_argument("--scenario", type=Path, help="the simulator's world at the start; without it, the demo's")
    parser.add_argument("--coordinates", type=Path, help="write the simulator's address and login to this JSON file")
    parser.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args()
    try:
        with containment(), process(options.scenario) as azure:
            try:
                if options.coordinates:
                    options.coordinates.write_text(json.dumps(azure.facts, indent=2) + "\n", encoding="utf-8")
                return call(options.command, azure.environment)
            finally:
                if options.coordinates:
                    options.coordinates.unlink(missing_ok=True)
    except Interrupted as interrupted:
        return interrupted.code
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"{parser.prog}: {problem}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main())
