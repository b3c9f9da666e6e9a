# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails a pipeline, and what somebody has accepted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.gate import KINDS, Gate
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.gate import gate, refusal

TODAY = date(2026, 11, 27)


def share(name: str, coverage: str = "protected", *concerns: str, account: str = "contosofiles") -> dict[str, Any]:
    return {
        "share": name,
        "storage_account": account,
        "vault": "backup-vault",
        "coverage": coverage,
        "reason": None,
        "concerns": list(concerns),
    }


def job(name: str, recovered: bool | None) -> dict[str, Any]:
    return {
        "operation": "Backup",
        "share": name,
        "storage_account": "contosofiles",
        "vault": "backup-vault",
        "start_time": "2026-11-26T04:00:00Z",
        "error_message": "The share is gone.",
        "error_code": "FileShareNotFound",
        "backed_up_since": recovered,
    }


FOUND: dict[str, Any] = {
    "days": 7,
    "shares": [
        share("new", "unprotected"),
        share("ended", "stopped"),
        share("purging", "soft_deleted"),
        share("unix", "unsupported"),
        share("fine"),
        share("gone", "protected", "share_gone"),
        share("late", "protected", "old_recovery_point"),
        share("empty", "protected", "no_recovery_point", account="fabrikamfiles"),
    ],
    "failed_jobs": [job("late", False), job("fine", True), job("", None)],
    "vaults": [
        {"vault_name": "backup-vault", "error": None},
        {"vault_name": "north-vault", "error": {"message": "No role."}},
    ],
    "unread_subscriptions": [{"subscription_id": "5a3c", "error": {"message": "No role."}}],
    "accounts": [
        {"storage_account": "contosofiles", "vault": "backup-vault", "shares_read": True, "problem": None},
        {"storage_account": "closedfiles", "vault": "backup-vault", "shares_read": False, "problem": "no Reader role"},
    ],
}


def judged(*kinds: str, ignore: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    rules = [{"storage_accounts": None, "shares": None, "until": None} | each for each in ignore]
    return gate(FOUND, Gate.parse({"fail_on": kinds, "ignore": rules}), TODAY)


def messages(result: dict[str, Any]) -> list[str]:
    return [finding["message"] for finding in result["findings"] if not finding["ignored"]]


@pytest.mark.parametrize(
    "kind,expected",
    [
        (
            "unprotected",
            [
                "contosofiles/new is not protected",
                "contosofiles/ended is not backed up any more",
                "contosofiles/purging has only deleted backup data",
            ],
        ),
        (
            "overdue",
            [
                "contosofiles/late has no recovery point of the last 7 days",
                "fabrikamfiles/empty has no recovery point",
            ],
        ),
        (
            "failed_jobs",
            [
                "Backup of contosofiles/late failed on 2026-11-26T04:00:00Z (The share is gone)",
                "Backup of contosofiles failed on 2026-11-26T04:00:00Z (The share is gone)",
            ],
        ),
        (
            "unread",
            [
                "the vault north-vault could not be read (No role)",
                "the vaults of the subscription 5a3c could not be listed (No role)",
                "the shares of closedfiles could not be read (no Reader role)",
            ],
        ),
    ],
)
def test_each_kind_finds_its_own(kind: str, expected: list[str]) -> None:
    assert messages(judged(kind)) == expected


def test_nothing_asked_for_is_an_open_gate() -> None:
    result = judged()
    assert result == {"fail_on": [], "passed": True, "findings": []}
    assert refusal(result) is None


def test_the_refusal_names_the_first_and_counts_all() -> None:
    refused = refusal(judged(*KINDS))
    assert refused
    told = "; ".join(messages(judged(*KINDS))[:5])
    assert told.startswith("contosofiles/new is not protected; ")
    assert refused.message == f"fail_on has 10 findings: {told}; and 5 more."


def test_what_is_ignored_is_told_and_does_not_count() -> None:
    ignored = {"shares": ["new", "ENDED"], "reason": "caches", "until": "2026-11-27"}
    result = judged("unprotected", ignore=(ignored,))
    assert messages(result) == ["contosofiles/purging has only deleted backup data"]
    assert [finding["ignored"] for finding in result["findings"]][:2] == [
        {"reason": "caches", "until": "2026-11-27"},
        {"reason": "caches", "until": "2026-11-27"},
    ]
    everything = judged("unprotected", ignore=({"storage_accounts": ["contoso*"], "reason": "moving"},))
    assert everything["passed"]
    assert refusal(everything) is None


def test_after_its_day_it_counts_again_unless_another_one_holds() -> None:
    old = {"shares": ["new"], "reason": "until the move", "until": "2026-11-26"}
    result = judged("unprotected", ignore=(old,))
    assert "contosofiles/new is not protected" in messages(result)
    assert result["findings"][0]["expired"] == {"reason": "until the move", "until": "2026-11-26"}
    both = judged("unprotected", ignore=(old, {"shares": ["n*"], "reason": "moved late"}))
    assert both["findings"][0]["ignored"] == {"reason": "moved late", "until": None}
    assert both["findings"][0]["expired"] is None


def test_a_vault_that_could_not_be_read_is_ignored_by_nothing() -> None:
    result = judged("unread", ignore=({"storage_accounts": ["*"], "reason": "all"},))
    assert [finding["vault"] for finding in result["findings"] if not finding["ignored"]] == ["north-vault", None]


@pytest.mark.parametrize(
    "exemption,message",
    [
        ({"shares": ["a"], "reason": "  "}, "reason in ignore is empty"),
        ({"reason": "all of it"}, "ignore ('all of it') names neither storage_accounts nor shares"),
        ({"shares": ["a"], "reason": "r", "until": "next year"}, "until in ignore is 'next year', which is not a day"),
        ({"shares": ["a b!"], "reason": "r"}, "shares in ignore: 'a b!' is no pattern"),
    ],
)
def test_exemptions_that_cannot_be_right(exemption: dict[str, Any], message: str) -> None:
    with pytest.raises(BackupError) as refused:
        judged(ignore=(exemption,))
    assert message in refused.value.message
