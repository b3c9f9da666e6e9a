# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as people have them, and the values that they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import ENVIRONMENT, resolve
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection, share_name
from ansible_collections.azurefiles.backup.plugins.module_utils._options.texts import names, subscription_id, tidied

ID = "7e9a0c1d-2b3c-4d5e-8f90-a1b2c3d4e5f6"
LOGIN = {"client_id": ID, "tenant": ID, "subscription_id": ID, "secret": "s3cr~t"}
SURROUNDED = ["{}\n", "{}\r\n", " {}", "{} ", "\t{}\t", "\ufeff{}", "\ufeff{}\r\n", "\n\n{}\n", "\xa0{}", "{}\u200b"]
QUOTED = ['"{}"', "'{}'", "`{}`", "\u201c{}\u201d", "\u201e{}\u201c", "\u2018{}\u2019", ' "{}"\n']
BLANK = ["", " ", "\n", "\r\n", "\t", "\ufeff", "\xa0 \n"]

Give = Callable[[Path, dict[str, str]], tuple[dict[str, object], dict[str, str]]]


def as_options(_home: Path, values: dict[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    return dict(values), {}


def as_variables(_home: Path, values: dict[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    return {}, {ENVIRONMENT[name][0]: value for name, value in values.items()}


def as_profile(home: Path, values: dict[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    (home / ".azure").mkdir()
    text = "\ufeff[default]\r\n" + "".join(f"{name}={value}\r\n" for name, value in values.items())
    (home / ".azure" / "credentials").write_bytes(text.encode())
    return {}, {}


@pytest.fixture(autouse=True)
def _no_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside Azure, and without an az command."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(
        "ansible_collections.azurefiles.backup.plugins.module_utils._options.settings._CHASSIS_TAG", tmp_path / "none"
    )


@pytest.mark.parametrize("form", SURROUNDED)
@pytest.mark.parametrize("name", LOGIN)
@pytest.mark.parametrize("give", [as_options, as_variables])
def test_what_surrounds_a_value_is_no_part_of_it(tmp_path: Path, give: Give, name: str, form: str) -> None:
    found = resolve(*give(tmp_path, LOGIN | {name: form.format(LOGIN[name])}), tmp_path)

    assert (found.client_id, found.tenant, found.subscription_id) == (ID, ID, ID)
    assert found.secrets == ["s3cr~t"]


@pytest.mark.parametrize("form", ["{}\r", "  {} \t", "{}\u200b"])
@pytest.mark.parametrize("name", LOGIN)
def test_nor_in_a_credentials_file_from_another_system(tmp_path: Path, name: str, form: str) -> None:
    found = resolve(*as_profile(tmp_path, LOGIN | {name: form.format(LOGIN[name])}), tmp_path)

    assert (found.client_id, found.tenant, found.subscription_id) == (ID, ID, ID)
    assert found.secrets == ["s3cr~t"]


@pytest.mark.parametrize("form", QUOTED)
@pytest.mark.parametrize("name", LOGIN)
@pytest.mark.parametrize(
    ("give", "place"),
    [(as_options, ""), (as_variables, " (from AZURE_"), (as_profile, " (from [default] in ")],
)
def test_quotes_are_named_with_their_place(tmp_path: Path, give: Give, place: str, name: str, form: str) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(*give(tmp_path, LOGIN | {name: form.format(LOGIN[name])}), tmp_path)

    assert caught.value.message.startswith(f"{name}{place}")
    assert "is in quotes" in caught.value.message
    assert "s3cr~t" not in caught.value.message


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("name", [name for name in LOGIN if name != "client_id"])
def test_a_blank_value_counts_as_unset(tmp_path: Path, name: str, blank: str) -> None:
    variables = as_variables(tmp_path, LOGIN)[1]

    found = resolve(LOGIN | {name: blank}, variables, tmp_path)

    assert (found.client_id, found.tenant, found.subscription_id, found.secrets) == (ID, ID, ID, ["s3cr~t"])


@pytest.mark.parametrize("blank", BLANK)
def test_a_blank_secret_is_missing(tmp_path: Path, blank: str) -> None:
    with pytest.raises(BackupError, match="nothing proves it: secret"):
        resolve(LOGIN | {"secret": blank}, {"AZURE_SECRET": blank, "AZURE_CLIENT_SECRET": blank}, tmp_path)


def test_a_value_that_is_not_used_may_be_as_it_likes(tmp_path: Path) -> None:
    variables = {"AZURE_TENANT": '"quoted"', "AZURE_SUBSCRIPTION_ID": "My Subscription", "AZURE_SECRET": "'x'"}

    assert resolve(LOGIN, variables, tmp_path).tenant == ID


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"subscription_id": "My Subscription"}, "subscription_id 'My Subscription' is not the id of a subscription"),
        ({"subscription_id": ID[:-1]}, "subscription_id"),
        ({"subscription_id": f"/subscriptions/{ID}/resourceGroups/backup-rg"}, "subscription_id"),
        ({"tenant": "Contoso Ltd"}, "tenant 'Contoso Ltd' cannot be a tenant"),
        ({"tenant": f'"{ID}'}, "tenant"),
        ({"tenant": "contoso"}, "tenant 'contoso' cannot be a tenant"),
        ({"tenant": f"https://login.microsoftonline.com/{ID}"}, "tenant"),
        ({"client_id": "my app"}, "client_id 'my app' cannot be an application's id"),
        ({"client_id": f"{ID}\n{ID}"}, "client_id cannot be right: it has several lines"),
        ({"secret": "one\ntwo"}, "secret cannot be right: it has several lines"),
        ({"oidc_token": "one\ntwo"}, "oidc_token cannot be right: it has several lines"),
        ({"cloud_environment": '"AzureCloud"'}, 'cloud_environment "AzureCloud" is in quotes'),
        ({"auth_source": "'env'"}, "auth_source 'env' is in quotes"),
    ],
)
def test_what_cannot_be_right_is_named(tmp_path: Path, options: dict[str, str], words: str) -> None:
    with pytest.raises(BackupError) as caught:
        resolve(LOGIN | options, {}, tmp_path)

    assert caught.value.message.startswith(words)
    assert "two" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.upper(),
        f"/subscriptions/{ID}",
        f"/subscriptions/{ID}/",
        f"/Subscriptions/{ID}",
        f"/SUBSCRIPTIONS/{ID.upper()}/",
        f"subscriptions/{ID}",
        f" /subscriptions/{ID}\r\n",
    ],
)
def test_a_subscription_may_be_a_full_id(tmp_path: Path, text: str) -> None:
    found = resolve(LOGIN | {"subscription_id": text}, {}, tmp_path).subscription_id

    assert str(found).lower() == ID


