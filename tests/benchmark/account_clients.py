# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that work on one account: this collection as it is meant to be used, and a loop over the shares."""

from __future__ import annotations

from typing import Any

from .client import Client, extra
from .measure import Costs
from .worlds import ACCOUNT, BACKUP, FRESH, GROUP, POLICY, VAULT, World

PLACE = {"resource_group": GROUP, "vault_name": VAULT, "storage_account": ACCOUNT}
REGISTER: dict[str, Any] = {"azurefiles.backup.afs_container_registration": PLACE}
PROTECT: dict[str, Any] = {"azurefiles.backup.afs_protection": PLACE | {"all_shares": True, "policy": POLICY}}
BACK_UP: dict[str, Any] = {"azurefiles.backup.afs_backup_trigger": PLACE | {"all_shares": True}}
DONE = ("ok: [localhost] => (item=", "changed: [localhost] => (item=")


class Role(Client):
    name = "role"
    title = "the role"
    family = "ours"

    def commands(self, world: World) -> list[list[str]]:
        variables = PLACE | {"policy": POLICY}
        if world.kind is BACKUP:
            variables |= {"initial_backup": "always"}
        return [["ansible-playbook", "azurefiles.backup.protect_account", *extra(**variables)]]


class Module(Client):
    name = "module"
    title = "the module"
    family = "ours"

    def commands(self, world: World) -> list[list[str]]:
        if world.kind is BACKUP:
            return [self.play(BACK_UP)]
        return [self.play(REGISTER, PROTECT) if world.kind is FRESH else self.play(PROTECT)]


class Naive(Client):
    name = "naive"
    title = "a loop over the shares"
    family = "loop"
    patience = 1

    def commands(self, world: World) -> list[list[str]]:
        one = PLACE | {"shares": ["{{ item }}"]}
        if world.kind is BACKUP:
            return [self.play({"azurefiles.backup.afs_backup_trigger": one, "loop": world.names})]
        protect = {"azurefiles.backup.afs_protection": one | {"policy": POLICY}, "loop": world.names}
        return [self.play(REGISTER, protect)]

    def handled(self, _world: World, costs: list[Costs]) -> int:
        return sum(line.startswith(DONE) for each in costs for line in each.output.splitlines())
