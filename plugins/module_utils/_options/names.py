# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure's rules for the names that users give: a wrong one is refused before any request."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from .._azure.errors import BackupError
from .argspec import API_VERSION

_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")
_GROUP_RULE = (
    "at most 90 letters, digits, underscores, hyphens, parentheses and points, and no point at the end, "
    "as the names of resource groups have"
)
# The options that are names, what they have to look like, and that in words.
RULES: dict[str, tuple[re.Pattern[str], str]] = {
    "resource_group": (_GROUP, _GROUP_RULE),
    "storage_account_resource_group": (_GROUP, _GROUP_RULE),
    "target_storage_account_resource_group": (_GROUP, _GROUP_RULE),
    "vault_name": (
        re.compile(r"[a-z][a-z0-9-]{1,49}", re.IGNORECASE | re.ASCII),
        "2 to 50 letters, digits and hyphens, and a letter first, as the names of vaults have",
    ),
    "api_version": (re.compile(r"\d{4}-\d\d-\d\d(?:-[a-z]+)?", re.ASCII), f"the form {API_VERSION}"),
}


def check_names(options: Mapping[str, object], required: Collection[str]) -> None:
    """Raises BackupError for the first option that cannot be what it names, or is empty though it is required."""
    for option, (pattern, rule) in RULES.items():
        value = options.get(option)
        if option in required and not value:
            raise BackupError(f"{option} is empty, but it is required.")
        if isinstance(value, str) and value and not pattern.fullmatch(value):
            raise BackupError(f"{option} '{value[:100]}' cannot be right: it has to have {rule}.")
