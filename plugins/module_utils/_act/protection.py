# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protecting shares, and ending their protection: read, plan, act side by side, wait, read back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .._options.accounts import AccountRef
from .._options.protection import Desired
from .._plan.protection import LOOKED_FOR_DAILY, Actual, Plan, make_plan, missing, revivable
from .._read.accounts import registered_container
from .._read.inventory import (
    gone_shares,
    listed_shares,
    not_registered,
    offered_shares,
    protected_shares,
    unregistered,
    unregistered_account,
)
from .._read.lists import Lists, ReadOnce
from .._read.policies import find_policy
from .._records.protectable_item import ProtectableItem
from .._records.protected_item import NOT_PROTECTED, ProtectedItem
from .._result.failed_shares import failed_shares
from .._result.protection import ProtectionResult, ShareResult, policy_after
from .._session import Session
from .inquiry import inquire_account
from .protection_work import ProtectionWork, is_as_planned, items_of

# How often the vault's offers are read after an inquiry, where a share that has to be among them is not.
LOOKS = 4
BLIND = (
    "The storage account's own list of shares cannot be read (the role 'Reader' on the account allows it), so shares "
    "created since the last inquiry are not seen; afs_protectable_item_info with inquire: always makes them known."
)

# What is said of a share that has reached the state.
_DONE = {"present": "protected", "stopped": "stopped", "suspended": "suspended", "absent": "deleted"}


@dataclass
class _Task:
    """What there is to do for one account."""

    account: AccountId
    actual: Actual
    plan: Plan
    policy_id: str
    results: list[ShareResult]

    @property
    def changing(self) -> list[ShareResult]:
        return [result for result in self.results if result.step.changes]


def ensure_protection(session: Session, ref: AccountRef, desired: Desired, parallel: int) -> None:
    """Bring shares of one account to the desired state. The outcome fails if a share did.

    ``parallel`` shares at once are sent to Azure; what it has taken on is waited for all together, however many.
    """
    if desired.policy:
        desired.policy.check(session.vault.id)
    task = _task(session, ReadOnce(session.vault), ref, desired)
    _warn(session, task, desired)
    session.outcome.result = ProtectionResult(task.results, task.plan.skipped, task.plan.excluded)
    if task.changing and not session.check_mode:
        with session.progress.counting(
            task.account.name, _DONE[desired.state], lambda: [result.stage for result in task.changing]
        ):
            _apply(session, task, desired, parallel)
    session.outcome.failure = failed_shares([(result.step.share, result.error) for result in task.results])


def _task(session: Session, lists: Lists, ref: AccountRef, desired: Desired) -> _Task:
    """Read and plan. The lists are those of the vault, and can serve other accounts of it too."""
    account, actual = _read(session, lists, ref, desired)
    plan = make_plan(actual, desired)
    policy_id = _policy_id(lists, plan, desired)
    if plan.needs_inquiry and actual.registered and not session.check_mode:
        plan, actual = _inquired_plan(session, ref, account, actual, desired)
        policy_id = policy_id or _policy_id(lists, plan, desired)
    results = [
        ShareResult.expected(step, desired) if session.check_mode else ShareResult.begun(step) for step in plan.steps
    ]
    return _Task(account, actual, plan, policy_id, results)


# Read


def _read(session: Session, lists: Lists, ref: AccountRef, desired: Desired) -> tuple[AccountId, Actual]:
    """Only what the plan needs: a single list where everything that is asked for by name is protected already."""
    items = protected_shares(lists, ref)
    account, registered = next((item.account for item in items.values() if item.account), None), True
    if account is None:
        account, registered = _account_without_items(session, lists, ref)
    actual = Actual(account.name, registered, items)
    wants_everything = desired.selection.all_shares and desired.state == "present"
    if wants_everything or not registered:
        actual = replace(actual, listed=listed_shares(session, account))
    actual = replace(actual, gone=gone_shares(session, revivable(actual, desired)))
    if registered and (missing(actual, desired) or (wants_everything and actual.listed is None)):
        actual = replace(actual, offered=offered_shares(lists, account))
    if registered and not wants_everything and _unknown(actual, desired):
        actual = replace(actual, listed=listed_shares(session, account))
    return account, actual


def _offered_now(session: Session, account: AccountId, actual: Actual, desired: Desired) -> dict[str, ProtectableItem]:
    """The vault's offers after an inquiry.

    A list of several pages can hide a share: when others of the vault are protected while it is read, those behind
    them move to pages that were read already. So one look is not enough to say that a share is not offered.
    """
    offered: dict[str, ProtectableItem] = {}
    for _look in range(LOOKS):
        offered |= offered_shares(session.vault, account)
        if not _hidden(actual, desired, offered):
            break
    return offered


