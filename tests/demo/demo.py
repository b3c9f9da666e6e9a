# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protect a storage account of the simulator twice, and compare the two runs. Run by ``make demo``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import requests

COMMAND = [
    "ansible-playbook",
    "azurefiles.backup.protect_account",
    *("-e", "resource_group=backup-rg", "-e", "vault_name=backup-vault"),
    *("-e", "storage_account=contosofiles", "-e", "policy=daily-30"),
    *("-e", "initial_backup=if_missing"),
]
QUIET = {
    "ANSIBLE_DISPLAY_OK_HOSTS": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_SHOW_CUSTOM_STATS": "true",
}
JOURNAL = f"{os.environ['AFS_SIMULATOR_URL']}/_simulator/journal"


@dataclass(frozen=True)
class Run:
    """One run of the playbook: its result, and what the simulator has seen of it."""

    result: dict[str, Any]
    requests: list[dict[str, Any]]
    seconds: float

    @property
    def writes(self) -> int:
        return sum(request["method"] != "GET" for request in self.requests)

    def count(self, ending: str) -> int:
        return sum(request["method"] == "POST" and request["path"].endswith(ending) for request in self.requests)


def main() -> int:
    runs = []
    for headline in ("First run: everything is new", "Second run: nothing is left to do"):
        print(f"\n{headline}\n\n$ {' '.join(COMMAND[:2])} \\\n    {' '.join(COMMAND[2:])}\n", flush=True)
        run = play()
        if run is None:
            print("\nThe playbook failed.", file=sys.stderr)
            return 1
        runs.append(run)
    first, second = runs
    show(first, second)
    if first.result["summary"]["changed"] == 0 or second.result["summary"]["changed"] or second.writes:
        print("\nThat is wrong: the first run has to protect shares, the second to change nothing.", file=sys.stderr)
        return 1
    return 0


def play() -> Run | None:
    """Run the playbook, and show its output as it comes. None if it failed."""
    requests.delete(JOURNAL, timeout=30).raise_for_status()
    result: dict[str, Any] = {}
    start = time.monotonic()
    color = {"ANSIBLE_FORCE_COLOR": "true"} if sys.stdout.isatty() else {}
    with subprocess.Popen(
        COMMAND, env=os.environ | QUIET | color, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        heading = ""
        for line in process.stdout or ():
            if line.startswith("\tRUN: "):
                result = json.loads(line.removeprefix("\tRUN: "))["protect_account_result"]
            elif line.startswith("TASK ["):
                heading = line
            elif line.strip() and not line.startswith("CUSTOM STATS:"):
                # Tasks that only include others are left out.
                print("" if "included: " in line else heading + line, end="", flush=True)
                heading = ""
    seconds = time.monotonic() - start
    journal = requests.get(JOURNAL, timeout=30).json()
    if process.returncode or not result:
        return None
    return Run(result, [entry for entry in journal if entry["kind"] == "arm"], seconds)


def show(first: Run, second: Run) -> None:
    rows = [("storage account contosofiles", "first run", "second run")]
    again = fates(second.result)
    rows += [(f"  {share}", fate, again[share]) for share, fate in fates(first.result).items()]
    rows.append(("", "", ""))
    rows.append(("Azure API calls", "", ""))
    rows += [
        (f"  {name}", str(of_first), str(of_second))
        for name, of_first, of_second in (
            ("reads", len(first.requests) - first.writes, len(second.requests) - second.writes),
            ("writes", first.writes, second.writes),
            ("  refreshes, of 50 a day", first.count("/refreshContainers"), second.count("/refreshContainers")),
            ("  inquiries, of 25 a day", first.count("/inquire"), second.count("/inquire")),
        )
    ]
    rows.append(("seconds", f"{first.seconds:.1f}", f"{second.seconds:.1f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print()
    for row in rows:
        print("   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for share in first.result["skipped"]:
        print(f"\n{share['share']} was skipped: {share['reason']}.")


def fates(result: dict[str, Any]) -> dict[str, str]:
    """What became of each share, in a few words."""
    backed_up = {backup["share"] for backup in result["backups"] if backup["changed"]}
    words = {}
    for share in result["shares"]:
        what = f"protected by {share['policy']}" if share["changed"] else "unchanged"
        words[share["share"]] = what + (", backed up" if share["share"] in backed_up else "")
    words |= {share["share"]: "skipped" for share in result["skipped"]}
    return words


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