@pytest.mark.parametrize(
    "tenant", [ID, ID.upper(), "contoso.onmicrosoft.com", "Contoso.COM", "xn--mnchen-3ya.example", "organizations"]
)
def test_a_tenant_is_an_id_or_a_domain(tmp_path: Path, tenant: str) -> None:
    assert resolve(LOGIN | {"tenant": tenant}, {}, tmp_path).tenant == tenant


@pytest.mark.parametrize(
    "elsewhere",
    [{"cloud_environment": "https://management.stack.example"}, {"adfs_authority_url": "https://adfs.example/adfs"}],
)
def test_what_another_login_service_calls_a_tenant_is_its_own_affair(tmp_path: Path, elsewhere: dict[str, str]) -> None:
    assert resolve(LOGIN | {"tenant": "adfs"} | elsewhere, {}, tmp_path).tenant == "adfs"


# Lists


@pytest.mark.parametrize(
    "given",
    [
        ["finance", "legal"],
        ["finance", " legal"],
        ["finance\nlegal"],
        ["finance\nlegal\n"],
        ["finance\r\nlegal\r\n"],
        ["finance, legal"],
        ["finance ,legal,"],
        ["finance,\tlegal"],
        ["finance\tlegal"],
        ["\tfinance\n\n\tlegal\n"],
        ["\ufefffinance", "legal\xa0"],
        ["", "finance", " ", "legal", "\n"],
        ["finance,\n legal,\n"],
        ["finance\u2028legal"],
    ],
)
def test_names_are_taken_however_they_are_separated(given: list[str]) -> None:
    assert names("shares", given) == ("finance", "legal")
    assert Selection.parse(given, False, ["*"], []).names == ("finance", "legal")
    assert Selection.parse(None, True, given, given).include == ("finance", "legal")


