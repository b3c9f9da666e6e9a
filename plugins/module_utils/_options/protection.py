# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of shares that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass

from .policies import PolicyRef
from .shares import Selection

# What becomes of shares of which somebody stopped, suspended or deleted the backups.
LEAVE, RESUME = "leave", "resume"
STOPPED = (LEAVE, RESUME)


@dataclass(frozen=True)
class Choice:
    """Some of an account's shares, and what they are to be protected by.

    Without a policy, those that are to be protected are left as they are. ``rule`` is the index of the rule that
    says so, where there are rules.
    """

    selection: Selection
    policy: PolicyRef | None = None
    stopped: str = RESUME
    rule: int | None = None


@dataclass(frozen=True)
class Desired:
    """What an account's shares shall be. The first of the ``choices`` that takes a share decides."""

    state: str
    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, state: str, selection: Selection, policy: PolicyRef | None = None, stopped: str = RESUME) -> Desired:
        """The same for all shares of one selection."""
        return cls(state, (Choice(selection, policy, stopped),))

    @property
    def all_shares(self) -> bool:
        return not self.names

    @property
    def names(self) -> tuple[str, ...]:
        """The shares that are asked for by name."""
        return tuple(name for choice in self.choices for name in choice.selection.names)

    def choice(self, share: str) -> Choice | None:
        """What decides on a share; None for one that is left alone."""
        for choice in self.choices:
            if choice.selection.wants(share):
                return choice if choice.policy or self.state != "present" else None
        return None

    def wants(self, share: str) -> bool:
        return self.choice(share) is not None
