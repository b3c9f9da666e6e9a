# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protect 50 storage accounts of 4 shares each, twice, and show what both runs cost. Run by ``make scale``.

``scale.py [--accounts N] [--shares N] [--forks N]``

That is what a vault takes in a day, and a run defers what goes beyond. The simulator's own limits and rates are off;
what the rates come to is shown as a sum.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contained import containment
from simulated import Simulated, Traffic, simulated

READS_PER_SECOND, READS_AT_ONCE = 25, 250
WRITES_PER_SECOND, WRITES_AT_ONCE = 10, 200
STEPS = ("refresh", "register", "inquire", "protect")
SETTINGS = {
    "ANSIBLE_SHOW_CUSTOM_STATS": "true",
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
}


@dataclass(frozen=True)
class Size:
    accounts: int
    shares: int
    forks: int

    def scenario(self) -> dict[str, Any]:
        """One vault, which has discovered all accounts and registered none."""
        return {
            "durations": dict.fromkeys(STEPS, 0.5),
            "limits": {
                "registrations": 0,
                "protections": 0,
                "reads_per_second": 0,
                "writes_per_second": 0,
            },
            "vaults": [{"name": "backup-vault", "resource_group": "backup-rg", "policies": ["daily-30"]}],
            "storage_accounts": [
                {
                    "name": f"files{number:04d}",
                    "resource_group": "files-rg",
                    "discovered": True,
                    "shares": [{"name": "share", "count": self.shares}],
                }
                for number in range(1, self.accounts + 1)
            ],
        }


@dataclass(frozen=True)
class Run:
    """One run of the playbook, its inventory included: its result, and what the simulator has seen of it."""

    result: dict[str, Any]
    traffic: Traffic
    seconds: float

    @property
    def refreshes(self) -> int:
        return self.traffic.count("POST", "*/refreshContainers")

    @property
    def inquiries(self) -> int:
        return self.traffic.count("POST", "*/inquire")

    @property
    def least_seconds(self) -> float:
        """How long these requests take at the rates of Azure's resource manager, if nothing else does."""
        reads = (self.traffic.reads - READS_AT_ONCE) / READS_PER_SECOND
        writes = (self.traffic.writes - WRITES_AT_ONCE) / WRITES_PER_SECOND
        return max(0.0, reads, writes)


def main() -> int:
    parser = argparse.ArgumentParser(description="Protect many storage accounts of the simulator, twice.")
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--shares", type=int, default=4, help="of each account")
    parser.add_argument("--forks", type=int, default=10, help="accounts at once")
    size = Size(**vars(parser.parse_args()))
    with containment(), simulated(size.scenario()) as azure:
        first = play(size, azure)
        state = azure.state()
        second = play(size, azure)
    show(size, first, second)
    wrong = [text for text, good in findings(size, state, first, second) if not good]
    for text in wrong:
        print(f"\nThat is wrong: {text}.", file=sys.stderr)
    return 1 if wrong else 0


def play(size: Size, azure: Simulated) -> Run:
    """Run the playbook. Its output is shown only if it fails, since it is long."""
    azure.forget()
    vault = {"resource_group": "backup-rg", "vault_name": "backup-vault"}
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        source = Path(folder) / "all.afs_accounts.yml"
        source.write_text(json.dumps({"plugin": "azurefiles.backup.afs_accounts", "vaults": [vault]}), encoding="utf-8")
        command = [
            *("ansible-playbook", "-i", str(source), "azurefiles.backup.protect_vault"),
            *("--forks", str(size.forks), "-e", "policy=daily-30"),
        ]
        print(f"$ {' '.join(command).replace(folder, '...')}", flush=True)
        began = time.monotonic()
        ended = subprocess.run(
            command,
            env=azure.environment | SETTINGS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - began
    if ended.returncode:
        sys.exit(f"{ended.stdout}\nThe playbook failed.")
    stats = next(line for line in ended.stdout.splitlines() if line.startswith("\tRUN: "))
    return Run(json.loads(stats.removeprefix("\tRUN: "))["protect_vault_result"], azure.traffic(), seconds)


def findings(size: Size, state: dict[str, Any], first: Run, second: Run) -> list[tuple[str, bool]]:
    """What has to be true in the end, each with whether it is."""
    total = size.accounts * size.shares
    (vault,) = state["vaults"]
    protected = Counter(
        item["account"] for item in vault["items"] if item["state"] == "IRPending" and item["policy"] == "daily-30"
    )
    everything = {f"files{number:04d}": size.shares for number in range(1, size.accounts + 1)}
    summary, again = first.result["summary"], second.result["summary"]
    return [
        ("the vault does not protect every share", protected == everything),
        ("the first run does not report every share as changed", summary["changed"] == summary["protected"] == total),
        ("the second run does not report every share as protected", again["protected"] == total),
        ("the second run has changed something", again["changed"] == 0 and second.traffic.writes == 0),
        ("a refresh was spent on accounts that were discovered", first.refreshes == 0),
        ("more than one inquiry was spent on an account", first.inquiries == size.accounts),
        ("shares were protected more than once", first.traffic.count("PUT") == total + size.accounts),
        ("the second run costs more than three lists an account", second.traffic.reads <= least_reads(size)),
    ]


def least_reads(size: Size) -> int:
    """Four lists for the inventory and three for each account; that of the vault's shares has pages of 200."""
    pages = max(1, -(-size.accounts * size.shares // 200))
    return 3 + pages + size.accounts * (2 + pages)


def show(size: Size, first: Run, second: Run) -> None:
    title = f"{size.accounts} accounts, {size.accounts * size.shares} shares, {size.forks} forks"
    rows = [(title, "first run", "second run")]
    rows += [
        (f"  {name}", str(of_first), str(of_second))
        for name, of_first, of_second in (
            ("shares changed", first.result["summary"]["changed"], second.result["summary"]["changed"]),
            ("reads", first.traffic.reads, second.traffic.reads),
            ("writes", first.traffic.writes, second.traffic.writes),
            ("  refreshes", first.refreshes, second.refreshes),
            ("  inquiries", first.inquiries, second.inquiries),
            ("seconds", f"{first.seconds:.0f}", f"{second.seconds:.0f}"),
            ("seconds at Azure's rates, at least", f"{first.least_seconds:.0f}", f"{second.least_seconds:.0f}"),
        )
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print()
    for row in rows:
        print("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
