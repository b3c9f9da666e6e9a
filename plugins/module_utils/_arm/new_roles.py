# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles that were assigned just now: the resource manager refuses for some minutes more what they allow."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from .._azure.errors import BackupError, ServiceError
from .._azure.times import parse_time
from .._run.deadline import Deadline

REFUSALS = ("AuthorizationFailed", "LinkedAuthorizationFailed")
FRESH = 600.0  # seconds that Microsoft names for a role to work everywhere
# How long to ask again where nothing tells how new the roles are: even reading them is refused, as to a login whose
# first role does not work yet.
UNKNOWN = 300.0
# And where no new role shows, in multiples of the pause: one can come by a group, and servers can differ for a moment.
GRACE = 2.5
LONGEST_PAUSE = 30.0
_VERSION = {"api-version": "2022-04-01", "$filter": "atScope()"}
# The subscription, group or resource that a refusal names; what is below a resource has the roles of that.
_SCOPE = re.compile(
    r"/subscriptions/[^/',]+(?:/resourceGroups/[^/',]+(?:/providers/[^/',]+/[^/',]+/[^/',]+)?)?", re.IGNORECASE
)


class Client(Protocol):
    def pages(self, path: str, query: dict[str, str]) -> Iterable[dict[str, Any]]: ...

    def service_time(self) -> datetime: ...


class NewRoles:
    """One patience for a whole run: what is still refused when it has ended is refused for good.

    ``pause`` is None where nothing is waited for. ``tell`` is given a sentence about it, once.
    """

    def __init__(self, client: Client, deadline: Deadline, pause: float | None, tell: Callable[[str], None]) -> None:
        self._client = client
        self._deadline = deadline
        self._pause = pause
        self._tell = tell
        self._lock = threading.Lock()
        self._until: float | None = None

    def wait(self, refusal: ServiceError, attempt: int) -> bool:
        """Wait a moment where the request may be allowed then. ``attempt`` counts the waits for it, from 0."""
        if self._pause is None or refusal.fault.code not in REFUSALS or self._deadline.over:
            return False
        with self._lock:
            if self._until is None:
                self._until = self._deadline.waited + self._patience(refusal, self._pause)
            left = self._until - self._deadline.waited
        if left <= 0:
            return False
        self._deadline.sleep(min(left, LONGEST_PAUSE, self._pause * 2**attempt))
        return not self._deadline.over

    def _patience(self, refusal: ServiceError, pause: float) -> float:
        """Seconds from now on."""
        scopes = list(dict.fromkeys(_SCOPE.findall(refusal.fault.message or "")))
        newest: datetime | None = None
        try:
            newest = max((moment for scope in scopes for moment in self._assigned(scope)), default=None)
        except ServiceError as problem:
            if problem.forbidden:
                self._say(refusal, "Perhaps its roles were assigned just now", UNKNOWN)
                return UNKNOWN
        except BackupError:
            pass  # what cannot be read says nothing
        age = self._client.service_time() - newest if newest else None
        if age is None or age > timedelta(seconds=FRESH):
            return GRACE * pause
        left = FRESH - max(0.0, age.total_seconds())
        self._say(refusal, f"A role was assigned {max(0, int(age.total_seconds()))} seconds ago", left)
        return left

    def _say(self, refusal: ServiceError, why: str, seconds: float) -> None:
        told = min(seconds, self._deadline.remaining)
        self._tell(
            f"Azure refuses this login something ({refusal.fault.code}). {why}; roles take some minutes to work, so "
            f"Azure is asked again for {told:.0f} seconds at most."
        )

    def _assigned(self, scope: str) -> Iterable[datetime]:
        """When the role assignments at a scope and above it were made or changed."""
        where = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        for each in self._client.pages(where, _VERSION):
            properties = each.get("properties") or {}
            moment = parse_time(properties.get("updatedOn") or properties.get("createdOn"))
            if moment:
                yield moment
