# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What will become of a share's recovery points under its policy, if all goes on as it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from .._options.snapshots import SNAPSHOTS, kept_after, kept_until, snapshots_kept
from .._records.policy import VAULT, Policy, Retention

FARTHEST = 3650  # days that a forecast looks ahead
STEP = 7  # days


@dataclass(frozen=True)
class Forecast:
    """``snapshots`` and ``vault`` are how long either tier keeps backups, by unit; None where the policy does not say.

    ``at_most`` is how many snapshots the policy keeps at once in the end, ``full_on`` the day on which there will be
    the 200 that a share can hold, and ``last_point_expires`` the day after which nothing is left if no backup follows.
    """

    snapshots: dict[str, int] | None = None
    vault: dict[str, int] | None = None
    at_most: int | None = None
    full_on: date | None = None
    last_point_expires: date | None = None

    def to_result(self) -> dict[str, Any]:
        return {
            "snapshot_retention": self.snapshots,
            "vault_retention": self.vault,
            "snapshots_at_most": self.at_most,
            "snapshots_full_on": self.full_on.isoformat() if self.full_on else None,
            "last_recovery_point_expires": self.last_point_expires.isoformat() if self.last_point_expires else None,
        }


def forecast(policy: Policy | None, latest: datetime | None, oldest: datetime | None, at: datetime) -> Forecast:
    """``oldest`` is None where it was not read; then there is no telling when the snapshots are full."""
    if policy is None:
        return Forecast()
    terms = policy.terms
    in_vault = terms.tier == VAULT
    snapshots = Retention(terms.snapshot_retention_days) if in_vault else terms.retention
    a_day = terms.schedule.backups_a_day if terms.schedule else None
    lasting = terms.retention
    return Forecast(
        snapshots=_counts(snapshots),
        vault=_counts(terms.retention) if in_vault else None,
        at_most=snapshots_kept(snapshots, a_day) if snapshots and a_day else None,
        full_on=_full_on(snapshots, a_day, oldest.date(), at.date()) if snapshots and a_day and oldest else None,
        last_point_expires=kept_until(lasting, latest.date()) if lasting and latest else None,
    )


def _counts(retention: Retention | None) -> dict[str, int] | None:
    return retention.counts or None if retention else None


def _full_on(retention: Retention, a_day: int, begun: date, today: date) -> date | None:
    """The first day, a week more or less, on which the policy will have kept 200."""
    if snapshots_kept(retention, a_day) < SNAPSHOTS:
        return None
    age = max(0, (today - begun).days)
    for ahead in range(0, FARTHEST, STEP):
        day = today + timedelta(days=ahead)
        if kept_after(retention, a_day, day, age + ahead) >= SNAPSHOTS:
            return day
    return None
