# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole world: subscriptions with their storage accounts and vaults."""

import dataclasses

from .. import scenario
from ..clock import DAY, SECOND, Clock, Ticks
from ..errors import gateway, resource_not_found
from ..faults import FaultPlan
from ..limits import DailyBudget
from ..scenario import Scenario
from .backups import Backups
from .discovery import BACKUP_LOCK, Discovery, look_into
from .jobs import Jobs
from .operations import Operations
from .policies import Policies
from .protection import Protection
from .restores import Restores
from .scheduled import Scheduled
from .secondary import Secondary
from .storage import StorageAccount
from .vault import Container, ProtectedItem
from .vaults import Vaults


@dataclasses.dataclass
class Group:
    """A resource group, by the name as it was first spelled."""

    name: str
    location: str = "westeurope"
    tags: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class RoleAssignment:
    name: str
    scope: str
    role: str
    """The id of its definition."""
    principal: str
    creator: str
    created: Ticks


class World:
    def __init__(self, settings: Scenario, clock: Clock, plan: FaultPlan) -> None:
        limits = settings.limits
        operations = Operations(clock, settings.durations, plan, lambda: self.activity)
        self.clock = clock
        self._start = clock.now()
        self.activity = ""
        """By which ``x-ms-client-request-id`` the request being answered is known."""
        self.subscriptions = _subscriptions(settings)
        self.accounts: list[StorageAccount] = []
        self.vaults = Vaults(clock, operations)
        self.discovery = Discovery(
            clock,
            operations,
            self.accounts,
            self.vaults.all,
            refreshes=DailyBudget(clock, limits.refreshes),
            inquiries=DailyBudget(clock, limits.inquiries),
            registrations=DailyBudget(clock, limits.registrations),
        )
        self.protection = Protection(
            clock,
            operations,
            protections=DailyBudget(clock, limits.protections),
            suspends_anywhere=settings.suspends_anywhere,
        )
        self.backups = Backups(
            clock, operations, backups=DailyBudget(clock, limits.backups), snapshots=limits.snapshots
        )
        self.restores = Restores(clock, operations, self.account_by_id, restores=DailyBudget(clock, limits.restores))
        self.secondary = Secondary(clock, operations, self.restores)
        scheduled = Scheduled(clock, self.backups)
        self.policies = Policies(
            operations,
            writes=DailyBudget(clock, limits.policy_writes),
            changed=scheduled.follow if settings.scheduled_backups else lambda _vault, _policy: None,
        )
        self.jobs = Jobs(clock, operations)
        self._groups: dict[tuple[str, str], Group] = {}
        self.role_assignments: list[RoleAssignment] = []
        self._populate(settings)
        if settings.scheduled_backups:
            for vault in self.vaults.all:
                for policy in vault.policies.values():
                    scheduled.follow(vault, policy)

    def budgets(self) -> dict[str, DailyBudget]:
        return {
            "refreshes": self.discovery.refreshes,
            "inquiries": self.discovery.inquiries,
            "registrations": self.discovery.registrations,
            "protections": self.protection.protections,
            "backups": self.backups.backups,
            "restores": self.restores.restores,
            "policy_writes": self.policies.writes,
        }

    @property
    def seconds(self) -> float:
        """Since the start, by the movable clock."""
        return (self.clock.now() - self._start) / SECOND

    def knows(self, subscription: str) -> bool:
        return any(subscription.lower() == known.lower() for known in self.subscriptions)

    def spelled(self, subscription: str) -> str:
        return next(known for known in self.subscriptions if subscription.lower() == known.lower())

    def find_group(self, subscription: str, name: str) -> Group | None:
        return self._groups.get((subscription.lower(), name.lower()))

    def group(self, subscription: str, name: str) -> Group:
        found = self.find_group(subscription, name)
        if found is None:
            raise gateway(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
        return found

    def groups_of(self, subscription: str) -> list[Group]:
        return [group for (where, _name), group in self._groups.items() if where == subscription.lower()]

    def add_group(self, subscription: str, name: str, location: str = "westeurope") -> Group:
        return self._groups.setdefault((subscription.lower(), name.lower()), Group(name, location))

    def account(self, subscription: str, group: str, name: str) -> StorageAccount:
        account = self.account_by_name(name)
        wanted = (subscription.lower(), group.lower())
        if account is None or (account.subscription.lower(), account.group.lower()) != wanted:
            raise resource_not_found("Microsoft.Storage/storageAccounts", name, group)
        return account

    def account_by_id(self, resource_id: str) -> StorageAccount | None:
        for account in self.accounts:
            if account.id.lower() == resource_id.lower():
                return account
        return None

    def account_by_name(self, name: str) -> StorageAccount | None:
        """Names of storage accounts are unique."""
        for account in self.accounts:
            if account.name.lower() == name.lower():
                return account
        return None

    def remove(self, account: StorageAccount) -> None:
        """Delete an account with its shares and their snapshots. What vaults hold of it stays."""
        for share in account.shares:
            account.purge_share(share, self.clock.now())
        self.accounts.remove(account)

    def move(self, account: StorageAccount, group: str) -> None:
        """Move an account to another resource group. What vaults hold of it stays under the old names (inferred)."""
        spelled = self.add_group(account.subscription, group).name
        self.accounts[self.accounts.index(account)] = dataclasses.replace(account, group=spelled)

    def _populate(self, settings: Scenario) -> None:
        for group in settings.resource_groups:
            self.add_group(settings.subscription_id, group)
        for vault in settings.vaults:
            self.add_group(vault.subscription_id or settings.subscription_id, vault.resource_group)
            self.vaults.add(settings, vault)
        for account in settings.storage_accounts:
            self.add_group(account.subscription_id or settings.subscription_id, account.resource_group)
            self._add_account(settings, account)

    def _add_account(self, settings: Scenario, wanted: scenario.StorageAccount) -> None:
        now = self.clock.now()
        account = StorageAccount(
            wanted.subscription_id or settings.subscription_id,
            wanted.resource_group,
            wanted.name,
            wanted.location,
            wanted.kind,
            wanted.sku,
            wanted.tags,
            now,
        )
        self.accounts.append(account)
        for entry in wanted.shares:
            for name in entry.names():
                share = account.add_share(name, entry.protocol, now)
                share.usage = round(entry.size_gb * 2**30)
                if entry.deleted:
                    account.delete_share(share, now)
        if wanted.discovered:
            for vault in self.vaults.all:
                vault.discovered.add(account.id.lower())
        if wanted.registered or wanted.soft_deleted or any(entry.protected_by for entry in wanted.shares):
            self._register(settings, wanted, account)
        if wanted.gone:
            self.remove(account)

    def _register(self, settings: Scenario, wanted: scenario.StorageAccount, account: StorageAccount) -> None:
        home = scenario.home(settings, wanted)
        assert home, "the scenario was checked"
        vault = self.vaults.get(account.subscription, home.resource_group, home.name)
        vault.discovered.add(account.id.lower())
        container = Container(account)
        vault.containers[container.key] = container
        account.locks.append(BACKUP_LOCK)
        look_into(container)
        for entry in wanted.shares:
            for name in entry.names() if entry.protected_by else []:
                share = account.share(name)
                assert share, "the scenario was checked"
                policy = vault.policy(entry.protected_by or "")
                item = ProtectedItem(share, container, policy, self.clock.now(), upper=entry.upper)
                vault.items[item.key] = item
                self._give_points(item, entry.recovery_points)
        if wanted.soft_deleted:
            vault.deleted[container.key] = vault.containers.pop(container.key)
            for item in vault.items_of(container):
                item.deleted_at, item.state, item.policy = self.clock.now(), "ProtectionStopped", None

    def _give_points(self, item: ProtectedItem, count: int) -> None:
        for days in range(count, 0, -1):
            point = self.backups.add_point(item, self.clock.now() - days * DAY, scheduled=True)
            item.state = "Protected"
            item.last_backup_status = "Completed"
            item.last_backup_time = point.time


def _subscriptions(settings: Scenario) -> list[str]:
    """The scenario's own first."""
    of_vaults = [vault.subscription_id for vault in settings.vaults]
    of_accounts = [account.subscription_id for account in settings.storage_accounts]
    return list(dict.fromkeys([settings.subscription_id, *filter(None, [*of_vaults, *of_accounts])]))
