# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: requests which go wrong on the wire, and operations which do not end well."""

import re
from dataclasses import dataclass, field
from typing import Any

from .messages import Request

_ENDS = ("Failed", "Canceled", "CompletedWithWarnings")


@dataclass
class Fault:
    """Either a fault of requests (``method``, ``path``) or, when ``operation`` is given, one of operations.

    The first ``after`` matches go through, then ``times`` of them are hit; null means all.
    """

    method: str | None = None
    path: str | None = None
    """A regular expression, searched without regard to case in the decoded path."""
    after: int = 0
    times: int | None = 1

    status: int | str | None = None
    """Of a request: answer with this, without carrying it out. Of an operation or job: how it ends."""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    delay: float = 0.0
    """Seconds between carrying the request out and the answer."""
    slow_body: float = 0.0
    """Seconds between pieces of the body."""
    truncate: int | None = None
    """Close the connection after so many bytes of the body."""
    reset: str | None = None
    """Break the connection ``before`` the request is carried out, or in the ``middle`` of the answer."""
    drop: bool = False
    """Carry the request out and break the connection instead of answering."""

    operation: str | None = None
    """One of the scenario's durations; ``backup`` is the job and ``backup_start`` its operation."""
    vault: str | None = None
    account: str | None = None
    share: str | None = None
    code: str = "CloudInternalError"
    message: str = "Microsoft Azure Backup encountered an internal error."

    def __post_init__(self) -> None:
        if self.reset not in (None, "before", "middle"):
            raise ValueError(f"'{self.reset}' is not a reset (before, middle)")
        if self.operation is None and isinstance(self.status, str):
            raise ValueError("the status of a request is a number")
        if self.operation is not None and self.status not in (None, *_ENDS):
            raise ValueError(f"'{self.status}' is not the status of an operation ({', '.join(_ENDS)})")
        if self.path is not None:
            try:
                re.compile(self.path)
            except re.error as problem:
                raise ValueError(f"'{self.path}' is not a regular expression: {problem}") from None


@dataclass(frozen=True)
class Subject:
    """What an operation works on, for faults to match."""

    vault: str
    account: str | None = None
    share: str | None = None


class FaultPlan:
    """The faults still to happen."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = list(faults)

    def for_request(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.operation is None and _meets(fault, request) and _strikes(fault):
                return fault
        return None

    def for_operation(self, kind: str, subject: Subject) -> Fault | None:
        for fault in self.faults:
            if fault.operation == kind and _concerns(fault, subject) and _strikes(fault):
                return fault
        return None


def _meets(fault: Fault, request: Request) -> bool:
    return (fault.method is None or fault.method.upper() == request.method) and (
        fault.path is None or re.search(fault.path, request.path, re.IGNORECASE) is not None
    )


def _concerns(fault: Fault, subject: Subject) -> bool:
    return all(
        wanted is None or (actual is not None and wanted.lower() == actual.lower())
        for wanted, actual in (
            (fault.vault, subject.vault),
            (fault.account, subject.account),
            (fault.share, subject.share),
        )
    )


def _strikes(fault: Fault) -> bool:
    """Count a match; whether the fault's turn has come and is not over."""
    if fault.after:
        fault.after -= 1
        return False
    if fault.times is None:
        return True
    fault.times -= 1
    return fault.times >= 0
