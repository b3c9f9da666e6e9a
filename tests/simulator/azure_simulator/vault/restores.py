# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores of a share or of files."""

from typing import Any

from ..call import ITEM, Call, CallRoutes
from ..errors import Refusal, invalid_input
from ..messages import Answer
from ..model.guard import RESTORE
from ..model.restores import Target, Wanted
from ..model.vault import Vault
from ..odata import same
from . import guards, items, recovery_points, tracking

ROUTES = CallRoutes()
_COPY_OPTIONS = ("CreateCopy", "Skip", "Overwrite", "FailOnConflict")
_MOST_FILES = 99


@ROUTES.on("POST", f"{ITEM}/recoveryPoints/{{point}}/restore")
def start(call: Call) -> Answer:
    item = items.find(call)
    point = recovery_points.find(call, item)
    request = call.properties
    if request.get("objectType") != "AzureFileShareRestoreRequest":
        raise invalid_input("The objectType must be AzureFileShareRestoreRequest.")
    source = request.get("sourceResourceId")
    if source is not None and not same(str(source), item.container.account.id):
        raise invalid_input("The sourceResourceId is not the storage account of the item.")
    copy_options = request.get("copyOptions")
    if copy_options is not None and copy_options not in _COPY_OPTIONS:
        raise invalid_input(f"'{copy_options}' is not one of the copyOptions.")
    if item.container.access == "IdentityBased" and not request.get("identityInfo"):
        # All recorded restores of such an account have it; how its absence is refused is inferred.
        raise invalid_input("The restore of an account with the accessType IdentityBased needs an identityInfo.")
    if call.vault.guard:
        call.vault.guard.demand(RESTORE, guards.plea(call))
    specs = request.get("restoreFileSpecs") or []
    wanted = Wanted(
        point,
        target(request),
        folder=next((spec.get("targetFolderPath") or "" for spec in specs), ""),
        files=_files(request, specs),
        overwrite=copy_options == "Overwrite",
    )
    check_subscription(call.vault, wanted)
    return tracking.accepted_by_item(call, call.world.restores.start(call.vault, item, wanted))


def check_subscription(vault: Vault, wanted: Wanted) -> None:
    """The setting is documented, its refusal is inferred."""
    elsewhere = wanted.target and not same(wanted.target.account_id.split("/")[2], vault.subscription)
    if elsewhere and vault.cross_subscription_restore != "Enabled":
        raise Refusal(
            400,
            "UserErrorCrossSubscriptionRestoreNotAllowed",
            "Cross Subscription Restore is not allowed on this Vault.",
        )


def target(request: dict[str, Any]) -> Target | None:
    where = request.get("recoveryType")
    if where == "OriginalLocation":
        return None
    if where != "AlternateLocation":
        raise invalid_input(f"The recoveryType '{where}' is not one for file shares.")
    details = request.get("targetDetails") or {}
    if not (details.get("name") and details.get("targetResourceId")):
        raise invalid_input("The recoveryType AlternateLocation needs targetDetails.")
    return Target(str(details["targetResourceId"]), str(details["name"]))


def _files(request: dict[str, Any], specs: list[dict[str, Any]]) -> int | None:
    """An ItemLevelRestore which names no file is accepted, and restores one: so it is recorded."""
    kind = request.get("restoreRequestType")
    if kind == "FullShareRestore":
        return None
    if kind != "ItemLevelRestore":
        raise invalid_input(f"The restoreRequestType '{kind}' is not one.")
    files = [spec for spec in specs if spec.get("path")]
    if len(files) > _MOST_FILES:
        raise invalid_input(f"At most {_MOST_FILES} files can be restored at once.")
    return len(files)
