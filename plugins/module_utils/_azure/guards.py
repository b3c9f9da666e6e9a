# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the refusals of a resource guard look like, and what to do about them."""

from __future__ import annotations

import re

from .errors import AzureFault
from .ids import segment

_GUARD_ID = re.compile(
    r"/subscriptions/[^/']+/resourceGroups/[^/']+/providers/Microsoft\.DataProtection/resourceGuards/[^/']+",
    re.IGNORECASE,
)


def refused_by_guard(fault: AzureFault, guard_id: str = "") -> bool:
    """Whether a resource guard, where it is known the one of this id, stands behind a refusal.

    Only the words for a request that is not named have been reported; the others are ARM's for any link.
    """
    words = f"{' '.join(fault.codes)} {fault.message}".lower().replace(" ", "")
    if "resourceguard" in words:
        return True
    subscription = segment(guard_id, "subscriptions").lower()
    return bool(subscription) and f"linkedsubscription'{subscription}'" in words


def guard_advice(fault: AzureFault, guard_id: str = "", tenant: str | None = None) -> str:
    """What to do about a guard's refusal, and who has to. ``tenant`` is the guard's, where the user has named it."""
    named = _GUARD_ID.search(fault.message or "")
    which = guard_id or (named[0] if named else "")
    guard = f"The resource guard {which} has" if which else "The vault's resource guard has"
    if "linked subscription" in (fault.message or "").lower() and not tenant:
        return (
            f"{guard} not let this through: it is in a tenant of which the request had no token. Give "
            "resource_guard_tenant_id, the id of the guard's tenant, in which this login has to be known and needs the "
            "role 'Backup MUA Operator' on the guard. Those who own the guard give it."
        )
    where = f" in its tenant {tenant}" if tenant else ""
    return (
        f"{guard} not let this through: this login needs the role 'Backup MUA Operator' on it{where}. Those who own "
        "the guard act next: they give the role, mostly for some hours; run again then. A role that was given just now "
        "takes some minutes to work."
    )
