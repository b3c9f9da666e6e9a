# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.template import is_trusted_as_template
from ansible_collections.azurefiles.backup.plugins.inventory import afs_accounts
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, registered, world

NORTH = VAULT | {"name": "vault-north", "location": "northeurope"}
ACCOUNTS = (
    registered(
        protected("finance"),
        protected("legal", policy="hourly-7"),
        "hiring",
        {"name": "unix-home", "protocol": "NFS"},
        {"name": "old", "deleted": True},
        name="contosofiles",
        tags={"environment": "production", "Cost Centre": "{{ 7 * 7 }}"},
    ),
    account("finance", "legal", name="fabrikamfiles", discovered=True, tags={"environment": "test"}),
    account("finance", name="latefiles"),
    account("finance", name="northfiles", location="northeurope", discovered=True, kind="FileStorage"),
)
# One list of each kind: what a vault costs, whatever there is in it.
PRICE = {
    "GET backupProtectedItems": 1,
    "GET backupProtectionContainers": 1,
    "GET protectableContainers": 1,
    "GET storageAccounts": 1,
}


@pytest.fixture(scope="module")
def shared(shared_simulators: Simulators) -> Simulator:
    """Nothing that is done to it here leaves a trace but its journal."""
    return shared_simulators.start(world(*ACCOUNTS, vaults=[VAULT, NORTH]))


@pytest.fixture
def simulator(shared: Simulator) -> Simulator:
    shared.forget()
    return shared


@pytest.fixture
def programs(simulator: Simulator, tmp_path: Path) -> Programs:
    return Programs(tmp_path, simulator)


def names_of(hosts: dict[str, Any]) -> list[str]:
    return sorted(hosts)


