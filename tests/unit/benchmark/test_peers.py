# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts to which the collection is compared do the work, and find nothing to do the second time."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import meter
from benchmark.measure import run
from benchmark.sdk_client import SCRIPT
from simulated import Simulated, simulated

STEPS = ("refresh", "register", "inquire", "protect", "backup_start", "backup")
ACCOUNTS = ("onefiles", "twofiles")


def scenario(**of_each_share: Any) -> dict[str, Any]:
    return {
        "durations": dict.fromkeys(STEPS, 0.1),
        "vaults": [{"name": "backup-vault", "resource_group": "backup-rg", "policies": ["daily-30", "daily-7"]}],
        "storage_accounts": [
            {
                "name": name,
                "resource_group": "files-rg",
                "shares": [{"name": "data", "count": 2} | of_each_share],
            }
            for name in ACCOUNTS
        ],
    }


def script(azure: Simulated, work: str, policy: str = "daily-30") -> int:
    """Let the SDK's script work on both accounts; how many writes it has sent."""
    azure.forget()
    options = ["--group", "backup-rg", "--vault", "backup-vault", "--policy", policy, "--pause", "0.1"]
    accounts = [f"files-rg/{name}" for name in ACCOUNTS]
    subprocess.run([sys.executable, SCRIPT, work, *options, *accounts], env=azure.environment, check=True)
    return azure.traffic().writes


def protected(azure: Simulated) -> set[tuple[str, str, str]]:
    (vault,) = azure.state()["vaults"]
    return {(item["account"], item["share"], item["policy"]) for item in vault["items"]}


def everything(policy: str) -> set[tuple[str, str, str]]:
    return {(account, share, policy) for account in ACCOUNTS for share in ("data-01", "data-02")}


def test_the_script_of_the_sdk_protects_what_is_missing() -> None:
    with simulated(scenario()) as azure:
        assert script(azure, "protect") == 1 + 2 + 2 + 4  # a refresh, registrations, inquiries, shares
        assert protected(azure) == everything("daily-30")
        assert script(azure, "protect") == 0
        azure.change_share("onefiles", "new", "create")
        assert script(azure, "protect") == 2
        assert protected(azure) == everything("daily-30") | {("onefiles", "new", "daily-30")}


def test_the_script_of_the_sdk_changes_the_policy() -> None:
    with simulated(scenario(protected_by="daily-30")) as azure:
        assert script(azure, "protect", "daily-7") == 4
        assert protected(azure) == everything("daily-7")


def test_the_script_of_the_sdk_backs_up() -> None:
    with simulated(scenario(protected_by="daily-30")) as azure:
        assert script(azure, "backup") == 4
        assert len(azure.state()["budgets"]["backups"]) == 4


def test_the_memory_of_all_processes_is_that_of_the_largest_at_least() -> None:
    costs = run([sys.executable, "-c", "pass"], {})
    assert costs.memory_in_all is None or costs.memory_in_all >= costs.memory


def test_processes_below_others_count_too() -> None:
    assert meter.descendants({2: 1, 3: 2, 4: 3, 5: 9, 9: 9}, 1) == {2, 3, 4}