def _hidden(actual: Actual, desired: Desired, offered: dict[str, ProtectableItem]) -> bool:
    """Whether a share that is to be protected, exists and is of the right kind, is not offered."""
    shares = actual.listed or {}
    names = {name.lower() for name in missing(actual, desired)} - set(offered)
    return any(name in shares and not shares[name].unsupported for name in names)


def _inquired_plan(
    session: Session, ref: AccountRef, account: AccountId, actual: Actual, desired: Desired
) -> tuple[Plan, Actual]:
    """The plan after a new look at the account. Where that fails, the shares that the vault knows already go on."""
    problem: BackupError | None = None
    try:
        inquire_account(session, ref)
    except BackupError as error:
        problem = error
    # The protected ones anew as well: another run may have come first, and a list that changes can skip one.
    actual = replace(actual, items=protected_shares(session.vault, ref), inquired=problem is None)
    actual = replace(actual, offered=_offered_now(session, account, actual, desired))
    plan = make_plan(actual, desired)
    if problem is None:
        return plan, actual
    if plan.needs_inquiry and not plan.steps:
        raise problem
    return plan.without_unseen(problem), actual


def _account_without_items(session: Session, lists: Lists, ref: AccountRef) -> tuple[AccountId, bool]:
    """An account of which nothing is protected has to be registered; only a plan may come before that."""
    container = registered_container(lists, ref)
    if container and container.account:
        return container.account, True
    account = unregistered_account(session, lists, ref) if session.check_mode else None
    if not account:
        raise not_registered(session, ref)
    session.warn(f"{unregistered(session, ref)} This plan is for the time when it is registered.")
    return account, False


def _unknown(actual: Actual, desired: Desired) -> bool:
    """Whether a share is named of which the vault knows nothing."""
    known = {*actual.items, *(actual.offered or {})} - actual.gone
    return desired.state != "absent" and any(name.lower() not in known for name in desired.selection.names)


def _policy_id(lists: Lists, plan: Plan, desired: Desired) -> str:
    """The policy is looked up only for a plan that uses it, and before anything is changed."""
    return find_policy(lists, desired.policy).id if plan.needs_policy and desired.policy else ""


def _warn(session: Session, task: _Task, desired: Desired) -> None:
    for skipped in task.plan.skipped:
        if skipped.reason == LOOKED_FOR_DAILY:
            session.warn(f"The share '{skipped.share}' is skipped: {LOOKED_FOR_DAILY}.")
    if desired.selection.all_shares and desired.state == "present" and task.actual.listed is None:
        session.warn(BLIND)


# Act, wait, read back


def _apply(session: Session, task: _Task, desired: Desired, parallel: int) -> None:
    changing = task.changing
    ProtectionWork(session, task.account, desired, task.policy_id, parallel).carry_out(changing)
    if _read_back(session, task.account, changing, desired):
        for result in changing:
            _settle(session, desired, result)


def _settle(session: Session, desired: Desired, result: ShareResult) -> None:
    """Where it was in doubt whether Azure did its part, what was read back decides."""
    if result.error and result.error.in_doubt and is_as_planned(result.step, result.item, desired):
        session.warn(f"{result.step.share}: {result.error.message} The share is as it should be, though.")
        result.error, result.done = None, True


def _read_back(session: Session, account: AccountId, results: list[ShareResult], desired: Desired) -> bool:
    """What the service shows now is the truth about each share; a new item can take a moment to show.

    False where it cannot be read; then what is known of the operations is all that can be told.
    """
    found: dict[str, ProtectedItem] = {}
    expected = [
        result.step.share.lower()
        for result in results
        if session.wait and not result.error and result.step.after != NOT_PROTECTED and result.step.action != "delete"
    ]

    def visible() -> bool:
        found.clear()
        found.update(items_of(session, account))
        return all(share in found for share in expected)

    try:
        session.waiter.until(visible)
    except BackupError as error:
        session.warn(f"What was done could not be read back: {error.message}")
        for result in results:
            if result.changed:
                is_done = session.wait and not result.error
                result.state_after = result.step.after if is_done else None
                result.policy = policy_after(result.step, desired) if is_done else None
        return False
    for result in results:
        result.item = found.get(result.step.share.lower())
        if result.item is None and result.step.share.lower() in expected:
            result.error = BackupError(
                f"Azure said that the share '{result.step.share}' is protected, but the vault '{session.vault.name}' "
                "does not list it yet. Run again to see it.",
                in_doubt=True,
            )
        result.state_after = result.item.state if result.item else NOT_PROTECTED
        result.policy = result.item.policy_name if result.item else None
    return True
