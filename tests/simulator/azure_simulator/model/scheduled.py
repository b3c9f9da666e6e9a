# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scheduled backups: each policy's next run is on the clock's agenda, and puts the one after it there."""

from functools import partial

from ..clock import Clock
from .backups import Backups
from .policies import FILE_SHARES
from .schedule import next_run
from .vault import Policy, Vault

_BACKED_UP = ("IRPending", "Protected")


class Scheduled:
    def __init__(self, clock: Clock, backups: Backups) -> None:
        self._clock = clock
        self._backups = backups

    def follow(self, vault: Vault, policy: Policy) -> None:
        """Back up by a policy from now on, until it is changed or deleted."""
        if policy.management == FILE_SHARES:
            run = next_run(policy.properties, self._clock.now())
            self._clock.at(run, partial(self._run, vault, policy, policy.properties))

    def _run(self, vault: Vault, policy: Policy, followed: dict[str, object]) -> None:
        if policy.properties is not followed or vault.policy(policy.name) is not policy:
            return
        for item in vault.items_under(policy):
            if item.deleted_at is None and item.state in _BACKED_UP:
                self._backups.run(vault, item)
        self.follow(vault, policy)
