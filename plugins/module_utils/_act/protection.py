# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protecting shares, and ending their protection: read, plan, act side by side, wait, read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .._azure.errors import BackupError, WaitTimeout
from .._azure.ids import same
from .._azure.times import now
from .._azure.words import sentences
from .._options.accounts import AccountRef
from .._options.policies import PolicyRef
from .._options.protection import Desired
from .._options.shares import not_found
from .._options.similar import did_you_mean, idle
from .._plan.day import PROTECTIONS, is_near, protections, spent, without_late
from .._plan.protection import LOOKED_FOR_DAILY, Step, make_plan, missing
from .._plan.safeguards import critical_operation, keeps_shorter, safeguarded
from .._plan.tier import without_steps_back
from .._read.inventory import not_registered
from .._read.lists import VaultLists, ref_to
from .._read.policies import PolicyMissing
from .._read.safeguards import read_safeguards
from .._read.subjects import Subject, going, read_subjects
from .._records.policy import Terms
from .._records.protected_item import NOT_PROTECTED, ProtectedItem
from .._result.deferral import DAY
from .._result.failed_shares import failed_shares
from .._result.protection import ProtectionResult, ShareResult
from .._session import Session
from .inquiry import inquire_accounts
from .protection_work import ProtectionWork, is_as_planned

# How often the vault's offers are read after an inquiry, where a share that has to be among them is not.
LOOKS = 4
CONFIGURE = "ConfigureBackup"
BLIND = (
    "The storage account's own list of shares cannot be read (the role 'Reader' on the account allows it), so shares "
    "created since the last inquiry are not seen; afs_protectable_item_info with inquire: always makes them known."
)

# What is said of a share that has reached the state.
_DONE = {"present": "protected", "stopped": "stopped", "suspended": "suspended", "absent": "deleted"}


def ensure_protection(
    session: Session, ref: AccountRef, desired: Desired, parallel: int, lists: VaultLists | None = None
) -> None:
    """Bring shares of one account to the desired state. The outcome fails if a share did.

    ``parallel`` shares at once are sent to Azure; what it has taken on is waited for all together, however many.
    ``lists`` are those of the vault that were read already.
    """
    check_policies(session, [desired])
    if desired.state == "present":
        session.foresee()
    lists, subject = lists or VaultLists(session), Subject(ref, desired)
    plan_protection(session, lists, [subject])
    protection = Protection(session, lists, [subject], parallel, ref.name)
    protection.begin()
    if subject.error:
        raise subject.error
    results = protection.results
    session.outcome.result = ProtectionResult(results, subject.plan.skipped, subject.plan.excluded)
    protection.carry_out()
    session.outcome.failure = failed_shares([(result.step.share, result.error) for result in results])


def check_policies(session: Session, desired: Sequence[Desired]) -> None:
    """Raises BackupError for the id of another vault's policy, or of something else."""
    for policy in {choice.policy: None for each in desired for choice in each.choices}:
        if policy:
            policy.check(session.vault.id)


# Read and plan


