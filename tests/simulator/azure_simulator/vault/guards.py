# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource guards: a second pair of eyes before protection is stopped or data deleted."""

from typing import Any

from ..authorisation import action_of
from ..call import VAULT, Call, CallRoutes
from ..clock import SECOND
from ..dotnet import timestamp
from ..errors import Refusal, gateway, invalid_input
from ..messages import Answer
from ..model.guard import DELETE_ITEM, DELETE_PROXY, OPERATIONS, Guard, Plea
from ..tokens import object_id

ROUTES = CallRoutes()
PROXY = "VaultProxy"
_PROXIES = f"{VAULT}/backupResourceGuardProxies"
_UNLOCKED_FOR = 1800
"""Seconds, as recorded in 2025."""


def plea(call: Call) -> Plea:
    """Who asks, and the consents which the body names, in its properties or, to unlock, beside them."""
    named = call.properties.get("resourceGuardOperationRequests") or call.body.get("resourceGuardOperationRequests")
    return Plea(
        *action_of(call.request),
        [str(request) for request in named] if isinstance(named, list) else [],
        call.caller.client_id,
        object_id(call.caller.client_id),
        call.settings.tenant,
        call.caller.tenants,
    )


def _show(call: Call, guard: Guard) -> dict[str, Any]:
    return {
        "id": f"{call.vault.id}/backupResourceGuardProxies/{PROXY}",
        "name": PROXY,
        "type": "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        "properties": {
            "resourceGuardResourceId": guard.id,
            "resourceGuardOperationDetails": [
                {"vaultCriticalOperation": OPERATIONS[name], "defaultResourceRequest": guard.request(name)}
                for name in guard.watched
            ],
            "lastUpdatedTime": timestamp(call.vault.created),
            "description": "",
        },
    }


@ROUTES.on("GET", _PROXIES)
def list_all(call: Call) -> Answer:
    """az asks before it stops, deletes or restores; mostly the list is empty."""
    guard = call.vault.guard
    return Answer(200, {"value": [_show(call, guard)] if guard else []})


def _find(call: Call) -> Guard:
    guard = call.vault.guard
    if not guard or call.params["proxy"].lower() != PROXY.lower():
        raise Refusal(404, "", "")  # recorded with the body {}
    return guard


@ROUTES.on("GET", f"{_PROXIES}/{{proxy}}")
def get(call: Call) -> Answer:
    return Answer(200, _show(call, _find(call)))


@ROUTES.on("PUT", f"{_PROXIES}/{{proxy}}")
def put(call: Call) -> Answer:
    """Put the vault under a guard. The guard itself is not looked up; its subscription has to be this one."""
    guard_id = str(call.properties.get("resourceGuardResourceId") or "")
    segments = guard_id.split("/")
    if len(segments) != 9 or segments[7].lower() != "resourceguards":
        raise invalid_input("The resourceGuardResourceId is not the id of a resource guard.")
    if segments[2].lower() != call.subscription.lower():
        raise gateway(
            403,
            "LinkedAuthorizationFailed",
            "The client has permission to perform action 'Microsoft.DataProtection/resourceGuards/read' on scope "
            f"'{call.vault.id}/backupResourceGuardProxies/{PROXY}', however the linked subscription '{segments[2]}' "
            "was not found. ",
        )
    call.vault.guard = Guard(guard_id)
    return get(call)


@ROUTES.on("DELETE", f"{_PROXIES}/{{proxy}}")
def delete(call: Call) -> Answer:
    _find(call).demand_unlocked(DELETE_PROXY, DELETE_PROXY, plea(call))
    call.vault.guard = None
    return Answer(200, {})


@ROUTES.on("POST", f"{_PROXIES}/{{proxy}}/unlockDelete")
def unlock(call: Call) -> Answer:
    """Release one item for deletion, or, where none is named, the vault from its guard."""
    guard = _find(call)
    resource = str(call.body.get("resourceToBeDeleted") or "")
    key = _item_key(resource) if resource else DELETE_PROXY
    guard.demand(DELETE_ITEM if resource else DELETE_PROXY, plea(call))
    if resource and key not in call.vault.items:
        raise invalid_input("The resourceToBeDeleted is not a protected item of the vault.")
    guard.unlocked.add(key)
    expiry = call.world.clock.now() + _UNLOCKED_FOR * SECOND
    call.world.clock.after(_UNLOCKED_FOR, lambda: guard.unlocked.discard(key))
    return Answer(200, {"unlockDeleteExpiryTime": timestamp(expiry)})


def _item_key(resource_id: str) -> str:
    """``<container>/<item>`` out of an item's id, in lower case."""
    segments = [segment for segment in resource_id.lower().split("/") if segment]
    return "/".join([segments[-3], segments[-1]]) if len(segments) > 2 else ""
