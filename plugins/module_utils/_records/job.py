# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: the pieces of work that the vault keeps a record of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._azure.durations import parse_duration
from .._azure.times import format_time, parse_time
from .fields import properties_of, text, words

JOB_RUNNING = ("InProgress", "Cancelling")
JOB_GOOD = ("Completed", "CompletedWithWarnings")
JOB_FAILED = "Failed"
JOB_CANCELLED = "Cancelled"
JOB_BAD = (JOB_FAILED, JOB_CANCELLED)
# Jobs of a whole account, the entity of which is the account (recorded in 2024).
JOBS_OF_ACCOUNT = ("register", "unregister")
_NAMED_ERROR = re.compile(r"(?P<name>[A-Z][A-Za-z0-9]*[a-z0-9][A-Z][A-Za-z0-9]*): (?P<words>.+)")


@dataclass(frozen=True)
class JobKey:
    """What is done to which share; two of the same work on the same share are equal, however they are spelled."""

    operation: str
    account_name: str
    share: str

    @classmethod
    def of(cls, operation: str, account_name: str, share: str) -> JobKey:
        return cls(operation.lower(), account_name.lower(), share.lower())


@dataclass(frozen=True)
class Job:
    """A piece of work that the vault keeps a record of.

    ``share`` is empty for a job of a whole account. ``error_code`` and ``error_message`` are the service's own
    explanation of a failure; ``duration`` is in seconds.
    ``details`` is None where the service left them out, as its list of jobs does. ``activity_id`` is the
    ``x-ms-client-request-id`` of the request that began it: recorded from 2020 to 2026, without an exception.
    """

    id: str
    operation: str | None
    status: str
    share: str
    account_name: str
    start_time: datetime | None
    end_time: datetime | None
    error_code: str | None
    error_message: str | None
    recommendations: tuple[str, ...] = ()
    duration: float | None = None
    details: dict[str, str] | None = None
    cancellable: bool = False
    activity_id: str | None = None

    @classmethod
    def from_api(cls, resource: dict[str, Any]) -> Job:
        properties = properties_of(resource)
        code, message, recommendations = _job_error(properties)
        operation, entity = text(properties.get("operation")), text(properties.get("entityFriendlyName")) or ""
        of_account = (operation or "").lower() in JOBS_OF_ACCOUNT
        return cls(
            id=text(resource.get("name")) or "",
            operation=operation,
            status=str(properties.get("status") or "Unknown"),
            share="" if of_account else entity,
            account_name=text(properties.get("storageAccountName")) or (entity if of_account else ""),
            start_time=parse_time(properties.get("startTime")),
            end_time=parse_time(properties.get("endTime")),
            error_code=code,
            error_message=message,
            recommendations=recommendations,
            duration=parse_duration(text(properties.get("duration"))),
            details=_job_details(properties),
            # An integer in 2019, a word since.
            cancellable=any(action in (1, "Cancellable") for action in properties.get("actionsInfo") or []),
            activity_id=text(properties.get("activityId")),
        )

    @property
    def running(self) -> bool:
        """A status that is not known is that of a running job until the job has an end."""
        return self.status in JOB_RUNNING or (self.end_time is None and self.status not in (*JOB_GOOD, *JOB_BAD))

    @property
    def good(self) -> bool:
        return self.status in JOB_GOOD

    @property
    def key(self) -> JobKey:
        return JobKey.of(self.operation or "", self.account_name, self.share)

    def count(self, detail: str) -> int | None:
        """A number among the details, all of which are strings; None where it is not told."""
        text = (self.details or {}).get(detail, "")
        return int(text) if text.isdecimal() else None

    def to_result(self) -> dict[str, Any]:
        error = None
        if self.error_code or self.error_message:
            error = {
                "code": self.error_code,
                "message": self.error_message,
                "recommendations": list(self.recommendations),
            }
        return {
            "job_id": self.id,
            "operation": self.operation,
            "status": self.status,
            "share": self.share,
            "storage_account": self.account_name,
            "start_time": format_time(self.start_time),
            "end_time": format_time(self.end_time),
            "duration_seconds": self.duration,
            "details": self.details,
            "error": error,
        }


def _job_error(properties: dict[str, Any]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The first error's code, message and recommendations.

    The code is a number; its name, by which Microsoft documents it, can stand before the other message.
    """
    errors = properties.get("errorDetails")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    extended = properties.get("extendedInfo")
    dynamic = words(extended.get("dynamicErrorMessage")) if isinstance(extended, dict) else None
    named = _NAMED_ERROR.match(dynamic or "")
    told = tuple(filter(None, (words(each) for each in first.get("recommendations") or [])))
    return (
        named["name"] if named else text(first.get("errorCode")),
        words(first.get("errorString")) or (named["words"] if named else dynamic),
        told,
    )


def _job_details(properties: dict[str, Any]) -> dict[str, str] | None:
    """The job's property bag. Its keys are headings for people; here they are written like all others."""
    extended = properties.get("extendedInfo")
    bag = extended.get("propertyBag") if isinstance(extended, dict) else None
    return {_snake_case(key): text(value) or "" for key, value in bag.items()} if isinstance(bag, dict) else None


def _snake_case(heading: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return "_".join(re.findall(r"[a-z0-9]+", apart.lower()))
