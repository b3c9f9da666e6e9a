# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ending a run early, or at last, so that its result is still told."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .deadline import LAST_WORD, Deadline

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# After a signal, what is under way gets this long to end by itself; then it is left.
GRACE = 1.0
# Connections that hang beyond all their own limits are left so long after the last question.
LATENESS = 5.0


class Abandoned(BaseException):
    """Raised in the main thread wherever it hangs; no ``except Exception`` holds it up."""


@contextmanager
def interruptible(deadline: Deadline) -> Iterator[None]:
    """A signal ends the deadline, and with it every wait; what hangs in spite of that is abandoned.

    Only the main thread can watch signals; elsewhere, nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        deadline.stop(f"the task was ended by {signal.Signals(number).name}")
        signal.setitimer(signal.ITIMER_REAL, GRACE)

    def abandon(_number: int, _frame: FrameType | None) -> None:
        # Python drops what is raised while it finalizes an object; then it is raised again.
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        raise Abandoned

    before = {number: signal.signal(number, end) for number in SIGNALS}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, abandon)
    signal.setitimer(signal.ITIMER_REAL, deadline.remaining + LAST_WORD + LATENESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
