# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies of a vault: read, compare, act, wait, read back."""

from __future__ import annotations

from dataclasses import replace

from .._azure.errors import BackupError, OperationFailed
from .._azure.ids import same
from .._options.policy_terms import WantedTerms
from .._plan.policy import terms_of, terms_of_new
from .._plan.safeguards import cannot_shorten_policy, keeps_less, keeps_shorter
from .._read.policies import read_policy
from .._read.policy_users import warn_of_shorter
from .._read.safeguards import read_safeguards
from .._records.operation import Operation
from .._records.policy import SHARES, Policy, Terms
from .._records.protected_item import ProtectedItem
from .._records.safeguards import CHANGE_POLICY, Approval
from .._result.policy import PolicyResult
from .._session import Session
from .._wait.obstacles import persist
from .guarded import approved

NAMED = 10  # how many shares a message names


def ensure_policy(session: Session, name: str, wanted: WantedTerms) -> None:
    """Make the policy, or change what differs in meaning; one read where nothing does."""
    session.foresee()
    policy = read_policy(session, name)
    result = session.outcome.result = PolicyResult(policy, policy)
    before = policy.terms if policy else None
    terms = terms_of(wanted, before, name) if before else terms_of_new(wanted, name)
    if terms == before:
        return
    approval = _approval(session, name, terms, before) if before and keeps_less(terms, before) else None
    result.guarded = approval is not None
    expected = replace(policy, terms=terms) if policy else _new(session, name, terms)
    if policy and before and keeps_shorter(terms, before):
        warn_of_shorter(session, policy, terms)
    if session.check_mode:
        result.changed, result.policy = True, expected
        return
    title = f"{'Changing' if policy else 'Making'} the policy '{name}'"

    def put() -> Policy | None:
        with result.may_change(), approved(session, approval):
            after, operation = session.vault.put_policy(title, name, terms, approval)
        return _follow(session, result, operation, name, terms) if operation and session.wait else after

    after = persist(session.waiter, put)
    result.policy = after or expected
    if after and after.terms != terms:
        session.warn(
            f"Azure keeps the policy '{name}' otherwise than it was asked for; another run would change it again. "
            "Compare policy in the result with the task's options."
        )


def ensure_no_policy(session: Session, name: str) -> None:
    """Delete the policy. Raises BackupError that names the shares which still use it."""
    policy = read_policy(session, name)
    result = session.outcome.result = PolicyResult(policy, policy)
    if policy is None:
        return
    users = [item for item in session.vault.protected_items() if _uses(item, policy)]
    if users:
        raise _in_use(name, users)

    def delete() -> None:
        with result.may_change():
            operation = session.vault.delete_policy(f"Deleting the policy '{name}'", name)
        if session.wait:
            _see_it_gone(session, result, operation, name)

    if session.check_mode:
        result.changed = True
    else:
        persist(session.waiter, delete)
    result.policy = None


def _approval(session: Session, name: str, terms: Terms, before: Terms) -> Approval | None:
    """The approval of a resource guard for a policy that keeps less than before.

    Raises BackupError for a vault that is immutable.
    """
    safeguards = read_safeguards(session)
    if safeguards.immutability and keeps_shorter(terms, before):
        raise cannot_shorten_policy(name, safeguards.immutability, session.vault.name)
    return safeguards.approval(CHANGE_POLICY)


def _follow(session: Session, result: PolicyResult, operation: Operation, name: str, terms: Terms) -> Policy | None:
    """Wait for a change, and until it shows."""
    problem = _wait(session, result, operation)
    found: list[Policy] = []

    def visible() -> bool:
        policy = session.vault.policy(name)
        found.extend([policy] if policy else [])
        return bool(policy and policy.terms == terms)

    if not session.waiter.until(visible) and problem:
        raise problem
    return found[-1] if found else None


def _see_it_gone(session: Session, result: PolicyResult, operation: Operation | None, name: str) -> None:
    problem = _wait(session, result, operation) or BackupError(
        f"Azure says that the policy '{name}' is deleted, but the vault still has it. Run again in some minutes."
    )
    if not session.waiter.until(lambda: session.vault.policy(name) is None):
        raise problem


def _wait(session: Session, result: PolicyResult, operation: Operation | None) -> BackupError | None:
    """To the end of an operation. Returns why that end stays unknown; then the policy itself has to tell."""
    try:
        with session.progress.doing(session.vault.name, "waiting for the policy"), result.unless_it_fails():
            session.waiter.operation(operation)
    except OperationFailed:
        raise
    except BackupError as problem:
        return problem
    return None


def _uses(item: ProtectedItem, policy: Policy) -> bool:
    return bool(item.policy_id) and same(item.policy_id, policy.id)


def _in_use(name: str, users: list[ProtectedItem]) -> BackupError:
    named = [f"{item.share} ({item.account.name if item.account else item.container_name})" for item in users]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    noun = "share uses" if len(users) == 1 else "shares use"
    return BackupError(
        f"The policy '{name}' cannot be deleted: {len(users)} {noun} it: {', '.join(sorted(named)[:NAMED])}{more}. "
        "Give them another policy, or end their protection, with azurefiles.backup.afs_protection."
    )


def _new(session: Session, name: str, terms: Terms) -> Policy:
    """A policy that is still to be made; later tasks of a plan can be given its id."""
    return Policy(session.vault.policy_id(name), name, SHARES["backupManagementType"], SHARES["workLoadType"], terms, 0)
