# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import (
    ENVIRONMENT,
    Settings,
    resolve,
)

BY_OPTION = "00000000-0000-4000-8000-00000000000a"
BY_VARIABLE = "00000000-0000-4000-8000-00000000000b"
BY_FILE = "00000000-0000-4000-8000-00000000000c"
SECRET_LOGIN = {"client_id": "app", "tenant": BY_OPTION, "subscription_id": BY_OPTION, "secret": "s3cret"}
SECRET_ENVIRONMENT = {
    "AZURE_CLIENT_ID": "env-app",
    "AZURE_TENANT": BY_VARIABLE,
    "AZURE_SUBSCRIPTION_ID": BY_VARIABLE,
    "AZURE_SECRET": "env-s3cret",
}
SECRET_PROFILE = f"client_id=file-app\ntenant={BY_FILE}\nsubscription_id={BY_FILE}\nsecret=file-s3cret\n"
IDENTITY = {"AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:1"}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine outside Azure, without an az command; its folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(
        "ansible_collections.azurefiles.backup.plugins.module_utils._options.settings._CHASSIS_TAG",
        tmp_path / "chassis_asset_tag",
    )
    return programs


@pytest.fixture
def az(machine: Path) -> None:
    command = machine / "az"
    command.write_text("#!/bin/sh\n", encoding="ascii")
    command.chmod(0o755)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / ".azure").mkdir(parents=True)
    return folder


def write_profiles(home: Path, **sections: str) -> None:
    text = "".join(f"[{name}]\n{lines}\n" for name, lines in sections.items())
    (home / ".azure" / "credentials").write_text(text, encoding="utf-8")


def without(values: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name not in names}


def without_line(text: str, key: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}="))


# One row of the contract's table after the other

ROWS = [
    ("subscription_id", "AZURE_SUBSCRIPTION_ID", "subscription_id"),
    ("tenant", "AZURE_TENANT", "tenant"),
    ("tenant", "AZURE_TENANT_ID", "tenant"),
    ("client_id", "AZURE_CLIENT_ID", "client_id"),
    ("secret", "AZURE_SECRET", "proof_value"),
    ("secret", "AZURE_CLIENT_SECRET", "proof_value"),
    ("cloud_environment", "AZURE_CLOUD_ENVIRONMENT", "cloud_environment"),
    ("adfs_authority_url", "AZURE_ADFS_AUTHORITY_URL", "adfs_authority_url"),
]


@pytest.mark.parametrize(("option", "variable", "attribute"), ROWS)
def test_an_option_is_taken(home: Path, option: str, variable: str, attribute: str) -> None:
    settings = resolve(SECRET_LOGIN | {option: BY_OPTION}, {}, home)

    assert getattr(settings, attribute) == BY_OPTION
    assert variable in ENVIRONMENT[option]


@pytest.mark.parametrize(("option", "variable", "attribute"), ROWS)
def test_a_variable_is_taken_where_there_is_no_option(home: Path, option: str, variable: str, attribute: str) -> None:
    settings = resolve(without(SECRET_LOGIN, option), {variable: BY_VARIABLE}, home)

    assert getattr(settings, attribute) == BY_VARIABLE


@pytest.mark.parametrize(("option", "variable", "attribute"), ROWS)
def test_an_option_wins_over_its_variable(home: Path, option: str, variable: str, attribute: str) -> None:
    settings = resolve(SECRET_LOGIN | {option: BY_OPTION}, {variable: BY_VARIABLE}, home)

    assert getattr(settings, attribute) == BY_OPTION


@pytest.mark.parametrize(("option", "variable", "attribute"), ROWS)
def test_a_variable_wins_over_the_credentials_file(home: Path, option: str, variable: str, attribute: str) -> None:
    write_profiles(home, default="\n".join(f"{name}={BY_FILE}" for name in {*SECRET_LOGIN, option}))

    settings = resolve({}, SECRET_ENVIRONMENT | {variable: BY_VARIABLE} | _hidden(variable), home)

    assert getattr(settings, attribute) == BY_VARIABLE


