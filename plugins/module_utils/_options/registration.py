# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The registration that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass

from .._records.container import Access


@dataclass(frozen=True)
class Registration:
    """How an account shall be registered; without ``access``, as it is, or as the service does by default."""

    lock: bool
    access: Access | None = None
