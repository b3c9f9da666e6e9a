# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import (
    AccountId,
    last_segment,
    path,
    same,
    segment,
)

ID = "/subscriptions/S1/resourceGroups/Files-RG/providers/Microsoft.Storage/storageAccounts/contosofiles"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("/Subscriptions/S1", "/subscriptions/s1", True),
        ("Microsoft.storage", "Microsoft.Storage", True),
        ("/a/b/", "/a/b", True),
        (None, "", True),
        ("a", "b", False),
        ("a", None, False),
    ],
)
def test_names_are_the_same_without_regard_to_case(left: str | None, right: str | None, expected: bool) -> None:
    assert same(left, right) is expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("resourceGroups", "Files-RG"),
        ("RESOURCEGROUPS", "Files-RG"),
        ("storageAccounts", "contosofiles"),
        ("vaults", ""),
    ],
)
def test_the_name_that_follows_a_kind(kind: str, expected: str) -> None:
    assert segment(ID, kind) == expected


@pytest.mark.parametrize(("text", "expected"), [(ID, "contosofiles"), (ID + "/", "contosofiles"), ("plain", "plain")])
def test_the_last_name_of_an_id(text: str, expected: str) -> None:
    assert last_segment(text) == expected


def test_each_name_stays_one_segment_of_a_path() -> None:
    assert path("protectionContainers", "StorageContainer;Storage;rg;sa", "a/b?c#d e%") == (
        "/protectionContainers/StorageContainer%3BStorage%3Brg%3Bsa/a%2Fb%3Fc%23d%20e%25"
    )


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_climbs_out_of_its_place_is_refused(name: str) -> None:
    with pytest.raises(BackupError, match="cannot be part"):
        path("vaults", name)


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID + "/",
        ID.lower(),
        ID.upper(),
        ID.replace("/subscriptions/", "/Subscriptions/").replace("Microsoft.Storage", "Microsoft.storage"),
    ],
)
def test_an_account_is_known_by_its_id_however_it_is_spelled(text: str) -> None:
    parsed, expected = AccountId.parse(text), AccountId.parse(ID)

    assert parsed is not None
    assert expected is not None
    assert parsed.key == expected.key


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "contosofiles",
        "/subscriptions/S1/resourceGroups/Files-RG",
        ID + "/fileServices/default",
        ID.replace("Microsoft.Storage", "Microsoft.Compute"),
        "https://management.azure.com" + ID,
    ],
)
def test_what_is_no_account_id(text: str | None) -> None:
    assert AccountId.parse(text) is None


def test_a_classic_account_is_another_one_than_its_namesake() -> None:
    classic = AccountId.parse(ID.replace("Microsoft.Storage", "Microsoft.ClassicStorage"))
    modern = AccountId.parse(ID)

    assert classic is not None
    assert modern is not None
    assert classic.key != modern.key


def test_an_account_keeps_the_spelling_it_was_read_with() -> None:
    text = ID.replace("Files-RG", "FILES-rg")

    assert str(AccountId.parse(text)) == text


def test_an_account_id_that_climbs_is_refused_as_a_path() -> None:
    climbing = AccountId.parse(ID.replace("Files-RG", ".."))

    assert climbing is not None
    with pytest.raises(BackupError):
        _unused = climbing.path
