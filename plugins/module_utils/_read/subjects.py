# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any number of accounts whose shares are to be brought to a state: what there is of each, at the least cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from .._azure.errors import BackupError, unexpected
from .._azure.ids import AccountId
from .._options.accounts import AccountRef
from .._options.protection import Desired
from .._plan.protection import Actual, Plan, missing, revivable
from .._run.parallel import side_by_side
from .._session import Session
from .._storage import AccountGone
from .inventory import gone_items, listed_shares, not_registered, unregistered, unregistered_account
from .lists import VaultLists
from .whereabouts import find_moved, gone

AT_ONCE = 20  # accounts whose shares are listed
UNKNOWN = "?"

AnySubject = TypeVar("AnySubject", bound="Subject")


@dataclass
class Subject:
    """An account, what is wanted of its shares, and what was read and planned. ``error`` ends the work on all of it.

    ``asked`` tells whether the account itself was asked for anything, or need not be.
    """

    ref: AccountRef
    desired: Desired
    actual: Actual = field(default_factory=lambda: Actual(""))
    plan: Plan = field(default_factory=Plan)
    account: AccountId | None = None
    error: BackupError | None = None
    asked: bool = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What goes wrong in here is the failure of this account alone."""
        try:
            yield
        except BackupError as problem:
            self.error = problem

    def learn(self, **facts: object) -> None:
        self.actual = replace(self.actual, **facts)  # type: ignore[arg-type]

    @property
    def id(self) -> AccountId:
        """The account's id, which is known once it has been read."""
        if self.account is None:
            raise BackupError(f"The vault does not tell the id of the storage account '{self.ref.name}'.")
        return self.account


def read_subjects(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """Only what the plans need: two reads where everything that is asked for by name is protected already.

    Raises BackupError where a list of the vault cannot be read; what fails for one account is its own error.
    """
    _take_items(lists, subjects)
    for subject in going(subjects):
        _identify(session, lists, subject)
    _list_shares(
        session, lists, [each for each in going(subjects) if _wants_everything(each) or not each.actual.registered]
    )
    _see_gone(session, going(subjects))
    registered = [each for each in going(subjects) if each.actual.registered]
    if any(missing(each.actual, each.desired) for each in registered):
        # What is to be protected needs a policy as well.
        lists.read("offered", "policies")
    for subject in registered:
        blind = _wants_everything(subject) and subject.actual.listed is None
        if missing(subject.actual, subject.desired) or blind:
            subject.learn(offered=lists.offers_of(subject.id))
    _list_shares(
        session,
        lists,
        [each for each in going(subjects) if each.actual.registered and not _wants_everything(each) and _unknown(each)],
    )
    _see_accounts(session, lists, [each for each in going(subjects) if _is_taken_on_trust(each)])


def going(subjects: Sequence[AnySubject]) -> list[AnySubject]:
    """Those that nothing has ended yet."""
    return [subject for subject in subjects if subject.error is None]


def _take_items(lists: VaultLists, subjects: Sequence[Subject]) -> None:
    _unused = lists.items  # read here, so that a vault that cannot be read is no account's failure
    for subject in subjects:
        with subject.attempt():
            items = lists.items_of(subject.ref)
            subject.learn(items=items)
            subject.account = subject.account or next((item.account for item in items.values() if item.account), None)


def _identify(session: Session, lists: VaultLists, subject: Subject) -> None:
    """An account of which nothing is protected has to be registered; only a plan may come before that."""
    if subject.account is None:
        _unused = lists.containers
        with subject.attempt():
            container = lists.container_of(subject.ref)
            subject.account = container.account if container else None
            if subject.account is None:
                if not session.check_mode:
                    raise not_registered(session, subject.ref, lists.containers.all)
                subject.learn(registered=False)
                subject.account = unregistered_account(lists, subject.ref)
                if subject.account is None:
                    _foretell_account(session, lists, subject)
                session.warn(f"{unregistered(session, subject.ref)} The plan takes it as registered.")
    if subject.account:
        subject.learn(account=subject.account.name)


def _foretell_account(session: Session, lists: VaultLists, subject: Subject) -> None:
    """A plan may come before the account. Where only its name is given, its resource group stays open."""
    ref = subject.ref
    account = AccountId(session.vault.subscription, ref.resource_group or UNKNOWN, "Microsoft.Storage", ref.name)
    if subject.desired.state != "present" or find_moved(session, lists, account):
        raise not_registered(session, ref, lists.containers.all)
    subject.account, subject.asked = account, True
    _believe(subject)


def _believe(subject: Subject) -> None:
    """Of an account that is still to be made no share is known, and those that are named will be there."""
    subject.learn(listed={} if subject.desired.all_shares else None)


def _wants_everything(subject: Subject) -> bool:
    return subject.desired.all_shares and subject.desired.state == "present"


def _unknown(subject: Subject) -> bool:
    """Whether a share is named of which the vault knows nothing."""
    actual, desired = subject.actual, subject.desired
    known = {*actual.items, *(actual.offered or {})} - actual.gone
    return any(name.lower() not in known for name in desired.names)


def _list_shares(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    subjects = [subject for subject in subjects if not subject.asked]
    answers = side_by_side(lambda subject: listed_shares(session, subject.id), subjects, AT_ONCE)
    for subject, answer in zip(subjects, answers, strict=True):
        subject.asked = True
        if isinstance(answer, AccountGone):
            _take_for_gone(session, lists, subject, answer)
        elif isinstance(answer, Exception):
            subject.error = unexpected(answer)
        else:
            subject.learn(listed=answer)


def _is_taken_on_trust(subject: Subject) -> bool:
    """Whether shares shall be protected, and only the vault has said that there is an account for them."""
    return subject.desired.state == "present" and subject.actual.registered and not subject.asked


def _see_accounts(session: Session, lists: VaultLists, subjects: Sequence[Subject]) -> None:
    """A vault goes on listing an account that is gone, with all its shares as protected ones."""
    answers = side_by_side(lambda subject: session.storage.account(subject.id), subjects, AT_ONCE)
    for subject, answer in zip(subjects, answers, strict=True):
        if isinstance(answer, AccountGone):
            _take_for_gone(session, lists, subject, answer)
        elif isinstance(answer, Exception):
            subject.error = unexpected(answer)


def _take_for_gone(session: Session, lists: VaultLists, subject: Subject, problem: AccountGone) -> None:
    """What the vault keeps of an account that is gone can still be ended; nothing of it can be protected.

    One that the vault does not have is still to be made: only a plan gets here without a registration.
    """
    if subject.desired.state != "present":
        subject.learn(listed={})
    elif subject.actual.registered or find_moved(session, lists, problem.account):
        subject.error = gone(session, lists, problem)
    else:
        _believe(subject)


def _see_gone(session: Session, subjects: Sequence[Subject]) -> None:
    revived = [(subject, revivable(subject.actual, subject.desired)) for subject in subjects]
    gone = gone_items(session, [item for _subject, items in revived for item in items])
    for subject, items in revived:
        subject.learn(gone=frozenset(item.share.lower() for item in items if item.id in gone))
