# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""On-demand backups."""

from ..call import ITEM, Call, CallRoutes
from ..clock import Ticks
from ..dotnet import parse_filter_time
from ..errors import invalid_input
from ..messages import Answer
from . import items, tracking

ROUTES = CallRoutes()


@ROUTES.on("POST", f"{ITEM}/backup")
def start(call: Call) -> Answer:
    if call.properties.get("objectType") != "AzureFileShareBackupRequest":
        raise invalid_input("The objectType must be AzureFileShareBackupRequest.")
    operation = call.world.backups.start(call.vault, items.find(call), _expiry(call))
    return tracking.accepted_by_item(call, operation)


def _expiry(call: Call) -> Ticks | None:
    text = call.properties.get("recoveryPointExpiryTimeInUTC")
    if text is None:
        return None
    try:
        expiry = parse_filter_time(str(text))
    except ValueError:
        raise invalid_input(f"'{text}' is not a time.") from None
    if expiry <= call.world.clock.now():
        raise invalid_input("The recovery point would expire in the past.")
    return expiry
