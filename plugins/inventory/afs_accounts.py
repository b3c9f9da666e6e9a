# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: afs_accounts
short_description: The storage accounts of Recovery Services vaults
version_added: 1.0.0
description:
  - Makes a host of each storage account that is registered with a vault, or that the vault offers to register, so
    that plays run over accounts as they do over machines. The playbook C(azurefiles.backup.protect_vault) is one.
  - Sends reads only, and spends none of the daily budgets of Azure Backup. It never lets a vault refresh its list of
    accounts.
  - Needs a YAML file whose name ends in C(afs_accounts.yml) or C(afs_accounts.yaml).
  - All hosts are in the group C(afs_accounts). Their tasks run where Ansible itself runs.
extends_documentation_fragment:
  - azurefiles.backup.azure
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description:
      - The name of this plugin.
    type: str
    required: true
    choices: [azurefiles.backup.afs_accounts]
  vaults:
    description:
      - The vaults. If unset, all Recovery Services vaults of O(subscriptions) are taken that O(vault_filters) leave.
      - An account that several of them offer to register belongs to the first of these, with a warning. An account
        that one of them has registered belongs to that one.
    type: list
    elements: dict
    suboptions:
      resource_group:
        description:
          - The resource group of the vault.
        type: str
        required: true
      vault_name:
        description:
          - The Recovery Services vault.
        type: str
        required: true
        aliases: [recovery_vault_name]
      subscription_id:
        description:
          - The subscription of the vault. If unset, O(subscription_id) is taken, as for the modules.
        type: str
  subscriptions:
    description:
      - The ids of the subscriptions whose vaults are taken where O(vaults) is unset. By default, it is the one of the
        login.
    type: list
    elements: str
    version_added: 1.1.0
  vault_filters:
    description:
      - Only vaults for which each of these Jinja expressions is true. They speak of C(afs_vault_name),
        C(afs_vault_resource_group), C(afs_vault_subscription_id), C(afs_vault_id), C(afs_vault_location) (such as
        V(westeurope)) and C(afs_vault_tags) (a dictionary). Beside Jinja's own tests they can use
        C(match) and C(search).
      - An expression that fails, for example on a tag that a vault does not have, leaves the vault out.
      - Where they leave no vault at all, that is an error.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
  strict_vaults:
    description:
      - Whether a vault that cannot be read, or a subscription whose vaults cannot be listed, fails the whole source.
      - If not, it is named in a warning, and the accounts of the others are there. If none can be read, that is an
        error all the same. An inventory that is kept elsewhere, as AWX does, then loses the hosts of that vault.
    type: bool
    default: true
    version_added: 1.1.0
  api_version:
    description:
      - The version of the backup service's API, for clouds that lag behind.
    type: str
    default: "2026-07-01"
  accounts:
    description:
      - The accounts to list, by how they stand with the vault.
      - V(registered) ones belong to the vault.
      - V(discoverable) ones are offered by the vault, and belong to none.
      - V(undiscovered) ones are in the vault's subscription and region, but not offered by the vault. Some are too
        new, and a refresh would find them; others are registered with a vault that is not listed in O(vaults), or of
        a kind that is not supported. The login has to be allowed to list the subscription's storage accounts.
    type: list
    elements: str
    choices: [registered, discoverable, undiscovered]
    default: [registered, discoverable]
  include:
    description:
      - Only accounts whose names match one of these shell-style patterns.
    type: list
    elements: str
    default: ["*"]
  exclude:
    description:
      - No accounts whose names match one of these shell-style patterns.
    type: list
    elements: str
    default: []
  filters:
    description:
      - Only accounts for which each of these Jinja expressions is true. They see the host variables of this plugin.
      - An expression that fails, for example on a tag that an account does not have, leaves the account out; with
        O(strict=true) it is an error.
    type: list
    elements: str
    default: []
  count_shares:
    description:
      - Count the shares that are not protected. That needs each account's own list of shares, which is one read for
        each account that O(include) and O(exclude) leave.
    type: bool
    default: false
