# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that modules share, in the words of azure.azcollection where it has them."""

from __future__ import annotations

from typing import Any

Options = dict[str, dict[str, Any]]

API_VERSION = "2026-07-01"  # of Microsoft.RecoveryServices; the documentation names it too

# No choices, no booleans and no defaults here, because an empty string counts as unset (AWX injects empty strings), and
# the environment and the credentials file come after the options.
AUTHENTICATION: Options = {
    "auth_source": {"type": "str"},
    "profile": {"type": "str"},
    "subscription_id": {"type": "str"},
    "tenant": {"type": "str"},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "no_log": True},
    "x509_certificate_path": {"type": "path"},
    "thumbprint": {"type": "str"},
    "oidc_token": {"type": "str", "no_log": True},
    "oidc_token_file_path": {"type": "path", "no_log": False},
    "cloud_environment": {"type": "str"},
    "cert_validation_mode": {"type": "str"},
    "disable_instance_discovery": {"type": "raw"},
    "adfs_authority_url": {"type": "str"},
    "ad_user": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "api_profile": {"type": "str"},
    "log_mode": {"type": "str"},
    "log_path": {"type": "str"},
}
VAULT: Options = {
    "resource_group": {"type": "str", "required": True},
    "vault_name": {"type": "str", "required": True, "aliases": ["recovery_vault_name"]},
    "api_version": {"type": "str", "default": API_VERSION},
}
ACCOUNT: Options = {
    "storage_account": {"type": "str", "required": True, "aliases": ["account_name"]},
    "storage_account_resource_group": {"type": "str"},
}
SECONDARY: Options = {
    "use_secondary_region": {"type": "bool", "default": False},
    "secondary_region": {"type": "str"},
}
# For modules with steps that a resource guard can watch over.
GUARD: Options = {"resource_guard_tenant_id": {"type": "str"}}
# For modules that list: the account may be left out, and shares are patterns.
FILTER: Options = {
    "storage_account": {"type": "str", "aliases": ["account_name"]},
    "storage_account_resource_group": {"type": "str"},
    "shares": {"type": "list", "elements": "str", "default": ["*"]},
    "exclude": {"type": "list", "elements": "str", "default": []},
}
SELECTION: Options = {
    "shares": {"type": "list", "elements": "str"},
    "all_shares": {"type": "bool", "default": False},
    "include": {"type": "list", "elements": "str", "default": ["*"]},
    "exclude": {"type": "list", "elements": "str", "default": []},
}


def waiting(timeout: int = 3600) -> Options:
    """The waiting options; ``timeout`` in seconds."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": timeout},
        "poll_interval": {"type": "float", "default": 5.0},
        "progress": {"type": "bool", "default": True},
    }
