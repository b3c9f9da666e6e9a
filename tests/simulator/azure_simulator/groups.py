# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft.Resources: resource groups and what is in them."""

from typing import Any

from .call import Call, CallRoutes
from .errors import gateway
from .messages import Answer
from .model.world import Group
from .odata import conditions, page, same

ROUTES = CallRoutes()
SUBSCRIPTION = "/subscriptions/{subscription}"
GROUPS = f"{SUBSCRIPTION}/resourceGroups"


def _show(call: Call, group: Group) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{call.subscription}/resourceGroups/{group.name}",
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        **({"tags": group.tags} if group.tags else {}),
        "properties": {"provisioningState": "Succeeded"},
    }


@ROUTES.on("GET", GROUPS)
def list_all(call: Call) -> Answer:
    return Answer(200, {"value": [_show(call, group) for group in call.world.groups_of(call.subscription)]})


@ROUTES.on("GET", f"{GROUPS}/{{group}}")
def get(call: Call) -> Answer:
    return Answer(200, _show(call, call.world.group(call.params["subscription"], call.params["group"])))


@ROUTES.on("HEAD", f"{GROUPS}/{{name}}")
def exists(call: Call) -> Answer:
    """Documented: 204 for one that is there, 404 for one that is not; neither has a body."""
    known = call.world.find_group(call.params["subscription"], call.params["name"])
    return Answer(204 if known else 404, content_type="")


@ROUTES.on("PUT", f"{GROUPS}/{{name}}")
def put(call: Call) -> Answer:
    """201 for a new group, 200 for one that is there."""
    location, tags = str(call.body.get("location") or ""), call.body.get("tags")
    if not location:
        raise gateway(400, "LocationRequired", "The location property is required for this definition.")
    known = call.world.find_group(call.params["subscription"], call.params["name"])
    if known and not same(known.location, location):
        raise gateway(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in location "
            f"'{known.location}'.",
        )
    group = known or call.world.add_group(call.subscription, call.params["name"], location)
    group.tags = {str(name): str(value) for name, value in tags.items()} if isinstance(tags, dict) else {}
    return Answer(200 if known else 201, _show(call, group))


@ROUTES.on("GET", f"{SUBSCRIPTION}/resources")
@ROUTES.on("GET", f"{GROUPS}/{{group}}/resources")
def list_resources(call: Call) -> Answer:
    """The storage accounts, which is what the clients of Azure Backup look for there."""
    kind = conditions(call.request, ["resourceType"]).get("resourceType", "Microsoft.Storage/storageAccounts")
    group = call.params.get("group")
    rows = [
        {
            "id": account.id,
            "name": account.name,
            "type": "Microsoft.Storage/storageAccounts",
            "sku": {"name": account.sku},
            "kind": account.kind,
            "location": account.location,
            "tags": account.tags,
        }
        for account in call.world.accounts
        if same(call.subscription, account.subscription)
        and same(kind, "Microsoft.Storage/storageAccounts")
        and (group is None or same(group, account.group))
    ]
    return Answer(200, page(call.request, rows, call.settings.page_size))
