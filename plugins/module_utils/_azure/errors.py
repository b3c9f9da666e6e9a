# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in words for the person at the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# The service's words for: something else is being done to this share right now.
BUSY = ("BMSUserErrorObjectLocked", "BMSUserErrorConflictingProtectionOperation")


@dataclass(frozen=True)
class AzureFault:
    """What Azure itself said about a failure; unknown parts are None."""

    code: str | None = None
    message: str | None = None
    http_status: int | None = None
    request_id: str | None = None


class BackupError(Exception):
    """A failure that ends the work on a share or on the whole task.

    ``message`` is a sentence that says what failed, on what, and what to do.
    ``fault`` keeps Azure's own words beside it.
    ``in_doubt`` is true where Azure may have done, or may still do, what was asked of it.
    """

    def __init__(self, message: str, fault: AzureFault | None = None, in_doubt: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.fault = fault or AzureFault()
        self.in_doubt = in_doubt

    @property
    def busy(self) -> bool:
        """Whether something else is being done to the same thing right now, so that another try may succeed."""
        return self.fault.code in BUSY

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

    def __init__(self, message: str, fault: AzureFault, job_id: str | None = None) -> None:
        super().__init__(message, fault)
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
