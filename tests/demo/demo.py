# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protect a storage account of the simulator, and then its whole vault by rules; each twice. Run by ``make demo``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

RULES = Path(__file__).with_name("rules.yml")
QUIET = {
    "ANSIBLE_DISPLAY_OK_HOSTS": "false",
    "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
    "ANSIBLE_HOST_PATTERN_MISMATCH": "ignore",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_SHOW_CUSTOM_STATS": "true",
}
CONTROL = f"{os.environ['AFS_SIMULATOR_URL']}/_simulator"


@dataclass(frozen=True)
class Chapter:
    """A playbook that runs twice, with what is said before."""

    headline: str
    playbook: str
    arguments: tuple[str, ...]
    result: str

    @property
    def command(self) -> list[str]:
        vault = ("-e", "resource_group=backup-rg", "-e", "vault_name=backup-vault")
        return ["ansible-playbook", f"azurefiles.backup.{self.playbook}", *vault, *self.arguments]

    @property
    def shown(self) -> str:
        """The command, as one would type it."""
        options = [f"-e {each}" for each in self.command[2:] if each != "-e"]
        text = f"$ {' '.join(self.command[:2])} \\\n    {' '.join(options[:2])} \\\n    {' '.join(options[2:])}"
        return text.replace(str(RULES), "tests/demo/rules.yml")


CHAPTERS = (
    Chapter(
        "One storage account, by one policy",
        "protect_account",
        ("-e", "storage_account=contosofiles", "-e", "policy=daily-30", "-e", "initial_backup=if_missing"),
        "protect_account_result",
    ),
    Chapter(
        "The whole vault, by rules: the first that matches a share decides",
        "protect_vault",
        ("-e", f"@{RULES}", "-e", "initial_backup=if_missing"),
        "protect_vault_result",
    ),
)


@dataclass(frozen=True)
class Share:
    """What the simulator knows of a share."""

    protocol: str
    policy: str | None
    recovery_points: int


@dataclass(frozen=True)
class Run:
    """One run of a playbook: its result, and what the simulator has seen of it."""

    changed: int
    requests: list[dict[str, Any]]
    before: dict[str, Share]
    after: dict[str, Share]
    seconds: float

    @property
    def writes(self) -> int:
        return sum(request["method"] != "GET" for request in self.requests)

    def count(self, ending: str) -> int:
        return sum(request["method"] == "POST" and request["path"].endswith(ending) for request in self.requests)

    def fate(self, name: str) -> str:
        """What became of a share, in a few words."""
        before, after = self.before[name], self.after[name]
        if after.protocol == "NFS":
            return "skipped: NFS is not supported"
        if after.policy is None:
            return "left out"
        what = "unchanged" if after.policy == before.policy else f"protected by {after.policy}"
        return what + (", backed up" if after.recovery_points > before.recovery_points else "")


def main() -> int:
    for number, chapter in enumerate(CHAPTERS, start=1):
        print(f"\n{number}. {chapter.headline}", flush=True)
        if f"@{RULES}" in chapter.arguments:
            print("\n# tests/demo/rules.yml\n" + "\n".join(rules()))
        runs = []
        for headline in ("First run", "Second run: nothing is left to do"):
            print(f"\n{headline}\n\n{chapter.shown}\n", flush=True)
            run = play(chapter)
            if run is None:
                print("\nThe playbook failed.", file=sys.stderr)
                return 1
            runs.append(run)
        first, second = runs
        show(first, second)
        if first.changed == 0 or second.changed or second.writes:
            print(
                "\nThat is wrong: the first run has to protect shares, the second to change nothing.", file=sys.stderr
            )
            return 1
    print("\nTo do the same on Azure: README.md, and docs/docsite/rst/guide_first_account.rst")
    return 0


def rules() -> Iterable[str]:
    return RULES.read_text(encoding="utf-8").split("---\n", 1)[1].splitlines()


def play(chapter: Chapter) -> Run | None:
    """Run the playbook, and show its output as it comes. None if it failed."""
    before = shares()
    requests.delete(f"{CONTROL}/journal", timeout=30).raise_for_status()
    result: dict[str, Any] = {}
    start = time.monotonic()
    color = {"ANSIBLE_FORCE_COLOR": "true"} if sys.stdout.isatty() else {}
    with subprocess.Popen(
        chapter.command, env=os.environ | QUIET | color, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        headings: dict[str, str] = {}
        for line in process.stdout or ():
            kind = line.split(" ", 1)[0]
            if line.startswith("\tRUN: "):
                result = json.loads(line.removeprefix("\tRUN: "))[chapter.result]
            elif kind in ("PLAY", "TASK") and not line.startswith("PLAY RECAP"):
                # A heading is shown with what follows it, if anything does.
                headings = {name: text for name, text in headings.items() if name < kind} | {kind: line}
            elif line.strip() and not line.startswith(("CUSTOM STATS:", "included: ", "skipping: ")):
                if line.startswith("PLAY RECAP"):
                    headings = {}
                print("".join(headings.values()) + line, end="", flush=True)
                headings = {}
    seconds = time.monotonic() - start
    journal = requests.get(f"{CONTROL}/journal", timeout=30).json()
    if process.returncode or not result:
        return None
    sent = [entry for entry in journal if entry["kind"] == "arm"]
    return Run(result["summary"]["changed"], sent, before, shares(), seconds)


def shares() -> dict[str, Share]:
    """All shares that the simulator has, by account and name."""
    state = requests.get(f"{CONTROL}/state", timeout=30).json()
    items = {f"{item['account']}/{item['share']}": item for vault in state["vaults"] for item in vault["items"]}
    found = {}
    for account in state["storage_accounts"]:
        for share, known in account["shares"].items():
            name = f"{account['id'].rsplit('/', 1)[-1]}/{share}"
            item = items.get(name, {"policy": None, "recovery_points": 0})
            found[name] = Share(known["protocol"], item["policy"], item["recovery_points"])
    return found


def show(first: Run, second: Run) -> None:
    """What both runs did and cost, side by side, for the accounts in which something is protected."""
    accounts = {name.split("/")[0] for name, share in second.after.items() if share.policy}
    rows = [("share", "first run", "second run")]
    rows += [
        (f"  {name}", first.fate(name), second.fate(name)) for name in first.after if name.split("/")[0] in accounts
    ]
    rows += [("", "", ""), ("requests to Azure", "", "")]
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


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
