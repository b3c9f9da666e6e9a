# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.words import sentences


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["It isn't found", "Look."], "It isn't found. Look."),
        (["It isn't found. ", "Look."], "It isn't found. Look."),
        (["Is it there?", "Look!"], "Is it there? Look!"),
        (["It said 'no.'", "Look"], "It said 'no.' Look"),
        (["First\r\nsecond", None, ""], "First second"),
        (["See https://aka.ms/x", "Look."], "See https://aka.ms/x. Look."),
        (["Locked: wait some minutes, then go on", "Wait some minutes"], "Locked: wait some minutes, then go on"),
        ([None], ""),
    ],
)
def test_sentences_follow_each_other_and_none_is_said_twice(parts: list[str | None], told: str) -> None:
    assert sentences(*parts) == told
