# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drills: restores into a share of their own, which prove that a backup can be restored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from .._azure.errors import BackupError
from .._azure.ids import AccountId, VaultId, last_segment, same
from .._azure.times import format_time, parse_time
from .protected_item import ProtectedItem
from .recovery_point import RecoveryPoint

PREFIX = "drill-"
LONGEST_PART = 40  # characters of the source's name in that of the drill's share, which has 63 at most

# How drills end.
PASSED, FAILED, UNFINISHED, PLANNED = "passed", "failed", "unfinished", "planned"

DrillKey = tuple[str, str]


def key_of(account_id: str, share: str) -> DrillKey:
    """What tells one share from all others: the id of its account, and its name."""
    return account_id.rstrip("/").lower(), share.lower()


def item_key(item: ProtectedItem) -> DrillKey:
    return key_of(item.source_resource_id, item.share)


def by_name(item: ProtectedItem) -> tuple[str, str, str]:
    """The order of shares: by the names of account and share."""
    account, share = item_key(item)
    return last_segment(account), share, account


@dataclass(frozen=True)
class Mark:
    """What the share of a drill says of itself in its metadata: nothing without it is ever deleted.

    ``kept`` is true once the drill is over and its share was to stay.
    """

    vault: str
    account: str
    share: str
    point: str
    point_time: datetime | None
    started: datetime | None
    kept: bool = False

    @classmethod
    def of(cls, vault: VaultId, item: ProtectedItem, point: RecoveryPoint, started: datetime) -> Mark:
        return cls(str(vault), item.source_resource_id, item.share, point.name, point.time, started)

    @classmethod
    def read(cls, metadata: Mapping[str, str], vault: VaultId) -> Mark | None:
        """None for a share that no drill of this vault has made. The names of metadata are in lower case."""
        told = {name: unquote(metadata.get(f"azurefiles_backup_drill_{name}", "")) for name in _NAMES}
        if not same(told["vault"], str(vault)) or not (told["account"] and told["share"]):
            return None
        return cls(
            vault=told["vault"],
            account=told["account"],
            share=told["share"],
            point=told["point"],
            point_time=parse_time(told["point_time"]),
            started=parse_time(told["started"]),
            kept=bool(told["kept"]),
        )

    def to_metadata(self) -> dict[str, str]:
        """Metadata takes letters of the ASCII alone, and groups may have others."""
        told = {
            "vault": self.vault,
            "account": self.account,
            "share": self.share,
            "point": self.point,
            "point_time": format_time(self.point_time) or "",
            "started": format_time(self.started) or "",
            "kept": "yes" if self.kept else "",
        }
        return {f"azurefiles_backup_drill_{name}": quote(value, safe=" /;:") for name, value in told.items() if value}

    @property
    def key(self) -> DrillKey:
        return key_of(self.account, self.share)

    @property
    def account_name(self) -> str:
        account = AccountId.parse(self.account)
        return account.name if account else ""

    @property
    def share_name(self) -> str:
        """A name for the drill's share that no other drill has."""
        unique = "/".join((*self.key, self.point, format_time(self.started) or ""))
        source = re.sub(r"[^a-z0-9]+", "-", self.share.lower())[:LONGEST_PART].strip("-")
        return f"{PREFIX}{source}-{hashlib.sha256(unique.encode()).hexdigest()[:8]}"


_NAMES = ("vault", "account", "share", "point", "point_time", "started", "kept")


@dataclass(frozen=True)
class PastDrill:
    """A drill as an earlier report has it; ``made`` is its share, and ``entry`` all that stands there."""

    key: DrillKey
    started: datetime
    job_id: str | None
    made: str
    outcome: str
    restored_files: int | None
    entry: Mapping[str, Any]

    @property
    def told(self) -> bool:
        """Whether its end is known."""
        return self.outcome in (PASSED, FAILED)

    @classmethod
    def from_report(cls, entry: Any) -> PastDrill:
        """Raises BackupError for what is no drill of a report."""
        known = entry if isinstance(entry, Mapping) else {}
        started, files, job = parse_time(known.get("started_at")), known.get("restored_files"), known.get("job_id")
        account, share = known.get("storage_account_id"), known.get("share")
        if not (isinstance(account, str) and isinstance(share, str) and started):
            raise BackupError(
                "history has an entry that is no drill of a report: each needs storage_account_id, share and "
                "started_at. Hand over the history that this module returned, or leave it out to begin anew."
            )
        return cls(
            key=key_of(account, share),
            started=started,
            job_id=job if isinstance(job, str) else None,
            made=str(known.get("target_share") or ""),
            outcome=str(known.get("outcome")),
            restored_files=files if isinstance(files, int) else None,
            entry=_tidied(known),
        )


# What a report tells of a drill, and by which kinds of values.
_TEXTS = (
    *("storage_account", "storage_account_id", "share", "policy", "reason", "started_at", "ended_at"),
    *("recovery_point", "recovery_point_time", "tier", "target_storage_account", "target_share", "cleanup"),
    *("job_id", "status"),
)
_AMOUNTS = (
    *("rpo_hours", "rto_minutes", "restored_files", "skipped_files", "failed_files", "transferred_mb"),
    *("source_bytes", "restored_bytes"),
)
_LISTS = ("problems", "remarks")


def _tidied(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with all its keys, whatever has become of the file that it was kept in."""
    error, outcome = entry.get("error"), entry.get("outcome")
    lists = {name: entry[name] if isinstance(entry.get(name), list) else [] for name in _LISTS}
    return (
        {name: entry[name] if isinstance(entry.get(name), str) else None for name in _TEXTS}
        | {name: entry[name] if isinstance(entry.get(name), int | float) else None for name in _AMOUNTS}
        | {name: [str(each) for each in found] for name, found in lists.items()}
        | {
            "outcome": outcome if outcome in (PASSED, FAILED) else UNFINISHED,
            "picked_up": entry.get("picked_up") is True,
            "error": error if isinstance(error, dict) else None,
        }
    )
