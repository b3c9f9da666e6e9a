# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in words for the person at the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .words import sentences

# The ways in which services say: something else is being done to the same thing right now. The first two are
# documented for shares, ConflictingOperation is reported for vaults, AnotherOperationInProgress for all of Azure.
_BUSY = re.compile(
    r"BMSUserErrorObjectLocked|BMSUserErrorConflictingProtectionOperation|\w*ConflictingOperation\w*"
    r"|\w*(?:Operation|Discovery|Registration)InProgress|OperationPreempted"
)
# A registration that is asked for twice is refused as a mere BadRequest, in these words (reported in 2026).
_BUSY_WORDS = re.compile(r"\balready in progress\b", re.IGNORECASE)
_REFUSED = (400, 409, 412)
INTERNAL = "CloudInternalError"


@dataclass(frozen=True)
class AzureFault:
    """What Azure itself said about a failure; unknown parts are None.

    ``code`` and ``message`` are the reason. Where that is told inside of something more general, ``context`` has the
    words around it, and ``outer`` their codes.
    """

    code: str | None = None
    message: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    context: str = ""
    outer: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The most specific one first."""
        return (*filter(None, [self.code]), *self.outer)

    @property
    def words(self) -> str:
        """All that Azure said, as sentences; empty where it said nothing."""
        return sentences(self.context, ": ".join(part for part in (self.code, self.message) if part))

    @property
    def busy(self) -> bool:
        """Whether something else is being done to the same thing right now, so that another try may succeed."""
        if any(_BUSY.fullmatch(code) for code in self.codes):
            return True
        return self.http_status in _REFUSED and bool(_BUSY_WORDS.search(self.message or ""))


class BackupError(Exception):
    """A failure that ends the work on a share or on the whole task.

    ``message`` is a sentence that says what failed, on what, and what to do: ``said`` and ``advice``, where that stands
    apart.
    ``fault`` keeps Azure's own words beside it.
    ``in_doubt`` is true where Azure may have done, or may still do, what was asked of it.
    """

    def __init__(
        self, message: str, fault: AzureFault | None = None, in_doubt: bool = False, *, advice: str = ""
    ) -> None:
        super().__init__(message)
        self.said = message
        self.advice = advice
        self.fault = fault or AzureFault()
        self.in_doubt = in_doubt

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        return sentences(self.said, self.advice) if self.advice else self.said

    def advise(self, advice: str) -> None:
        """Give another advice, for one who knows more of what was asked for."""
        self.advice = advice

    @property
    def busy(self) -> bool:
        return self.fault.busy

    @property
    def internal(self) -> bool:
        """Whether Azure gave up for a reason of its own, and says that nothing was done: another try may succeed."""
        return INTERNAL in self.fault.codes and not self.in_doubt

    def to_result(self) -> dict[str, Any]:
        """The ``error`` that modules return."""
        return {
            "code": self.fault.code,
            "message": self.fault.message or self.message,
            "http_status": self.fault.http_status,
            "request_id": self.fault.request_id,
        }


class ServiceError(BackupError):
    """Azure answered a request with an error status."""

    @property
    def not_found(self) -> bool:
        return self.fault.http_status == 404

    @property
    def forbidden(self) -> bool:
        return self.fault.http_status == 403


class WaitTimeout(BackupError):
    """The run's time was over: while Azure was still at work, or, where it is not in doubt, before it was asked."""


class OperationFailed(BackupError):
    """Azure carried an operation to its end, and the end was not success: nothing has changed."""

    def __init__(self, message: str, fault: AzureFault, job_id: str | None = None, *, advice: str = "") -> None:
        super().__init__(message, fault, advice=advice)
        self.job_id = job_id


def unexpected(problem: Exception) -> BackupError:
    """A mistake in the collection itself, told like any other failure so that the rest of the result is not lost."""
    if isinstance(problem, BackupError):
        return problem
    words = " ".join(str(problem).split())
    return BackupError(
        f"Unexpected {type(problem).__name__}: {words}. This is a mistake in azurefiles.backup, please report it.",
        AzureFault(code="UnexpectedError"),
        in_doubt=True,
    )
