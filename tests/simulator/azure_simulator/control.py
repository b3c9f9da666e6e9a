# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/_simulator``: watch the simulator and interfere with it. Needs no token and is not in the journal."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from .dotnet import timestamp
from .faults import Fault, FaultPlan
from .journal import Journal
from .messages import Answer, Request
from .model.vault import Job, Vault
from .model.world import World
from .routing import Routes
from .scenario import is_share_name
from .typed import BadData, build

ROUTES = Routes[Callable[["Control", Any], Any]]("/_simulator")


@dataclass
class MovedClock:
    advance: float = 0.0
    stop: bool = False


@dataclass
class ShareChange:
    account: str
    share: str
    action: str
    protocol: str = "SMB"


@dataclass
class AccountChange:
    account: str
    action: str
    resource_group: str | None = None


@dataclass
class GuardChange:
    vault: str
    approved: list[str] | None = None


class Control:
    def __init__(self, world: World, journal: Journal, plan: FaultPlan) -> None:
        self.world = world
        self.journal = journal
        self.plan = plan

    def answer(self, request: Request) -> Answer:
        try:
            handler, _unused = ROUTES.find(request.method, request.segments)
        except LookupError:
            return Answer(404, {"error": f"no {request.method} {request.path} here"})
        try:
            body = json.loads(request.content) if request.content else None
            return Answer(200, handler(self, body))
        except (BadData, json.JSONDecodeError) as problem:
            return Answer(400, {"error": str(problem)})


@ROUTES.on("GET", "/journal")
def read_journal(control: Control, _body: Any) -> Any:
    return control.journal.report()


@ROUTES.on("DELETE", "/journal")
def clear_journal(control: Control, _body: Any) -> Any:
    control.journal.clear()
    return {}


@ROUTES.on("GET", "/faults")
def read_faults(control: Control, _body: Any) -> Any:
    return [asdict(fault) for fault in control.plan.faults if fault.times is None or fault.times > 0]


@ROUTES.on("POST", "/faults")
def add_faults(control: Control, body: Any) -> Any:
    entries = body if isinstance(body, list) else [body]
    control.plan.faults += [build(Fault, entry, f"faults[{index}]") for index, entry in enumerate(entries)]
    return read_faults(control, None)


@ROUTES.on("DELETE", "/faults")
def clear_faults(control: Control, _body: Any) -> Any:
    control.plan.faults.clear()
    return []


@ROUTES.on("GET", "/clock")
def read_clock(control: Control, _body: Any) -> Any:
    return {"now": timestamp(control.world.clock.now())}


@ROUTES.on("POST", "/clock")
def move_clock(control: Control, body: Any) -> Any:
    moved = build(MovedClock, body, "clock")
    if moved.stop:
        control.world.clock.stop()
    control.world.clock.advance(moved.advance)
    return read_clock(control, None)


@ROUTES.on("POST", "/shares")
def change_share(control: Control, body: Any) -> Any:
    change = build(ShareChange, body, "shares")
    account = control.world.account_by_name(change.account)
    if account is None:
        raise BadData(f"there is no storage account '{change.account}'")
    now = control.world.clock.now()
    share = account.share(change.share)
    if change.action == "create":
        if share is not None:
            raise BadData(f"the share '{change.share}' exists")
        if not is_share_name(change.share):
            raise BadData(f"'{change.share}' cannot be a share's name")
        account.add_share(change.share, change.protocol, now)
    elif change.action == "delete":
        if share is None:
            raise BadData(f"there is no share '{change.share}'")
        account.delete_share(share, now)
    elif change.action == "purge":
        purged = [known for known in account.shares if known.name == change.share and not known.gone]
        if not purged:
            raise BadData(f"there is no share '{change.share}'")
        for known in purged:
            account.purge_share(known, now)
    else:
        raise BadData(f"'{change.action}' is not an action (create, delete, purge)")
    return {"shares": [known.name for known in account.visible_shares(deleted=False)]}


@ROUTES.on("POST", "/accounts")
def change_account(control: Control, body: Any) -> Any:
    """What happens to accounts outside the vault: one is deleted, or moved to another resource group."""
    change = build(AccountChange, body, "accounts")
    world = control.world
    account = world.account_by_name(change.account)
    if account is None:
        raise BadData(f"there is no storage account '{change.account}'")
    if change.action == "delete":
        world.remove(account)
    elif change.action == "move":
        if not change.resource_group:
            raise BadData("a move needs a resource_group")
        world.move(account, change.resource_group)
    else:
        raise BadData(f"'{change.action}' is not an action (delete, move)")
    return {"storage_accounts": [known.id for known in world.accounts]}


@ROUTES.on("POST", "/guards")
def change_guard(control: Control, body: Any) -> Any:
    """What those who own a resource guard do: give its role to clients, by default to all, or take it from them."""
    change = build(GuardChange, body, "guards")
    for vault in control.world.vaults.all:
        if vault.name == change.vault and vault.guard:
            vault.guard.approved = None if change.approved is None else {each.lower() for each in change.approved}
            return {"guard": vault.guard.id, "approved": change.approved}
    raise BadData(f"no resource guard watches over a vault '{change.vault}'")


@ROUTES.on("GET", "/state")
def read_state(control: Control, _body: Any) -> Any:
    world = control.world
    return {
        "now": timestamp(world.clock.now()),
        "storage_accounts": [
            {
                "id": account.id,
                "shares": {
                    share.name: {"protocol": share.protocol, "state": share.resource_state} for share in account.shares
                },
                "locks": [lock.name for lock in account.locks],
            }
            for account in world.accounts
        ],
        "vaults": [_vault_state(vault) for vault in world.vaults.all],
        "point_tokens": world.secondary.tokens(),
        "budgets": {name: budget.report() for name, budget in world.budgets().items()},
    }


def _vault_state(vault: Vault) -> dict[str, Any]:
    return {
        "id": vault.id,
        "soft_delete": vault.soft_delete,
        "guard": vault.guard.id if vault.guard else None,
        "policies": [policy.name for policy in vault.policies.values()],
        "containers": [
            {
                "name": container.account.container_name,
                "account": container.account.name,
                "access": container.access,
                "protectable": [share.name for share in vault.offered(container)],
            }
            for container in vault.containers.values()
        ],
        "items": [
            {
                "account": item.container.account.name,
                "share": item.share.name,
                "name": f"AzureFileShare;{item.share.system_name}",
                "state": item.state,
                "policy": item.policy.name if item.policy else None,
                "last_backup_status": item.last_backup_status,
                "soft_deleted": item.deleted_at is not None,
                "recovery_points": len(item.points),
            }
            for item in vault.items.values()
        ],
        "operations": [
            {"id": operation.id, "kind": operation.kind, "status": operation.status}
            for operation in vault.operations.values()
            if operation.running
        ],
        "jobs": [_job_state(job) for job in vault.jobs.values()],
        "secondary_jobs": [_job_state(job) for job in vault.secondary.jobs.values()],
    }


def _job_state(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "operation": job.operation,
        "status": job.status,
        "account": job.account,
        "share": job.share,
        "error": job.error_code,
    }
