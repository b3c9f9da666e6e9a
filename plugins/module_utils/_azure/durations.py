# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure's spellings of a length of time."""

from __future__ import annotations

import re

_ISO = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.IGNORECASE,
)
_TIME_SPAN = re.compile(r"(?:(?P<days>\d+)\.)?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?)")


def parse_duration(text: str | None) -> float | None:
    """Seconds, to the millisecond, from ``PT1M14.5278504S`` or ``1.00:01:14.5278504``; None for anything else."""
    match = text and (_ISO.fullmatch(text.strip()) or _TIME_SPAN.fullmatch(text.strip()))
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (float(match[part] or 0) for part in ("days", "hours", "minutes", "seconds"))
    return round(((days * 24 + hours) * 60 + minutes) * 60 + seconds, 3)
