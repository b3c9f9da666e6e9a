# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure's spellings of a time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d+))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)

# So far may this machine's clock be from the service's; where the service is asked for a span of time, it is widened.
CLOCKS_DIFFER = timedelta(hours=1)


def parse_time(text: object) -> datetime | None:
    """Read an ISO 8601 time; without a zone it is UTC.

    Returns None for nothing, for what is not a time, and for the year 1, by which the service
    says "not yet" (``0001-01-01T00:00:00`` as the end of a running operation).
    """
    match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if not match:
        return None
    clock = match["clock"] or "00:00"
    zone = (match["zone"] or "Z").upper()
    zone = "+0000" if zone == "Z" else zone.replace(":", "")
    try:
        moment = datetime.strptime(
            f"{match['date']} {clock if clock.count(':') == 2 else clock + ':00'} {zone}",
            "%Y-%m-%d %H:%M:%S %z",
        )
    except ValueError:
        return None
    if moment.year == 1:
        return None
    # The service writes seven digits after the point; Python keeps six.
    moment = moment.replace(microsecond=int((match["fraction"] or "0")[:6].ljust(6, "0")))
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        return None


def format_time(moment: datetime | None) -> str | None:
    """ISO 8601 with Z, to the second, as the modules return it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def filter_time(moment: datetime) -> str:
    """The twelve-hour form that the service expects in ``$filter``, in English whatever the locale."""
    utc = moment.astimezone(timezone.utc)
    return f"{utc:%Y-%m-%d %I:%M:%S} {'AM' if utc.hour < 12 else 'PM'}"


def now() -> datetime:
    return datetime.now(timezone.utc)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
