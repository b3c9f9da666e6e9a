# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is protected and what is not, worked out of what Azure has told. No request is sent here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import AccountId, VaultId
from .._azure.times import format_time
from .._records.container import Container
from .._records.job import Job
from .._records.policy import Policy
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import (
    ACTIVE_STATES,
    PROTECTION_ERROR,
    PROTECTION_STOPPED,
    SOFT_DELETED,
    ItemDetails,
    ProtectedItem,
)
from .._records.storage_account import Share
from .forecast import Forecast, forecast

UNPROTECTED = "unprotected"
DELETED = "soft_deleted"
STOPPED = "stopped"
PROTECTED = "protected"
UNSUPPORTED = "unsupported"
COVERAGES = (UNPROTECTED, DELETED, STOPPED, PROTECTED, UNSUPPORTED)  # the most urgent one first

# A backup of each day is due; what is older has missed one, whatever its hour.
MISSED = timedelta(days=2)

AccountKey = tuple[str, str, str, str]
Failures = dict[tuple[str, ...], list[Job]]
ShareKey = tuple[AccountKey, str]


@dataclass
class SeenVault:
    """What a vault has told; where ``error`` is set, it could not be read."""

    ref: VaultId
    containers: list[Container] = field(default_factory=list)
    items: list[ProtectedItem] = field(default_factory=list)
    failed_jobs: list[Job] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    discovered: list[AccountId] = field(default_factory=list)
    offered: list[ProtectableItem] = field(default_factory=list)
    error: BackupError | None = None


@dataclass
class SeenAccount:
    """A storage account; ``shares`` is None where its list could not be read, and ``vault`` where no vault has it.

    ``gone`` is one that a vault still has and that is not there any more; ``now_at`` is where it was moved to.
    """

    account: AccountId
    vault: VaultId | None = None
    shares: list[Share] | None = None
    problem: str | None = None
    gone: bool = False
    now_at: AccountId | None = None


@dataclass
class Seen:
    """All that has been read.

    ``others`` are accounts that none of the vaults knows of, as far as the subscriptions list theirs; ``unlisted`` are
    subscriptions that do not, and ``unread`` are those of which not even the vaults could be listed.
    """

    at: datetime
    since: datetime
    days: int
    vaults: list[SeenVault]
    accounts: list[SeenAccount]
    details: dict[str, ItemDetails] = field(default_factory=dict)
    others: list[AccountId] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    unread: Mapping[str, BackupError] = field(default_factory=dict)


def coverage(seen: Seen) -> dict[str, Any]:
    """The result of the module: the most urgent shares first, and otherwise by account and name."""
    failures = _failures(seen)
    shares = _kept_shares(seen, failures) + _other_shares(seen, failures)
    shares.sort(key=_urgency)
    jobs = _failed_jobs(seen)
    accounts = _accounts(seen, shares)
    return {
        "generated_at": format_time(seen.at),
        "days": seen.days,
        "since": format_time(seen.since),
        "summary": {
            **_counts(shares),
            "shares": len(shares),
            "at_risk": sum(bool(share["concerns"]) for share in shares),
            "failed_jobs": len(jobs),
            "unread_accounts": sum(not account["shares_read"] for account in accounts),
            "gone_accounts": sum(account.gone for account in seen.accounts),
            "unread_vaults": sum(vault.error is not None for vault in seen.vaults),
            "unlisted_subscriptions": len(seen.unlisted),
            "unread_subscriptions": len(seen.unread),
        },
        "vaults": _vaults(seen, shares, jobs),
        "unread_subscriptions": [
            {"subscription_id": subscription, "error": error.to_result()} for subscription, error in seen.unread.items()
        ],
        "accounts": accounts,
        "other_accounts": [_identity(account) for account in sorted(seen.others, key=lambda account: account.key)],
        "shares": shares,
        "failed_jobs": jobs,
    }


def _failures(seen: Seen) -> Failures:
    """The failed jobs of each share, whatever they were to do, the newest first."""
    failures: Failures = {}
    for vault in seen.vaults:
        for job in vault.failed_jobs:
            failures.setdefault(_job_key(vault, job), []).append(job)
    for jobs in failures.values():
        jobs.sort(key=lambda job: format_time(job.start_time) or "", reverse=True)
    return failures


