# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module does before its first request: import what it is made of, and get a token."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import get_public_json
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import find_cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.credentials import build_credential
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import resolve
from ansible_collections.azurefiles.backup.plugins.modules import afs_protection

if __name__ == "__main__":
    assert afs_protection.main
    settings = resolve({}, os.environ, Path.home())
    cloud = find_cloud(settings.cloud_environment, partial(get_public_json, validate_certificates=True))
    assert build_credential(settings, cloud).get_token(cloud.scope).token
