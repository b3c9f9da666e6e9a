# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of an account's registration, and then of its shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .result import Result


@dataclass
class RegisteredResult(Result):
    registration: Result
    shares: Result

    @property
    def changed(self) -> bool:
        return self.registration.changed or self.shares.changed

    @property
    def before(self) -> dict[str, Any]:
        return {**self.registration.before, **self.shares.before}

    @property
    def after(self) -> dict[str, Any]:
        return {**self.registration.after, **self.shares.after}

    def to_result(self) -> dict[str, Any]:
        return self.registration.to_result() | self.shares.to_result()
