# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Microsoft.Storage: accounts, their shares, and the locks on them."""

import base64
import hashlib
import re
from typing import Any

from .call import Call, CallRoutes
from .clock import DAY, Ticks
from .dotnet import timestamp
from .errors import gateway
from .messages import Answer
from .model.storage import Lock, Share, StorageAccount
from .odata import page, same

ROUTES = CallRoutes()
SUBSCRIPTION = "/subscriptions/{subscription}"
ACCOUNTS = SUBSCRIPTION + "/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts"
ACCOUNT = ACCOUNTS + "/{account}"
SHARES = ACCOUNT + "/fileServices/default/shares"
_SHARE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RETENTION_DAYS = 7
"""For how long a deleted share is kept, the default of new accounts."""


def _answer(status: int, body: Any) -> Answer:
    """Microsoft.Storage names no charset."""
    return Answer(status, body, content_type="application/json")


def find(call: Call) -> StorageAccount:
    return call.world.account(call.subscription, call.params["group"], call.params["account"])


def show(account: StorageAccount) -> dict[str, Any]:
    created = timestamp(account.created)
    endpoints = {
        service: f"https://{account.name}.{service}.core.windows.net/"
        for service in ("blob", "dfs", "file", "queue", "table", "web")
    }
    return {
        "sku": {"name": account.sku, "tier": account.sku.partition("_")[0]},
        "kind": account.kind,
        "id": account.id,
        "name": account.name,
        "type": "Microsoft.Storage/storageAccounts",
        "location": account.location,
        "tags": account.tags,
        "properties": {
            "minimumTlsVersion": "TLS1_2",
            "allowBlobPublicAccess": False,
            "networkAcls": {
                "bypass": "AzureServices",
                "virtualNetworkRules": [],
                "ipRules": [],
                "defaultAction": "Allow",
            },
            "supportsHttpsTrafficOnly": True,
            "accessTier": "Hot",
            "provisioningState": "Succeeded",
            "creationTime": created,
            "primaryEndpoints": endpoints,
            "primaryLocation": account.location,
            "statusOfPrimary": "available",
        },
    }


def _show_share(account: StorageAccount, share: Share, now: Ticks) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "lastModifiedTime": f"{timestamp(share.created)[:19]}Z",
        "shareQuota": share.quota,
        "enabledProtocols": share.protocol,
        "accessTier": "TransactionOptimized",
        "leaseStatus": "unlocked",
        "leaseState": "available",
    }
    if share.metadata:
        properties["metadata"] = dict(share.metadata)
    if share.deleted_at is not None:
        left = RETENTION_DAYS - (now - share.deleted_at) // DAY
        properties |= {
            "deleted": True,
            "deletedTime": f"{timestamp(share.deleted_at)[:19]}Z",
            "remainingRetentionDays": max(0, left),
            "version": f"01{share.system_name[:14].upper()}",
        }
    return {
        "id": f"{account.id}/fileServices/default/shares/{share.name}",
        "name": share.name,
        "type": "Microsoft.Storage/storageAccounts/fileServices/shares",
        "etag": f'"0x{share.system_name[:15].upper()}"',
        "properties": properties,
    }


def _show_snapshots(account: StorageAccount, share: Share, now: Ticks) -> list[dict[str, Any]]:
    rows = []
    for taken in share.snapshots:
        row = _show_share(account, share, now)
        row["properties"]["snapshotTime"] = f"{timestamp(taken)[:-1]}.0000000Z"
        rows.append(row)
    return rows


