# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT1M14.5278504S", 74.528),
        ("PT21.2S", 21.2),
        ("PT0S", 0.0),
        ("PT5M12S", 312.0),
        ("PT1H", 3600.0),
        ("P1DT2H3M4S", 93784.0),
        ("P2D", 172800.0),
        ("00:00:43.1809140", 43.181),
        ("1.02:03:04", 93784.0),
        (" PT2S ", 2.0),
    ],
)
def test_spellings_of_a_duration(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", [None, "", "P", "PT", "soon", "12", "PT1X", "-PT1S", "1:2:3"])
def test_what_is_no_duration(text: str | None) -> None:
    assert parse_duration(text) is None
