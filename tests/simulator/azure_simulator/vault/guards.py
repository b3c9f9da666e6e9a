# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource guards: a second pair of eyes before protection is stopped or data deleted."""

from typing import Any

from ..call import VAULT, Call, CallRoutes
from ..clock import SECOND
from ..dotnet import timestamp
from ..errors import Refusal, guard_asked, invalid_input
from ..messages import Answer
from ..model.vault import Vault

ROUTES = CallRoutes()
PROXY = "VaultProxy"
_ITEMS = "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems"
_OPERATIONS = {
    "deleteProtectedItemRequests": f"{_ITEMS}/delete",
    "stopProtectionRequests": f"{_ITEMS}/write#stopProtectionWithRetainData",
    "disableSoftDeleteRequests": "Microsoft.RecoveryServices/vaults/backupconfig/write",
}
"""What the guard watches over, under the names by which the az CLI looks for it."""
_UNLOCKED_FOR = 3600


def _show(vault: Vault) -> dict[str, Any]:
    guard = (
        f"/subscriptions/{vault.subscription}/resourceGroups/{vault.group}"
        "/providers/Microsoft.DataProtection/resourceGuards/guard"
    )
    return {
        "id": f"{vault.id}/backupResourceGuardProxies/{PROXY}",
        "name": PROXY,
        "type": "Microsoft.RecoveryServices/vaults/backupResourceGuardProxies",
        "properties": {
            "resourceGuardResourceId": guard,
            "resourceGuardOperationDetails": [
                {
                    "vaultCriticalOperation": operation,
                    "defaultResourceRequest": f"{guard}/{requests}/default",
                }
                for requests, operation in _OPERATIONS.items()
            ],
            "lastUpdatedTime": timestamp(vault.created),
            "description": "",
        },
    }


@ROUTES.on("GET", f"{VAULT}/backupResourceGuardProxies")
def list_all(call: Call) -> Answer:
    """az asks before it stops, deletes or restores; mostly the list is empty."""
    return Answer(200, {"value": [_show(call.vault)] if call.vault.guarded else []})


def _check(call: Call) -> None:
    if not call.vault.guarded or call.params["proxy"].lower() != PROXY.lower():
        raise Refusal(  # inferred
            404,
            "ResourceGuardProxyNotFound",
            f"The vault has no resource guard proxy '{call.params['proxy']}'.",
        )


@ROUTES.on("GET", f"{VAULT}/backupResourceGuardProxies/{{proxy}}")
def get(call: Call) -> Answer:
    _check(call)
    return Answer(200, _show(call.vault))


@ROUTES.on("POST", f"{VAULT}/backupResourceGuardProxies/{{proxy}}/unlockDelete")
def unlock(call: Call) -> Answer:
    """Release one item for deletion; the request names what the guard consents to."""
    _check(call)
    if not call.body.get("resourceGuardOperationRequests"):
        raise guard_asked()
    key = _item_key(str(call.body.get("resourceToBeDeleted", "")))
    if key not in call.vault.items:
        raise invalid_input("The resourceToBeDeleted is not a protected item of the vault.")
    call.vault.unlocked.add(key)
    expiry = call.world.clock.now() + _UNLOCKED_FOR * SECOND
    call.world.clock.after(_UNLOCKED_FOR, lambda: call.vault.unlocked.discard(key))
    return Answer(200, {"unlockDeleteExpiryTime": timestamp(expiry)})


def _item_key(resource_id: str) -> str:
    """``<container>/<item>`` out of an item's id, in lower case."""
    segments = [segment for segment in resource_id.lower().split("/") if segment]
    return "/".join([segments[-3], segments[-1]]) if len(segments) > 2 else ""
