# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure Backup's REST interface: parse a call, ask the model, show the outcome."""

from ..call import CallRoutes
from . import (
    backups,
    configuration,
    containers,
    cross_region,
    guards,
    items,
    jobs,
    operations,
    policies,
    recovery_points,
    restores,
    vaults,
)


def routes() -> CallRoutes:
    table = CallRoutes()
    for module in (
        vaults,
        configuration,
        guards,
        policies,
        containers,
        items,
        backups,
        recovery_points,
        restores,
        cross_region,
        operations,
        jobs,
    ):
        table.include(module.ROUTES)
    return table
