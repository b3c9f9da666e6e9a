# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Azure refuses for the moment only, and trying again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .._azure.errors import BackupError
from .operations import Waiter

# Most of these calls have a daily budget, so the pauses grow up to this many poll intervals.
LONGEST_REST = 12

Found = TypeVar("Found")


@dataclass
class Obstacles:
    """What has stood in the way of one thing. An internal error of Azure's counts from the second one on."""

    waiter: Waiter
    stumbled: bool = False

    def may_pass(self, error: BackupError) -> bool:
        """Whether another try may succeed."""
        if error.internal and not self.stumbled:
            self.stumbled = True
            return True
        return error.busy

    def rest(self, intervals: float = 1) -> bool:
        """Pause before it; False where the run's time does not last so long."""
        return self.waiter.rest(intervals)


def persist(waiter: Waiter, do: Callable[[], Found]) -> Found:
    """Do it, again and again where Azure is busy with the same thing, as long as the run's time lasts.

    Raises what stood in the way at last; what is in doubt is not done a second time.
    """
    obstacles, intervals = Obstacles(waiter), 1.0
    while True:
        try:
            return do()
        except BackupError as error:
            if error.in_doubt or not obstacles.may_pass(error) or not obstacles.rest(intervals):
                raise
        intervals = min(2 * intervals, LONGEST_REST)
