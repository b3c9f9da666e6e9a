# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients that work on all accounts of a vault: one task, a playbook, and a loop of the role."""

from __future__ import annotations

import json
from typing import Any

from .client import COLLECTION, Client, extra
from .worlds import FLEET, FLEET_FRESH, GROUP, POLICY, VAULT, Kind, World

MODULE = "azurefiles.backup.afs_vault_protection"
FORKS = "10"
PLACE = {"resource_group": GROUP, "vault_name": VAULT}
ALL = ["registered", "discoverable", "undiscovered"]


class FleetClient(Client):
    @classmethod
    def serves(cls, kind: Kind) -> bool:
        return kind.fleet

    def inventory(self) -> str:
        """A file that makes a host of each account."""
        source = self._folder / "all.afs_accounts.yml"
        content = {"plugin": "azurefiles.backup.afs_accounts", "vaults": [PLACE], "accounts": ALL}
        source.write_text(json.dumps(content), encoding="utf-8")
        return str(source)


class VaultModule(FleetClient):
    name = "vault"
    title = "the module for a vault"
    family = "ours"

    @classmethod
    def missing(cls) -> str | None:
        file = COLLECTION / "plugins" / "modules" / "afs_vault_protection.py"
        return None if file.exists() else "this version of the collection has no module afs_vault_protection"

    def commands(self, _world: World) -> list[list[str]]:
        return [self.play({MODULE: PLACE | {"rules": [{"policy": POLICY}], "accounts": ALL}})]


class VaultPlaybook(FleetClient):
    name = "playbook"
    title = "the playbook"
    family = "ours"

    @classmethod
    def missing(cls) -> str | None:
        files = (COLLECTION / "playbooks").rglob("*.yml")
        if any(MODULE in file.read_text(encoding="utf-8") for file in files):
            return None
        return "the playbook protect_vault of this version needs an inventory"

    def commands(self, world: World) -> list[list[str]]:
        return [["ansible-playbook", "azurefiles.backup.protect_vault", *extra(**PLACE, **_variables(world))]]


class InventoryPlaybook(FleetClient):
    name = "inventory"
    title = "the playbook with an inventory"
    family = "ours"
    patience = 1

    def commands(self, world: World) -> list[list[str]]:
        words = ["-i", self.inventory(), "--forks", FORKS, *extra(**_variables(world))]
        return [["ansible-playbook", "azurefiles.backup.protect_vault", *words]]


class RoleLoop(FleetClient):
    name = "loop"
    title = "a loop of the role"
    family = "loop"
    patience = 1

    def commands(self, _world: World) -> list[list[str]]:
        """One refresh shows the vault all accounts, so that one of them is registered before the others."""
        place = {"resource_group": GROUP, "vault_name": VAULT}
        new = "ansible_play_hosts | map('extract', hostvars) | selectattr('afs_state', 'equalto', 'undiscovered')"
        first: dict[str, Any] = {
            "azurefiles.backup.afs_container_registration": place | {"storage_account": "{{ item }}"},
            "loop": f"{{{{ ({new} | map(attribute='afs_storage_account_id'))[:1] }}}}",
            "run_once": True,
        }
        role = {
            "ansible.builtin.include_role": {"name": "azurefiles.backup.protect_account"},
            "vars": {f"protect_account_{name}": value for name, value in place.items()}
            | {
                "protect_account_storage_account": "{{ afs_storage_account_id }}",
                "protect_account_policy": POLICY,
            },
        }
        plays = [{"hosts": "afs_accounts", "tasks": [task]} for task in (first, role)]
        return [["ansible-playbook", "-i", self.inventory(), "--forks", FORKS, self.playbook(*plays)]]


class CoverageReport(FleetClient):
    """It only reads, so that it is a measure for those which find nothing to do."""

    name = "report"
    title = "the report, which only reads"
    family = "report"

    @classmethod
    def serves(cls, kind: Kind) -> bool:
        return kind is FLEET

    def commands(self, _world: World) -> list[list[str]]:
        return [self.play({"azurefiles.backup.afs_coverage_info": PLACE})]


def _variables(world: World) -> dict[str, str]:
    """Only by ``discover`` does the playbook spend a refresh on accounts that the vault has not seen."""
    return {"policy": POLICY} | ({"discover": "true"} if world.kind is FLEET_FRESH else {})
