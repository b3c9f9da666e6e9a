# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs: what the service did or is doing, for people to read."""

from collections.abc import Iterable
from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..dotnet import duration, parse_filter_time, timestamp
from ..errors import Refusal, invalid_input
from ..messages import Answer
from ..model.vault import Job
from ..odata import conditions, page, same
from . import operations, tracking

ROUTES = CallRoutes()


_REPORTED = {
    "UserErrorSourceOrTargetAccountNotAccessible": (
        570035,
        "Please ensure storage keys are not rotated during the restore and network configuration on the storage "
        "account(s) allows Microsoft first party services",
    )
}


def find(call: Call) -> Job:
    job = call.vault.jobs.get(call.params["job"].lower())
    if job is None:
        raise Refusal(404, "BMSUserErrorJobNotFound", f"The job '{call.params['job']}' was not found.")  # inferred
    return job


def show(call: Call, job: Job, where: str, *, extended: bool = True) -> dict[str, Any]:
    """The list leaves ``extendedInfo`` out (inferred), the single job has it; ``where`` keeps the job.

    ``storageAccountVersion`` tells nothing of the account, and ``isUserTriggered`` is false even for a user's
    backup: so it is recorded.
    """
    until = job.ended if job.ended is not None else call.world.clock.now()
    properties: dict[str, Any] = {
        "jobType": "AzureStorageJob",
        "duration": duration(until - job.started),
        "storageAccountName": job.account,
        "storageAccountVersion": job.version,
    }
    if job.cancellable:
        properties["actionsInfo"] = ["Cancellable"]
    if job.error_code:
        properties["errorDetails"] = [_error(job)]
    if extended:
        info: dict[str, Any] = {"tasksList": job.tasks, "propertyBag": job.bag}
        if job.error_code:
            info["dynamicErrorMessage"] = f"{job.error_code}: {job.error_message}"
        properties["extendedInfo"] = info
    properties |= {
        "isUserTriggered": False,
        "entityFriendlyName": job.entity,
        "backupManagementType": "AzureStorage",
        "operation": job.operation,
        "status": job.status,
        "startTime": timestamp(job.started),
    }
    if job.ended is not None:
        properties["endTime"] = timestamp(job.ended)
    properties["activityId"] = job.activity
    return {
        "id": f"{where}/backupJobs/{job.id}",
        "name": job.id,
        "type": "Microsoft.RecoveryServices/vaults/backupJobs",
        "properties": properties,
    }


def _error(job: Job) -> dict[str, Any]:
    """No recording has one. The keys are the SDK's, one number is reported, the others are inferred from the code."""
    if job.error_code in _REPORTED:
        number, recommendation = _REPORTED[job.error_code]
        return {"errorCode": number, "errorString": job.error_message, "recommendations": [recommendation]}
    number = 400_000 + sum(ord(letter) * place for place, letter in enumerate(job.error_code or "", 1)) % 100_000
    return {
        "errorCode": number,
        "errorString": job.error_message,
        "recommendations": [f"See the documentation of the error {job.error_code}."],
    }


@ROUTES.on("GET", f"{VAULT}/backupJobs/{{job}}")
def get(call: Call) -> Answer:
    return Answer(200, show(call, find(call), call.vault.id))


@ROUTES.on("GET", f"{VAULT}/backupJobs")
def list_all(call: Call) -> Answer:
    rows = listed(call, call.vault.jobs.values(), call.vault.id)
    return Answer(200, page(call.request, rows, call.settings.page_size))


def listed(call: Call, jobs: Iterable[Job], where: str) -> list[dict[str, Any]]:
    """Those of the request's filter, newest first."""
    keys = ["backupManagementType", "endTime", "jobId", "operation", "startTime", "status"]
    wanted = conditions(call.request, keys)
    try:
        first = parse_filter_time(wanted["startTime"]) if "startTime" in wanted else None
        last = parse_filter_time(wanted["endTime"]) if "endTime" in wanted else None
    except ValueError as problem:
        raise invalid_input(str(problem)) from None
    return [
        show(call, job, where, extended=False)
        for job in sorted(jobs, key=lambda job: job.started, reverse=True)
        if same(wanted.get("backupManagementType", "AzureStorage"), "AzureStorage")
        and same(wanted.get("operation", job.operation), job.operation)
        and same(wanted.get("status", job.status), job.status)
        and same(wanted.get("jobId", job.id), job.id)
        and (first is None or job.started >= first)
        and (last is None or job.started <= last)
    ]


@ROUTES.on("POST", f"{VAULT}/backupJobs/{{job}}/cancel")
def cancel(call: Call) -> Answer:
    return tracking.accepted_by_job(call, call.world.jobs.cancel(call.vault, find(call)))


@ROUTES.on("GET", f"{VAULT}/backupJobs/{{job}}/operationResults/{{operation}}")
def cancel_result(call: Call) -> Answer:
    if operations.finished(call):
        return Answer(204, content_type="")
    return tracking.accepted_by_job(call, operations.find(call))
