# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import AccountId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.tests.unit.support.records import account_id

FILES = account_id("contosofiles", "files-rg")
OTHER_GROUP = account_id("contosofiles", "other-rg")
CLASSIC = account_id("contosofiles", "files-rg", "Microsoft.ClassicStorage")
OTHER_NAME = account_id("fabrikamfiles", "files-rg")


def pick(ref: AccountRef, *candidates: str) -> list[str]:
    return ref.pick(candidates, AccountId.parse)


def test_a_name_means_the_account_of_that_name() -> None:
    assert pick(AccountRef.parse("contosofiles", None), OTHER_NAME, FILES) == [FILES]


@pytest.mark.parametrize("name", ["ContosoFiles", FILES.upper(), FILES.replace("Microsoft.S", "Microsoft.s") + "/"])
def test_case_does_not_matter(name: str) -> None:
    assert pick(AccountRef.parse(name, None), OTHER_NAME, FILES) == [FILES]


def test_several_elements_of_one_account_are_all_picked() -> None:
    assert pick(AccountRef.parse("contosofiles", None), FILES, FILES.upper(), OTHER_NAME) == [FILES, FILES.upper()]


@pytest.mark.parametrize("namesake", [OTHER_GROUP, CLASSIC])
def test_namesakes_are_not_mixed_but_named(namesake: str) -> None:
    with pytest.raises(BackupError) as caught:
        pick(AccountRef.parse("contosofiles", None), FILES, namesake)

    assert "There are 2 storage accounts 'contosofiles'" in caught.value.message
    assert FILES in caught.value.message
    assert namesake in caught.value.message
    assert "storage_account_resource_group" in caught.value.message


@pytest.mark.parametrize("group", ["other-rg", "OTHER-RG"])
def test_a_resource_group_tells_namesakes_apart(group: str) -> None:
    assert pick(AccountRef.parse("contosofiles", group), FILES, OTHER_GROUP) == [OTHER_GROUP]


def test_an_id_tells_namesakes_apart() -> None:
    assert pick(AccountRef.parse(CLASSIC, None), FILES, CLASSIC, OTHER_GROUP) == [CLASSIC]


def test_an_account_of_another_subscription_is_another_account() -> None:
    elsewhere = FILES.replace("00000000-0000", "11111111-0000")

    assert pick(AccountRef.parse(FILES, None), elsewhere) == []


@pytest.mark.parametrize("candidate", ["", "contosofiles", "/subscriptions/x"])
def test_what_has_no_account_is_never_picked(candidate: str) -> None:
    assert pick(AccountRef.parse("contosofiles", None), candidate) == []


def test_an_empty_resource_group_counts_as_unset() -> None:
    assert AccountRef.parse("contosofiles", "").resource_group is None


def test_an_id_may_be_joined_by_its_own_resource_group() -> None:
    assert AccountRef.parse(FILES, "FILES-RG").name == "contosofiles"


@pytest.mark.parametrize(
    ("text", "group", "words"),
    [
        ("", None, "cannot be a storage account's name"),
        ("ab", None, "cannot be a storage account's name"),
        ("a" * 25, None, "cannot be a storage account's name"),
        ("contoso-files", None, "cannot be a storage account's name"),
        ("contoso.files", None, "cannot be a storage account's name"),
        ("contosofiles\n", None, "cannot be a storage account's name"),
        ("/subscriptions/s/resourceGroups/g", None, "is not the id of a storage account"),
        ("../contosofiles", None, "is not the id of a storage account"),
        (FILES + "/fileServices/default", None, "is not the id of a storage account"),
        (FILES, "other-rg", "storage_account_resource_group says 'other-rg'"),
    ],
)
def test_what_cannot_be_an_account_is_refused(text: str, group: str | None, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        AccountRef.parse(text, group)