def _hidden(variable: str) -> dict[str, str]:
    """The first variable of a pair has to be empty for the second one to be looked at."""
    pairs = {"AZURE_TENANT_ID": "AZURE_TENANT", "AZURE_CLIENT_SECRET": "AZURE_SECRET"}
    return {pairs[variable]: ""} if variable in pairs else {}


@pytest.mark.parametrize(("option", "variable", "attribute"), ROWS)
@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_option_counts_as_unset(
    home: Path, option: str, variable: str, attribute: str, empty: str | None
) -> None:
    settings = resolve({**SECRET_LOGIN, option: empty}, {variable: BY_VARIABLE}, home)

    assert getattr(settings, attribute) == BY_VARIABLE


def test_an_empty_variable_counts_as_unset(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE)

    settings = resolve({}, dict.fromkeys(SECRET_ENVIRONMENT, ""), home)

    assert (settings.client_id, settings.proof_value) == ("file-app", "file-s3cret")


@pytest.mark.parametrize(
    ("first", "second", "attribute"),
    [("AZURE_TENANT", "AZURE_TENANT_ID", "tenant"), ("AZURE_SECRET", "AZURE_CLIENT_SECRET", "proof_value")],
)
def test_of_two_variables_the_first_wins(home: Path, first: str, second: str, attribute: str) -> None:
    settings = resolve({}, SECRET_ENVIRONMENT | {first: BY_OPTION, second: BY_FILE}, home)

    assert getattr(settings, attribute) == BY_OPTION


@pytest.mark.parametrize(
    ("option", "variable"),
    [
        ("secret", "AZURE_SECRET"),
        ("x509_certificate_path", "AZURE_X509_CERTIFICATE_PATH"),
        ("oidc_token", "AZURE_FEDERATED_TOKEN"),
        ("oidc_token_file_path", "AZURE_FEDERATED_TOKEN_FILE"),
    ],
)
@pytest.mark.parametrize("source", ["option", "environment", "file"])
def test_every_proof_comes_from_every_source(home: Path, option: str, variable: str, source: str) -> None:
    login = without(SECRET_LOGIN, "secret")
    options = login | ({option: "proof"} if source == "option" else {})
    environment = {variable: "proof"} if source == "environment" else {}
    if source == "file":
        write_profiles(home, default=f"{option}=proof\n")

    settings = resolve(options, environment, home)

    assert (settings.login, settings.proof, settings.proof_value) == ("principal", option, "proof")


@pytest.mark.parametrize(("value", "expected"), [("validate", True), ("ignore", False), ("", True)])
def test_whether_certificates_are_validated(home: Path, value: str, expected: bool) -> None:
    by_option = resolve(SECRET_LOGIN | {"cert_validation_mode": value}, {}, home)
    by_variable = resolve(SECRET_LOGIN, {"AZURE_CERT_VALIDATION_MODE": value}, home)

    assert by_option.validate_certificates is by_variable.validate_certificates is expected


@pytest.mark.parametrize(
    ("option", "variable", "expected"),
    [
        (None, None, False),
        (True, None, True),
        (None, "true", True),
        (None, "1", True),
        (None, "Yes", True),
        (None, "no", False),
        (None, "", False),
        (False, "true", False),
        (True, "false", True),
    ],
)
def test_whether_instance_discovery_is_disabled(
    home: Path, option: bool | None, variable: str | None, expected: bool
) -> None:
    environment = {} if variable is None else {"AZURE_DISABLE_INSTANCE_DISCOVERY": variable}

    settings = resolve({**SECRET_LOGIN, "disable_instance_discovery": option}, environment, home)

    assert settings.disable_instance_discovery is expected