def test_every_account_of_the_vault_is_a_host_that_says_how_it_stands(programs: Programs, simulator: Simulator) -> None:
    programs.fresh = True
    listed = programs.inventory(programs.source())
    hosts = listed["_meta"]["hostvars"]
    group = f"/subscriptions/{simulator.subscription_id}/resourceGroups"
    assert listed["afs_accounts"]["hosts"] == ["contosofiles", "fabrikamfiles"]
    assert hosts["contosofiles"] == {
        "afs_storage_account": "contosofiles",
        "afs_storage_account_id": f"{group}/Files-RG/providers/Microsoft.Storage/storageAccounts/contosofiles",
        "afs_resource_group": "Files-RG",
        "afs_subscription_id": simulator.subscription_id,
        "afs_location": "westeurope",
        "afs_kind": "StorageV2",
        # What others have written is marked, so that nothing takes it for a template.
        "afs_tags": {
            "environment": {"__ansible_unsafe": "production"},
            "Cost Centre": {"__ansible_unsafe": "{{ 7 * 7 }}"},
        },
        "afs_vault_id": f"{group}/backup-rg/providers/Microsoft.RecoveryServices/vaults/backup-vault",
        "afs_vault_name": "backup-vault",
        "afs_vault_resource_group": "backup-rg",
        "afs_vault_subscription_id": simulator.subscription_id,
        "afs_state": "registered",
        "afs_registered": True,
        "afs_exists": True,
        "afs_health_status": "Healthy",
        "afs_policies": ["daily-30", "hourly-7"],
        "afs_protected_shares": 2,
        "afs_stopped_shares": 0,
        "afs_soft_deleted_shares": 0,
        "afs_unprotected_shares": None,
        "afs_unsupported_shares": None,
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    offered = hosts["fabrikamfiles"]
    assert (offered["afs_state"], offered["afs_registered"], offered["afs_protected_shares"]) == (
        "discoverable",
        False,
        0,
    )
    assert simulator.tally() == PRICE


def test_counting_shares_costs_one_read_an_account(programs: Programs, simulator: Simulator) -> None:
    hosts = programs.hosts(programs.source(count_shares=True))
    counts = {
        name: (host["afs_protected_shares"], host["afs_unprotected_shares"], host["afs_unsupported_shares"])
        for name, host in hosts.items()
    }
    assert counts == {"contosofiles": (2, 1, 1), "fabrikamfiles": (0, 2, 0)}
    assert simulator.tally() == PRICE | {"GET shares": 2}


def test_an_account_without_a_file_service_is_a_host_without_counts(programs: Programs, simulator: Simulator) -> None:
    body = {"error": {"code": "FeatureNotSupportedForAccount", "message": "File is not supported for the account."}}
    simulator.plan({"path": "fabrikamfiles/fileServices", "status": 409, "body": body})
    ended = programs.run("ansible-inventory", "--list", "-i", programs.source(count_shares=True))
    hosts = json.loads(ended.stdout)["_meta"]["hostvars"]
    assert {name: host["afs_unprotected_shares"] for name, host in hosts.items()} == {
        "contosofiles": 1,
        "fabrikamfiles": None,
    }
    assert "'fabrikamfiles' are not counted" in ended.output
    assert "FeatureNotSupportedForAccount" in ended.output


def test_shares_are_counted_only_where_the_name_fits(programs: Programs, simulator: Simulator) -> None:
    assert names_of(programs.hosts(programs.source(count_shares=True, include=["FABRIKAM*"]))) == ["fabrikamfiles"]
    assert simulator.tally()["GET shares"] == 1


def test_registered_accounts_alone_cost_a_list_less(programs: Programs, simulator: Simulator) -> None:
    assert names_of(programs.hosts(programs.source(accounts=["registered"]))) == ["contosofiles"]
    assert simulator.tally() == {label: count for label, count in PRICE.items() if "protectable" not in label}


def test_undiscovered_accounts_are_those_of_the_vaults_region(programs: Programs, simulator: Simulator) -> None:
    hosts = programs.hosts(programs.source(accounts=["undiscovered"], count_shares=True))
    assert names_of(hosts) == ["latefiles"]
    late = hosts["latefiles"]
    assert (late["afs_state"], late["afs_location"]) == ("undiscovered", "westeurope")
    assert late["afs_protected_shares"] is None, "another vault may protect them"
    assert late["afs_unprotected_shares"] is None
    assert simulator.tally() == PRICE | {"GET vaults/*": 1, "GET shares": 1}


def test_two_vaults_share_the_list_of_their_subscription(programs: Programs, simulator: Simulator) -> None:
    vaults = [{"resource_group": "backup-rg", "vault_name": name} for name in ("backup-vault", "vault-north")]
    hosts = programs.hosts(programs.source(vaults=vaults))
    assert {name: host["afs_vault_name"] for name, host in hosts.items()} == {
        "contosofiles": "backup-vault",
        "fabrikamfiles": "backup-vault",
        "northfiles": "vault-north",
    }
    assert hosts["northfiles"]["afs_kind"] == "FileStorage"
    assert simulator.tally() == dict.fromkeys(PRICE, 2) | {"GET storageAccounts": 1}


def test_groups_and_variables_are_made_of_the_variables(programs: Programs) -> None:
    listed = programs.inventory(
        programs.source(
            keyed_groups=[
                {"prefix": "policy", "key": "afs_policies"},
                {"prefix": "env", "key": "afs_tags.environment"},
                {"prefix": "", "separator": "", "key": "afs_location", "parent_group": "regions"},
            ],
            groups={"new": "not afs_registered"},
            compose={"policy": "'hourly-7' if afs_tags.environment == 'production' else 'daily-30'"},
        )
    )
    assert listed["policy_daily_30"]["hosts"] == listed["policy_hourly_7"]["hosts"] == ["contosofiles"]
    assert listed["env_production"]["hosts"] == ["contosofiles"]
    assert listed["env_test"]["hosts"] == listed["new"]["hosts"] == ["fabrikamfiles"]
    assert listed["regions"]["children"] == ["westeurope"]
    policies = {name: host["policy"]["__ansible_unsafe"] for name, host in listed["_meta"]["hostvars"].items()}
    assert policies == {"contosofiles": "hourly-7", "fabrikamfiles": "daily-30"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"exclude": ["*files"]}, []),
        ({"include": ["contoso*", "nothing*"]}, ["contosofiles"]),
        ({"include": ["*"], "exclude": ["Contoso*"]}, ["fabrikamfiles"]),
        ({"filters": ["afs_tags.environment == 'test'"]}, ["fabrikamfiles"]),
        ({"filters": ["afs_registered", "afs_tags.environment == 'test'"]}, []),
        ({"filters": ["afs_tags['Cost Centre'] is search('7')"]}, ["contosofiles"]),
        ({"filters": ["afs_unprotected_shares > 1"], "count_shares": True}, ["fabrikamfiles"]),
        ({"filters": ["afs_unprotected_shares > 1"]}, []),
        ({"exclude": "{{ [unwanted] }}"}, ["fabrikamfiles"]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_only_the_accounts_that_are_asked_for(programs: Programs, options: dict[str, Any], expected: list[str]) -> None:
    listed = programs.inventory(programs.source(options), arguments=("-e", "unwanted=contosofiles"))
    assert names_of(listed["_meta"]["hostvars"]) == expected


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("accounts", "registered\ndiscoverable\n", ["contosofiles", "fabrikamfiles"]),
        ("accounts", "registered, undiscovered", ["contosofiles", "latefiles"]),
        ("include", "contoso*, latefi*\n", ["contosofiles"]),
        ("exclude", "contoso*\r\n\tfabri*", []),
        ("include", " \n", ["contosofiles", "fabrikamfiles"]),
    ],
)
def test_a_list_may_be_a_text(programs: Programs, option: str, text: str, expected: list[str]) -> None:
    assert names_of(programs.hosts(programs.source({option: text}))) == expected