def _kept_shares(seen: Seen, failures: Failures) -> list[dict[str, Any]]:
    """The shares that a vault protects, or of which it keeps something."""
    known = {each.account.key: each for each in seen.accounts}
    living = {key for each in seen.accounts for key in _living(each)}
    rows = []
    for vault in seen.vaults:
        for item in vault.items:
            if item.account is None:
                continue
            account = known[item.account.key]
            exists = _share_key(item.account, item.share) in living if account.shares is not None else None
            status = _status(item)
            details = seen.details.get(item.id)
            failed = failures.get(_name_key(vault, item.account.name, item.share), [])
            policy = _policy(vault, item)
            outlook = forecast(policy, item.latest_recovery_point, details.oldest if details else None, seen.at)
            ends = _ends(item, outlook, seen, failed)
            rows.append(
                _share(account.account, item.share, status)
                | _registration(vault.ref)
                | {
                    "exists": exists,
                    "policy": item.policy_name,
                    "protection_state": item.state,
                    "last_backup_status": item.last_backup_status,
                    "last_backup_time": format_time(item.last_backup_time),
                    "latest_recovery_point": format_time(item.latest_recovery_point),
                    "oldest_recovery_point": format_time(details.oldest) if details else None,
                    "recovery_point_count": details.count if details else None,
                    "failed_jobs": len(failed),
                    "deleted_time": format_time(item.deleted_time),
                    "purge_time": format_time(item.purge_time),
                    "concerns": _concerns(item, account.gone, exists, ends, seen.since, failed)
                    if status == PROTECTED
                    else [],
                    **outlook.to_result(),
                }
            )
    return rows


def _policy(vault: SeenVault, item: ProtectedItem) -> Policy | None:
    """The policy that its recovery points live by; where protection was stopped, they are kept for good."""
    if item.policy_id is None or item.state == PROTECTION_STOPPED:
        return None
    return next((each for each in vault.policies if each.means(item.policy_id)), None)


def _ends(item: ProtectedItem, outlook: Forecast, seen: Seen, failed: Sequence[Job]) -> bool:
    """Whether the last recovery point expires within the days of the report, and no newer one is on its way."""
    late = item.latest_recovery_point is not None and item.latest_recovery_point < seen.at - MISSED
    runs_out = outlook.last_point_expires and outlook.last_point_expires <= (seen.at + timedelta(seen.days)).date()
    return bool(runs_out) and (late or _failed(item, failed))


def _failed(item: ProtectedItem, failed: Sequence[Job]) -> bool:
    """Whether the last backup failed, by the item or by a job since its latest recovery point."""
    return (item.last_backup_status or "").lower() in ("failed", "unhealthy") or any(
        _is_unmended(job, item.latest_recovery_point) for job in failed
    )


def _status(item: ProtectedItem) -> str:
    if item.state == SOFT_DELETED:
        return DELETED
    return PROTECTED if item.state in ACTIVE_STATES else STOPPED


def _concerns(
    item: ProtectedItem, account_gone: bool, exists: bool | None, ends: bool, since: datetime, failed: Sequence[Job]
) -> list[str]:
    """What may be wrong with a share although it is protected."""
    point = item.latest_recovery_point
    found = {
        "account_gone": account_gone,
        "share_gone": exists is False and not account_gone,
        "protection_error": item.state == PROTECTION_ERROR,
        "last_backup_failed": _failed(item, failed),
        "no_recovery_point": point is None,
        "old_recovery_point": point is not None and point < since,
        "expiring": ends,
    }
    return [name for name, present in found.items() if present]


def _is_unmended(job: Job, point: datetime | None) -> bool:
    """Whether a backup failed and there is no recovery point since."""
    return bool(job.operation == "Backup" and job.start_time and (point is None or point <= job.start_time))


def _other_shares(seen: Seen, failures: Failures) -> list[dict[str, Any]]:
    """The living shares of which no vault keeps anything.

    Of an account whose list could not be read, these are the shares that its vault offers to protect.
    """
    kept = {_share_key(item.account, item.share) for vault in seen.vaults for item in vault.items if item.account}
    offered: dict[AccountKey, list[str]] = {}
    for item in (item for vault in seen.vaults for item in vault.offered):
        if item.account:
            offered.setdefault(item.account.key, []).append(item.share)
    rows = []
    for each in seen.accounts:
        if each.shares is None:
            rows += [
                _unprotected(each, share, failures)
                for share in offered.get(each.account.key, [])
                if _share_key(each.account, share) not in kept
            ]
        for share in each.shares or []:
            if not share.deleted and _share_key(each.account, share.name) not in kept:
                rows.append(_unkept_share(each, share, failures))
    return rows


def _unkept_share(account: SeenAccount, share: Share, failures: Failures) -> dict[str, Any]:
    if not share.unsupported:
        return _unprotected(account, share.name, failures) | {"exists": True}
    row = _share(account.account, share.name, UNSUPPORTED)
    return row | _registration(account.vault) | {"exists": True, "reason": share.unsupported}


def _unprotected(account: SeenAccount, share: str, failures: Failures) -> dict[str, Any]:
    """A share that nothing protects: the job that was to do it and failed is the reason."""
    row = _share(account.account, share, UNPROTECTED) | _registration(account.vault)
    if account.vault is None:
        return row | {"reason": "the storage account is not registered with a vault"}
    failed = failures.get((str(account.vault), account.account.name.lower(), share.lower()), [])
    newest = next((job for job in failed if job.operation == "ConfigureBackup"), None)
    said = ": ".join(filter(None, [newest.error_code, newest.error_message])) if newest else None
    return row | {"failed_jobs": len(failed), "reason": f"protecting it failed: {said}" if said else None}