def test_what_is_not_given_has_the_documented_defaults(home: Path) -> None:
    assert resolve(SECRET_LOGIN, {}, home) == Settings(
        login="principal",
        cloud_environment="AzureCloud",
        subscription_id=BY_OPTION,
        tenant=BY_OPTION,
        client_id="app",
        proof="secret",
        proof_value="s3cret",
        validate_certificates=True,
        disable_instance_discovery=False,
        adfs_authority_url=None,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"auth_source": "magic"},
            "auth_source is 'magic', but it has to be one of auto, cli, env, credential_file, msi",
        ),
        (
            {"cert_validation_mode": "maybe"},
            "cert_validation_mode is 'maybe', but it has to be one of validate, ignore",
        ),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(home: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(SECRET_LOGIN | options, {}, home)

    assert words in caught.value.message


# The credentials file


def test_the_default_profile_is_taken(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE, other="client_id=other-app\n")

    settings = resolve({}, {}, home)

    assert (settings.login, settings.client_id, settings.proof_value) == ("principal", "file-app", "file-s3cret")


def test_another_profile_is_chosen_by_option_or_variable(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE, other=SECRET_PROFILE.replace("file-", "other-"))

    by_option = resolve({"profile": "other"}, {"AZURE_PROFILE": "default"}, home)
    by_variable = resolve({}, {"AZURE_PROFILE": "other"}, home)

    assert by_option.client_id == by_variable.client_id == "other-app"


def test_percent_signs_and_unknown_keys_in_a_profile_do_no_harm(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE.replace("file-s3cret", "50%(off)s%") + "color=blue\n")

    assert resolve({}, {}, home).proof_value == "50%(off)s%"


@pytest.mark.parametrize("chosen", [{"profile": "other"}, {"auth_source": "credential_file"}])
def test_a_profile_that_is_asked_for_has_to_exist(home: Path, chosen: dict[str, str]) -> None:
    with pytest.raises(BackupError, match="does not exist or cannot be read"):
        resolve(chosen, {}, home)


def test_a_section_that_is_asked_for_has_to_exist(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE)

    with pytest.raises(BackupError, match=r"profile 'other' is asked for, but .* has no section \[other\]"):
        resolve(SECRET_LOGIN | {"profile": "other"}, {}, home)


def test_a_file_in_another_form_is_refused(home: Path) -> None:
    (home / ".azure" / "credentials").write_text('{"client_id": "x"}', encoding="utf-8")

    with pytest.raises(BackupError, match="not in INI form"):
        resolve({}, {}, home)


@pytest.mark.parametrize("auth_source", ["env", "msi"])
def test_a_file_that_is_not_asked_for_is_not_read(home: Path, auth_source: str) -> None:
    (home / ".azure" / "credentials").write_text('{"client_id": "x"}', encoding="utf-8")

    resolve({"auth_source": auth_source}, SECRET_ENVIRONMENT, home)


# Profile and environment: azure.azcollection's order, and no login of two sources


ANOTHER = "client_id=other-app\nsecret=other-s3cret\n"
ORDER = [
    # options, environment, sections, the login that is taken: client, tenant, subscription, proof
    (
        {"profile": "named"},
        SECRET_ENVIRONMENT,
        {"named": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_FILE, "file-s3cret"),
    ),
    (
        {},
        SECRET_ENVIRONMENT | {"AZURE_PROFILE": "named"},
        {"named": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_FILE, "file-s3cret"),
    ),
    (
        {},
        SECRET_ENVIRONMENT | {"AZURE_PROFILE": " default \n"},
        {"default": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_FILE, "file-s3cret"),
    ),
    ({}, SECRET_ENVIRONMENT, {"default": SECRET_PROFILE}, ("env-app", BY_VARIABLE, BY_VARIABLE, "env-s3cret")),
    # A subscription is no part of a login: it comes from the best source that names one.
    (
        {},
        SECRET_ENVIRONMENT | {"AZURE_PROFILE": "named"},
        {"named": ANOTHER + f"tenant={BY_FILE}\n"},
        ("other-app", BY_FILE, BY_VARIABLE, "other-s3cret"),
    ),
    (
        {},
        without(SECRET_ENVIRONMENT, "AZURE_SUBSCRIPTION_ID"),
        {"default": SECRET_PROFILE},
        ("env-app", BY_VARIABLE, BY_FILE, "env-s3cret"),
    ),
    (
        {},
        {"AZURE_SUBSCRIPTION_ID": BY_VARIABLE},
        {"default": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_VARIABLE, "file-s3cret"),
    ),
    # A source without an application of its own adds what is missing.
    (
        {"profile": "named"},
        {"AZURE_SECRET": "env-s3cret"},
        {"named": without_line(SECRET_PROFILE, "secret")},
        ("file-app", BY_FILE, BY_FILE, "env-s3cret"),
    ),
    ({}, SECRET_ENVIRONMENT | {"AZURE_PROFILE": "named"}, {"named": "color=blue\n"}, None),
    (
        {},
        without(SECRET_ENVIRONMENT, "AZURE_SECRET"),
        {"default": "secret=file-s3cret\n"},
        ("env-app", BY_VARIABLE, BY_VARIABLE, "file-s3cret"),
    ),
    # The same application, written in two places, is one.
    (
        {},
        without(SECRET_ENVIRONMENT, "AZURE_SECRET"),
        {"default": SECRET_PROFILE.replace("file-app", "ENV-APP")},
        ("env-app", BY_VARIABLE, BY_VARIABLE, "file-s3cret"),
    ),
    # A tenant without an application is no login.
    (
        {},
        {"AZURE_TENANT": BY_VARIABLE},
        {"default": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_FILE, "file-s3cret"),
    ),
    # An option is a single value that wins.
    (
        {"client_id": "app"},
        SECRET_ENVIRONMENT,
        {"default": SECRET_PROFILE},
        ("app", BY_VARIABLE, BY_VARIABLE, "env-s3cret"),
    ),
    (
        {"subscription_id": BY_OPTION},
        SECRET_ENVIRONMENT | {"AZURE_PROFILE": "named"},
        {"named": SECRET_PROFILE},
        ("file-app", BY_FILE, BY_OPTION, "file-s3cret"),
    ),
]


@pytest.mark.parametrize(("options", "environment", "sections", "expected"), ORDER)
def test_which_login_is_taken(
    home: Path,
    options: dict[str, str],
    environment: dict[str, str],
    sections: dict[str, str],
    expected: tuple[str, str, str, str] | None,
) -> None:
    write_profiles(home, **sections)

    found = resolve(options, environment, home)

    taken = (found.client_id, found.tenant, found.subscription_id, found.proof_value)
    assert taken == (expected or ("env-app", BY_VARIABLE, BY_VARIABLE, "env-s3cret"))


@pytest.mark.parametrize(
    ("environment", "sections"),
    [
        (SECRET_ENVIRONMENT | {"AZURE_PROFILE": "named"}, {"named": without_line(SECRET_PROFILE, "secret")}),
        (without(SECRET_ENVIRONMENT, "AZURE_SECRET"), {"default": SECRET_PROFILE}),
    ],
)
def test_another_applications_secret_is_not_taken(
    home: Path, environment: dict[str, str], sections: dict[str, str]
) -> None:
    write_profiles(home, **sections)

    with pytest.raises(BackupError) as caught:
        resolve({}, environment, home)

    assert "nothing proves it" in caught.value.message
    assert "has another client_id, and logins are not mixed" in caught.value.message


def test_a_profile_brings_its_own_cloud(home: Path) -> None:
    write_profiles(home, named=SECRET_PROFILE + "cloud_environment=AzureChinaCloud\n")
    environment = SECRET_ENVIRONMENT | {"AZURE_CLOUD_ENVIRONMENT": "AzureUSGovernment"}

    assert resolve({"profile": "named"}, environment, home).cloud_environment == "AzureChinaCloud"
    assert resolve({}, environment, home).cloud_environment == "AzureUSGovernment"


def test_another_logins_cloud_is_not_taken(home: Path) -> None:
    write_profiles(home, default=SECRET_PROFILE + "cloud_environment=AzureChinaCloud\n")

    assert resolve({}, SECRET_ENVIRONMENT, home).cloud_environment == "AzureCloud"


# auth_source


@pytest.mark.parametrize(
    ("auth_source", "expected"), [("auto", "env-app"), ("env", "env-app"), ("credential_file", "file-app")]
)
@pytest.mark.parametrize("by", ["option", "variable"])
def test_the_source_can_be_chosen(home: Path, auth_source: str, expected: str, by: str) -> None:
    write_profiles(home, default=SECRET_PROFILE)
    options = {"auth_source": auth_source} if by == "option" else {}
    environment = {"ANSIBLE_AZURE_AUTH_SOURCE": auth_source} if by == "variable" else {}

    assert resolve(options, SECRET_ENVIRONMENT | environment, home).client_id == expected


@pytest.mark.parametrize("auth_source", ["auto", "env", "credential_file"])
def test_an_option_wins_over_every_chosen_source(home: Path, auth_source: str) -> None:
    write_profiles(home, default=SECRET_PROFILE)

    settings = resolve({"auth_source": auth_source, "tenant": BY_OPTION}, SECRET_ENVIRONMENT, home)

    assert settings.tenant == BY_OPTION


@pytest.mark.parametrize(
    ("auth_source", "words"),
    [("env", "the environment has no credentials"), ("credential_file", "the credentials file has no credentials")],
)
def test_a_chosen_source_without_credentials_is_named(home: Path, auth_source: str, words: str) -> None:
    write_profiles(home, default=f"subscription_id={BY_FILE}\n")

    with pytest.raises(BackupError, match=words):
        resolve({"auth_source": auth_source}, {}, home)


@pytest.mark.parametrize(
    ("variable", "value", "attribute", "expected"),
    [
        ("AZURE_CLOUD_ENVIRONMENT", "AzureChinaCloud", "cloud_environment", "AzureChinaCloud"),
        ("AZURE_CERT_VALIDATION_MODE", "ignore", "validate_certificates", False),
        ("AZURE_DISABLE_INSTANCE_DISCOVERY", "true", "disable_instance_discovery", True),
    ],
)
@pytest.mark.parametrize("auth_source", ["env", "credential_file", "msi", "cli"])
@pytest.mark.usefixtures("az")
def test_where_the_cloud_is_does_not_depend_on_where_the_login_comes_from(
    home: Path, auth_source: str, variable: str, value: str, attribute: str, expected: object
) -> None:
    write_profiles(home, default=SECRET_PROFILE)

    settings = resolve({"auth_source": auth_source}, SECRET_ENVIRONMENT | {variable: value}, home)

    assert getattr(settings, attribute) == expected


def test_a_managed_identity_is_chosen_whatever_else_there_is(home: Path) -> None:
    settings = resolve(SECRET_LOGIN | {"auth_source": "msi"}, SECRET_ENVIRONMENT, home)

    assert (settings.login, settings.client_id, settings.proof) == ("msi", "app", None)


@pytest.mark.usefixtures("az")
def test_the_cli_is_chosen_whatever_else_there_is(home: Path) -> None:
    settings = resolve({"auth_source": "cli"}, SECRET_ENVIRONMENT, home)

    assert (settings.login, settings.proof) == ("cli", None)


def test_the_cli_has_to_be_installed_where_it_is_chosen(home: Path) -> None:
    with pytest.raises(BackupError, match="no az command on this machine's PATH"):
        resolve({"auth_source": "cli"}, {}, home)


@pytest.mark.usefixtures("az")
def test_credentials_win_over_the_machines_identity_and_the_cli(home: Path) -> None:
    assert resolve({}, SECRET_ENVIRONMENT | IDENTITY, home).login == "principal"


@pytest.mark.parametrize(
    "variable", ["IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST", "IMDS_ENDPOINT"]
)
def test_a_machine_that_names_its_identity_service_has_one(home: Path, variable: str) -> None:
    assert resolve({}, {variable: "http://127.0.0.1:1"}, home).login == "msi"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("7783-7084-3265-9085-8269-3286-77\n", "msi+cli"), ("Default string\n", "cli"), ("\xff", "cli")],
)
@pytest.mark.usefixtures("az")
def test_a_machine_in_azure_is_known_by_its_chassis(home: Path, tmp_path: Path, tag: str, expected: str) -> None:
    (tmp_path / "chassis_asset_tag").write_text(tag, encoding="latin-1")

    assert resolve({}, {}, home).login == expected


