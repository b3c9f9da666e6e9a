# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is to what shall be, share by share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .._azure.errors import BackupError
from .._options.policies import PolicyRef
from .._options.protection import LEAVE, Choice, Desired
from .._options.shares import not_found
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import (
    ACTIVE_STATES,
    BACKUPS_SUSPENDED,
    IR_PENDING,
    NOT_PROTECTED,
    PROTECTION_STOPPED,
    SOFT_DELETED,
    ProtectedItem,
)
from .._records.safeguards import Approval
from .._records.storage_account import Share

NOT_OFFERED = "the vault does not offer this share, also after an inquiry"
LOOKED_FOR_DAILY = (
    f"{NOT_OFFERED}. Each run spends one of the account's 25 daily inquiries to look for it; name it in exclude to "
    "end that"
)
GONE = "the share is deleted; the vault keeps its recovery points"


@dataclass(frozen=True)
class Actual:
    """What was read about one account's shares; the mappings go by the share's name in lower case.

    ``offered`` is None where it was not needed; ``listed``, the account's own list, also where it may not be read.
    ``gone`` are the shares, in lower case, whose items are of shares that are deleted, whatever has their names now.
    """

    account: str
    registered: bool = True
    items: Mapping[str, ProtectedItem] = field(default_factory=dict)
    offered: Mapping[str, ProtectableItem] | None = None
    listed: Mapping[str, Share] | None = None
    inquired: bool = False
    gone: frozenset[str] = frozenset()

    def names(self) -> list[str]:
        """Every share that is known to exist, spelled as Azure spells it."""
        if self.listed is not None:
            return sorted(share.name for share in self.listed.values())
        known = [item.share for item in self.items.values()]
        known += [item.share for item in (self.offered or {}).values() if item.share.lower() not in self.items]
        return sorted(known)


@dataclass(frozen=True)
class Step:
    """What is to be done about one share. Without an ``item``, ``protect`` needs an inquiry to find the share first.

    ``choice`` is what decided on the share, ``approval`` what lets the step past a resource guard.
    """

    share: str
    action: str
    before: str
    after: str
    item: ProtectedItem | ProtectableItem | None = None
    problem: BackupError | None = None
    choice: Choice | None = None
    approval: Approval | None = None

    @property
    def guarded(self) -> bool:
        """Whether a resource guard has to approve of it."""
        return self.approval is not None

    @property
    def left(self) -> bool:
        """Whether somebody ended the backups of the share, and this is left as it is."""
        return (
            self.action == "none"
            and self.choice is not None
            and self.choice.stopped == LEAVE
            and isinstance(self.item, ProtectedItem)
            and self.item.state not in ACTIVE_STATES
            and self.problem is None
        )

    @property
    def policy(self) -> PolicyRef | None:
        """The policy that the step gives to the share."""
        return self.choice.policy if self.choice and self.needs_policy else None

    @property
    def policy_before(self) -> str | None:
        """The name of the share's policy as it was read."""
        return self.item.policy_name if isinstance(self.item, ProtectedItem) else None

    @property
    def policy_after(self) -> str | None:
        """The name of the policy that the share will have."""
        if self.policy:
            return self.policy.name
        return None if self.changes else self.policy_before

    @property
    def changes(self) -> bool:
        return self.action != "none"

    @property
    def needs_policy(self) -> bool:
        return self.action in ("protect", "change_policy", "resume") or (
            self.action == "undelete" and self.after != PROTECTION_STOPPED
        )


