# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a vault to which rules apply, found by reading alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._azure.errors import BackupError
from .._azure.ids import AccountId, same
from .._options.accounts import AccountRef
from .._options.protection import Desired
from .._options.similar import did_you_mean
from .._options.vault_accounts import DISCOVERABLE, REGISTERED, UNDISCOVERED
from .._options.vault_protection import WantedVault
from .._plan.protection import Actual
from .._plan.rules import desired_of
from .._records.container import Container
from .._records.storage_account import StorageAccount
from .._result.container import ContainerResult
from .._session import Session
from .._storage import Storage
from .inventory import other_subscription
from .lists import Key, VaultLists, ref_to
from .subjects import Subject
from .whereabouts import find_moved

Listing = Mapping[Key, StorageAccount]


@dataclass
class RuleSubject(Subject):
    """``state`` is how the account stands with the vault; None for one that is nowhere."""

    state: str | None = None
    registration: ContainerResult = field(default_factory=ContainerResult)

    @property
    def is_wanted(self) -> bool:
        """Whether a rule can give a policy to a share of this account."""
        return any(choice.policy for choice in self.desired.choices)

    @property
    def first_rule(self) -> int:
        """The first rule by which something is to be done."""
        rules = [step.choice.rule for step in self.plan.steps if step.changes and step.choice]
        return min((rule for rule in rules if rule is not None), default=0)


@dataclass(frozen=True)
class _Claim:
    account: AccountId
    state: str
    container: Container | None = None


def rule_subjects(session: Session, lists: VaultLists, wanted: WantedVault) -> list[RuleSubject]:
    """Each account once, by name, with what the rules want of its shares; and those that were asked for in vain."""
    claims = _claims(session, lists, wanted)
    missing: list[AccountRef] = []
    if wanted.only is not None:
        chosen: dict[Key, _Claim] = {}
        for ref in wanted.only:
            found = ref.pick(claims, lambda claim: claim.account)
            chosen |= {claim.account.key: claim for claim in found}
            missing += [] if found else [ref]
        claims = list(chosen.values())
    tags = _tags(session, lists, wanted, claims)
    subjects = [
        _subject(claim, desired_of(wanted.rules, claim.account, tags.get(claim.account.key, {}))) for claim in claims
    ]
    subjects += [_missing(session, lists, ref, wanted) for ref in missing]
    return sorted(subjects, key=lambda subject: (subject.ref.name.lower(), str(subject.account).lower()))


def _subject(claim: _Claim, desired: Desired) -> RuleSubject:
    actual = Actual(claim.account.name, registered=claim.state == REGISTERED)
    result = ContainerResult(claim.container, claim.container)
    return RuleSubject(
        ref_to(claim.account), desired, actual, account=claim.account, state=claim.state, registration=result
    )


def _missing(session: Session, lists: VaultLists, ref: AccountRef, wanted: WantedVault) -> RuleSubject:
    if ref.account_id and not same(ref.account_id.subscription, session.vault.subscription):
        elsewhere = other_subscription(ref.account_id, session.vault)
        return RuleSubject(ref, Desired("present", ()), Actual(ref.name), account=ref.account_id, error=elsewhere)
    words = (
        f"The storage account '{ref.account_id or ref.name}' is neither registered with the vault "
        f"'{session.vault.name}' nor offered by it. It may be gone, be registered with another vault, or be of a kind "
        "that is not supported."
    )
    if UNDISCOVERED not in wanted.states:
        words += (
            " If it is new, accounts: [registered, discoverable, undiscovered] lets the vault look for it, which costs "
            "one of 50 refreshes a day."
        )
    problem: BackupError | None = BackupError(words)
    known = [container.friendly_name for container in lists.containers.all]
    known += [offered.account.name for offered in lists.discovered.all if offered.account]
    question = did_you_mean(ref.name, known)
    if question:
        words = f"{words} {question}"
        problem = BackupError(words)
    moved = find_moved(session, lists, ref.account_id) if ref.account_id else None
    if moved:
        problem = BackupError(f"{words} There is {moved}.")
    if session.check_mode and UNDISCOVERED in wanted.states and not moved:
        session.warn(f"{words} The plan is made as if there were one, and its shares are not known yet.")
        problem = None
    return RuleSubject(ref, Desired("present", ()), Actual(ref.name), account=ref.account_id, error=problem)


def _claims(session: Session, lists: VaultLists, wanted: WantedVault) -> list[_Claim]:
    """The accounts in the states that are wanted, each by its best claim on the vault."""
    claims: dict[Key, _Claim] = {}
    needed = ["containers", "items"]
    needed += ["discovered"] if wanted.states != {REGISTERED} else []
    lists.read(*needed, *(["accounts"] if UNDISCOVERED in wanted.states else []))

    def claim(account: AccountId | None, state: str, container: Container | None = None) -> None:
        if account:
            claims.setdefault(account.key, _Claim(account, state, container))

    for container in lists.containers.all:
        if container.registered:
            claim(container.account, REGISTERED, container)
    if wanted.states != {REGISTERED}:
        for offered in lists.discovered.all:
            if offered.account and _may_have_shares(session, lists, offered.account):
                claim(offered.account, DISCOVERABLE)
    if UNDISCOVERED in wanted.states:
        for account in _in_region(session, lists, wanted, claims):
            claim(account, UNDISCOVERED)
    return [each for each in claims.values() if each.state in wanted.states]


def _may_have_shares(session: Session, lists: VaultLists, account: AccountId) -> bool:
    """An account that the vault has discovered and the subscription does not list is gone since."""
    if lists.accounts is None or not same(account.subscription, session.vault.subscription):
        return True
    listed = lists.account_of(ref_to(account))
    return listed is not None and listed.may_have_shares


def _in_region(session: Session, lists: VaultLists, wanted: WantedVault, known: Iterable[Key]) -> list[AccountId]:
    """The accounts of the vault's subscription and region; where they cannot be listed, those that are named by id."""
    if lists.accounts is None:
        named = [ref.account_id for ref in wanted.only or () if ref.account_id]
        if wanted.only is None:
            raise BackupError(
                "This login may not list the subscription's storage accounts, so undiscovered ones cannot be found. "
                "It needs the role 'Reader' on the subscription."
            )
        return named
    others = [each for each in lists.accounts.all if each.account and each.account.key not in set(known)]
    location = session.vault.location() if others else None
    # A vault that is still to be made has no region.
    near = [each for each in others if location in ("", each.location)]
    return [each.account for each in near if each.account and each.may_have_shares]


def _tags(
    session: Session, lists: VaultLists, wanted: WantedVault, claims: Sequence[_Claim]
) -> dict[Key, Mapping[str, str]]:
    """The accounts' tags, one list a subscription; not read where no rule asks for them."""
    if not any(rule.tags for rule in wanted.rules):
        return {}
    tags: dict[Key, Mapping[str, str]] = {}
    for subscription in {claim.account.subscription.lower(): claim.account.subscription for claim in claims}.values():
        if same(subscription, session.vault.subscription):
            accounts = lists.accounts.all if lists.accounts else None
        else:
            accounts = Storage(session.client, subscription).accounts()
        if accounts is None:
            raise BackupError(
                f"This login may not list the storage accounts of subscription {subscription}, so the tags that rules "
                "ask for are not known. It needs the role 'Reader' there."
            )
        tags |= {each.account.key: each.tags for each in accounts if each.account}
    return tags
