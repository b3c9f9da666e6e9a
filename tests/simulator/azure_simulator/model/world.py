# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole world: one subscription with its storage accounts and vaults."""

from .. import scenario
from ..clock import DAY, Clock
from ..errors import gateway, resource_not_found
from ..faults import FaultPlan
from ..limits import DailyBudget
from ..scenario import Scenario, SoftDelete
from .backups import Backups
from .discovery import BACKUP_LOCK, Discovery, look_into
from .operations import Operations
from .policies import default_policy, from_scenario
from .protection import Protection
from .storage import StorageAccount
from .vault import Container, ProtectedItem, Vault


class World:
    def __init__(self, settings: Scenario, clock: Clock, plan: FaultPlan) -> None:
        self.clock = clock
        self.subscription = settings.subscription_id
        self.vaults: list[Vault] = []
        self.accounts: list[StorageAccount] = []
        limits = settings.limits
        operations = Operations(clock, settings.durations, plan)
        self.operations = operations
        self.discovery = Discovery(
            clock,
            operations,
            self.accounts,
            self.vaults,
            refreshes=DailyBudget(clock, limits.refreshes),
            inquiries=DailyBudget(clock, limits.inquiries),
            registrations=DailyBudget(clock, limits.registrations),
        )
        self.protection = Protection(clock, operations, protections=DailyBudget(clock, limits.protections))
        self.backups = Backups(
            clock, operations, backups=DailyBudget(clock, limits.backups), snapshots=limits.snapshots
        )
        self._populate(settings)
        self.groups = {
            group.lower(): group
            for group in [
                *(vault.group for vault in self.vaults),
                *(account.group for account in self.accounts),
                *settings.resource_groups,
            ]
        }

    def group(self, name: str) -> str:
        if name.lower() not in self.groups:
            raise gateway(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
        return self.groups[name.lower()]

    def vault(self, group: str, name: str) -> Vault:
        for vault in self.vaults:
            if (vault.group.lower(), vault.name.lower()) == (group.lower(), name.lower()):
                return vault
        raise resource_not_found("Microsoft.RecoveryServices/vaults", name, group)

    def account(self, group: str, name: str) -> StorageAccount:
        for account in self.accounts:
            if (account.group.lower(), account.name.lower()) == (group.lower(), name.lower()):
                return account
        raise resource_not_found("Microsoft.Storage/storageAccounts", name, group)

    def account_by_id(self, resource_id: str) -> StorageAccount | None:
        for account in self.accounts:
            if account.id.lower() == resource_id.lower():
                return account
        return None

    def account_by_name(self, name: str) -> StorageAccount | None:
        for account in self.accounts:
            if account.name.lower() == name.lower():
                return account
        return None

    def _populate(self, settings: Scenario) -> None:
        for wanted in settings.vaults:
            self.vaults.append(self._new_vault(settings, wanted))
        for wanted_account in settings.storage_accounts:
            self._add_account(settings, wanted_account)

    def _new_vault(self, settings: Scenario, wanted: scenario.Vault) -> Vault:
        now = self.clock.now()
        soft_delete = settings.soft_delete if wanted.soft_delete is None else wanted.soft_delete
        if isinstance(soft_delete, bool):
            soft_delete = SoftDelete("Enabled" if soft_delete else "Disabled")
        vault = Vault(
            self.subscription,
            wanted.resource_group,
            wanted.name,
            wanted.location,
            wanted.tags,
            now,
            soft_delete.state,
            soft_delete.days,
            wanted.immutability,
        )
        policies = [default_policy(now), *(from_scenario(policy, now) for policy in wanted.policies)]
        vault.policies = {policy.name.lower(): policy for policy in policies}
        return vault

    def _add_account(self, settings: Scenario, wanted: scenario.StorageAccount) -> None:
        now = self.clock.now()
        account = StorageAccount(
            self.subscription,
            wanted.resource_group,
            wanted.name,
            wanted.location,
            wanted.kind,
            wanted.sku,
            wanted.tags,
            now,
        )
        self.accounts.append(account)
        protected = []
        for entry in wanted.shares:
            for name in entry.names():
                share = account.add_share(name, entry.protocol, now)
                if entry.deleted:
                    account.delete_share(share, now)
                if entry.protected_by:
                    protected.append((share, entry))
        if wanted.discovered:
            for vault in self.vaults:
                vault.discovered.add(account.id.lower())
        if not (wanted.registered or protected):
            return
        home = scenario.home(settings, wanted)
        assert home, "the scenario was checked"
        vault = self.vault(home.resource_group, home.name)
        vault.discovered.add(account.id.lower())
        container = Container(account)
        vault.containers[container.key] = container
        account.locks.append(BACKUP_LOCK)
        look_into(container)
        for share, entry in protected:
            item = ProtectedItem(share, container, vault.policy(entry.protected_by or ""), changed_at=now)
            vault.items[item.key] = item
            self._give_points(item, entry.recovery_points)

    def _give_points(self, item: ProtectedItem, count: int) -> None:
        for days in range(count, 0, -1):
            point = self.backups.add_point(item, self.clock.now() - days * DAY)
            item.state = "Protected"
            item.last_backup_status = "Completed"
            item.last_backup_time = point.time