@pytest.mark.usefixtures("az")
def test_the_cli_comes_last(home: Path) -> None:
    assert resolve({}, {}, home).login == "cli"


def test_a_client_id_alone_selects_an_identity_of_the_machine(home: Path) -> None:
    settings = resolve({"client_id": "app"}, IDENTITY, home)

    assert (settings.login, settings.client_id) == ("msi", "app")


# Proofs


def test_the_strongest_proof_of_a_source_is_taken(home: Path) -> None:
    proofs = {"secret": "s", "x509_certificate_path": "/c.pem", "oidc_token": "t", "oidc_token_file_path": "/t"}

    assert resolve(SECRET_LOGIN | proofs, {}, home).proof == "oidc_token"


def test_proofs_of_two_sources_are_not_mixed(home: Path) -> None:
    environment = SECRET_ENVIRONMENT | {"AZURE_FEDERATED_TOKEN": "env-token"}

    settings = resolve(SECRET_LOGIN, environment, home)

    assert (settings.proof, settings.proof_value) == ("secret", "s3cret")


def test_a_certificate_as_option_is_not_overruled_by_a_secret_in_the_environment(home: Path) -> None:
    settings = resolve({"x509_certificate_path": "/c.pem"}, SECRET_ENVIRONMENT, home)

    assert (settings.proof, settings.proof_value, settings.client_id) == ("x509_certificate_path", "/c.pem", "env-app")


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ({"secret": "x"}, ["x"]),
        ({"oidc_token": "x"}, ["x"]),
        ({"oidc_token_file_path": "x"}, []),
        ({"x509_certificate_path": "x"}, []),
    ],
)
def test_only_secrets_are_secret(home: Path, proof: dict[str, str], expected: list[str]) -> None:
    assert resolve(without(SECRET_LOGIN, "secret") | proof, {}, home).secrets == expected