@dataclass(frozen=True)
class Skipped:
    share: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """``needs_inquiry``: only a new look at the account can show all the shares that are asked for."""

    steps: tuple[Step, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    excluded: tuple[str, ...] = ()
    needs_inquiry: bool = False

    def without_unseen(self, problem: BackupError) -> Plan:
        """The plan where the shares could not be looked for: those that are still unseen have that as their problem."""
        return replace(
            self,
            steps=tuple(
                replace(step, action="none", after=step.before, problem=problem) if _unseen([step]) else step
                for step in self.steps
            ),
            needs_inquiry=False,
        )

    @property
    def needs_policy(self) -> bool:
        return any(step.needs_policy for step in self.steps)

    @property
    def changes(self) -> bool:
        return any(step.changes for step in self.steps)


def make_plan(actual: Actual, desired: Desired) -> Plan:
    """One step for each share that is asked for, in the order asked; all_shares goes by name."""
    if not desired.all_shares:
        named = tuple(_step(share, actual, desired) for share in desired.names)
        return Plan(named, needs_inquiry=_unseen(named))
    steps: list[Step] = []
    skipped: list[Skipped] = []
    excluded: list[str] = []
    for share in _candidates(actual, desired):
        if not desired.wants(share):
            excluded.append(share)
            continue
        step = _step(share, actual, desired)
        if step.problem:
            skipped.append(Skipped(share, step.problem.message))
        else:
            steps.append(step)
    blind = desired.state == "present" and not (steps or skipped or excluded or actual.inquired)
    return Plan(tuple(steps), tuple(skipped), tuple(excluded), _unseen(steps) or (blind and actual.listed is None))


def _unseen(steps: Iterable[Step]) -> bool:
    return any(step.action == "protect" and step.item is None for step in steps)


def missing(actual: Actual, desired: Desired) -> list[str]:
    """The shares to protect that the vault does not protect yet: only for these its list of offers is worth reading."""
    if desired.state != "present":
        return []
    names = actual.names() if desired.all_shares else desired.names
    settled = set(actual.items) - actual.gone
    settled |= {name for name, share in (actual.listed or {}).items() if share.unsupported}
    return [name for name in names if name.lower() not in settled and desired.wants(name)]


def revivable(actual: Actual, desired: Desired) -> list[ProtectedItem]:
    """The items that would be protected again, if their shares are still there."""
    if desired.state != "present":
        return []
    return [
        item
        for share, item in actual.items.items()
        if item.state not in ACTIVE_STATES
        and desired.wants(item.share)
        and not (desired.all_shares and _unlisted(share, actual))
    ]


def _candidates(actual: Actual, desired: Desired) -> list[str]:
    """What all_shares means: to protect, the shares that exist; otherwise, those that the vault has something of.

    A soft-deleted item is left to its deletion, unless its share shall be protected again.
    """
    if desired.state == "present":
        gone = [item.share for item in actual.items.values() if item.share.lower() not in (actual.listed or {})]
        return sorted({*actual.names(), *(gone if actual.listed is not None else [])})
    return sorted(item.share for item in actual.items.values() if item.state != SOFT_DELETED)


def _step(share: str, actual: Actual, desired: Desired) -> Step:
    choice = desired.choice(share)
    return replace(_bare_step(share, actual, desired, choice), choice=choice)


def _bare_step(share: str, actual: Actual, desired: Desired, choice: Choice | None) -> Step:
    item = actual.items.get(share.lower())
    if item is None:
        return _step_for_unprotected(share, actual, desired)
    if desired.state == "present":
        is_gone = share.lower() in actual.gone
        if is_gone and _is_made_anew(share, actual):
            return _step_for_unprotected(share, actual, desired)
        if is_gone or (desired.all_shares and _unlisted(share, actual)):
            return Step(share, "none", item.state, item.state, item, problem=BackupError(GONE))
    return _TRANSITIONS[desired.state](share, item, choice)


def _unlisted(share: str, actual: Actual) -> bool:
    """Whether the account's own list shows that there is no such share; a protected item outlives its share."""
    return actual.listed is not None and not _lives(share, actual)


def _lives(share: str, actual: Actual) -> bool:
    listed = (actual.listed or {}).get(share.lower())
    return listed is not None and not listed.deleted


def _is_made_anew(share: str, actual: Actual) -> bool:
    """Whether another share has the name of one that is gone; its item has nothing to do with the old one's."""
    return _lives(share, actual) or share.lower() in (actual.offered or {})


def _step_for_unprotected(share: str, actual: Actual, desired: Desired) -> Step:
    if desired.state == "absent":
        return Step(share, "none", NOT_PROTECTED, NOT_PROTECTED)
    if desired.state == "present":
        offer = (actual.offered or {}).get(share.lower())
        problem = None if offer else _unprotectable(share, actual, desired)
        if problem is None:
            return Step(share, "protect", NOT_PROTECTED, IR_PENDING, offer)
        return Step(share, "none", NOT_PROTECTED, NOT_PROTECTED, problem=problem)
    problem = BackupError(f"The share '{share}' is not protected, so it cannot be {desired.state}.")
    if actual.listed is not None and share.lower() not in actual.listed:
        problem = not_found(share, actual.account, [*actual.names(), *actual.items])
    return Step(share, "none", NOT_PROTECTED, NOT_PROTECTED, problem=problem)


def _unprotectable(share: str, actual: Actual, desired: Desired) -> BackupError | None:
    """Why a share that the vault does not offer cannot be protected; None where an inquiry may still find it."""
    if actual.listed is not None:
        listed = actual.listed.get(share.lower())
        if listed is None:
            return not_found(share, actual.account, [*actual.names(), *actual.items])
        if listed.unsupported:
            return BackupError(listed.unsupported)
        if not actual.inquired:
            return None
        return BackupError(LOOKED_FOR_DAILY if desired.all_shares else NOT_OFFERED)
    return not_found(share, actual.account, [*actual.names(), *actual.items]) if actual.inquired else None


def _to_present(share: str, item: ProtectedItem, choice: Choice | None) -> Step:
    if item.state not in ACTIVE_STATES and choice and choice.stopped == LEAVE:
        return Step(share, "none", item.state, item.state, item)
    if item.state == SOFT_DELETED:
        return Step(share, "undelete", item.state, IR_PENDING, item)
    if item.state not in ACTIVE_STATES:
        return Step(share, "resume", item.state, IR_PENDING, item)
    if choice and choice.policy and not choice.policy.means(item.policy_id):
        return Step(share, "change_policy", item.state, item.state, item)
    return Step(share, "none", item.state, item.state, item)


def _to_stopped(share: str, item: ProtectedItem, _choice: Choice | None) -> Step:
    if item.state == PROTECTION_STOPPED:
        return Step(share, "none", item.state, item.state, item)
    if item.state == SOFT_DELETED:
        return Step(share, "undelete", item.state, PROTECTION_STOPPED, item)
    return Step(share, "stop", item.state, PROTECTION_STOPPED, item)


def _to_suspended(share: str, item: ProtectedItem, _choice: Choice | None) -> Step:
    if item.state == BACKUPS_SUSPENDED:
        return Step(share, "none", item.state, item.state, item)
    if item.state in (PROTECTION_STOPPED, SOFT_DELETED):
        problem = BackupError(
            f"The share '{share}' has no policy any more ({item.state}), so its recovery points cannot be kept as a "
            "policy says. Protect it again with state: present first."
        )
        return Step(share, "none", item.state, item.state, item, problem=problem)
    return Step(share, "suspend", item.state, BACKUPS_SUSPENDED, item)


def _to_absent(share: str, item: ProtectedItem, _choice: Choice | None) -> Step:
    if item.state == SOFT_DELETED:
        return Step(share, "none", item.state, item.state, item)
    # Soft delete is on in every new vault; where it is off, the item is gone at once.
    return Step(share, "delete", item.state, SOFT_DELETED, item)


_TRANSITIONS: dict[str, Callable[[str, ProtectedItem, Choice | None], Step]] = {
    "present": _to_present,
    "stopped": _to_stopped,
    "suspended": _to_suspended,
    "absent": _to_absent,
}
