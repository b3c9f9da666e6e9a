# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window

MONDAY = datetime(2026, 11, 16, tzinfo=timezone.utc)
TUESDAY = datetime(2026, 11, 17, tzinfo=timezone.utc)
NOON = datetime(2026, 11, 16, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("start", "end", "contained"),
    [
        (None, None, True),
        ("", "", True),
        ("2026-11-16", None, True),
        ("2026-11-16T12:00:00Z", None, True),
        ("2026-11-16T12:00:01Z", None, False),
        (None, "2026-11-17", True),
        (None, "2026-11-16T12:00:00Z", True),
        (None, "2026-11-16T11:59:59Z", False),
        ("2026-11-16", "2026-11-17", True),
        ("2026-11-16T14:00:00+02:00", "2026-11-16T14:00:00+02:00", True),
        ("2026-11-14", "2026-11-15", False),
    ],
)
def test_what_lies_within(start: str | None, end: str | None, contained: bool) -> None:
    assert Window.parse(start, end).contains(NOON) is contained


def test_an_unknown_moment_lies_only_in_the_window_without_bounds() -> None:
    assert Window().contains(None)
    assert not Window(start=MONDAY).contains(None)
    assert not Window(end=TUESDAY).contains(None)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("yesterday", None, "start_time 'yesterday' is not a time"),
        (None, "31.01.2027", "end_time '31.01.2027' is not a time"),
        ("2026-11-17", "2026-11-16", "end_time .2026-11-16T00:00:00Z. is before start_time .2026-11-17T00:00:00Z."),
    ],
)
def test_an_impossible_window_is_refused(start: str | None, end: str | None, words: str) -> None:
    with pytest.raises(BackupError, match=words):
        Window.parse(start, end)
