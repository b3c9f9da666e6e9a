# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways to follow an operation.

``operationResults`` tells by its HTTP status, ``operationsStatus`` and ``backupOperations`` by their JSON.
"""

from typing import Any

from ..call import CONTAINER, FABRIC, ITEM, VAULT, Call, CallRoutes
from ..dotnet import NEVER, timestamp
from ..errors import Refusal
from ..messages import Answer
from ..model.vault import Operation
from . import containers, items, tracking

ROUTES = CallRoutes()


def find(call: Call) -> Operation:
    operation = call.vault.operations.get(call.params["operation"].lower())
    if operation is None:
        raise Refusal(  # inferred: no source shows an unknown operation
            404, "OperationNotFound", f"The operation '{call.params['operation']}' was not found."
        )
    return operation


def finished(call: Call) -> Operation | None:
    """The operation if it has succeeded, None while it runs; a failed one is refused with its error."""
    operation = find(call)
    if operation.running:
        return None
    if operation.status != "Succeeded":
        raise Refusal(operation.error_http, operation.error_code or "", operation.error_message or "")
    return operation


def show(operation: Operation) -> dict[str, Any]:
    """``endTime`` of an ended operation equals ``startTime``: so it is recorded, and not a mistake here.

    A failed one has an error and no properties, so that it does not name its job (one recording, of another workload).
    """
    started = timestamp(operation.started)
    body: dict[str, Any] = {
        "id": operation.id,
        "name": operation.id,
        "status": operation.status,
        "startTime": started,
        "endTime": NEVER if operation.running else started,
    }
    if operation.error_code:
        body["error"] = {"code": operation.error_code, "message": operation.error_message}
    elif not operation.running and operation.job:
        body["properties"] = {"objectType": "OperationStatusJobExtendedInfo", "jobId": operation.job.id}
    return body


@ROUTES.on("GET", f"{VAULT}/backupOperations/{{operation}}")
@ROUTES.on("GET", f"{FABRIC}/operationsStatus/{{operation}}")
@ROUTES.on("GET", f"{ITEM}/operationsStatus/{{operation}}")
def get_status(call: Call) -> Answer:
    """200 whatever the status says, and never a Retry-After."""
    return Answer(200, show(find(call)))


@ROUTES.on("GET", f"{CONTAINER}/operationsStatus/{{operation}}")
def get_container_status(call: Call) -> Answer:
    """The odd one out: its id is a full one, its end never comes, and it names no job (recorded 2024 to 2026)."""
    body = show(find(call))
    body.pop("properties", None)
    return Answer(200, body | {"id": call.request.path, "endTime": NEVER})


@ROUTES.on("GET", f"{FABRIC}/operationResults/{{operation}}")
def fabric_result(call: Call) -> Answer:
    """The result of a refresh; a pending answer has no Azure-AsyncOperation."""
    if finished(call):
        return Answer(204, content_type="")
    answer = tracking.accepted_by_fabric(call, find(call))
    del answer.headers["Azure-AsyncOperation"]
    return answer


@ROUTES.on("GET", f"{CONTAINER}/operationResults/{{operation}}")
def container_result(call: Call) -> Answer:
    """The result of a registration (200 and the container), an inquiry or an unregistration (204)."""
    operation = finished(call)
    if operation is None:
        return tracking.accepted_by_container(call, find(call), body={})
    if operation.container:
        return Answer(200, containers.show(call, operation.container))
    return Answer(204, content_type="")


@ROUTES.on("GET", f"{ITEM}/operationResults/{{operation}}")
def item_result(call: Call) -> Answer:
    """Never recorded; 200, 202 and 204 are what Microsoft's SDK expects (inferred which when)."""
    operation = finished(call)
    if operation is None:
        return tracking.accepted_by_item(call, find(call))
    if operation.item:
        return Answer(200, items.show(call, operation.item))
    return Answer(204, content_type="")


@ROUTES.on("GET", f"{VAULT}/backupOperationResults/{{operation}}")
def vault_wide_result(call: Call) -> Answer:
    """Where the Location of the DELETE of an item or container leads."""
    if finished(call):
        return Answer(204, content_type="")
    return tracking.accepted_by_vault(call, find(call))
