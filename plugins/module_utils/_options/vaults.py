# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault that a user names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VaultName:
    """A vault as the user names it; without a subscription, it is in that of the login."""

    resource_group: str
    name: str
    subscription: str | None

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> VaultName:
        return cls(params["resource_group"], params["vault_name"], params.get("subscription_id") or None)
