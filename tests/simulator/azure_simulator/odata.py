# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``$filter`` and ``$skipToken``: what Azure Backup understands of OData."""

import base64
import binascii
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote, unquote

from .errors import invalid_input
from .messages import Request

_CONDITION = re.compile(r"\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*", re.IGNORECASE)
_AND = re.compile(r"and\s", re.IGNORECASE)


def conditions(request: Request, known: Collection[str]) -> dict[str, str]:
    """The filter ``a eq 'x' and b eq 'y'`` as a dict; an unknown key or another shape is refused.

    An empty value means any: so recorded for the ``operation`` of jobs, and inferred for the others.
    """
    text = request.query.get("$filter", "").strip()
    found: dict[str, str] = {}
    names = {name.lower(): name for name in known}
    position = 0
    while position < len(text):
        if found:
            conjunction = _AND.match(text, position)
            if not conjunction:
                raise invalid_input(f"The filter '{text}' is not understood.")
            position = conjunction.end()
        match = _CONDITION.match(text, position)
        if not match:
            raise invalid_input(f"The filter '{text}' is not understood.")
        key, value = match.groups()
        if key.lower() not in names:
            raise invalid_input(f"The filter key '{key}' is not known here.")
        found[names[key.lower()]] = value.replace("''", "'")
        position = match.end()
    return {name: value for name, value in found.items() if value}


def same(left: str, right: str) -> bool:
    return left.lower() == right.lower()


def page(request: Request, rows: list[Any], size: int) -> dict[str, Any]:
    """One page of ``rows``; ``nextLink`` is absolute, and absent on the last page."""
    start = _position(request.query.get("$skiptoken"))
    body: dict[str, Any] = {"value": rows[start : start + size]}
    if start + size < len(rows):
        kept = [
            part
            for part in request.raw_query.split("&")
            if part and unquote(part.partition("=")[0]).lower() != "$skiptoken"
        ]
        token = base64.urlsafe_b64encode(f"row {start + size}".encode()).decode()
        query = "&".join([*kept, "$skipToken=" + quote(token, safe="")])
        body["nextLink"] = f"{request.base_url}{request.raw_path}?{query}"
    return body


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).removeprefix(b"row "))
    except (binascii.Error, ValueError):
        raise invalid_input("The skip token is not one of this service.") from None
