# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is answered at once to an asynchronous operation: 202 and where to follow it."""

from typing import Any

from ..call import CONTAINER_DEPTH, FABRIC_DEPTH, ITEM_DEPTH, JOB_DEPTH, POLICY_DEPTH, VAULT_DEPTH, Call
from ..messages import Answer
from ..model.vault import Operation

STATUS_VERSION = "2019-05-13-preview"
"""The api-version in the status URLs of fabrics and containers, whatever the request's; so still in 2026."""


def accepted_by_fabric(call: Call, operation: Operation) -> Answer:
    """The 202 to a refresh."""
    status = call.url(FABRIC_DEPTH, f"operationsStatus/{operation.id}", STATUS_VERSION)
    return _accepted(call, call.url(FABRIC_DEPTH, f"operationResults/{operation.id}"), status)


def accepted_by_container(call: Call, operation: Operation, body: Any = None) -> Answer:
    """The 202 to a registration (body ``{}``) or an inquiry (empty), and to polls of both (``{}``)."""
    status = call.url(CONTAINER_DEPTH, f"operationsStatus/{operation.id}", STATUS_VERSION)
    return _accepted(call, call.url(CONTAINER_DEPTH, f"operationResults/{operation.id}"), status, body)


def accepted_unregistration(call: Call, operation: Operation) -> Answer:
    """The Location has no api-version of its own, as recorded since 2024: a client must take the id out of it."""
    location = call.url(VAULT_DEPTH, f"backupOperationResults/{operation.id}")
    location = location.replace("?api-version=", "?fabricName=Azure%3fapi-version%3d")
    status = call.url(FABRIC_DEPTH, f"operationsStatus/{operation.id}", STATUS_VERSION)
    return _accepted(call, location, status)


def accepted_by_item(call: Call, operation: Operation) -> Answer:
    """The 202 to a PUT, backup or restore: empty, with both headers under the item."""
    status = call.url(ITEM_DEPTH, f"operationsStatus/{operation.id}")
    return _accepted(call, call.url(ITEM_DEPTH, f"operationResults/{operation.id}"), status)


def accepted_by_vault(call: Call, operation: Operation) -> Answer:
    """The 202 to the DELETE of an item, whose headers lead to the vault-wide results."""
    status = call.url(VAULT_DEPTH, f"backupOperations/{operation.id}")
    return _accepted(call, call.url(VAULT_DEPTH, f"backupOperationResults/{operation.id}"), status)


def _accepted(call: Call, location: str, status: str, body: Any = None) -> Answer:
    headers = {"Location": location, "Azure-AsyncOperation": status, **call.retry_after()}
    return Answer(202, body, headers)


def accepted_by_policy(call: Call, operation: Operation) -> Answer:
    """The 202 to a change of a policy in use."""
    status = call.url(POLICY_DEPTH, f"operations/{operation.id}")
    return _accepted(call, call.url(POLICY_DEPTH, f"operationResults/{operation.id}"), status)


def accepted_by_job(call: Call, operation: Operation) -> Answer:
    """The 202 to the cancellation of a job."""
    status = call.url(VAULT_DEPTH, f"backupOperations/{operation.id}")
    return _accepted(call, call.url(JOB_DEPTH, f"operationResults/{operation.id}"), status)
