# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules: which shares of which accounts shall be protected, and by which policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import AccountId
from .argspec import Options
from .backup import expiry_of
from .name_patterns import ACCOUNTS, GROUPS, SHARES, covers, fitting
from .patterns import EVERY, matches
from .policies import PolicyRef
from .protection import LEAVE, STOPPED

BACKUPS = ("never", "if_missing", "always")
# Keys that say how shares are protected, and so nothing without a policy.
TERMS = ("initial_backup", "retention_days", "stopped")
RULE: Options = {
    "storage_accounts": {"type": "list", "elements": "str"},
    "resource_groups": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
    "include": {"type": "list", "elements": "str"},
    "exclude": {"type": "list", "elements": "str"},
    "policy": {"type": "str"},
    "initial_backup": {"type": "str", "choices": list(BACKUPS)},
    "retention_days": {"type": "int"},
    "stopped": {"type": "str", "choices": list(STOPPED)},
}


@dataclass(frozen=True)
class Rule:
    """One rule, by its ``index``. What it does not name matches; without a ``policy``, it leaves its shares alone.

    ``ids`` are keys of accounts, ``accounts`` patterns for their names: of these two, either will do.
    """

    index: int
    ids: frozenset[tuple[str, str, str, str]] = frozenset()
    accounts: tuple[str, ...] = ()
    groups: tuple[str, ...] = EVERY
    tags: Mapping[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = EVERY
    exclude: tuple[str, ...] = ()
    policy: PolicyRef | None = None
    stopped: str = LEAVE
    initial_backup: str = "never"
    expiry: datetime = datetime.max

    def takes_account(self, account: AccountId, tags: Mapping[str, str]) -> bool:
        """Whether shares of this account can match; the names of tags are compared without regard to case."""
        if (self.ids or self.accounts) and account.key not in self.ids and not matches(account.name, self.accounts):
            return False
        known = {name.lower(): value for name, value in tags.items()}
        return matches(account.resource_group, self.groups) and all(
            name.lower() in known and matches(known[name.lower()], [pattern]) for name, pattern in self.tags.items()
        )

    def __str__(self) -> str:
        told = f"policy {self.policy.name}" if self.policy else "without a policy"
        return f"rules[{self.index}] ({told})"


def parse_rules(given: Sequence[Mapping[str, Any]], defaults: Mapping[str, Any], now: datetime) -> tuple[Rule, ...]:
    """The rules in their order; ``defaults`` are the terms of those that name none.

    Raises BackupError for a rule that can match nothing, and for one that contradicts itself.
    """
    if not given:
        raise BackupError("rules is empty, so that no share would be protected.")
    return tuple(_parse(index, rule, defaults, now) for index, rule in enumerate(given))


def _parse(index: int, given: Mapping[str, Any], defaults: Mapping[str, Any], now: datetime) -> Rule:
    where = f"rules[{index}]"
    for key in ("storage_accounts", "resource_groups", "tags", "include"):
        if given.get(key) is not None and not given[key]:
            raise BackupError(f"{where}.{key} is empty, so the rule can match nothing. Leave it out to match all.")
    accounts = given.get("storage_accounts") or ()
    rule = Rule(
        index,
        ids=frozenset(_account_id(where, text).key for text in accounts if "/" in text),
        accounts=fitting(f"{where}.storage_accounts", [text for text in accounts if "/" not in text], ACCOUNTS),
        groups=fitting(f"{where}.resource_groups", given.get("resource_groups") or EVERY, GROUPS),
        tags=_tags(where, given.get("tags") or {}),
        include=fitting(f"{where}.include", given.get("include") or EVERY, SHARES) or EVERY,
        exclude=fitting(f"{where}.exclude", given.get("exclude") or (), SHARES),
        policy=_policy(where, given.get("policy")),
    )
    if accounts and not rule.ids and not rule.accounts:
        raise BackupError(f"{where}.storage_accounts is blank, so the rule can match nothing.")
    if all(any(covers(other, pattern) for other in rule.exclude) for pattern in rule.include):
        raise BackupError(f"{where} can match nothing: exclude leaves out all that include names.")
    return _with_terms(where, rule, given, defaults, now)


def _with_terms(where: str, rule: Rule, given: Mapping[str, Any], defaults: Mapping[str, Any], now: datetime) -> Rule:
    named = {term: given[term] for term in TERMS if given.get(term) is not None}
    if rule.policy is None:
        if named:
            raise BackupError(
                f"{where} has no policy, so it leaves its shares alone, and {next(iter(named))} says nothing."
            )
        return rule
    terms = {term: defaults[term] for term in TERMS} | named
    try:
        expiry = expiry_of(None, terms["retention_days"], now)
    except BackupError as problem:
        raise BackupError(f"{where}: {problem.message}") from problem
    return replace(rule, stopped=terms["stopped"], initial_backup=terms["initial_backup"], expiry=expiry)


def _account_id(where: str, text: str) -> AccountId:
    account = AccountId.parse(text.strip())
    if not account:
        raise BackupError(
            f"{where}.storage_accounts: '{text}' is not the id of a storage account: it has to look like "
            "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Storage/storageAccounts/<name>."
        )
    return account


def _tags(where: str, given: Mapping[str, Any]) -> dict[str, str]:
    for name, pattern in given.items():
        if not str(name).strip() or pattern is None or not str(pattern).strip():
            raise BackupError(f"{where}.tags: a tag needs a name, and a pattern for its value ('*' for any value).")
    return {str(name): str(pattern) for name, pattern in given.items()}


def _policy(where: str, text: str | None) -> PolicyRef | None:
    if text is None:
        return None
    if not text.strip():
        raise BackupError(f"{where}.policy is empty. Leave it out for a rule that leaves its shares as they are.")
    return PolicyRef(text.strip())
