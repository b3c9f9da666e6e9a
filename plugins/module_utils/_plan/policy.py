# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a policy: a new one's terms, and those of an existing one that is to change."""

from __future__ import annotations

import re

from .._azure.errors import BackupError
from .._azure.ids import same
from .._options.policy_terms import WantedTerms, check_limits, only_in_vault_tier
from .._records.policy import (
    SNAPSHOT,
    UTC,
    VAULT,
    Retention,
    Terms,
)

USUAL_SNAPSHOT = 5

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_!-]{2,149}")


def terms_of_new(wanted: WantedTerms, name: str) -> Terms:
    """The terms of a policy that is still to be made. Raises BackupError for what it cannot be made of."""
    if wanted.schedule is None or wanted.retention is None:
        missing = " and ".join(
            option for option, value in (("schedule", wanted.schedule), ("retention", wanted.retention)) if not value
        )
        raise BackupError(f"There is no policy '{name}' yet; to make it, {missing} must be given.")
    if not _NAME.fullmatch(name):
        raise BackupError(
            f"'{name}' cannot be a policy's name: those have 3 to 150 letters, digits, hyphens and underscores, "
            "and begin with a letter."
        )
    terms = _over(wanted, Terms(wanted.schedule, UTC, wanted.retention))
    _check_all(terms)
    return terms


def terms_of(wanted: WantedTerms, before: Terms, name: str) -> Terms:
    """An existing policy's terms as they are to be; they are equal to ``before`` where nothing has to change.

    Raises BackupError for a change of the tier that is impossible or not allowed, and for terms beyond the limits.
    """
    if before.tier == VAULT and wanted.tier == SNAPSHOT:
        raise BackupError(
            f"The policy '{name}' is in the vault tier, and Azure cannot take a policy back to the snapshot tier. "
            "Make another policy in the snapshot tier, and give that one to the shares."
        )
    if before.tier == SNAPSHOT and wanted.tier == VAULT and not wanted.allow_tier_change:
        raise BackupError(
            f"Moving the policy '{name}' from the snapshot tier to the vault tier cannot be undone, and storage in "
            "the vault is charged for; snapshots that exist stay as they are. It needs allow_tier_change: true."
        )
    terms = _over(wanted, before)
    if terms == before:
        return before
    for option, value in (("schedule", terms.schedule), ("retention", terms.retention)):
        if value is None:
            raise BackupError(
                f"The policy '{name}' has a {option} of a kind that is not known here, so it cannot be kept while "
                f"the rest is changed: give {option}."
            )
    _check_all(terms)
    return terms


def _over(wanted: WantedTerms, before: Terms) -> Terms:
    """The terms that come of ``before`` where ``wanted`` says nothing else."""
    retention, tier = wanted.retention or before.retention, wanted.tier or before.tier
    if tier == SNAPSHOT and wanted.snapshot_retention_days is not None:
        raise only_in_vault_tier()
    return Terms(
        schedule=wanted.schedule or before.schedule,
        time_zone=_zone(wanted, before),
        retention=retention,
        tier=tier,
        snapshot_retention_days=_snapshots(wanted, before, retention) if tier == VAULT else None,
    )


def _zone(wanted: WantedTerms, before: Terms) -> str:
    """What is not named stays, also where the schedule changes."""
    zone = wanted.time_zone or before.time_zone
    return before.time_zone if same(zone, before.time_zone) else zone


def _snapshots(wanted: WantedTerms, before: Terms, retention: Retention | None) -> int | None:
    if wanted.snapshot_retention_days is not None or before.tier == VAULT:
        return wanted.snapshot_retention_days or before.snapshot_retention_days
    return min(USUAL_SNAPSHOT, retention.days or USUAL_SNAPSHOT) if retention else USUAL_SNAPSHOT


def _check_all(terms: Terms) -> None:
    check_limits(terms.schedule, terms.retention, terms.tier, terms.snapshot_retention_days)
