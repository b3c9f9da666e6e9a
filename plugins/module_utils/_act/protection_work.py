# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out a plan for shares: ask Azure, wait for it, and give way to whatever else is done to a share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .._azure.advice import IMMUTABLE, NOT_IMMUTABLE
from .._azure.errors import BackupError, OperationFailed, WaitTimeout, unexpected
from .._options.policies import PolicyRef
from .._plan.protection import Step
from .._read.inventory import protected_shares
from .._read.lists import ref_to
from .._records.operation import Operation
from .._records.protected_item import ACTIVE_STATES, BACKUPS_SUSPENDED, PROTECTION_STOPPED, ProtectedItem
from .._result.deferral import over_budget
from .._result.protection import ShareResult
from .._run.parallel import Turn, in_turns
from .._session import Session
from .._wait.obstacles import Obstacles
from .guarded import Unlocking, approved

_VERBS = {
    "protect": "Protecting",
    "change_policy": "Changing the policy of",
    "resume": "Resuming the protection of",
}


@dataclass(frozen=True)
class Call:
    """One of the calls of which a step consists. ``wait``: whether the end of its operation is waited for."""

    start: Callable[[], Operation | None]
    wait: bool


@dataclass(frozen=True)
class ProtectionWork:
    """The steps of any accounts' shares. ``parallel`` is how many of them at once may ask something of Azure."""

    session: Session
    policy_id: Callable[[PolicyRef], str]
    parallel: int
    refusals: list[BackupError] = field(default_factory=list)  # of the vault's daily budget of protected shares

    def carry_out(self, results: list[ShareResult]) -> None:
        """Bring all shares to their ends, begun in their order; waiting takes no turn, so they all wait together."""
        for result, end in zip(results, in_turns(self._carry_out, results, self.parallel), strict=True):
            if isinstance(end, Exception):
                result.error = unexpected(end)

    def _carry_out(self, result: ShareResult, turn: Turn) -> None:
        """Bring one share to its end. Where something else is being done to it, wait for that and look again."""
        obstacles, obstacle = Obstacles(self.session.waiter), None
        try:
            calls = self._calls(result.step)
            obstacle = self._attempt(result, calls, turn, obstacles)
            while obstacle:
                if not obstacles.rest():
                    raise obstacle
                if self._is_settled(result):
                    break
                obstacle = self._attempt(result, calls, turn, obstacles)
            result.done = self.session.wait
        except BackupError as error:
            # Why it could not be begun in time says more than that it was not.
            result.error = obstacle if obstacle and isinstance(error, WaitTimeout) and not error.in_doubt else error
            if result.step.action == "suspend" and IMMUTABLE in result.error.fault.codes:
                result.error.advise(NOT_IMMUTABLE)

    def _calls(self, step: Step) -> list[Call]:
        if step.item is None:
            raise BackupError(f"The vault does not offer the share '{step.share}'.")
        vault, address, share, wait = self.session.vault, step.item.address, step.share, self.session.wait
        approval = step.approval

        policy_id = self.policy_id(step.policy) if step.policy else ""

        def protect(verb: str) -> Call:
            return Call(lambda: vault.protect(f"{verb} the share '{share}'", address, policy_id, approval), wait)

        def stop(verb: str, state: str) -> Call:
            return Call(lambda: vault.stop(f"{verb} the share '{share}'", address, state, approval), wait)

        def delete() -> Operation | None:
            return vault.delete(f"Deleting the backup data of the share '{share}'", address, approval)

        if step.action == "undelete":
            then = [protect("Resuming the protection of")] if step.after != PROTECTION_STOPPED else []
            undelete = Call(lambda: vault.undelete(f"Undeleting the share '{share}'", address), bool(then) or wait)
            return [undelete, *then]
        if step.action == "stop":
            return [stop("Stopping", PROTECTION_STOPPED)]
        if step.action == "suspend":
            return [stop("Suspending", BACKUPS_SUSPENDED)]
        if step.action == "delete" and approval and isinstance(step.item, ProtectedItem):
            unlocking = Unlocking(self.session, step.item.id, approval)
            return [Call(lambda: unlocking.delete(delete), wait)]
        if step.action == "delete":
            return [Call(delete, wait)]
        return [protect(_VERBS[step.action])]

    def _attempt(self, result: ShareResult, calls: list[Call], turn: Turn, obstacles: Obstacles) -> BackupError | None:
        """Make the calls that are left. Returns the service's words where another try may help."""
        try:
            while calls:
                self._follow(result, calls[0], turn)
                del calls[0]
        except BackupError as error:
            if obstacles.may_pass(error):
                return error
            raise
        return None

    def _follow(self, result: ShareResult, call: Call, turn: Turn) -> None:
        """What is asked of Azure may change something from then on; only a clear refusal or failure says it has not.

        Once the vault's day is full of new protections, no other is asked for.
        """
        changed_before = result.changed
        is_budgeted = result.step.action == "protect"
        try:
            with turn:
                if is_budgeted and self.refusals:
                    raise self.refusals[0]
                result.changed = True
                with approved(self.session, result.step.approval):
                    operation = call.start()
            if call.wait:
                result.job_id = self.session.waiter.operation(operation) or result.job_id
        except BackupError as error:
            result.changed = changed_before or error.in_doubt
            if isinstance(error, OperationFailed):
                result.job_id = error.job_id or result.job_id
            if is_budgeted and over_budget(error):
                self.refusals.append(error)
            raise

    def _is_settled(self, result: ShareResult) -> bool:
        """Whether what was in the way has brought the share to where it should be."""
        items = protected_shares(self.session.vault, ref_to(result.account))
        return is_as_planned(result.step, items.get(result.step.share.lower()))


def is_as_planned(step: Step, item: ProtectedItem | None) -> bool:
    """Whether a share is where its step was to bring it. Without soft delete, a deleted one is not there any more."""
    if item is None:
        return step.action == "delete"
    if item.state != step.after and not (item.state in ACTIVE_STATES and step.after in ACTIVE_STATES):
        return False
    return step.policy is None or step.policy.means(item.policy_id)
