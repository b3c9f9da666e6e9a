# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Protecting the shares of a vault's accounts by rules: register, protect, back up, all accounts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .._options.backup import WantedBackups
from .._options.rules import Rule
from .._options.shares import Selection
from .._options.vault_accounts import UNDISCOVERED
from .._options.vault_protection import WantedVault
from .._plan.day import REGISTRATIONS, registration_put_off
from .._plan.protection import Skipped
from .._plan.registration import PlannedContainer
from .._plan.rules import idle_patterns, useless
from .._read.lists import VaultLists, ref_to
from .._read.rule_subjects import RuleSubject, rule_subjects
from .._read.subjects import going
from .._records.protected_item import ACTIVE_STATES
from .._result.protection import ShareResult
from .._result.vault import AccountResult, VaultResult
from .._session import Session
from .account_protection import AS_USUAL
from .backup import Backups, Order
from .protection import Protection, plan_protection
from .registration import NOT_FOUND, Registering, discover, register_accounts

ANY_AGE = 100 * 366 * 24 * 60  # minutes: with it, any recovery point at all is young enough


class NotOffered(BackupError):
    """The vault does not know an account, also after a refresh."""


def protect_vault(session: Session, wanted: WantedVault) -> None:
    """Bring all shares of the vault's accounts to what the rules say. The failure of an account stops no other."""
    for rule in wanted.rules:
        if rule.policy:
            rule.policy.check(session.vault.id)
    session.foresee()
    work = VaultWork(session, wanted, VaultLists(session))
    try:
        work.carry_out()
    except BackupError as problem:
        work.end(problem)
        raise
    finally:
        work.tell()
    session.outcome.failure = work.result.failure


