# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Recovery Services vault's whole vocabulary for file shares."""

from __future__ import annotations

from .containers import ContainerCalls
from .guards import GuardCalls
from .items import ItemCalls
from .jobs import JobCalls
from .policies import PolicyCalls
from .recovery_points import RecoveryPointCalls


class Vault(ContainerCalls, GuardCalls, ItemCalls, JobCalls, PolicyCalls, RecoveryPointCalls):
    """One vault: one method for each of the service's calls."""
