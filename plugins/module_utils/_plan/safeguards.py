# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource guard has to approve of, and what an immutable vault does not do."""

from __future__ import annotations

from dataclasses import replace

from .._azure.errors import BackupError
from .._records.policy import Terms
from .._records.safeguards import CHANGE_ITEM, DELETE_ITEM, STOP_ITEM, SUSPEND_ITEM, Safeguards
from .protection import Step

_ENDS = {"delete": DELETE_ITEM, "stop": STOP_ITEM, "suspend": SUSPEND_ITEM}


def keeps_shorter(new: Terms, old: Terms) -> bool:
    """Whether anything is kept for less time than before: a count is lower, or a rule is gone."""
    after = _kept(new)
    return any(count > after.get(unit, 0) for unit, count in _kept(old).items())


def keeps_less(new: Terms, old: Terms) -> bool:
    """Whether backups are kept for less time or taken more rarely, for which a guard is asked.

    Terms that cannot be read may be less: to ask without need does no harm.
    """
    if not (new.schedule and old.schedule and new.retention and old.retention):
        return True
    return new.schedule.backups_a_day < old.schedule.backups_a_day or keeps_shorter(new, old)


def _kept(terms: Terms) -> dict[str, int]:
    counts = dict(terms.retention.counts) if terms.retention else {}
    return counts | ({"snapshots": terms.snapshot_retention_days} if terms.snapshot_retention_days else {})


def critical_operation(step: Step, before: Terms | None, after: Terms | None) -> str | None:
    """The operation, in the service's words, that a guard may watch over; None for a harmless step.

    ``before`` and ``after`` are the terms of the share's policies, where it has one and gets another.
    """
    if step.action in _ENDS:
        return _ENDS[step.action]
    return CHANGE_ITEM if before and after and keeps_less(after, before) else None


def safeguarded(step: Step, operation: str, shorter: bool, safeguards: Safeguards, vault: str) -> Step:
    """The step with the guard's approval; or, where the immutable ``vault`` does not do it, with that as its problem.

    ``shorter``: whether the share gets a policy that keeps less than the one before.
    """
    state = safeguards.immutability
    if state and (step.action == "delete" or shorter):
        problem = _cannot_delete(step, state, vault) if step.action == "delete" else _cannot_shorten(step, state, vault)
        return replace(step, action="none", after=step.before, problem=problem)
    return replace(step, approval=safeguards.approval(operation))


def _cannot_delete(step: Step, state: str, vault: str) -> BackupError:
    return BackupError(
        f"The vault '{vault}' is immutable ({state}), so the backup data of the share '{step.share}' cannot be deleted "
        "before it expires. Possible are state: suspended, which takes no more backups and lets the recovery points "
        f"expire as the policy says, and state: stopped, which keeps them for ever.{_way_out(state)}"
    )


def _cannot_shorten(step: Step, state: str, vault: str) -> BackupError:
    return BackupError(
        f"The vault '{vault}' is immutable ({state}), so the share '{step.share}' cannot get the policy "
        f"'{step.policy_after}', which keeps backups for less time than its policy '{step.policy_before}'. Possible is "
        f"a policy that keeps them for as long or longer; it may back up more rarely.{_way_out(state)}"
    )


def cannot_shorten_policy(name: str, state: str, vault: str) -> BackupError:
    return BackupError(
        f"The vault '{vault}' is immutable ({state}), so the policy '{name}' cannot keep backups for less time than it "
        "does. Possible are a longer retention and another schedule, and another policy for shares that are protected "
        f"from now on.{_way_out(state)}"
    )


def _way_out(state: str) -> str:
    if state == "Locked":
        return " That is for good: nobody can unlock the vault."
    return " As long as it is Unlocked, those who manage the vault can end its immutability."
