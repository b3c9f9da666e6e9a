# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of shares that a user asks for."""

from __future__ import annotations

from dataclasses import dataclass

from .policies import PolicyRef
from .shares import Selection


@dataclass(frozen=True)
class Desired:
    state: str
    selection: Selection
    policy: PolicyRef | None = None
