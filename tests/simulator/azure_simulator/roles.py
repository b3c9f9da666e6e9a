# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft.Authorization: role assignments. They are kept and shown; what clients may do, the scenario says.

That one which is there already is refused so is reported; the rest is documented.
"""

from typing import Any

from .call import Call, CallRoutes
from .dotnet import timestamp
from .errors import gateway
from .messages import Answer
from .model.world import RoleAssignment
from .odata import same
from .tokens import object_id

ROUTES = CallRoutes()
_SCOPES = (
    "/subscriptions/{subscription}",
    "/subscriptions/{subscription}/resourceGroups/{group}",
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{type}/{resource}",
)
_ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"


def _scope(call: Call) -> str:
    above = call.request.path.lower().index("/providers/microsoft.authorization/")
    return call.request.path[:above]


def _show(assignment: RoleAssignment) -> dict[str, Any]:
    made = timestamp(assignment.created)
    return {
        "properties": {
            "roleDefinitionId": assignment.role,
            "principalId": assignment.principal,
            "principalType": "ServicePrincipal",
            "scope": assignment.scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": made,
            "updatedOn": made,
            "createdBy": assignment.creator,
            "updatedBy": assignment.creator,
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
        "id": f"{assignment.scope}/{_ASSIGNMENTS}/{assignment.name}",
        "type": "Microsoft.Authorization/roleAssignments",
        "name": assignment.name,
    }


def list_all(call: Call) -> Answer:
    """Those at a scope, above it, and for a subscription or group also those within, unless ``atScope()`` is asked."""
    scope = _scope(call).lower()
    at_scope = "atscope()" in call.request.query.get("$filter", "").lower()
    rows = [
        _show(each)
        for each in call.world.role_assignments
        if f"{scope}/".startswith(f"{each.scope.lower()}/")
        or (not at_scope and f"{each.scope.lower()}/".startswith(f"{scope}/"))
    ]
    return Answer(200, {"value": rows})


def get(call: Call) -> Answer:
    for each in call.world.role_assignments:
        if same(each.scope, _scope(call)) and same(each.name, call.params["assignment"]):
            return Answer(200, _show(each))
    raise gateway(404, "RoleAssignmentNotFound", f"The role assignment '{call.params['assignment']}' is not found.")


def put(call: Call) -> Answer:
    role, principal = (str(call.properties.get(name) or "") for name in ("roleDefinitionId", "principalId"))
    if not role or not principal:
        raise gateway(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.")
    scope, name = _scope(call), call.params["assignment"]
    for each in call.world.role_assignments:
        if same(each.scope, scope) and same(each.role, role) and same(each.principal, principal):
            if same(each.name, name):
                return Answer(200, _show(each))
            raise gateway(409, "RoleAssignmentExists", "The role assignment already exists.")
    creator = object_id(call.caller.client_id)
    made = RoleAssignment(name, scope, role, principal, creator, call.world.clock.now())
    call.world.role_assignments.append(made)
    return Answer(201, _show(made))


for _where in _SCOPES:
    ROUTES.on("GET", f"{_where}/{_ASSIGNMENTS}")(list_all)
    ROUTES.on("GET", f"{_where}/{_ASSIGNMENTS}/{{assignment}}")(get)
    ROUTES.on("PUT", f"{_where}/{_ASSIGNMENTS}/{{assignment}}")(put)
