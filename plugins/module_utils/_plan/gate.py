# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a coverage must not be: findings that fail a pipeline, and those that somebody has accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .._azure.errors import AzureFault, BackupError
from .._options.gate import FAILED_JOBS, KINDS, OVERDUE, UNPROTECTED, UNREAD, Exemption, Gate

TOLD = 5  # findings that the message names
_UNCOVERED = {
    "unprotected": "is not protected",
    "stopped": "is not backed up any more",
    "soft_deleted": "has only deleted backup data",
}
_LATE = {
    "no_recovery_point": "has no recovery point",
    "old_recovery_point": "has no recovery point of the last {days} days",
}


def gate(found: Mapping[str, Any], wanted: Gate, today: date) -> dict[str, Any]:
    """The coverage's key ``gate``: everything that was found, and of what kinds it fails.

    A finding is ``ignored`` where an exemption covers it that still holds. One that has run out is told as ``expired``.
    """
    findings = [_judged(finding, wanted, today) for finding in _findings(found) if finding["kind"] in wanted.fail_on]
    return {
        "fail_on": [kind for kind in KINDS if kind in wanted.fail_on],
        "passed": all(finding["ignored"] for finding in findings),
        "findings": findings,
    }


def refusal(judged: Mapping[str, Any]) -> BackupError | None:
    """The failure that says what was found, or None where the gate is open."""
    open_ones = [finding for finding in judged["findings"] if not finding["ignored"]]
    if not open_ones:
        return None
    told = "; ".join(finding["message"] for finding in open_ones[:TOLD])
    more = f"; and {len(open_ones) - TOLD} more" if len(open_ones) > TOLD else ""
    count = "1 finding" if len(open_ones) == 1 else f"{len(open_ones)} findings"
    return BackupError(f"fail_on has {count}: {told}{more}.", AzureFault(code="CoverageGate"))


def _findings(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for share in found["shares"]:
        if share["coverage"] in _UNCOVERED:
            yield _finding(UNPROTECTED, share, f"{_name(share)} {_UNCOVERED[share['coverage']]}", share["reason"])
        for concern in share["concerns"]:
            if concern in _LATE:
                yield _finding(OVERDUE, share, f"{_name(share)} {_LATE[concern].format(days=found['days'])}")
    for job in found["failed_jobs"]:
        if not job["backed_up_since"]:
            what = f"{job['operation']} of {_name(job)} failed on {job['start_time']}"
            yield _finding(FAILED_JOBS, job, what, job["error_message"] or job["error_code"])
    yield from _unread(found)


def _unread(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for vault in found["vaults"]:
        if vault["error"]:
            what = f"the vault {vault['vault_name']} could not be read"
            yield _finding(UNREAD, {"vault": vault["vault_name"]}, what, vault["error"]["message"])
    for each in found["unread_subscriptions"]:
        what = f"the vaults of the subscription {each['subscription_id']} could not be listed"
        yield _finding(UNREAD, {}, what, each["error"]["message"])
    for account in found["accounts"]:
        if not account["shares_read"]:
            what = f"the shares of {account['storage_account']} could not be read"
            yield _finding(UNREAD, account, what, account["problem"])


def _finding(kind: str, subject: Mapping[str, Any], what: str, why: str | None = None) -> dict[str, Any]:
    return {
        "kind": kind,
        "storage_account": subject.get("storage_account"),
        "share": subject.get("share") or None,
        "vault": subject.get("vault"),
        "message": f"{what} ({why.rstrip('.')})" if why else what,
    }


def _name(subject: Mapping[str, Any]) -> str:
    return f"{subject['storage_account']}/{subject['share']}" if subject["share"] else str(subject["storage_account"])


def _judged(finding: dict[str, Any], wanted: Gate, today: date) -> dict[str, Any]:
    covering = [each for each in wanted.exemptions if each.covers(finding["storage_account"], finding["share"])]
    holding = next((each for each in covering if each.holds(today)), None)
    expired = None if holding else next(iter(covering), None)
    return finding | {"ignored": _told(holding), "expired": _told(expired)}


def _told(exemption: Exemption | None) -> dict[str, Any] | None:
    if exemption is None:
        return None
    return {"reason": exemption.reason, "until": exemption.until.isoformat() if exemption.until else None}