def plan_protection(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """Read what there is of the accounts, and plan what is to be done. Nothing is changed.

    A policy is looked up only for a plan that uses it; one that the vault does not have ends the work on its accounts.
    """
    read_subjects(session, lists, subjects)
    _make_plans(session, lists, going(subjects))


def _make_plans(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    for subject in subjects:
        subject.plan = make_plan(subject.actual, subject.desired)
        if subject.plan.needs_policy:
            _unused = lists.policies
        with subject.attempt():
            for policy in {step.policy for step in subject.plan.steps if step.policy}:
                _see_policy(session, lists, policy)
        if subject.plan.needs_policy:
            subject.plan = without_steps_back(subject.plan, lists.policies)
    _fit_into_day(session, lists, going(subjects))


def _see_policy(session: Session, lists: VaultLists, policy: PolicyRef) -> None:
    """Raises BackupError for a policy that the vault does not have; a plan may come before the policy."""
    try:
        lists.policy(policy)
    except PolicyMissing as missing:
        if missing.mistyped or not session.check_mode:
            raise
        session.warn_once(f"{missing.message} The plan is made as if it had it.")


def _fit_into_day(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """Put off what is more than a vault protects in a day."""
    plans = [subject.plan for subject in subjects]
    left = PROTECTIONS
    if is_near(plans, len(lists.items.all)):
        items = {(item.account.name.lower(), item.share.lower()): item for item in lists.items.all if item.account}
        left -= spent(session.vault.jobs(CONFIGURE, since=now() - DAY), items)
    if protections(plans) > left:
        for subject, plan in zip(subjects, without_late(plans, left), strict=True):
            subject.plan = plan


def _heed_safeguards(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """Have the steps approved that a resource guard watches over, and none tried that an immutable vault refuses.

    The vault is asked for its safeguards only where a step could run into them.
    """
    critical: dict[int, tuple[str, bool]] = {}
    steps = [step for subject in subjects for step in subject.plan.steps if step.changes]
    for step in steps:
        before, after = _terms(lists, step)
        operation = critical_operation(step, before, after)
        if operation:
            critical[id(step)] = operation, bool(before and after and keeps_shorter(after, before))
    if not critical:
        return
    safeguards = read_safeguards(session)
    for subject in subjects:
        subject.plan = replace(
            subject.plan,
            steps=tuple(
                safeguarded(step, *critical[id(step)], safeguards, session.vault.name) if id(step) in critical else step
                for step in subject.plan.steps
            ),
        )


def _terms(lists: VaultLists, step: Step) -> tuple[Terms | None, Terms | None]:
    """What the policy of a share says that it has, and what the one that it gets; None where there is none."""
    held = step.item.policy_id if isinstance(step.item, ProtectedItem) else None
    if not held or step.policy is None:
        return None, None
    before = next((policy.terms for policy in lists.policies if same(policy.id, held)), None)
    return before, lists.policy(step.policy).terms


def _inquire(session: Session, lists: VaultLists, subjects: Sequence[Subject], whose: str) -> None:
    """Plan anew after a new look at the accounts. Where that fails, the shares that the vault knows already go on."""
    problems = _look_anew(session, lists, subjects, whose)
    # The protected ones anew as well: another run may have come first, and a list that changes can skip one.
    lists.forget("items", "offered")
    lists.read("items", "offered")
    for subject, problem in zip(subjects, problems, strict=True):
        subject.learn(items=lists.items_of(subject.ref), inquired=problem is None, offered=None)
    _read_offers(lists, subjects)
    _make_plans(session, lists, subjects)
    for subject, problem in zip(subjects, problems, strict=True):
        if problem and subject.plan.needs_inquiry and not subject.plan.steps:
            subject.error = problem
        elif problem:
            subject.plan = subject.plan.without_unseen(problem)


def _look_anew(
    session: Session, lists: VaultLists, subjects: Sequence[Subject], whose: str
) -> list[BackupError | None]:
    """Spend an inquiry on each account; what went wrong with it."""
    containers = [lists.container_of(subject.ref) for subject in subjects]
    ends = iter(inquire_accounts(session, [each for each in containers if each], whose))
    return [
        next(ends) if container else not_registered(session, subject.ref, lists.containers.all)
        for subject, container in zip(subjects, containers, strict=True)
    ]


def _read_offers(lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """The vault's offers after an inquiry.

    A list of several pages can hide a share: when others of the vault are protected while it is read, those behind
    them move to pages that were read already. So one look is not enough to say that a share is not offered.
    """
    for look in range(LOOKS):
        if look:
            lists.forget("offered")
        for subject in subjects:
            subject.learn(offered={**(subject.actual.offered or {}), **lists.offers_of(subject.id)})
        if not any(_hidden(subject) for subject in subjects):
            break


def _hidden(subject: Subject) -> bool:
    """Whether a share that is to be protected, exists and is of the right kind, is not offered."""
    shares = subject.actual.listed or {}
    names = {name.lower() for name in missing(subject.actual, subject.desired)} - set(subject.actual.offered or {})
    return any(name in shares and not shares[name].unsupported for name in names)


def _warn(session: Session, subject: Subject) -> None:
    for skipped in subject.plan.skipped:
        if skipped.reason == LOOKED_FOR_DAILY:
            session.warn(f"The share '{skipped.share}' is skipped: {LOOKED_FOR_DAILY}.")
    desired = subject.desired
    if desired.all_shares and desired.state == "present" and subject.actual.listed is None:
        session.warn(BLIND)
    _warn_of_unknown(session, subject)


def _warn_of_unknown(session: Session, subject: Subject) -> None:
    """What was mistyped must not pass for done. The patterns of rules are for several accounts and told elsewhere."""
    actual, desired = subject.actual, subject.desired
    known = {*actual.names(), *(item.share for item in actual.items.values())}
    keys = {name.lower() for name in known}
    if desired.state == "absent":
        for name in desired.names:
            if name.lower() not in keys:
                session.warn(not_found(name, actual.account or subject.ref.name, known).message)
    if not desired.all_shares or not known:
        return
    for choice in desired.choices:
        for option, patterns in (("include", choice.selection.include), ("exclude", choice.selection.exclude)):
            for pattern in idle(patterns, known) if choice.rule is None else ():
                words = f"{option}: no share of '{actual.account or subject.ref.name}' fits '{pattern}'."
                session.warn(sentences(words, did_you_mean(pattern, known)))


# Act, wait, read back


@dataclass
class Protection:
    """Carries out the plans for any number of accounts. ``whose`` is the name that the progress is shown under."""

    session: Session
    lists: VaultLists
    subjects: Sequence[Subject]
    parallel: int
    whose: str
    results: list[ShareResult] = field(default_factory=list)

    def begin(self) -> None:
        """Look for what the vault does not know yet; then ``results`` are there, in check mode as they will be."""
        check_mode = self.session.check_mode
        due = [each for each in going(self.subjects) if each.plan.needs_inquiry and each.actual.registered]
        if due and not check_mode:
            _inquire(self.session, self.lists, due, self.whose)
        _heed_safeguards(self.session, self.lists, going(self.subjects))
        for subject in going(self.subjects):
            _warn(self.session, subject)
            result = ShareResult.expected if check_mode else ShareResult.begun
            self.results += [result(subject.id, step) for step in subject.plan.steps]

    def carry_out(self) -> None:
        changing = [result for result in self.results if result.step.changes]
        if changing and not self.session.check_mode:
            words = _DONE[self.subjects[0].desired.state]
            with self.session.progress.counting(self.whose, words, lambda: [result.stage for result in changing]):
                self._apply(changing)

    def _apply(self, changing: list[ShareResult]) -> None:
        changing = sorted(changing, key=lambda result: result.rule or 0)
        ProtectionWork(self.session, self._policy_id, self.parallel).carry_out(changing)
        if self._read_back(changing):
            for result in changing:
                self._settle(result)

    def _policy_id(self, policy: PolicyRef) -> str:
        return self.lists.policy(policy).id

    def _settle(self, result: ShareResult) -> None:
        """Where it was in doubt whether Azure did its part, what was read back decides.

        So it does for a deletion that is refused since another run's has come first.
        """
        may_be_good = result.error and (result.error.in_doubt or result.step.action == "delete")
        if result.error and may_be_good and is_as_planned(result.step, result.item):
            self.session.warn(
                sentences(f"{result.step.share}: {result.error.message}", "The share is as it should be, though.")
            )
            result.error, result.done = None, True

    def _read_back(self, results: Sequence[ShareResult]) -> bool:
        """What the service shows now is the truth about each share; a new item can take a moment to show.

        False where it cannot be read; then what is known of the operations is all that can be told.
        """
        session = self.session
        expected = [
            result
            for result in results
            if session.wait
            and not result.error
            and result.step.after != NOT_PROTECTED
            and result.step.action != "delete"
        ]

        def visible() -> bool:
            self.lists.forget("items")
            _unused = self.lists.items
            return all(self._item(result) for result in expected)

        try:
            session.waiter.until(visible)
        except BackupError as error:
            if not any(isinstance(result.error, WaitTimeout) for result in results):
                session.warn(f"What was done could not be read back: {error.message}")
            for result in results:
                if result.changed:
                    is_done = session.wait and not result.error
                    result.state_after = result.step.after if is_done else None
                    result.policy = result.step.policy_after if is_done else None
            return False
        for result in results:
            result.item = self._item(result)
            if result.item is None and result in expected:
                result.error = BackupError(
                    f"Azure said that the share '{result.step.share}' is protected, but the vault "
                    f"'{session.vault.name}' does not list it yet. Run again to see it.",
                    in_doubt=True,
                )
            result.state_after = result.item.state if result.item else NOT_PROTECTED
            result.policy = result.item.policy_name if result.item else None
        return True

    def _item(self, result: ShareResult) -> ProtectedItem | None:
        return self.lists.items_of(ref_to(result.account)).get(result.step.share.lower())
