# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asynchronous operations, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._azure.errors import AzureFault
from .._azure.faults import read_fault
from .fields import text
from .job import JobKey

OPERATION_ENDS = ("Succeeded", "Failed", "Canceled", "Cancelled")


@dataclass(frozen=True)
class Operation:
    """Work that Azure has begun. ``title`` says in words what it is, for messages.

    ``by_status_code`` tells the service's two protocols apart: the HTTP status of a result, or a status in JSON.
    ``job`` is the job that begins and ends with it, where there is one, and ``activity_id`` the id of the request that
    began both; ``otherwise`` is the same operation at another address, to be asked where this one is not known.
    """

    title: str
    path: str
    by_status_code: bool
    job: JobKey | None = None
    activity_id: str | None = None
    otherwise: Operation | None = None


@dataclass(frozen=True)
class Progress:
    """How far an operation is."""

    status: str
    job_id: str | None = None
    fault: AzureFault | None = None

    @property
    def running(self) -> bool:
        return self.status not in OPERATION_ENDS

    @property
    def succeeded(self) -> bool:
        return self.status == "Succeeded"

    @classmethod
    def from_api(cls, body: dict[str, Any]) -> Progress:
        properties, error = body.get("properties"), body.get("error")
        fault = read_fault(error) if isinstance(error, dict) else None
        job_id = properties.get("jobId") if isinstance(properties, dict) else None
        return cls(str(body.get("status") or "Unknown"), text(job_id), fault)