# What is missing is named


@pytest.mark.parametrize(
    ("absent", "words"),
    [
        (["client_id"], ["client_id (or AZURE_CLIENT_ID in the environment) is missing"]),
        (["tenant"], ["tenant (or AZURE_TENANT in the environment) is missing"]),
        (["subscription_id"], ["subscription_id (or AZURE_SUBSCRIPTION_ID in the environment) is missing"]),
        (["client_id", "tenant"], ["client_id (or AZURE_CLIENT_ID", "tenant (or AZURE_TENANT", "are missing"]),
    ],
)
def test_what_belongs_to_a_proof_and_is_missing_is_named(home: Path, absent: list[str], words: list[str]) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(without(SECRET_LOGIN, *absent), {}, home)

    assert caught.value.message.startswith("secret is given, but ")
    assert all(word in caught.value.message for word in words)
    assert "s3cret" not in caught.value.message


def test_a_client_id_that_nothing_proves_is_named(home: Path) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(without(SECRET_LOGIN, "secret"), {}, home)

    assert "client_id is given, but nothing proves it" in caught.value.message
    assert "secret (or AZURE_SECRET in the environment) is missing" in caught.value.message
    assert "oidc_token" in caught.value.message


def test_nothing_at_all_to_log_in_with_is_explained(home: Path) -> None:
    with pytest.raises(BackupError) as caught:
        resolve({}, {}, home)

    assert "AZURE_CLIENT_ID" in caught.value.message
    assert "AZURE_TENANT" in caught.value.message
    assert "no managed identity and no az command" in caught.value.message


