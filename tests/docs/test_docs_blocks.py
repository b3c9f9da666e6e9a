# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks that are written into the documentation of several modules."""

from __future__ import annotations

import pytest
from docs_blocks import WrongMark, read_blocks, written

BLOCKS = read_blocks("---\n# Of all:\ncommon:\n  calls:\n    type: int\n\n# A share:\nshare:\n  name:\n    type: str\n")
FILLED = """\
RETURN = r\"\"\"
shares:
  contains:
    # make docs-blocks: share
    name:
      type: str
    # make docs-blocks: end
# make docs-blocks: common
calls:
  type: int
# make docs-blocks: end
\"\"\"
"""


def test_a_mark_is_filled_as_deep_as_it_stands() -> None:
    marked = FILLED.replace("    name:\n      type: str\n    # make docs-blocks: end\n", "").replace(
        "calls:\n  type: int\n# make docs-blocks: end\n", ""
    )
    assert marked.count("\n") == 6
    assert written(marked, BLOCKS) == FILLED


def test_what_is_up_to_date_stays_as_it_is() -> None:
    assert written(FILLED, BLOCKS) == FILLED


@pytest.mark.parametrize(("now", "then"), [("type: int", "type: float"), ("    name:\n      type: str\n", "")])
def test_what_was_changed_by_hand_is_written_anew(now: str, then: str) -> None:
    assert written(FILLED.replace(now, then), BLOCKS) == FILLED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# make docs-blocks: shares\n", "no block 'shares', but common, share"),
        (FILLED.replace("# make docs-blocks: common\n", ""), "an end belongs to no mark"),
    ],
)
def test_a_wrong_mark_is_told(text: str, words: str) -> None:
    with pytest.raises(WrongMark, match=words):
        written(text, BLOCKS)
