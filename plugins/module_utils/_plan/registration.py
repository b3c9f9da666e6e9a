# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a registered storage account has to be registered in another way."""

from __future__ import annotations

from .._azure.ids import same
from .._options.registration import Registration
from .._records.container import Container


def differs(desired: Registration, container: Container) -> bool:
    """What the service does not tell is taken to be right."""
    if container.lock is not None and container.lock != desired.lock:
        return True
    if desired.access is None or container.access is None:
        return False
    return desired.access.kind != container.access.kind or not same(
        desired.access.identity_id, container.access.identity_id
    )