def test_the_empty_strings_of_awx_are_nothing_at_all(home: Path) -> None:
    environment = {variable: "" for variables in ENVIRONMENT.values() for variable in variables}
    options: dict[str, object] = dict.fromkeys(ENVIRONMENT, "")

    with pytest.raises(BackupError, match="There is nothing to log in to Azure with"):
        resolve(options, environment, home)


def test_an_awx_credential_is_enough(home: Path) -> None:
    environment = {variable: "" for variables in ENVIRONMENT.values() for variable in variables}

    settings = resolve(dict.fromkeys(ENVIRONMENT, ""), environment | SECRET_ENVIRONMENT, home)

    assert (settings.login, settings.proof, settings.proof_value) == ("principal", "secret", "env-s3cret")
    assert settings.cloud_environment == "AzureCloud"


# Passwords


@pytest.mark.parametrize("options", [{"ad_user": "me"}, {"password": "pw"}, {"ad_user": "me", "password": "pw"}])
@pytest.mark.parametrize("others", [{}, {"client_id": "app"}, SECRET_LOGIN, {"auth_source": "env"}])
def test_a_user_and_password_are_refused_with_the_reason(
    home: Path, options: dict[str, str], others: dict[str, str]
) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(options | others, {}, home)

    assert "multi-factor authentication" in caught.value.message
    assert "service principal" in caught.value.message
    assert "auth_source: msi" in caught.value.message


