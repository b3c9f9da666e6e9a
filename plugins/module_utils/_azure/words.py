# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts from several places, brought together into sentences."""

from __future__ import annotations

import re
from typing import Any

_ENDED = re.compile(r"[.!?…][\"')\]]*$")


def one_line(words: Any) -> str | None:
    """A text on one line; None where there is none."""
    return " ".join(str(words).split()) or None if words is not None else None


def sentences(*parts: str | None) -> str:
    """The parts one after the other, with full stops between them. What has been said is not said again."""
    told = ""
    for part in parts:
        text = one_line(part) or ""
        if text and text.rstrip(".").lower() not in told.lower():
            stop = "" if not told or _ENDED.search(told) else "."
            told = f"{told}{stop} {text}".strip()
    return told
