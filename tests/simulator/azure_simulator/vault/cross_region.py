# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores from the other region of a vault, and their operations and jobs there.

Recorded in 2026 from the az CLI and from PowerShell, but for the refusals: none was ever seen.
"""

import base64
import binascii
import json
from typing import Any

from ..call import ITEM, LOCATION, LOCATION_DEPTH, Call, CallRoutes
from ..clock import SECOND
from ..dotnet import NEVER, timestamp, us_time
from ..errors import Refusal, invalid_input
from ..messages import Answer
from ..model.restores import Wanted
from ..model.secondary import COMMIT_AFTER, Grant, principal_of
from ..model.vault import Operation, Vault
from ..names import guid, number
from ..odata import conditions, page, same
from ..regions import region
from . import items, jobs, recovery_points, restores

ROUTES = CallRoutes()


@ROUTES.on("GET", f"{LOCATION}/backupAadProperties")
def get_principal(call: Call) -> Answer:
    """Without the filter it is another principal, whose restores hang and fail (reported)."""
    management = conditions(call.request, ["backupManagementType"]).get("backupManagementType")
    where = region(call.params["region"])
    properties = {
        "tenantId": call.settings.tenant,
        "audience": f"https://RecoveryServices/WkloadCoord/aadmgmt/{where.short}",
        "servicePrincipalObjectId": principal_of(where.name, management),
        "identityVersion": 1.0,
    }
    return Answer(200, {"properties": properties})


@ROUTES.on("POST", f"{ITEM}/recoveryPoints/{{point}}/accessToken")
def make_token(call: Call) -> Answer:
    item = items.find(call)
    point = recovery_points.find(call, item)
    wanted = call.properties
    if not all(wanted.get(name) for name in ("tenantId", "audience", "servicePrincipalObjectId")):
        raise invalid_input("The access token needs tenantId, audience and servicePrincipalObjectId.")
    principal = str(wanted["servicePrincipalObjectId"])
    grant = call.world.secondary.grant(call.vault, item, point, principal)
    return Answer(200, {"properties": _show_token(grant)})


def _show_token(grant: Grant) -> dict[str, Any]:
    vault, item, point = grant.vault, grant.item, grant.point
    account, policy = item.container.account, item.policy
    name = f"Storage;{account.group};{account.name}"
    stamp = region(vault.location).short
    identity = item.container.identity or {}
    return {
        "protectableObjectUniqueName": item.share.system_name.upper(),
        "protectableObjectFriendlyName": item.share.name,
        "protectableObjectWorkloadType": "AzureFileShare",
        "protectableObjectProtectionState": "Protected",
        "protectableObjectParentLogicalContainerName": account.id,
        "containerId": str(number(account.id)),
        "policyName": policy.name if policy else None,
        "policyId": guid(f"{vault.id}/{policy.name}") if policy else None,
        "isSystemAssignedIdentity": bool(identity.get("isSystemAssignedIdentity")),
        "objectType": "WorkloadCrrAccessToken",
        "accessTokenString": grant.token,
        "subscriptionId": vault.subscription,
        "resourceGroupName": vault.group,
        "resourceName": vault.name,
        "resourceId": str(vault.number),
        "protectionContainerId": number(account.id),
        "recoveryPointId": point.name,
        "recoveryPointTime": us_time(point.time),
        "containerName": name,
        "containerType": "StorageContainer",
        "backupManagementType": "AzureStorage",
        "datasourceType": "AzureFileShare",
        "datasourceName": item.share.name,
        "datasourceId": str(number(item.key)),
        "datasourceContainerName": name if item.upper else f"storage;{account.group.lower()};{account.name}",
        "coordinatorServiceStampId": guid(f"{stamp}/coordinator"),
        "coordinatorServiceStampUri": f"https://pod01-wbcm1.{stamp}.backup.windowsazure.com",
        "protectionServiceStampId": guid(f"{stamp}/protection"),
        "protectionServiceStampUri": f"https://pod01-prot1-int.{stamp}.backup.windowsazure.com",
        "tokenExtendedInformation": json.dumps(_more(grant), separators=(",", ":")),
        "rpOriginalSAOption": False,
        "rpIsManagedVirtualMachine": False,
        "bMSActiveRegion": region(vault.location).name,
    }


def _more(grant: Grant) -> dict[str, Any]:
    item, point = grant.item, grant.point
    return {
        "Version": "V_2019_09",
        "IsReferential": False,
        "Name": us_time(point.time),
        "Uri": "",
        "Type": "Full",
        "State": "Frozen",
        "Time": timestamp(point.time)[:-1] + "+00:00",
        "CommitTime": timestamp(point.time + COMMIT_AFTER)[:-1] + "+00:00",
        "ExpirationTime": timestamp(point.expiry - point.expiry % SECOND)[:-1] + "+00:00",
        "WriterName": "AzureFileShare",
        "ObjectName": item.share.name,
        "SourceSize": 1,
        "DatasourceId": number(item.key),
        "DistributedId": None,
    }


@ROUTES.on("POST", f"{LOCATION}/backupCrossRegionRestore")
def start(call: Call) -> Answer:
    """Which region carries it out, and by which principal, is told by the path."""
    details, request = call.body.get("crossRegionRestoreAccessDetails"), call.body.get("restoreRequest")
    if not isinstance(details, dict) or not isinstance(request, dict):
        raise invalid_input("The request needs crossRegionRestoreAccessDetails and restoreRequest.")
    grant = call.world.secondary.granted(str(details.get("accessTokenString")))
    if grant is None or not same(str(details.get("recoveryPointId")), grant.point.name):
        raise Refusal(403, "UserErrorCrossRegionRestoreTokenInvalid", "The access token is not valid, or has expired.")
    _check_region(call, grant.vault)
    target = restores.target(request)
    if target is None or request.get("restoreRequestType") != "FullShareRestore":
        raise invalid_input("Cross Region Restore supports only full file-share restore to an alternate location.")
    if request.get("copyOptions") != "Overwrite":
        raise invalid_input("Cross Region Restore overwrites.")
    source = str(request.get("sourceResourceId"))
    if not same(source, grant.item.container.account.id):
        raise invalid_input("The sourceResourceId is not the storage account of the recovery point.")
    specs = request.get("restoreFileSpecs") or []
    folder = next((spec.get("targetFolderPath") or "" for spec in specs), "")
    wanted = Wanted(grant.point, target, folder=folder, files=None, overwrite=True)
    restores.check_subscription(grant.vault, wanted)
    principal = principal_of(call.params["region"], "AzureStorage")
    operation = call.world.secondary.start(grant, wanted, principal)
    return _accepted(call, grant.vault, operation)


def _check_region(call: Call, vault: Vault) -> None:
    call.world.secondary.check(vault)
    if not same(region(vault.location).pair or "", call.params["region"]):
        raise invalid_input(f"The region '{call.params['region']}' is not the pair of the vault's.")


def _accepted(call: Call, vault: Vault, operation: Operation) -> Answer:
    token = base64.b64encode(f"{vault.number};{operation.id}".encode()).decode()
    headers = {
        "Location": call.url(LOCATION_DEPTH, f"backupCrrOperationResults/{token}"),
        "Azure-AsyncOperation": call.url(LOCATION_DEPTH, f"backupCrrOperationsStatus/{token}"),
        **call.retry_after(),
    }
    return Answer(202, None, headers)


def _operation(call: Call) -> Operation:
    """By the vault's number and the operation's id, which its name in base64 holds."""
    try:
        home, _unused, name = base64.b64decode(call.params["operation"]).decode().partition(";")
    except (binascii.Error, UnicodeDecodeError):
        home, name = "", ""
    for vault in call.world.vaults.all:
        if str(vault.number) == home and name in vault.secondary.operations:
            return vault.secondary.operations[name]
    raise Refusal(404, "OperationNotFound", f"The operation '{call.params['operation']}' was not found.")  # inferred


@ROUTES.on("GET", f"{LOCATION}/backupCrrOperationsStatus/{{operation}}")
def get_status(call: Call) -> Answer:
    """Recorded only when it had succeeded: that it names no job before, and none when it failed, is inferred."""
    operation = _operation(call)
    ended = operation.ended
    body: dict[str, Any] = {
        "id": call.request.path,
        "name": call.params["operation"],
        "status": operation.status,
        "startTime": timestamp(operation.started),
        "endTime": NEVER if ended is None else timestamp(ended - ended % SECOND),
    }
    if operation.error_code:
        body["error"] = {"code": operation.error_code, "message": operation.error_message}
    elif operation.job:
        body["properties"] = {"objectType": "OperationStatusJobExtendedInfo", "jobId": operation.job.id}
    return Answer(200, body)


@ROUTES.on("GET", f"{LOCATION}/backupCrrOperationResults/{{operation}}")
def get_result(call: Call) -> Answer:
    """Empty, and without a job."""
    return Answer(202 if _operation(call).running else 200)


def _vault(call: Call) -> Vault:
    """The one that the body names; its region has to be the pair of the path's."""
    segments = [segment for segment in str(call.body.get("resourceId") or "").split("/") if segment]
    if len(segments) != 8 or not same(segments[6], "vaults"):
        raise invalid_input("The resourceId is not the id of a vault.")
    vault = call.world.vaults.get(segments[1], segments[3], segments[7])
    _check_region(call, vault)
    return vault


def _where(call: Call) -> str:
    return "/" + "/".join(call.request.segments[:LOCATION_DEPTH])


@ROUTES.on("POST", f"{LOCATION}/backupCrrJob")
def get_job(call: Call) -> Answer:
    name = str(call.body.get("jobName") or "")
    job = _vault(call).secondary.jobs.get(name.lower())
    if job is None:
        raise Refusal(404, "BMSUserErrorJobNotFound", f"The job '{name}' was not found.")  # inferred
    return Answer(200, jobs.show(call, job, _where(call)))


@ROUTES.on("POST", f"{LOCATION}/backupCrrJobs")
def list_jobs(call: Call) -> Answer:
    rows = jobs.listed(call, _vault(call).secondary.jobs.values(), _where(call))
    return Answer(200, page(call.request, rows, call.settings.page_size))
