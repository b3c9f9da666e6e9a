# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vaults that a user names, or lets be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._azure.errors import BackupError
from .argspec import Options
from .texts import subscription_id
from .vault_filters import VaultFilters

# For what takes several vaults.
VAULTS: Options = {
    "vaults": {
        "type": "list",
        "elements": "dict",
        "options": {
            "resource_group": {"type": "str", "required": True},
            "vault_name": {"type": "str", "required": True, "aliases": ["recovery_vault_name"]},
            "subscription_id": {"type": "str"},
        },
    },
    "subscriptions": {"type": "list", "elements": "str"},
    "vault_filters": {"type": "list", "elements": "str", "default": []},
}


@dataclass(frozen=True)
class VaultName:
    """A vault as the user names it; without a subscription, it is in that of the login."""

    resource_group: str
    name: str
    subscription: str | None

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> VaultName:
        return cls(params["resource_group"], params["vault_name"], params.get("subscription_id") or None)


@dataclass(frozen=True)
class WantedVaults:
    """The vaults that are named; or where none is, all of ``subscriptions`` for which ``filters`` hold.

    No subscription at all is that of the login.
    """

    named: tuple[VaultName, ...] = ()
    subscriptions: tuple[str, ...] = ()
    filters: VaultFilters = field(default_factory=VaultFilters)

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> WantedVaults:
        """Of the options of VAULTS, and of ``resource_group`` and ``vault_name``, where a module has these too.

        Raises BackupError for half a vault, and for what is to be found where all is named.
        """
        group, name = params.get("resource_group"), params.get("vault_name")
        own = [params] if group and name else []
        named = tuple(VaultName.parse(each) for each in [*own, *(params["vaults"] or [])])
        if not named and (group or name):
            raise BackupError("Which vault? It needs both resource_group and vault_name.")
        for option in ("subscriptions", "vault_filters"):
            if named and params[option]:
                raise BackupError(
                    f"{option} lets vaults be found, but one is named: leave out either {option}, or the vaults' names."
                )
        given = [subscription_id("subscriptions", each) for each in params["subscriptions"] or []]
        subscriptions = {each.lower(): each for each in given}
        return cls(named, tuple(subscriptions.values()), VaultFilters.parse(params["vault_filters"] or []))

    @property
    def home(self) -> str | None:
        """A subscription for the login where it need not have one: that of every vault is known without it."""
        places = [vault.subscription for vault in self.named] or [*self.subscriptions]
        return places[0] if places and all(places) else None
