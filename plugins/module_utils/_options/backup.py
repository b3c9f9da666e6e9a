# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The backups that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .._azure.errors import BackupError
from .._azure.times import format_time, parse_time
from .shares import Selection

LONGEST_RETENTION = timedelta(days=3653)  # ten years, the service's limit for on-demand backups


@dataclass(frozen=True)
class WantedBackups:
    """Backups of shares that have no recovery point younger than ``max_age`` minutes; 0 means of all of them."""

    selection: Selection
    expiry: datetime
    max_age: int = 0


def expiry_of(retain_until: str | None, retention_days: int, now: datetime) -> datetime:
    """When new recovery points expire.

    Raises BackupError for a time that is none, that is past, or beyond the service's limit.
    """
    if retain_until:
        expiry = parse_time(retain_until)
        if expiry is None:
            raise BackupError(
                f"retain_until '{retain_until}' is not a time: write 2027-01-31, or 2027-01-31T18:00:00Z "
                "(without a zone it is UTC)."
            )
        if expiry <= now:
            raise BackupError(f"retain_until '{retain_until}' is in the past; it is {format_time(now)} now.")
    else:
        if retention_days < 1:
            raise BackupError(f"retention_days is {retention_days}, but a recovery point is kept for a day at least.")
        if retention_days > LONGEST_RETENTION.days:
            raise BackupError(
                f"retention_days is {retention_days}, but Azure keeps on-demand backups for 10 years at most."
            )
        expiry = now + timedelta(days=retention_days)
    if expiry > now + LONGEST_RETENTION:
        raise BackupError(
            f"retain_until '{retain_until}' is too far off: Azure keeps on-demand backups for 10 years at most."
        )
    return expiry
