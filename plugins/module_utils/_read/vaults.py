# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which vaults are meant: those that are named, or those that are found."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._arm.client import ArmClient
from .._azure.errors import BackupError, unexpected
from .._options.vaults import WantedVaults
from .._run.parallel import side_by_side
from .._vault.vault import Vault
from .._vault.vaults import list_vaults

AT_ONCE = 10  # subscriptions


@dataclass
class FoundVaults:
    """Each vault once, in the order in which they are named or listed; ``unlisted`` are subscriptions that do not."""

    vaults: list[Vault] = field(default_factory=list)
    unlisted: dict[str, BackupError] = field(default_factory=dict)


def find_vaults(client: ArmClient, wanted: WantedVaults, home: str, api_version: str) -> FoundVaults:
    """``home`` is the subscription of the login. Costs nothing for vaults that are named, and a list a subscription.

    Raises BackupError where there is none.
    """
    if wanted.named:
        named = [
            Vault(client, each.subscription or home, each.resource_group, each.name, api_version)
            for each in wanted.named
        ]
        return FoundVaults(_each_once(named))
    return _search(client, wanted, wanted.subscriptions or (home,), api_version)


def _search(client: ArmClient, wanted: WantedVaults, subscriptions: tuple[str, ...], api_version: str) -> FoundVaults:
    found = FoundVaults()
    seen = 0
    lists = side_by_side(lambda each: list_vaults(client, each, api_version), subscriptions, AT_ONCE)
    for subscription, listed in zip(subscriptions, lists, strict=True):
        if isinstance(listed, Exception):
            problem = unexpected(listed)
            words = f"The vaults of the subscription {subscription} cannot be listed: {problem.message}"
            found.unlisted[subscription] = BackupError(words, problem.fault)
            continue
        seen += len(listed)
        found.vaults += [
            Vault(client, each.id.subscription, each.id.resource_group, each.id.name, api_version, each.location)
            for each in listed
            if wanted.filters.hold(each.to_variables())
        ]
    found.vaults = _each_once(found.vaults)
    if not found.vaults:
        raise next(iter(found.unlisted.values()), None) or _nothing(subscriptions, seen)
    return found


def _each_once(vaults: list[Vault]) -> list[Vault]:
    once: dict[str, Vault] = {}
    for vault in vaults:
        once.setdefault(vault.id.key, vault)
    return list(once.values())


def _nothing(subscriptions: tuple[str, ...], seen: int) -> BackupError:
    where = f"the subscription{'s' if len(subscriptions) > 1 else ''} {', '.join(subscriptions)}"
    if seen:
        return BackupError(f"vault_filters leaves out all of the {seen} Recovery Services vaults in {where}.")
    return BackupError(f"There is no Recovery Services vault in {where}, or this login may not see it.")
