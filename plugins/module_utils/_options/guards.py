# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the resource guard of a vault is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import same
from . import texts
from .settings import Settings

OPTION = "resource_guard_tenant_id"


def with_guard_tenant(settings: Settings, params: Mapping[str, Any]) -> Settings:
    """The settings with the guard's tenant, where that is not the login's own.

    Raises BackupError for what is no tenant, and for a login that gets no token of another one.
    """
    tenant = params.get(OPTION)
    if not tenant or same(texts.tenant(OPTION, tenant), settings.tenant):
        return settings
    if tenant.lower() in texts.ANY_TENANT:
        raise BackupError(f"{OPTION} is '{tenant}', but it has to be one tenant: the one that the guard is in.")
    advice = f"Leave {OPTION} out where the guard is in the login's own tenant."
    if settings.login.startswith("msi"):
        raise BackupError(
            f"{OPTION} needs a login that is known in several tenants, which a managed identity is not. Use a service "
            f"principal, or the az command (auth_source: cli). {advice}"
        )
    if settings.adfs_authority_url:
        raise BackupError(f"{OPTION} cannot be used with adfs_authority_url: AD FS knows no other tenants. {advice}")
    return replace(settings, guard_tenant=tenant)
