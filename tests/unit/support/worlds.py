# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios for the simulator: worlds in which nothing takes time unless a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STEPS = (
    "refresh",
    "register",
    "inquire",
    "protect",
    "stop",
    "delete",
    "undelete",
    "unregister",
    "backup_start",
    "backup",
    "restore_start",
    "restore",
    "cancel",
    "policy",
)
VAULT = {"name": "backup-vault", "resource_group": "backup-rg", "policies": ["daily-30", "hourly-7"]}


def world(*accounts: dict[str, Any], durations: Mapping[str, float] | None = None, **settings: Any) -> dict[str, Any]:
    """One vault and these accounts; other settings as the simulator's scenario has them."""
    return {
        "durations": dict.fromkeys(STEPS, 0.0) | dict(durations or {}),
        "retry_after": 0,
        "limits": {"reads_per_second": 0, "writes_per_second": 0},
        "vaults": [VAULT],
        "storage_accounts": list(accounts),
    } | settings


def account(*shares: str | dict[str, Any], name: str = "contosofiles", **more: Any) -> dict[str, Any]:
    return {"name": name, "resource_group": "Files-RG", "shares": list(shares)} | more


def registered(*shares: str | dict[str, Any], name: str = "contosofiles", **more: Any) -> dict[str, Any]:
    """An account that is registered and inquired."""
    return account(*shares, name=name, registered=True, **more)


def protected(name: str, policy: str = "daily-30", recovery_points: int = 0) -> dict[str, Any]:
    return {"name": name, "protected_by": policy, "recovery_points": recovery_points}
