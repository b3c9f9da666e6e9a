# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the fields of a resource.

Unknown keys are ignored and missing ones are None: the service adds keys all the time and leaves out what is empty.
"""

from __future__ import annotations

from typing import Any


def properties_of(resource: dict[str, Any]) -> dict[str, Any]:
    properties = resource.get("properties")
    return properties if isinstance(properties, dict) else {}


def text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def region(value: Any) -> str:
    """A region in the form ``westeurope``; the service also writes ``West Europe``."""
    return str(value or "").replace(" ", "").lower()


def string(value: Any) -> str:
    """Empty for null, which is as good as missing."""
    return "" if value is None else str(value)


def count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def words(value: Any) -> str | None:
    """A text on one line."""
    return " ".join(str(value).split()) or None if value is not None else None
