# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A share's protection, and what changes about it, in words. A plan is told in the same ones as what was done."""

from __future__ import annotations

from .._plan.protection import Step
from .._records.protected_item import (
    BACKUPS_SUSPENDED,
    IR_PENDING,
    NOT_PROTECTED,
    PROTECTED,
    PROTECTION_STOPPED,
    SOFT_DELETED,
    ProtectedItem,
)

# What the service's words for states mean. The one that nobody guesses is shown too, for those who look for it there.
_STATES = {
    NOT_PROTECTED: "not protected",
    IR_PENDING: "waiting for its first backup (IRPending)",
    PROTECTION_STOPPED: "stopped",
    BACKUPS_SUSPENDED: "suspended",
    SOFT_DELETED: "soft-deleted",
}


def state_in_words(state: str | None, policy: str | None) -> str:
    """How a share is protected, such as "policy daily-30, waiting for its first backup (IRPending)"."""
    if state == PROTECTED and policy:
        return f"policy {policy}"
    told = _STATES.get(state, state) if state else "not known yet"
    return f"policy {policy}, {told}" if policy else told


def change_in_words(step: Step, after: ProtectedItem | None, state: str | None, policy: str | None) -> str:
    """What a step changes. ``after``, where it was read, ``state`` and ``policy`` are those that it leads to."""
    if step.action == "delete":
        return _delete(after, state)
    return _TOLD[step.action](step, policy or step.policy_after)


def _protect(_step: Step, policy: str | None) -> str:
    return f"protected by {policy}"


def _change_policy(step: Step, policy: str | None) -> str:
    return f"policy {step.policy_before or 'none'} -> {policy}"


def _resume(step: Step, policy: str | None) -> str:
    last = step.item.last_backup_time if isinstance(step.item, ProtectedItem) else None
    since = f" after its backup of {last:%Y-%m-%d}" if last else ""
    return f"resumed by {policy}, was {_STATES.get(step.before, step.before)}{since}"


def _undelete(step: Step, policy: str | None) -> str:
    then = "and stopped" if step.after == PROTECTION_STOPPED else f"and resumed by {policy}"
    deleted = step.item.deleted_time if isinstance(step.item, ProtectedItem) else None
    return f"undeleted {then}" + (f", was deleted on {deleted:%Y-%m-%d}" if deleted else "")


def _stop(_step: Step, _policy: str | None) -> str:
    return "stopped, its recovery points are kept"


def _suspend(step: Step, _policy: str | None) -> str:
    return f"suspended, its recovery points are kept as {step.policy_before} says"


def _delete(after: ProtectedItem | None, state: str | None) -> str:
    if after and after.purge_time:
        return f"deleted, can be taken back until {after.purge_time:%Y-%m-%d %H:%M} UTC"
    if state == NOT_PROTECTED:
        return "deleted, and cannot be taken back"
    return "deleted, and can be taken back only if the vault keeps deleted data for some days"


_TOLD = {
    "protect": _protect,
    "change_policy": _change_policy,
    "resume": _resume,
    "undelete": _undelete,
    "stop": _stop,
    "suspend": _suspend,
}