def _share(account: AccountId, share: str, status: str) -> dict[str, Any]:
    """A share of which nothing more is known."""
    return {
        "share": share,
        **_identity(account),
        "coverage": status,
        "reason": None,
        "vault": None,
        "vault_id": None,
        "exists": None,
        "policy": None,
        "protection_state": None,
        "last_backup_status": None,
        "last_backup_time": None,
        "latest_recovery_point": None,
        "oldest_recovery_point": None,
        "recovery_point_count": None,
        "failed_jobs": 0,
        "deleted_time": None,
        "purge_time": None,
        "concerns": [],
        **Forecast().to_result(),
    }


def _urgency(share: dict[str, Any]) -> tuple[Any, ...]:
    return (
        COVERAGES.index(share["coverage"]),
        not share["concerns"],
        share["storage_account"].lower(),
        share["storage_account_id"].lower(),
        share["share"].lower(),
        share["vault_id"] or "",
        share["deleted_time"] or "",
    )


def _failed_jobs(seen: Seen) -> list[dict[str, Any]]:
    """The jobs of all vaults that failed, the newest first."""
    latest: dict[tuple[str, ...], datetime] = {}
    for vault in seen.vaults:
        for item in vault.items:
            if item.account and item.latest_recovery_point:
                key = _name_key(vault, item.account.name, item.share)
                latest[key] = max(item.latest_recovery_point, latest.get(key, item.latest_recovery_point))
    rows = []
    for vault in seen.vaults:
        for job in vault.failed_jobs:
            point = latest.get(_job_key(vault, job))
            recovered = None
            if job.operation == "Backup" and job.start_time:
                recovered = point is not None and point > job.start_time
            rows.append(
                {
                    "job_id": job.id,
                    "operation": job.operation,
                    "status": job.status,
                    "share": job.share,
                    "storage_account": job.account_name,
                    **_registration(vault.ref),
                    "start_time": format_time(job.start_time),
                    "end_time": format_time(job.end_time),
                    "error_code": job.error_code,
                    "error_message": job.error_message,
                    "recommendations": list(job.recommendations),
                    "backed_up_since": recovered,
                }
            )
    rows.sort(key=lambda row: (row["start_time"] or "", row["job_id"]), reverse=True)
    return rows


def _accounts(seen: Seen, shares: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    of_account: dict[str, list[dict[str, Any]]] = {}
    for share in shares:
        of_account.setdefault(share["storage_account_id"], []).append(share)
    rows = [
        {
            **_identity(each.account),
            **_registration(each.vault),
            "shares_read": each.shares is not None,
            "exists": None if each.shares is None else not each.gone,
            "moved_to": str(each.now_at) if each.now_at else None,
            "problem": each.problem,
            "counts": _counts(of_account.get(str(each.account), [])),
        }
        for each in seen.accounts
    ]
    rows.sort(key=lambda row: (str(row["storage_account"]).lower(), str(row["storage_account_id"]).lower()))
    return rows


def _vaults(seen: Seen, shares: Sequence[dict[str, Any]], jobs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "vault_name": vault.ref.name,
            "resource_group": vault.ref.resource_group,
            "subscription_id": vault.ref.subscription,
            "id": str(vault.ref),
            "registered_accounts": len(vault.containers),
            "counts": _counts(share for share in shares if share["vault_id"] == str(vault.ref)),
            "failed_jobs": sum(job["vault_id"] == str(vault.ref) for job in jobs),
            "error": vault.error.to_result() if vault.error else None,
        }
        for vault in seen.vaults
    ]


def _counts(shares: Iterable[dict[str, Any]]) -> dict[str, int]:
    numbers = Counter(share["coverage"] for share in shares)
    return {status: numbers[status] for status in COVERAGES}


def _identity(account: AccountId) -> dict[str, Any]:
    return {
        "storage_account": account.name,
        "resource_group": account.resource_group,
        "storage_account_id": str(account),
    }


def _registration(vault: VaultId | None) -> dict[str, Any]:
    return {"vault": vault.name if vault else None, "vault_id": str(vault) if vault else None}


def _living(account: SeenAccount) -> Iterable[ShareKey]:
    return (_share_key(account.account, share.name) for share in account.shares or [] if not share.deleted)


def _share_key(account: AccountId, share: str) -> ShareKey:
    return account.key, share.lower()


def _job_key(vault: SeenVault, job: Job) -> tuple[str, ...]:
    return _name_key(vault, job.account_name, job.share)


def _name_key(vault: SeenVault, account: str, share: str) -> tuple[str, ...]:
    """A job tells a share by names alone; within its vault that will do."""
    return str(vault.ref), account.lower(), share.lower()
