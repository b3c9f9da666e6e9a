# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.patterns import (
    chosen,
    included,
    matches,
    patterns_of,
)


@pytest.mark.parametrize(
    ("name", "patterns", "expected"),
    [
        ("finance", ["*"], True),
        ("finance", ["fin*"], True),
        ("finance", ["hiring", "finance"], True),
        ("Finance", ["fiNANCE"], True),
        ("team-7", ["team-?"], True),
        ("team-7", ["team-[0-5]"], False),
        ("finance", ["fin"], False),
        ("finance", [], False),
    ],
)
def test_a_name_matches_when_one_pattern_fits_all_of_it(name: str, patterns: list[str], expected: bool) -> None:
    assert matches(name, patterns) is expected


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["*"], [], True),
        (["*"], ["fin*"], False),
        (["fin*"], ["hiring"], True),
        (["hiring"], [], False),
        ([], [], False),
    ],
)
def test_exclude_wins_over_include(include: list[str], exclude: list[str], expected: bool) -> None:
    assert chosen("finance", include, exclude) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["fin*", "team-[0-9]", "a?c", "x-[!a]*"], ("fin*", "team-[0-9]", "a?c", "x-[!a]*")),
        ([" fin*", "hir* "], ("fin*", "hir*")),
        (["scratch*\nhir*\n"], ("scratch*", "hir*")),
        (["", "  "], ()),
        ([], ()),
    ],
)
def test_patterns_are_taken_however_they_are_separated(given: list[str], expected: tuple[str, ...]) -> None:
    assert patterns_of("exclude", given) == expected


@pytest.mark.parametrize("given", ['["scratch*"]', "['scratch*'", "[scratch*]", "a b", "fin*;hir*", "a/b", "fin.*"])
def test_a_pattern_that_no_name_can_fit_is_refused(given: str) -> None:
    with pytest.raises(BackupError, match=r"^exclude: '.* is no pattern for a name"):
        patterns_of("exclude", ["hir*", given])


@pytest.mark.parametrize(("given", "expected"), [([""], ("*",)), ([], ()), (["fin*"], ("fin*",))])
def test_what_is_included_where_nothing_is_said(given: list[str], expected: tuple[str, ...]) -> None:
    assert included("include", given) == expected
