# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection, not_found


def test_names_stay_in_the_order_asked_for() -> None:
    assert Selection.parse(["hiring", "finance", "legal"], False, ["*"], []).names == ("hiring", "finance", "legal")


def test_a_share_that_is_named_twice_is_asked_for_once_as_it_was_spelled_first() -> None:
    assert Selection.parse(["Finance", "hiring", "finance", "HIRING"], False, ["*"], []).names == ("Finance", "hiring")


def test_all_shares_are_narrowed_by_patterns() -> None:
    selection = Selection.parse(None, True, ["fin*", "hiring"], ["*-old"])

    assert [share for share in ("finance", "HIRING", "finance-old", "legal") if selection.wants(share)] == [
        "finance",
        "HIRING",
    ]


def test_named_shares_are_wanted_without_regard_to_case() -> None:
    selection = Selection.parse(["Finance"], False, ["*"], [])

    assert selection.wants("fiNANCE")
    assert not selection.wants("finance2")


@pytest.mark.parametrize(
    ("names", "all_shares", "include", "exclude", "words"),
    [
        (["finance"], True, ["*"], [], "exclude each other"),
        ([], True, ["*"], [], "exclude each other"),
        ([], False, ["*"], [], "shares is empty"),
        (None, False, ["*"], [], "Which shares"),
        (["finance"], False, ["f*"], [], "include and exclude narrow all_shares"),
        (["finance"], False, ["*"], ["hiring"], "include and exclude narrow all_shares"),
    ],
)
def test_contradictions_are_refused(
    names: list[str] | None, all_shares: bool, include: list[str], exclude: list[str], words: str
) -> None:
    with pytest.raises(BackupError, match=words):
        Selection.parse(names, all_shares, include, exclude)


@pytest.mark.parametrize(
    "name",
    [
        "hr",
        "-a-",
        "a--b",
        "a_b",
        "a b",
        "a/b",
        "..",
        "finance-",
        "fin*",
        "ünter",
        "x" * 64,
        "\u212aiosk",
    ],
)
def test_a_name_that_no_share_can_have_is_refused(name: str) -> None:
    with pytest.raises(BackupError, match="cannot be a share's name"):
        Selection.parse(["finance", name], False, ["*"], [])


@pytest.mark.parametrize("name", ["abc", "a-b", "0data9", "x" * 63, "Finance"])
def test_a_name_that_a_share_can_have_is_taken(name: str) -> None:
    assert Selection.parse([name], False, ["*"], []).names == (name,)


def test_a_share_that_is_not_there_is_answered_with_near_names() -> None:
    error = not_found("finanz", "contosofiles", ["finance", "Finances", "hiring"])

    assert "no share 'finanz' in the storage account 'contosofiles'" in error.message
    assert "Did you mean finance or finances?" in error.message


def test_no_near_name_is_made_up() -> None:
    assert "Did you mean" not in not_found("finance", "contosofiles", ["hiring", "legal"]).message


def test_patterns_in_a_wrong_form_are_refused_since_they_would_leave_nothing_out() -> None:
    with pytest.raises(BackupError, match="exclude"):
        Selection.parse(None, True, ["*"], ['["scratch*"]'])


def test_patterns_with_blanks_around_them_leave_out_what_they_mean() -> None:
    assert not Selection.parse(None, True, ["*"], ["a-*", " b-*"]).wants("b-two")