notes:
  - A run costs three reads for each vault and one for each subscription, and one more for each further page of a
    list and for each account that its subscription does not list. Where the vaults are found, it costs one more for
    each subscription. V(undiscovered) among the O(accounts) costs one more read for each vault that is named, and
    O(count_shares) one for each account. With O(cache=true), a run within O(cache_timeout) costs none.
  - An account is named as in Azure, such as C(contosofiles). Where there are several of that name (a classic account,
    or one in another subscription), each of these is named with its resource group, such as C(contosofiles.files-rg),
    and if need be with its subscription.
  - These host variables tell which account it is - C(afs_storage_account), C(afs_storage_account_id),
    C(afs_resource_group), C(afs_subscription_id), C(afs_location), C(afs_kind) and C(afs_tags) (a dictionary).
  - These tell how it stands with its vault - C(afs_vault_id), C(afs_vault_name), C(afs_vault_resource_group),
    C(afs_vault_subscription_id), C(afs_state) (one of the values of O(accounts)), C(afs_registered) (a boolean) and
    C(afs_health_status).
  - C(afs_exists) is false for an account that was deleted or moved and that its vault still has, which a warning tells
    as well; C(filters=[afs_exists is not false]) leaves such accounts out.
  - These tell what becomes of its shares, as numbers - C(afs_protected_shares), C(afs_stopped_shares),
    C(afs_soft_deleted_shares) and, with O(count_shares), C(afs_unprotected_shares) and C(afs_unsupported_shares) (NFS).
    C(afs_policies) is the list of the policies in use.
  - What cannot be known is null. C(afs_kind) and C(afs_tags) need the right to read the storage account, and what
    another vault does with an undiscovered account is not told.
  - If a vault cannot be read, the whole source fails, unless O(strict_vaults=false). Otherwise an inventory that is
    kept elsewhere, as AWX does, would lose the hosts of that vault.
author:
  - The azurefiles.backup maintainers (@azurefiles)
"""

EXAMPLES = r"""
# All accounts of a vault, for: ansible-playbook -i files.afs_accounts.yml azurefiles.backup.protect_vault -e policy=...
plugin: azurefiles.backup.afs_accounts
vaults:
  - resource_group: backup-rg
    vault_name: backup-vault

---
# The production accounts of two vaults, in groups by region, policy and tag, each with the policy it shall have.
plugin: azurefiles.backup.afs_accounts
vaults:
  - resource_group: backup-rg
    vault_name: backup-vault
  - resource_group: backup-rg
    vault_name: backup-vault-north
    subscription_id: 00000000-0000-0000-0000-000000000000
exclude: ["scratch*"]
filters:
  - afs_tags.environment == 'production'
keyed_groups:
  - {prefix: region, key: afs_location}
  - {prefix: policy, key: afs_policies}
  - {prefix: tag, key: afs_tags}
groups:
  not_registered: not afs_registered
compose:
  policy: "'hourly-7' if afs_tags.tier | default('') == 'gold' else 'daily-30'"

---
# The accounts of all production vaults of two subscriptions. A vault that may not be read is named, and left out.
plugin: azurefiles.backup.afs_accounts
subscriptions:
  - 00000000-0000-0000-0000-000000000000
  - 11111111-1111-1111-1111-111111111111
vault_filters:
  - afs_vault_tags.environment == 'production'
  - afs_vault_location in ['westeurope', 'northeurope']
strict_vaults: false

---
# Accounts that have shares without protection, kept for an hour, with a login of its own.
plugin: azurefiles.backup.afs_accounts
vaults:
  - resource_group: backup-rg
    vault_name: backup-vault
count_shares: true
filters:
  - afs_unprotected_shares > 0
tenant: 00000000-0000-0000-0000-000000000000
client_id: 00000000-0000-0000-0000-000000000000
secret: "{{ lookup('ansible.builtin.file', '~/.secrets/backup') }}"
subscription_id: 00000000-0000-0000-0000-000000000000
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/afs_accounts
cache_timeout: 3600
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.template import trust_as_template

from ..module_utils._arm.connection import connect, missing_library, subscription_of
from ..module_utils._azure.errors import BackupError
from ..module_utils._azure.ids import AccountId, same
from ..module_utils._options.argspec import API_VERSION, AUTHENTICATION
from ..module_utils._options.patterns import included, patterns_of
from ..module_utils._options.settings import Settings, home, resolve
from ..module_utils._options.texts import names as listed
from ..module_utils._options.texts import tidied
from ..module_utils._options.vault_accounts import WantedAccounts
from ..module_utils._options.vaults import VAULTS, WantedVaults
from ..module_utils._read.vault_accounts import FoundAccount, find_accounts, host_names
from ..module_utils._read.vaults import find_vaults
from ..module_utils._run.calls import ApiCalls
from ..module_utils._run.deadline import Deadline
from ..module_utils._run.secrets import silence
from ..module_utils._vault.vault import Vault