def test_a_user_and_password_that_are_all_the_environment_has_are_refused(home: Path) -> None:
    with pytest.raises(BackupError, match="multi-factor authentication"):
        resolve({}, {"AZURE_AD_USER": "me", "AZURE_PASSWORD": "pw"}, home)


def test_an_inherited_password_does_not_disturb_a_good_login(home: Path) -> None:
    settings = resolve(SECRET_LOGIN, {"AZURE_AD_USER": "me", "AZURE_PASSWORD": "pw"}, home)

    assert settings.login == "principal"


# Truths


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), ("yes", True), ("True", True), (1, True), (False, False), ("no", False)]
)
def test_a_truth_may_be_written_in_any_of_ansibles_ways(home: Path, value: object, expected: bool) -> None:
    settings = resolve(SECRET_LOGIN | {"disable_instance_discovery": value}, {}, home)

    assert settings.disable_instance_discovery is expected


@pytest.mark.parametrize("option", ["", None])
def test_an_empty_truth_is_none(home: Path, option: object) -> None:
    options = SECRET_LOGIN | {"disable_instance_discovery": option}

    assert not resolve(options, {"AZURE_DISABLE_INSTANCE_DISCOVERY": ""}, home).disable_instance_discovery
    assert resolve(options, {"AZURE_DISABLE_INSTANCE_DISCOVERY": "1"}, home).disable_instance_discovery


@pytest.mark.parametrize(
    ("options", "environment", "place"),
    [
        ({"disable_instance_discovery": "perhaps"}, {}, ""),
        ({}, {"AZURE_DISABLE_INSTANCE_DISCOVERY": "perhaps"}, " (from AZURE_DISABLE_INSTANCE_DISCOVERY)"),
    ],
)
def test_what_is_no_truth_is_refused(
    home: Path, options: dict[str, str], environment: dict[str, str], place: str
) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(SECRET_LOGIN | options, environment, home)

    assert caught.value.message == (f"disable_instance_discovery{place} is 'perhaps', but it has to be true or false.")
