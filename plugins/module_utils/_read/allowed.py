# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read where it may be, and done without where it may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .._azure.errors import ServiceError

Found = TypeVar("Found")


def if_allowed(look: Callable[[], Found]) -> Found | None:
    """What is found; None where this login may not look, or this cloud does not know what is asked for."""
    try:
        return look()
    except ServiceError as error:
        if error.fault.http_status in (400, 403, 404):
            return None
        raise
