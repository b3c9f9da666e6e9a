# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was mistyped does not pass for done: a warning names it, and what was meant perhaps."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils import _module
from ansible_collections.azurefiles.backup.tests.unit.support.modules import Modules
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, registered, world

POLICY = {"policy": "daily-30"}


@pytest.fixture
def modules(capsys: pytest.CaptureFixture[str], typed: Simulator, monkeypatch: pytest.MonkeyPatch) -> Modules:
    for name, value in typed.login.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AZURE_CLOUD_ENVIRONMENT", typed.url)
    return Modules(capsys)


@pytest.fixture(scope="module")
def typed(shared_simulators: Simulators) -> Simulator:
    """Nothing of what is done here changes it."""
    return shared_simulators.start(
        world(
            registered(protected("finance"), protected("scratch"), "plain"),
            account("finance", name="newfiles", discovered=True),
            registered(protected("legal"), name="bigfiles", vault="vault-two"),
            vaults=[VAULT, VAULT | {"name": "vault-two"}],
        )
    )


MISTYPED: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "absent",
        "afs_protection",
        {"storage_account": "contosofiles", "shares": ["finanse"], "state": "absent", "delete_data": True},
        ["There is no share 'finanse' in the storage account 'contosofiles'. Did you mean finance?"],
    ),
    (
        "absent, of a share that is there",
        "afs_protection",
        {"storage_account": "contosofiles", "shares": ["plain"], "state": "absent", "delete_data": True},
        [],
    ),
    (
        "exclude",
        "afs_protection",
        {"storage_account": "contosofiles", "all_shares": True, "exclude": ["scartch*", "plain"], **POLICY},
        ["exclude: no share of 'contosofiles' fits 'scartch*'. Did you mean scratch?"],
    ),
    (
        "include",
        "afs_protection",
        {"storage_account": "contosofiles", "all_shares": True, "include": ["fin*", "xyz-9"], **POLICY},
        ["include: no share of 'contosofiles' fits 'xyz-9'."],
    ),
    (
        "unregister",
        "afs_container_registration",
        {"storage_account": "contosofile", "state": "absent"},
        ["The vault 'backup-vault' does not know the storage account 'contosofile'. Did you mean contosofiles?"],
    ),
    (
        "unregister, from the wrong vault",
        "afs_container_registration",
        {"storage_account": "bigfiles", "state": "absent"},
        ["The vault 'backup-vault' does not know the storage account 'bigfiles'. It is registered with vault-two."],
    ),
    ("unregister, again", "afs_container_registration", {"storage_account": "newfiles", "state": "absent"}, []),
    (
        "list",
        "afs_protected_item_info",
        {"storage_account": "contosofilez"},
        ["The vault 'backup-vault' does not know the storage account 'contosofilez'. Did you mean contosofiles?"],
    ),
    (
        "list by a pattern",
        "afs_protected_item_info",
        {"storage_account": "contosofiles", "shares": ["finanse"]},
        ["shares: no share fits 'finanse'. Did you mean finance?"],
    ),
    (
        "rules",
        "afs_vault_protection",
        {
            "rules": [
                {"storage_accounts": ["contosofile", "newfiles"], "exclude": ["scartch*"], "policy": "daily-30"},
                {"include": ["scratch"]},
                {"policy": "daily-30"},
            ]
        },
        [
            "rules[0].storage_accounts: nothing fits 'contosofile'. Did you mean contosofiles?",
            "rules[0].exclude: nothing fits 'scartch*'. Did you mean scratch?",
        ],
    ),
]


@pytest.mark.parametrize(
    ("module", "options", "words"), [each[1:] for each in MISTYPED], ids=[each[0] for each in MISTYPED]
)
def test_a_typo_is_told(
    modules: Modules, module: str, options: dict[str, Any], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(_module, "warn", lambda _ansible, each: told.append(each))
    result = modules.run(module, options, check_mode=True)
    assert not result.get("failed"), result
    assert told == words


@pytest.mark.parametrize("state", ["present", "stopped"])
def test_a_mistyped_account_is_an_error_with_the_name_that_was_meant(modules: Modules, state: str) -> None:
    options = {"storage_account": "contosofile", "shares": ["finance"], "state": state} | POLICY
    result = modules.run("afs_protection", options)
    assert result["failed"]
    assert "Did you mean contosofiles?" in result["msg"]


def test_a_mistyped_account_of_a_vault_is_an_error_too(modules: Modules) -> None:
    options = {"storage_accounts": ["contosofile"], "rules": [POLICY]}
    result = modules.run("afs_vault_protection", options)
    assert result["failed"]
    assert "Did you mean contosofiles?" in result["msg"]
