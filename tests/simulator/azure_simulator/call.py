# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call of ARM: the request, what its path means, and the world it is about."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from . import dotnet
from .clock import Clock
from .errors import gateway
from .messages import Answer, Request
from .model.vault import Vault
from .model.world import World
from .routing import Routes
from .scenario import Scenario
from .tokens import Caller


class UrlSigner:
    """Makes operation URLs as long as the real ones: a certificate, a signature and a hash in the query."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._certificate = _token(3900)

    def suffix(self) -> str:
        """A new one each time, as each poll answers with newly signed URLs."""
        ticks = dotnet.since_year_one(self._clock.now())
        return f"&t={ticks}&c={self._certificate}&s={_token(256)}&h={_token(32)}"


def _token(size: int) -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()


@dataclass(frozen=True)
class Call:
    request: Request
    params: dict[str, str]
    """What the path's template bound."""
    world: World
    settings: Scenario
    signer: UrlSigner | None
    caller: Caller

    @property
    def subscription(self) -> str:
        """The one that the path names, as it is spelled in the world."""
        return self.world.spelled(self.params["subscription"])

    @property
    def api_version(self) -> str:
        return self.request.query["api-version"]

    def since(self, date: str) -> bool:
        """Whether the api-version asked for is of that date or later."""
        return self.api_version[: len(date)] >= date

    @property
    def asks_secondary(self) -> bool:
        """The api-version alone decides which region answers for a vault (reported; the second one is documented)."""
        return self.api_version in ("2021-11-15", "2023-01-15")

    @cached_property
    def vault(self) -> Vault:
        return self.world.vaults.get(self.params["subscription"], self.params["group"], self.params["vault"])

    @cached_property
    def body(self) -> dict[str, Any]:
        """The request's JSON object; empty when there is none."""
        if not self.request.content:
            return {}
        try:
            body = json.loads(self.request.content)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise gateway(
                400, "InvalidRequestContent", "The request content was invalid and could not be deserialized."
            )
        return body

    @property
    def properties(self) -> dict[str, Any]:
        properties = self.body.get("properties")
        return properties if isinstance(properties, dict) else {}

    def url(self, depth: int, tail: str, api_version: str | None = None) -> str:
        """The URL of ``tail`` under the first ``depth`` segments of the path, in the case the client used."""
        path = "/".join([*self.request.segments[:depth], *tail.split("/")])
        version = self.api_version if api_version is None else api_version
        url = f"{self.request.base_url}/{quote(path, safe='/;()=')}?api-version={version}"
        return url + (self.signer.suffix() if self.signer else "")

    def retry_after(self) -> dict[str, str]:
        seconds = self.settings.retry_after
        return {"Retry-After": str(seconds)} if seconds else {}


Handler = Callable[[Call], Answer]
CallRoutes = Routes[Handler]

VAULT = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/{vault}"
FABRIC = f"{VAULT}/backupFabrics/Azure"
CONTAINER = FABRIC + "/protectionContainers/{container}"
ITEM = CONTAINER + "/protectedItems/{item}"

VAULT_DEPTH, FABRIC_DEPTH, CONTAINER_DEPTH, ITEM_DEPTH = 8, 10, 12, 14
POLICY_DEPTH = JOB_DEPTH = 10
LOCATION = "/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/locations/{region}"
LOCATION_DEPTH = 6
"""How many segments of a path lead to each."""
