# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From rules to what the shares of each account shall be. What comes after knows of no rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._azure.ids import AccountId
from .._azure.words import sentences
from .._options.protection import Choice, Desired
from .._options.rules import Rule
from .._options.shares import Selection
from .._options.similar import did_you_mean, idle


def desired_of(rules: Iterable[Rule], account: AccountId, tags: Mapping[str, str]) -> Desired:
    """The rules that can take shares of this account, in their order."""
    return Desired(
        "present",
        tuple(
            Choice(
                Selection(all_shares=True, include=rule.include, exclude=rule.exclude),
                rule.policy,
                rule.stopped,
                rule.index,
            )
            for rule in rules
            if rule.takes_account(account, tags)
        ),
    )


def idle_patterns(rules: Sequence[Rule], accounts: Sequence[AccountId], shares: Sequence[str]) -> list[str]:
    """The patterns of rules that nothing fits, in words, with the names that were meant, perhaps."""
    names = [account.name for account in accounts]
    groups = [account.resource_group for account in accounts]
    told = []
    for rule in rules:
        lists = {
            "storage_accounts": (rule.accounts, names),
            "resource_groups": (rule.groups, groups),
            "include": (rule.include, shares),
            "exclude": (rule.exclude, shares),
        }
        for option, (patterns, known) in lists.items():
            for pattern in idle(patterns, known):
                question = did_you_mean(pattern, known)
                # A rule whose only pattern fits nothing decides on no share, which is told already.
                if question or option == "exclude" or len(patterns) > 1:
                    told.append(sentences(f"rules[{rule.index}].{option}: nothing fits '{pattern}'.", question))
    return told


def useless(rules: Sequence[Rule], seen: Iterable[tuple[Desired, Sequence[str]]]) -> list[str]:
    """The rules that decide on no share, each with the reason, in words. ``seen`` has the shares of each account."""
    taken: set[int] = set()
    decisive: set[int] = set()
    for desired, shares in seen:
        for share in shares:
            takers = [choice.rule for choice in desired.choices if choice.selection.wants(share)]
            taken.update(rule for rule in takers if rule is not None)
            decisive.update(rule for rule in takers[:1] if rule is not None)
    return [
        f"{rule} decides on no share: "
        + ("all that it matches are decided on by earlier rules." if rule.index in taken else "it matches none.")
        for rule in rules
        if rule.index not in decisive
    ]