@pytest.mark.parametrize("address", ["http://user:geh#eim77@proxy.example:3128", "http://user:geheim77@127.0.0.1:1"])
def test_a_proxys_password_is_not_shown(programs: Programs, address: str) -> None:
    ended = programs.run(
        "ansible-inventory", "--list", "-vvvv", "-i", programs.source(), HTTPS_PROXY=address, NO_PROXY="", no_proxy=""
    )

    assert "HTTPS_PROXY" in ended.output
    assert "eim77" not in ended.output


@pytest.mark.parametrize(
    ("text", "trusted"),
    [
        ("contosofiles", True),
        ("/subscriptions/x/resourceGroups/Files-RG", True),
        ("{{ lookup('ansible.builtin.env', 'HOME') }}", False),
        ("files{{ 7 * 7 }}", False),
        ("{% if 1 %}files{% endif %}", False),
    ],
)
def test_what_could_be_an_expression_is_not_evaluated(text: str, trusted: bool) -> None:
    assert is_trusted_as_template(afs_accounts._plain(text)) is trusted
    assert [is_trusted_as_template(each) for each in afs_accounts._plain([text])] == [trusted]


def test_strict_makes_a_failing_filter_an_error(programs: Programs) -> None:
    said = programs.refusal(programs.source(filters=["afs_tags['Cost Centre'] == 'x'"], strict=True))
    assert "The filter 'afs_tags['Cost Centre'] == 'x'' fails for the account 'fabrikamfiles'" in said