@dataclass
class VaultWork:
    session: Session
    wanted: WantedVault
    lists: VaultLists
    result: VaultResult = field(default_factory=lambda: VaultResult([]))
    subjects: list[RuleSubject] = field(default_factory=list)

    def carry_out(self) -> None:
        session, lists = self.session, self.lists
        self.subjects = rule_subjects(session, lists, self.wanted)
        self.result.accounts = [
            AccountResult(each.ref.name, each.account, each.state, each.registration, error=each.error)
            for each in self.subjects
        ]
        session.outcome.result = self.result
        concerned = [each for each in going(self.subjects) if each.is_wanted]
        plan_protection(session, lists, concerned)
        self._warn_of_useless_rules()
        self._register([each for each in going(concerned) if not each.actual.registered and each.plan.changes])
        protection = Protection(session, lists, going(concerned), self.wanted.parallel, session.vault.name)
        protection.begin()
        self._take_shares(protection.results)
        protection.carry_out()
        self._back_up(protection.results)

    def end(self, problem: BackupError) -> None:
        """What ends the whole work ends that on each account that was still to be worked on."""
        for subject in going(self.subjects):
            if subject.is_wanted:
                subject.error = problem

    def tell(self) -> None:
        """Bring what is known of the accounts into the result."""
        for subject, account in zip(self.subjects, self.result.accounts, strict=True):
            account.account, account.error = subject.account, subject.error
            account.skipped = subject.plan.skipped
            account.excluded = subject.plan.excluded if subject.is_wanted else subject.actual.names()

    def _warn_of_useless_rules(self) -> None:
        """Where all accounts were looked at; otherwise there is no telling."""
        if self.wanted.only is None and len(going(self.subjects)) == len(self.subjects):
            seen = [(each.desired, [*each.actual.names(), *each.actual.items]) for each in self.subjects]
            for words in useless(self.wanted.rules, seen):
                self.session.warn(words)
            accounts = [each.account for each in self.subjects if each.account]
            names = [share for _desired, shares in seen for share in shares]
            for words in idle_patterns(self.wanted.rules, accounts, names) if names else ():
                self.session.warn(words)

    # Register

    def _register(self, subjects: Sequence[RuleSubject]) -> None:
        """In the order of the rules and names: those that go beyond the day's limit are put off."""
        ordered = sorted(subjects, key=lambda subject: subject.first_rule)
        for subject in ordered[REGISTRATIONS:]:
            subject.error = registration_put_off()
        due = going(ordered)
        self._discover([each for each in due if each.state == UNDISCOVERED])
        known = [each for each in going(due) if each.plan.changes and not each.actual.registered]
        registrations = [self._registering(subject) for subject in known]
        if not registrations:
            return
        register_accounts(self.session, registrations, self.session.vault.name)
        self.lists.forget("containers")
        for subject, registering in zip(known, registrations, strict=True):
            subject.error = registering.error
            if not self.session.check_mode:
                subject.learn(registered=registering.error is None)

    def _registering(self, subject: RuleSubject) -> Registering:
        known = self.lists.discovered_of(subject.ref)
        planned = PlannedContainer.of(self.session.vault.id, known, subject.account, subject.ref, AS_USUAL)
        return Registering(subject.ref, known, planned, subject.registration)

    def _discover(self, subjects: Sequence[RuleSubject]) -> None:
        """One refresh for all accounts that the vault does not offer."""
        if not subjects or self.session.check_mode:
            return
        missing = NotOffered(
            f"The vault '{self.session.vault.name}' does not offer it, also after a refresh. {NOT_FOUND}."
        )

        def look() -> bool | None:
            """Another run may have registered them meanwhile; what is registered is not offered any more."""
            self.lists.forget("discovered", "containers")
            not_offered = [subject for subject in subjects if not self.lists.discovered_of(subject.ref)]
            for subject in not_offered:
                subject.learn(registered=self.lists.container_of(subject.ref) is not None)
            return all(subject.actual.registered for subject in not_offered) or None

        problem: BackupError | None = None
        try:
            discover(self.session, self.session.vault.name, look, missing, subjects[0].registration)
        except BackupError as error:
            problem = error
        for subject in subjects:
            if problem and not subject.actual.registered and not self.lists.discovered_of(subject.ref):
                self._give_up(subject, problem)

    def _give_up(self, subject: RuleSubject, problem: BackupError) -> None:
        """An account that was asked for has failed; of others, most belong to another vault."""
        if self.wanted.only is not None or not isinstance(problem, NotOffered):
            subject.error = problem
            return
        self.session.warn(f"The storage account '{subject.ref.name}' is skipped: {problem.message}")
        skipped = [Skipped(step.share, "the vault does not offer the storage account") for step in subject.plan.steps]
        subject.plan = replace(subject.plan, steps=(), skipped=(*subject.plan.skipped, *skipped), needs_inquiry=False)

    # Protect, back up

    def _take_shares(self, results: Sequence[ShareResult]) -> None:
        for subject, account in zip(self.subjects, self.result.accounts, strict=True):
            account.shares = [result for result in results if subject.account and result.account is subject.account]

    def _back_up(self, results: Sequence[ShareResult]) -> None:
        """The shares that are protected now, each as its rule says."""
        orders: dict[tuple[AccountId, int], list[ShareResult]] = {}
        for result in results:
            rule = self.wanted.rules[result.rule or 0]
            if rule.initial_backup != "never" and not result.error and result.state_after in ACTIVE_STATES:
                orders.setdefault((result.account, rule.index), []).append(result)
        backups = Backups(self.session, self.lists, self.wanted.parallel, self.session.vault.name)
        backups.plan(
            [self._order(account, self.wanted.rules[index], shares) for (account, index), shares in orders.items()]
        )
        for subject, account in zip(self.subjects, self.result.accounts, strict=True):
            account.backups = [each for each in backups.results if each.ref.means(subject.account)]
        backups.carry_out()

    def _order(self, account: AccountId, rule: Rule, shares: Sequence[ShareResult]) -> Order:
        selection = Selection(tuple(each.step.share for each in shares))
        max_age = ANY_AGE if rule.initial_backup == "if_missing" else 0
        soon = [each.step.share.lower() for each in shares if each.changed and self.session.check_mode]
        return Order(ref_to(account), WantedBackups(selection, rule.expiry, max_age), frozenset(soon))
