# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backup policies."""

from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..errors import Refusal
from ..messages import Answer
from ..model.vault import Policy
from ..odata import conditions, same
from . import guards, operations, tracking

ROUTES = CallRoutes()


def find(call: Call) -> Policy:
    policy = call.vault.policy(call.params["policy"])
    if policy is None:
        raise Refusal(  # inferred: no source shows the GET of an unknown policy
            404,
            "BMSUserErrorPolicyNotFound",
            f"The policy '{call.params['policy']}' was not found in the vault.",
        )
    return policy


def show(call: Call, policy: Policy, *, listed: bool = False) -> dict[str, Any]:
    """``protectedItemsCount`` is the service's own, whatever was put; lists do not count (recorded in 2019)."""
    items = 0 if listed else len(call.vault.items_under(policy))
    return {
        "id": f"{call.vault.id}/backupPolicies/{policy.name}",
        "name": policy.name,
        "type": "Microsoft.RecoveryServices/vaults/backupPolicies",
        "properties": policy.properties | {"protectedItemsCount": items},
    }


@ROUTES.on("GET", f"{VAULT}/backupPolicies")
def list_all(call: Call) -> Answer:
    wanted = conditions(call.request, ["backupManagementType", "fabricName", "workloadType"])
    rows = [
        show(call, policy, listed=True)
        for policy in call.vault.policies.values()
        if same(wanted.get("backupManagementType", policy.management), policy.management)
    ]
    return Answer(200, {"value": rows})


@ROUTES.on("GET", f"{VAULT}/backupPolicies/{{policy}}")
def get(call: Call) -> Answer:
    return Answer(200, show(call, find(call)))


@ROUTES.on("PUT", f"{VAULT}/backupPolicies/{{policy}}")
def put(call: Call) -> Answer:
    """200 and the policy at once; 202 when items use it, as the SDK allows and nothing recorded shows."""
    policy, operation = call.world.policies.put(call.vault, call.params["policy"], call.properties, guards.plea(call))
    if operation is None:
        return Answer(200, show(call, policy))
    return tracking.accepted_by_policy(call, operation)


@ROUTES.on("DELETE", f"{VAULT}/backupPolicies/{{policy}}")
def delete(call: Call) -> Answer:
    policy = call.vault.policy(call.params["policy"])
    if policy is None:
        return Answer(204, content_type="")
    call.world.policies.delete(call.vault, policy)
    return Answer(200)


@ROUTES.on("GET", f"{VAULT}/backupPolicies/{{policy}}/operations/{{operation}}")
def operation_status(call: Call) -> Answer:
    return Answer(200, operations.show(operations.find(call)))


@ROUTES.on("GET", f"{VAULT}/backupPolicies/{{policy}}/operationResults/{{operation}}")
def operation_result(call: Call) -> Answer:
    if operations.finished(call):
        return Answer(200, show(call, find(call)))
    return tracking.accepted_by_policy(call, operations.find(call))