@ROUTES.on("GET", f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts")
@ROUTES.on("GET", ACCOUNTS)
def list_accounts(call: Call) -> Answer:
    group = call.params.get("group")
    rows = [
        show(account)
        for account in call.world.accounts
        if same(call.subscription, account.subscription) and (group is None or same(group, account.group))
    ]
    return _answer(200, page(call.request, rows, call.settings.page_size))


@ROUTES.on("GET", ACCOUNT)
def get_account(call: Call) -> Answer:
    return _answer(200, show(find(call)))


@ROUTES.on("POST", f"{SUBSCRIPTION}/providers/Microsoft.Storage/checkNameAvailability")
def check_name(call: Call) -> Answer:
    name = str(call.body.get("name") or "")
    if call.world.account_by_name(name) is None:
        return _answer(200, {"nameAvailable": True})
    taken = f"The storage account named {name} is already taken."
    return _answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": taken})


@ROUTES.on("PUT", ACCOUNT)
def put_account(call: Call) -> Answer:
    """200 and the account at once; the service takes some seconds, with 202 and an address to ask (inferred)."""
    group, name = call.params["group"], call.params["account"]
    account = call.world.account_by_name(name)
    if account and not (same(account.subscription, call.subscription) and same(account.group, group)):
        raise gateway(409, "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken.")
    location = str(call.body.get("location") or "")
    if not location:
        raise gateway(400, "LocationRequired", "The location property is required for this definition.")
    if account is None:
        sku = call.body.get("sku")
        account = StorageAccount(
            call.subscription,
            group,
            name,
            location.replace(" ", "").lower(),
            str(call.body.get("kind") or "StorageV2"),
            str(sku.get("name") if isinstance(sku, dict) else "Standard_LRS"),
            {},
            call.world.clock.now(),
        )
        call.world.accounts.append(account)
    return _tagged(call, account)


@ROUTES.on("PATCH", ACCOUNT)
def patch_account(call: Call) -> Answer:
    return _tagged(call, find(call))


def _tagged(call: Call, account: StorageAccount) -> Answer:
    """With the tags that the call names; what else it says of an account means nothing to a backup."""
    tags = call.body.get("tags")
    if isinstance(tags, dict):
        account.tags = {str(name): str(value) for name, value in tags.items()}
    return _answer(200, show(account))


@ROUTES.on("POST", f"{ACCOUNT}/listKeys")
def list_keys(call: Call) -> Answer:
    """Keys that open nothing: the simulator has no data."""
    account = find(call)
    keys = [
        {
            "creationTime": timestamp(account.created),
            "keyName": name,
            "permissions": "FULL",
            "value": base64.b64encode(hashlib.sha512(f"{account.id}/{name}".encode()).digest()).decode(),
        }
        for name in ("key1", "key2")
    ]
    return _answer(200, {"keys": keys})


@ROUTES.on("GET", f"{ACCOUNT}/blobServices/default")
def get_blob_service(call: Call) -> Answer:
    account = find(call)
    return _answer(
        200,
        {
            "sku": {"name": account.sku, "tier": account.sku.partition("_")[0]},
            "id": f"{account.id}/blobServices/default",
            "name": "default",
            "type": "Microsoft.Storage/storageAccounts/blobServices",
            "properties": {"cors": {"corsRules": []}, "deleteRetentionPolicy": {"enabled": False}},
        },
    )


@ROUTES.on("GET", SHARES)
def list_shares(call: Call) -> Answer:
    account = find(call)
    query = call.request.query
    expand = {word.strip().lower() for word in query.get("$expand", "").split(",")}
    prefix = _prefix(query.get("$filter", ""))
    now = call.world.clock.now()
    rows: list[dict[str, Any]] = []
    for share in account.visible_shares(deleted="deleted" in expand):
        if share.name.startswith(prefix):
            if "snapshots" in expand:
                rows += _show_snapshots(account, share, now)
            rows.append(_show_share(account, share, now))
    size = call.settings.page_size
    if query.get("$maxpagesize", "").isdigit():
        size = min(size, max(1, int(query["$maxpagesize"])))
    return _answer(200, page(call.request, rows, size))


def _prefix(text: str) -> str:
    if not text:
        return ""
    match = re.fullmatch(r"\s*startswith\(\s*name\s*,\s*'?([^')]*)'?\s*\)\s*", text, re.IGNORECASE)
    if not match:
        raise gateway(400, "InvalidQueryParameterValue", f"The filter '{text}' is not supported.")
    return match[1].strip()


def _find_share(call: Call) -> tuple[StorageAccount, Share]:
    account = find(call)
    share = account.share(call.params["share"])
    if share is None:
        raise gateway(404, "ShareNotFound", "The specified share does not exist.")
    return account, share


@ROUTES.on("GET", f"{SHARES}/{{share}}")
def get_share(call: Call) -> Answer:
    account, share = _find_share(call)
    shown = _show_share(account, share, call.world.clock.now())
    if same(call.request.query.get("$expand", ""), "stats"):
        shown["properties"]["shareUsageBytes"] = share.usage
    return _answer(200, shown)


@ROUTES.on("PUT", f"{SHARES}/{{share}}")
def put_share(call: Call) -> Answer:
    """201 for a new share, 200 for one that is there; that one takes what the request says of it (inferred)."""
    account = find(call)
    name = call.params["share"]
    now = call.world.clock.now()
    share = account.share(name)
    if share:
        _change(share, call)
        return _answer(200, _show_share(account, share, now))
    if not _SHARE_NAME.fullmatch(name):
        raise gateway(400, "InvalidResourceName", f"The share name '{name}' is not allowed.")
    if account.being_deleted(name, now):
        raise gateway(409, "ShareBeingDeleted", "The specified share is being deleted. Try operation later.")
    protocol = str(call.properties.get("enabledProtocols") or "SMB")
    share = account.add_share(name, protocol, now)
    _change(share, call)
    return _answer(201, _show_share(account, share, now))


@ROUTES.on("PATCH", f"{SHARES}/{{share}}")
def patch_share(call: Call) -> Answer:
    """What the request does not name is left as it is."""
    account, share = _find_share(call)
    _change(share, call)
    return _answer(200, _show_share(account, share, call.world.clock.now()))


def _change(share: Share, call: Call) -> None:
    properties = call.properties
    if isinstance(properties.get("metadata"), dict):
        share.metadata = {str(name): str(value) for name, value in properties["metadata"].items()}
    if isinstance(properties.get("shareQuota"), int):
        share.quota = properties["shareQuota"]


@ROUTES.on("DELETE", f"{SHARES}/{{share}}")
def delete_share(call: Call) -> Answer:
    """A soft delete; 204 when there is no such share. A lock of the account holds for its shares too, as reported."""
    account = find(call)
    share = account.share(call.params["share"])
    if share is None:
        return Answer(204, content_type="")
    if account.locks:
        scope = f"{account.id}/fileServices/default/shares/{share.name}"
        raise gateway(
            409,
            "ScopeLocked",
            f"The scope '{scope}' cannot perform delete operation because following scope(s) are locked: "
            f"'{account.id.lower()}'. Please remove the lock and try again.",
        )
    account.delete_share(share, call.world.clock.now())
    return Answer(200)


LOCKS = f"{ACCOUNT}/providers/Microsoft.Authorization/locks"


def _show_lock(account: StorageAccount, lock: Lock) -> dict[str, Any]:
    """The id of Azure Backup's lock is in lower case."""
    return {
        "properties": {"level": lock.level, "notes": lock.notes},
        "id": f"{account.id.lower()}/providers/Microsoft.Authorization/locks/{lock.name}",
        "type": "Microsoft.Authorization/locks",
        "name": lock.name,
    }


@ROUTES.on("GET", LOCKS)
def list_locks(call: Call) -> Answer:
    account = find(call)
    return _answer(200, {"value": [_show_lock(account, lock) for lock in account.locks]})


@ROUTES.on("GET", f"{LOCKS}/{{lock}}")
def get_lock(call: Call) -> Answer:
    account = find(call)
    for lock in account.locks:
        if same(lock.name, call.params["lock"]):
            return _answer(200, _show_lock(account, lock))
    raise gateway(404, "LockNotFound", f"The lock '{call.params['lock']}' could not be found.")


@ROUTES.on("PUT", f"{LOCKS}/{{lock}}")
def put_lock(call: Call) -> Answer:
    """201 for a new lock, 200 for one that is there."""
    account, name = find(call), call.params["lock"]
    others = [lock for lock in account.locks if not same(lock.name, name)]
    lock = Lock(name, str(call.properties.get("level") or ""), str(call.properties.get("notes") or ""))
    answer = _answer(200 if len(others) < len(account.locks) else 201, _show_lock(account, lock))
    account.locks = [*others, lock]
    return answer