def test_the_cache_saves_every_request_until_the_question_changes(programs: Programs, simulator: Simulator) -> None:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(programs.folder)}
    first = programs.inventory(programs.source(cache, count_shares=True))
    assert simulator.tally() == PRICE | {"GET shares": 2}
    simulator.forget()
    assert programs.inventory(programs.source(cache, count_shares=True)) == first
    assert programs.inventory(programs.source(cache, count_shares=True, filters=["true"])) == first
    assert simulator.journal() == simulator.journal("token") == simulator.journal("metadata") == []
    assert programs.inventory(programs.source(cache, count_shares=True, strict_vaults=False)) == first
    assert simulator.tally() == PRICE | {"GET shares": 2}
    simulator.forget()
    assert names_of(programs.hosts(programs.source(cache, count_shares=True, exclude=["c*"]))) == ["fabrikamfiles"]
    assert simulator.tally() == PRICE | {"GET shares": 1}
    kept = "".join(file.read_text(encoding="utf-8") for file in programs.folder.glob("ansible_inventory_*"))
    assert "contosofiles" in kept
    assert simulator.client_secret not in kept


def test_without_the_right_to_read_accounts_the_vault_still_tells_its_own(
    simulators: Simulators, tmp_path: Path
) -> None:
    poor = simulators.start(world(*ACCOUNTS, storage_read=False))
    programs = Programs(tmp_path, poor)
    hosts = programs.hosts(programs.source(count_shares=True))
    assert names_of(hosts) == ["contosofiles", "fabrikamfiles"]
    known, offered = hosts["contosofiles"], hosts["fabrikamfiles"]
    assert (known["afs_location"], offered["afs_location"]) == ("westeurope", None)
    assert known["afs_protected_shares"] == 2
    for host in hosts.values():
        nulls = ("afs_kind", "afs_tags", "afs_unprotected_shares", "afs_unsupported_shares")
        assert [host[name] for name in nulls] == [None] * 4
    said = programs.refusal(programs.source(accounts=["undiscovered"]))
    assert "may not list the subscription's storage accounts" in said


def test_long_lists_come_in_pages(simulators: Simulators, tmp_path: Path) -> None:
    accounts = [
        registered(*(protected(f"share-{number}") for number in range(3)), name=f"files{index}") for index in range(3)
    ]
    paged = simulators.start(world(*accounts, page_size=4))
    programs = Programs(tmp_path, paged)
    hosts = programs.hosts(programs.source())
    assert {name: host["afs_protected_shares"] for name, host in hosts.items()} == {
        "files0": 3,
        "files1": 3,
        "files2": 3,
    }
    assert paged.tally() == PRICE | {"GET backupProtectedItems": 3}


def test_an_account_that_two_vaults_offer_is_taken_for_the_first(simulators: Simulators, tmp_path: Path) -> None:
    two = simulators.start(
        world(
            registered("finance", name="contosofiles", vault="vault-two"),
            account("finance", name="fabrikamfiles", discovered=True),
            vaults=[VAULT, VAULT | {"name": "vault-two"}],
        )
    )
    programs = Programs(tmp_path, two)
    vaults = [{"resource_group": "backup-rg", "vault_name": name} for name in ("backup-vault", "vault-two")]
    ended = programs.run("ansible-inventory", "--list", "-i", programs.source(vaults=vaults))
    hosts = json.loads(ended.stdout)["_meta"]["hostvars"]
    owners = {name: host["afs_vault_name"] for name, host in hosts.items()}
    assert owners == {"contosofiles": "vault-two", "fabrikamfiles": "backup-vault"}
    assert "'fabrikamfiles' could be registered with several of the vaults" in ended.output
    assert "'contosofiles' could be" not in ended.output

    one = programs.source(name="a.afs_accounts.yml", accounts=["registered", "discoverable", "undiscovered"])
    other = programs.source(name="b.afs_accounts.yml", vaults=vaults[1:])
    for sources in ((one, other), (other, one)):
        hosts = programs.hosts(*sources)
        assert hosts["contosofiles"]["afs_vault_name"] == "vault-two", "it is registered there"
    assert hosts["fabrikamfiles"]["afs_vault_name"] == "vault-two", "that source came first"


