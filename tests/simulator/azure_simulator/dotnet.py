# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the service, a .NET program, writes them."""

import datetime as dt

from .clock import DAY, SECOND, Ticks

_FROM_YEAR_ONE: Ticks = 621_355_968_000_000_000
NEVER = "0001-01-01T00:00:00"
"""DateTime.MinValue: the ``endTime`` of whatever has not ended. It has no zone."""


def _fraction(ticks: Ticks) -> str:
    digits = f"{ticks % SECOND:07d}".rstrip("0")
    return f".{digits}" if digits else ""


def timestamp(moment: Ticks) -> str:
    """``2019-11-27T07:48:06.9220568Z``: up to seven digits, trailing zeros dropped."""
    whole = dt.datetime.fromtimestamp(moment // SECOND, dt.UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}{_fraction(moment)}Z"


def duration(span: Ticks) -> str:
    """``PT1M14.5278504S``, XmlConvert's form of a TimeSpan."""
    minutes, rest = divmod(span, 60 * SECOND)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = "P" + (f"{days}D" if days else "") + "T"
    text += (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if rest or not (hours or minutes):
        text += f"{rest // SECOND}{_fraction(rest)}S"
    return text


def timespan(span: Ticks) -> str:
    """``13.23:59:29.0928391``, TimeSpan.ToString(); always seven digits when there is a fraction."""
    days, rest = divmod(span, DAY)
    seconds, fraction = divmod(rest, SECOND)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return (f"{days}." if days else "") + text + (f".{fraction:07d}" if fraction else "")


def us_time(moment: Ticks) -> str:
    """``11/27/2019 8:24:10 AM``, as restore jobs write the time of their recovery point."""
    at = dt.datetime.fromtimestamp(moment // SECOND, dt.UTC)
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"


def http_date(moment: Ticks) -> str:
    return f"{dt.datetime.fromtimestamp(moment // SECOND, dt.UTC):%a, %d %b %Y %H:%M:%S GMT}"


def since_year_one(moment: Ticks) -> int:
    """DateTime.Ticks, the ``t=`` of a signed operation URL."""
    return moment + _FROM_YEAR_ONE


def parse_filter_time(text: str) -> Ticks:
    """A time in a ``$filter``: ``2019-11-27 08:00:00 AM``, or ISO 8601. Raises ValueError."""
    try:
        parsed = dt.datetime.strptime(text, "%Y-%m-%d %I:%M:%S %p").replace(tzinfo=dt.UTC)
    except ValueError:
        parsed = dt.datetime.fromisoformat(text)
        parsed = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
    return int(parsed.timestamp()) * SECOND