GROUP = "afs_accounts"
PATIENCE = 600  # seconds that all reading may take
CONNECTIONS = 10
# Options that hold expressions: they are evaluated for each host, and not when the file is read.
EXPRESSIONS = ("compose", "groups", "keyed_groups", "filters", "vault_filters")
# Options that are lists of names.
NAMES = ("accounts", "include", "exclude", "subscriptions")
LOCAL = {
    "ansible_connection": "local",
    # The libraries that the modules need are where Ansible itself runs.
    "ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}"),
}
# Names, ids and states: nothing that could be an expression.
HARMLESS = re.compile(r"[\w./-]*")

Variables = dict[str, Any]


def _with_lists(options: Mapping[str, Any]) -> Variables:
    """Lists of names may be texts that have them on lines of their own, or with commas between them."""
    tidy = dict(options)
    for name in NAMES:
        # An empty list stays one, and an expression is read once it has been evaluated.
        if tidy.get(name) and "{{" not in str(tidy[name]):
            given = tidy.pop(name)
            names = listed(name, map(str, given if isinstance(given, list) else [given]))
            # What is blank throughout, as an empty answer to a survey, was not given.
            tidy |= {name: list(names)} if names else {}
    return tidy


def _forget(_token: str) -> None:
    """An inventory has no results in which a token could show."""


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    NAME = "azurefiles.backup.afs_accounts"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(("afs_accounts.yml", "afs_accounts.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_options(path)
        # Ansible shows the causes of an error, and what libraries say may hold a secret.
        try:
            with silence():
                accounts = self._accounts(path, cache)
        except BackupError as error:
            raise AnsibleParserError(error.message) from None
        except ImportError as missing:
            raise AnsibleParserError(missing_library(missing).message) from None
        self._populate([variables for variables in accounts if self._passes(variables)])

    def _read_options(self, path: str) -> None:
        """Options are templates, so that a secret can come from a lookup; a misspelled one is an error."""
        given = self._read_config_data(path)
        unknown = sorted(set(given) - set(self.option_definitions))
        if unknown:
            raise AnsibleParserError(f"Unknown options: {', '.join(unknown)}.")
        self.templar.available_variables = self._vars
        plain = {name: value if name in EXPRESSIONS else self.templar.template(value) for name, value in given.items()}
        self.set_options(direct=plain, var_options=self._vars)

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Ansible checks the choices of a list here, and so needs its names one by one."""
        try:
            super().set_options(task_keys=task_keys, var_options=var_options, direct=_with_lists(direct or {}))
        except BackupError as error:
            raise AnsibleParserError(error.message) from None

    def _accounts(self, path: str, cache: bool) -> list[Variables]:
        """The variables of all accounts, from the cache where they are there."""
        vaults = self._vaults()
        settings = self._settings(vaults)
        if not self.get_option("cache"):
            return self._ask(settings, vaults)
        key = self._cache_key(path, settings)
        if cache:
            try:
                remembered: list[Variables] = self._cache[key]
                return remembered
            except KeyError:
                pass  # expired, or never asked
        self._cache[key] = self._ask(settings, vaults)
        return list(self._cache[key])

    def _vaults(self) -> WantedVaults:
        given = {name: self.get_option(name) for name in VAULTS}
        checked = ArgumentSpecValidator(VAULTS).validate(
            {name: each for name, each in given.items() if each is not None}
        )
        if checked.error_messages:
            raise BackupError(f"{'; '.join(checked.error_messages)}.")
        if given["vaults"] == []:
            raise BackupError("vaults is empty: name a vault, or leave it out, so that all vaults are found.")
        return WantedVaults.parse(tidied(VAULTS, checked.validated_parameters))

    def _settings(self, vaults: WantedVaults) -> Settings:
        """The login; where the subscription of each vault is known, there need be no other."""
        options = {name: self.get_option(name) for name in AUTHENTICATION}
        options["subscription_id"] = vaults.home or options["subscription_id"]
        return resolve(options, os.environ, home())

    def _wanted(self) -> WantedAccounts:
        include, exclude = (list(map(str, self.get_option(name))) for name in ("include", "exclude"))
        return WantedAccounts(
            self.get_option("accounts"),
            included("include", include),
            patterns_of("exclude", exclude),
            self.get_option("count_shares"),
        )

    def _cache_key(self, path: str, settings: Settings) -> str:
        """An answer belongs to its question: a changed file does not find the accounts of an earlier one."""
        vaults = {name: self.get_option(name) for name in (*VAULTS, "strict_vaults")}
        question = json.dumps(
            [vaults, vars(self._wanted()), settings.cloud_environment, settings.subscription_id], default=str
        )
        return f"{self.get_cache_key(path)}_{hashlib.sha256(question.encode()).hexdigest()[:16]}"

    def _ask(self, settings: Settings, wanted: WantedVaults) -> list[Variables]:
        client = connect(settings, Deadline(PATIENCE), ApiCalls(), CONNECTIONS, hide=_forget)
        subscription = wanted.home or subscription_of(client, settings)
        vaults = find_vaults(client, wanted, subscription, self.get_option("api_version") or API_VERSION)
        strict = self.get_option("strict_vaults")
        for problem in vaults.unlisted.values():
            if strict:
                raise problem
            self.display.warning(f"{problem.message} They are left out.")
        found = find_accounts(client, vaults.vaults, self._wanted(), None if strict else self._leave_out)
        self._warn(found)
        self.display.vvv(f"azurefiles.backup.afs_accounts: {len(found)} accounts for {client.calls.reads} reads")
        return [each.to_variables() for each in found]

    def _leave_out(self, vault: Vault, problem: BackupError) -> None:
        self.display.warning(f"The vault '{vault.name}' is left out, because it cannot be read: {problem.message}")

    def _warn(self, found: list[FoundAccount]) -> None:
        for each in found:
            if each.rivals:
                self.display.warning(
                    f"The storage account '{each.account.name}' could be registered with several of the vaults. It is "
                    f"taken for '{each.vault.name}', the first of them, and not for {', '.join(each.rivals)}."
                )
            if each.problem and each.exists is False:
                self.display.warning(each.problem.message)
            elif each.problem:
                self.display.warning(
                    f"The shares of the storage account '{each.account.name}' are not counted: {each.problem.message}"
                )

    def _passes(self, variables: Variables) -> bool:
        self.templar.available_variables = variables
        return all(self._holds(condition, variables) for condition in self.get_option("filters"))

    def _holds(self, condition: str, variables: Variables) -> bool:
        try:
            return bool(self.templar.evaluate_conditional(condition))
        except Exception as problem:
            if self.get_option("strict"):
                name = variables["afs_storage_account"]
                raise AnsibleParserError(f"The filter '{condition}' fails for the account '{name}'.") from problem
            return False

    def _populate(self, accounts: list[Variables]) -> None:
        others = self._other_sources()
        accounts = [variables for variables in accounts if not self._is_elsewhere(variables, others)]
        ids = [AccountId.parse(variables["afs_storage_account_id"]) for variables in accounts]
        taken = {name: other["afs_storage_account_id"] for name, other in others.items()}
        names = host_names([account for account in ids if account], taken)
        strict = self.get_option("strict")
        self.inventory.add_group(GROUP)
        for name, variables in zip(names, accounts, strict=True):
            if name != variables["afs_storage_account"].lower():
                self.display.warning(
                    f"There are several storage accounts '{variables['afs_storage_account']}'. "
                    f"The one of the resource group '{variables['afs_resource_group']}' is the host '{name}'."
                )
            self.inventory.add_host(name, GROUP)
            for variable, value in (LOCAL | variables).items():
                self.inventory.set_variable(name, variable, _plain(value))
            self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)

    def _other_sources(self) -> dict[str, Variables]:
        """The accounts that earlier inventory sources have brought, by their hosts' names."""
        hosts = {name: host.get_vars() for name, host in self.inventory.hosts.items()}
        return {name: variables for name, variables in hosts.items() if variables.get("afs_storage_account_id")}

    def _is_elsewhere(self, mine: Variables, others: dict[str, Variables]) -> bool:
        """Whether another source has this account for another vault, with no worse claim on it."""
        for other in others.values():
            if not same(other["afs_storage_account_id"], mine["afs_storage_account_id"]):
                continue
            if same(other.get("afs_vault_id"), mine["afs_vault_id"]):
                continue
            elsewhere = bool(other.get("afs_registered")) or not mine["afs_registered"]
            self.display.warning(
                f"Several inventory sources have the storage account '{mine['afs_storage_account']}'. "
                f"It is taken for the vault '{(other if elsewhere else mine)['afs_vault_name']}'."
            )
            return elsewhere
        return False


def _plain(value: Any) -> Any:
    """Ansible marks what comes from a plugin as unsafe, also in its output. Names need not be, tags have to."""
    if isinstance(value, str) and HARMLESS.fullmatch(value):
        return trust_as_template(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