def test_a_namesake_of_another_source_is_kept_apart(programs: Programs) -> None:
    namesake = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/contosofiles"
    static = programs.folder / "static.yml"
    hosts = {"contosofiles": {"afs_storage_account_id": namesake}, "fabrikamfiles": {"note": "mine"}}
    static.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    ended = programs.run("ansible-inventory", "--list", "-i", static, "-i", programs.source())
    listed = json.loads(ended.stdout)["_meta"]["hostvars"]
    assert listed["contosofiles"] == {"afs_storage_account_id": namesake}
    assert listed["contosofiles.files-rg"]["afs_registered"] is True
    assert listed["fabrikamfiles"]["note"] == "mine"
    assert listed["fabrikamfiles"]["afs_state"] == "discoverable"
    assert "There are several storage accounts 'contosofiles'" in ended.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vaults": []}, "vaults is empty"),
        ({"subscriptions": ["00000000-0000-0000-0000-000000000000"]}, "leave out either subscriptions, or"),
        ({"vaults": [{"vault_name": "v"}]}, "missing required arguments: resource_group found in vaults"),
        ({"vaults": [{"resource_group": "r", "vault_name": "v", "name": "v"}]}, "vaults.name. Supported parameters"),
        ({"vault": [], "sceret": "x"}, "Unknown options: sceret, vault."),
        ({"accounts": ["all"]}, "accounts"),
        ({"cert_validation_mode": "never"}, "cert_validation_mode is 'never', but it has to be one of"),
        ({"auth_source": "credential_file"}, "The profile 'default' is asked for"),
        ({"ad_user": "me", "password": "hidden-word"}, "ad_user and password are not supported"),
    ],
    ids=str,
)
def test_wrong_options_are_named_before_any_request(
    programs: Programs, simulator: Simulator, options: dict[str, Any], message: str
) -> None:
    said = programs.refusal(programs.source(options))
    assert message in said
    assert "hidden-word" not in said
    assert simulator.journal() == simulator.journal("token") == []


def test_missing_credentials_are_named(programs: Programs, simulator: Simulator) -> None:
    said = programs.refusal(programs.source(), AZURE_SECRET="", AZURE_CLIENT_ID="", PATH="/nowhere")
    assert "There is nothing to log in to Azure with: client_id (or AZURE_CLIENT_ID in the environment)" in said
    assert simulator.journal() == simulator.journal("token") == []


def test_a_vault_that_is_not_there_fails_the_whole_source(programs: Programs) -> None:
    vaults = [{"resource_group": "backup-rg", "vault_name": name} for name in ("backup-vault", "no-vault")]
    assert "There is no Recovery Services vault 'no-vault'" in programs.refusal(programs.source(vaults=vaults))


def test_vaults_are_found_and_one_that_cannot_be_read_is_named(simulators: Simulators, tmp_path: Path) -> None:
    other, unknown = "6b4d0e6f-1a5f-4d2c-8b68-c1a1a2b6c777", "00000000-0000-0000-0000-000000000000"
    simulator = simulators.start(
        world(
            registered("finance", name="contosofiles"),
            registered("finance", name="northfiles", location="northeurope"),
            registered("finance", name="otherfiles", subscription_id=other),
            account("finance", name="newfiles", subscription_id=other),
            vaults=[VAULT, NORTH, VAULT | {"subscription_id": other}, VAULT | {"name": "vault-two"}],
            denied=[{"path": "/vaults/vault-north/"}],
        )
    )
    programs = Programs(tmp_path, simulator)
    found = {
        "plugin": "azurefiles.backup.afs_accounts",
        "subscriptions": f"{simulator.subscription_id}\n{other}\n{unknown}",
        "vault_filters": ["afs_vault_name != 'vault-two'"],
        "accounts": ["registered", "undiscovered"],
    }
    source = programs.folder / "files.afs_accounts.yml"
    source.write_text(json.dumps(found), encoding="utf-8")
    said = programs.refusal(source)
    assert f"The vaults of the subscription {unknown} cannot be listed" in said

    source.write_text(json.dumps(found | {"strict_vaults": False}), encoding="utf-8")
    simulator.forget()
    ended = programs.run("ansible-inventory", "--list", "-i", source, AZURE_SUBSCRIPTION_ID="")
    assert ended.code == 0, ended.output
    hosts = json.loads(ended.stdout)["_meta"]["hostvars"]
    assert {name: host["afs_vault_subscription_id"] for name, host in hosts.items()} == {
        "contosofiles": simulator.subscription_id,
        "newfiles": other,
        "otherfiles": other,
    }
    assert f"The vaults of the subscription {unknown} cannot be listed" in ended.output
    assert "The vault 'vault-north' is left out, because it cannot be read: " in ended.output
    assert "GET vaults/*" not in simulator.tally(), "the list tells the regions"


