# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._records.restore import RestoreFile


def wanted(**options: Any) -> WantedRestore:
    usual = {"share": "finance", "point": "latest", "files": None, "target": None, "conflict": "overwrite"}
    return WantedRestore.parse(**(usual | options))


def file(path: str, kind: str = "file") -> dict[str, str]:
    return {"path": path, "type": kind}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.txt", "a.txt"),
        ("reports/q3.xlsx", "reports/q3.xlsx"),
        ("/reports/q3.xlsx", "reports/q3.xlsx"),
        ("reports/", "reports"),
        ("reports//q3.xlsx", "reports/q3.xlsx"),
        ("\\reports\\q3.xlsx", "reports/q3.xlsx"),
        (" reports ", " reports "),
        ("reports/ q3.xlsx\r\n", "reports/ q3.xlsx"),
        ("..hidden/a..b", "..hidden/a..b"),
        ("Übersicht 2026/Maß.txt", "Übersicht 2026/Maß.txt"),
    ],
)
def test_paths_are_written_in_the_services_form(path: str, expected: str) -> None:
    assert wanted(files=[file(path)]).files == (RestoreFile(expected, directory=False),)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "names nothing below the share's root"),
        ("  ", "names nothing"),
        ("/", "names nothing"),
        ("..", "without '.' and '..'"),
        ("../secret", "without '.' and '..'"),
        ("a/../../b", "without '.' and '..'"),
        ("a\\..\\b", "without '.' and '..'"),
        ("./a", "without '.' and '..'"),
        ("*.xlsx", "wildcards are not known"),
        ("a?.txt", "wildcards are not known"),
        ("c:/a.txt", "no file has such a name"),
    ],
)
@pytest.mark.parametrize("option", ["files", "target"])
def test_paths_that_lead_nowhere_are_refused(path: str, words: str, option: str) -> None:
    if option == "target" and not path:
        return
    options: dict[str, Any] = {"files": [file(path)]} if option == "files" else {"target": {"folder": path}}
    with pytest.raises(BackupError, match=f"{option} has the path") as refused:
        wanted(**options)

    assert words in refused.value.message


def test_a_directory_and_a_file_differ_and_a_repeated_one_counts_once() -> None:
    files = [file("a"), file("a", "directory"), file("/a"), file("b")]

    assert wanted(files=files).files == (
        RestoreFile("a", directory=False),
        RestoreFile("a", directory=True),
        RestoreFile("b", directory=False),
    )


def test_ninety_nine_files_are_the_most() -> None:
    assert len(wanted(files=[file(str(number)) for number in range(99)]).files) == 99
    with pytest.raises(BackupError, match="files names 100 paths, but Azure restores 99 at most"):
        wanted(files=[file(str(number)) for number in range(100)])


def test_an_empty_list_of_files_does_not_mean_all() -> None:
    with pytest.raises(BackupError, match="files is empty"):
        wanted(files=[])


def test_no_files_and_no_target_are_the_full_share_where_it_was() -> None:
    full = wanted()

    assert (full.files, full.target, full.overwrite) == ((), None, True)


def test_skip_does_not_overwrite() -> None:
    assert not wanted(conflict="skip").overwrite


@pytest.mark.parametrize(
    "target",
    [
        {},
        {"storage_account": None, "share": None, "folder": None},
        {"storage_account": "", "share": "", "folder": ""},
        {"storage_account_resource_group": "files-rg"},
    ],
)
def test_a_target_that_names_nothing_is_refused(target: dict[str, Any]) -> None:
    with pytest.raises(BackupError, match="target names no other place"):
        wanted(target=target)


@pytest.mark.parametrize("options", [{"share": "a_b"}, {"target": {"share": "a/b"}}])
def test_what_cannot_be_a_shares_name_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(BackupError, match="cannot be a share's name"):
        wanted(**options)


@pytest.mark.parametrize("name", ["contoso-files", "/subscriptions/0"])
def test_what_cannot_be_an_account_is_refused(name: str) -> None:
    with pytest.raises(BackupError, match="storage_account '"):
        wanted(target={"storage_account": name})
