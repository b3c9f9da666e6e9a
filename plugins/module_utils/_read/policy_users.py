# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shares that use a policy, and what a shorter retention costs them."""

from __future__ import annotations

from datetime import timedelta

from .._azure.errors import BackupError
from .._azure.ids import same
from .._azure.times import now
from .._records.policy import Policy, Terms
from .._run.parallel import side_by_side
from .._session import Session

AT_ONCE = 10  # shares whose recovery points are read side by side
MOST = 50  # shares whose recovery points are read; of more, the shares alone are counted


def warn_of_shorter(session: Session, policy: Policy, terms: Terms) -> None:
    """Say before a policy keeps backups for less time how much that is about; nothing where no share uses it.

    It costs a list, and a read for each of up to 50 shares. That Azure deletes what a shorter retention does not keep
    is documented, and not seen here.
    """
    try:
        users = [item for item in session.vault.protected_items() if item.policy_id and same(item.policy_id, policy.id)]
    except BackupError:
        return
    if not users:
        return
    shares = f"{len(users)} {'share uses' if len(users) == 1 else 'shares use'}"
    words = f"The policy '{policy.name}' keeps backups for less time than before, and {shares} it."
    days = terms.retention.days if terms.retention else None
    if days is None or len(users) > MOST:
        session.warn(f"{words} Azure deletes the recovery points that it does not keep any more.")
        return
    answers = side_by_side(lambda item: session.vault.recovery_points(item.address), users, AT_ONCE)
    edge = now() - timedelta(days=days)
    known = [points for points in answers if not isinstance(points, Exception)]
    older = sum(point.time is not None and point.time < edge for points in known for point in points)
    told = f"{older} of their recovery points {'is' if older == 1 else 'are'} older than {days} days"
    unread = f" ({len(answers) - len(known)} shares could not be read)" if len(known) < len(answers) else ""
    session.warn(f"{words} {told}{unread}; those that no other rule of the policy keeps, Azure deletes.")