@pytest.mark.parametrize("name", ["files.yml", "afs_accounts.json", "afs_accounts.yml.bak"])
def test_files_with_other_names_are_left_to_other_plugins(programs: Programs, simulator: Simulator, name: str) -> None:
    programs.refusal(programs.source(name=name), ANSIBLE_INVENTORY_ENABLED="azurefiles.backup.afs_accounts")
    assert simulator.journal() == []


@pytest.mark.parametrize("name", ["afs_accounts.yaml", "my.afs_accounts.yml"])
def test_files_with_the_right_names_are_taken(programs: Programs, name: str) -> None:
    source = programs.source(name=name)
    assert programs.hosts(source, ANSIBLE_INVENTORY_ENABLED="azurefiles.backup.afs_accounts")


def test_a_login_can_be_in_the_file_and_its_secret_in_a_vault(programs: Programs, simulator: Simulator) -> None:
    login = {
        "plugin": "azurefiles.backup.afs_accounts",
        "tenant": simulator.tenant,
        "client_id": "{{ lookup('ansible.builtin.env', 'MY_ID') }}",
        "cloud_environment": simulator.url,
        "vaults": [
            {"resource_group": "backup-rg", "vault_name": "backup-vault", "subscription_id": "{{ subscription }}"}
        ],
    }
    password = programs.folder / "password"
    password.write_text("open sesame", encoding="utf-8")
    secret = ("--name", "secret", simulator.client_secret)
    encrypted = programs.run("ansible-vault", "encrypt_string", "--vault-password-file", password, *secret)
    source = programs.folder / "files.afs_accounts.yml"
    source.write_text(yaml.safe_dump(login) + encrypted.stdout, encoding="utf-8")
    bare = Programs(programs.folder, fresh=True)
    arguments = ("-e", f"subscription={simulator.subscription_id}", "--vault-password-file", str(password))
    ended = bare.run("ansible-inventory", "--list", "-vvvv", "-i", source, *arguments, MY_ID=simulator.client_id)
    assert ended.code == 0, ended.output
    assert "contosofiles" in ended.stdout
    assert simulator.client_secret not in ended.output


def test_no_secret_is_ever_shown(programs: Programs, simulator: Simulator) -> None:
    for secret in (simulator.client_secret, "a-wrong-secret"):
        for where in ({"AZURE_SECRET": secret}, {}):
            source = programs.source({} if where else {"secret": secret})
            ended = programs.run("ansible-inventory", "--list", "-vvvv", "-i", source, **where)
            assert (ended.code == 0) == (secret == simulator.client_secret), ended.output
            assert secret not in ended.output
    assert "AADSTS7000215" in ended.output


def test_the_whole_documentation_can_be_shown(programs: Programs) -> None:
    ended = programs.run("ansible-doc", "-t", "inventory", "azurefiles.backup.afs_accounts", "--json")
    shown = json.loads(ended.stdout)["azurefiles.backup.afs_accounts"]
    options = shown["doc"]["options"]
    assert {"vaults", "accounts", "filters", "keyed_groups", "cache", "secret", "oidc_token"} <= set(options)
    assert "plugin: azurefiles.backup.afs_accounts" in shown["examples"]