@pytest.mark.parametrize(
    "given", [["finance legal"], ['"finance"', "legal"], ["- finance\n- legal"], ["finance;legal"]]
)
def test_what_separates_no_names_is_refused(given: list[str]) -> None:
    with pytest.raises(BackupError):
        Selection.parse(given, False, ["*"], [])
    with pytest.raises(BackupError, match="exclude"):
        Selection.parse(None, True, ["*"], given)


@pytest.mark.parametrize("blank", BLANK)
def test_a_blank_answer_names_nothing(blank: str) -> None:
    assert Selection.parse([blank], True, [blank], [blank]) == Selection.parse(None, True, ["*"], [])
    with pytest.raises(BackupError, match="Which shares"):
        Selection.parse([blank], False, ["*"], [])


@pytest.mark.parametrize("several", ["finance, legal", "finance\nlegal"])
def test_several_names_are_not_one(several: str) -> None:
    with pytest.raises(BackupError, match="cannot be a share's name"):
        share_name(several)


# The options of a module

SPEC: dict[str, dict[str, Any]] = {
    "resource_group": {"type": "str", "required": True},
    "api_version": {"type": "str", "default": "2026-07-01"},
    "subscription_id": {"type": "str"},
    "shares": {"type": "list", "elements": "str"},
    "include": {"type": "list", "elements": "str", "default": ["*"]},
    "vaults": {"type": "list", "elements": "dict", "options": {"vault_name": {"type": "str", "required": True}}},
    "files": {"type": "list", "elements": "dict", "options": {"path": {"type": "str"}, "type": {"type": "str"}}},
    "rules": {
        "type": "list",
        "elements": "dict",
        "options": {"policy": {"type": "str"}, "include": {"type": "list", "elements": "str"}},
    },
    "target": {"type": "dict", "options": {"folder": {"type": "str"}, "share": {"type": "str"}}},
    "wait": {"type": "bool", "default": True},
}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("resource_group", " backup-rg\r\n", "backup-rg"),
        ("resource_group", " \n", ""),
        ("api_version", "\n", "2026-07-01"),
        ("subscription_id", f"/subscriptions/{ID}/\n", ID),
        ("subscription_id", " ", None),
        ("subscription_id", None, None),
        ("shares", ["finance, legal\n"], ["finance", "legal"]),
        ("shares", [" "], None),
        ("shares", [], []),
        ("include", ["\n"], ["*"]),
        ("include", [], []),
        ("vaults", [{"vault_name": " backup-vault\n"}], [{"vault_name": "backup-vault"}]),
        ("files", [{"path": " a b \r\n", "type": "file\n"}], [{"path": " a b ", "type": "file"}]),
        ("files", [{"path": "a, b\n"}], [{"path": "a, b"}]),
        ("files", [{"path": " ", "type": None}], [{"path": "", "type": None}]),
        ("rules", [{"policy": " ", "include": ["\n"]}], [{"policy": "", "include": []}]),
        ("target", {"folder": " restored ", "share": "finance\n"}, {"folder": " restored ", "share": "finance"}),
        ("target", {"folder": " ", "share": "\n"}, {"folder": None, "share": None}),
        ("target", None, None),
        ("wait", False, False),
    ],
)
def test_the_options_of_a_module_are_taken_as_they_are_meant(name: str, given: object, expected: object) -> None:
    assert tidied(SPEC, {name: given})[name] == expected


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"resource_group": '"backup-rg"'}, 'resource_group "backup-rg" is in quotes'),
        ({"resource_group": "a\nb"}, "resource_group cannot be right"),
        ({"resource_group": "a\0b"}, "resource_group cannot be right"),
        ({"vaults": [{"vault_name": "'v'"}]}, "vault_name in vaults 'v' is in quotes"),
        ({"target": {"share": "'finance'"}}, "share in target 'finance' is in quotes"),
        ({"shares": ["'finance'"]}, "shares 'finance' is in quotes"),
        ({"subscription_id": "Production"}, "subscription_id 'Production' is not the id"),
    ],
)
def test_what_cannot_be_right_in_a_module_is_named(params: dict[str, object], words: str) -> None:
    with pytest.raises(BackupError) as caught:
        tidied(SPEC, params)

    assert caught.value.message.startswith(words)


def test_a_name_that_is_no_id_is_not_guessed_at() -> None:
    with pytest.raises(BackupError, match="'az account list' shows the ids"):
        subscription_id("subscription_id", "Production")
