# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Azure Resource Manager: its gateway, through which every call goes, and what it answers itself."""

import re
import uuid
from typing import Any

from . import groups, roles, storage, vault
from .authorisation import authorise
from .call import Call, CallRoutes, UrlSigner
from .dotnet import http_date
from .errors import Refusal, gateway
from .limits import READS, VAULTS, Rate, Throttle, counter
from .messages import Answer, Request
from .model.world import World
from .routing import MethodNotAllowed
from .scenario import Limits, Scenario
from .tokens import Caller, Tokens, object_id

CLIENT_REQUEST_ID = "x-ms-client-request-id"
_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?", re.IGNORECASE)
_NAMESPACES = (
    "Microsoft.RecoveryServices",
    "Microsoft.Storage",
    "Microsoft.Authorization",
    "Microsoft.Resources",
)
OWN_ROUTES = CallRoutes()


class Arm:
    """Checks token, rate, api-version, existence and permission, in this order, and hands the call on."""

    def __init__(self, world: World, settings: Scenario, tokens: Tokens) -> None:
        self._world = world
        self._settings = settings
        self._tokens = tokens
        self._signer = UrlSigner(world.clock) if settings.signed_urls else None
        self._throttle = Throttle(world.clock, *_rates(settings.limits))
        self._routes = CallRoutes()
        for table in (OWN_ROUTES, groups.ROUTES, roles.ROUTES, storage.ROUTES, vault.routes()):
            self._routes.include(table)

    def answer(self, request: Request) -> tuple[Answer, bool]:
        """The answer, and whether the token was good."""
        authorised = False
        told: dict[str, str] = {}
        try:
            caller = self._tokens.check(request, _audiences(request))
            authorised = True
            told = self._throttle.spend(request, caller.client_id)
            told |= self._identifier(request, caller.client_id)
            answer = self._carry_out(request, caller)
        except Refusal as refusal:
            answer = refusal.answer()
            if refusal.own:
                told = {}  # a provider's own headers; ARM's refusals are recorded without
        answer.headers = {**self._standard_headers(request), **told, **answer.headers}
        return answer, authorised

    def _carry_out(self, request: Request, caller: Caller) -> Answer:
        _check_api_version(request)
        try:
            handler, params = self._routes.find(request.method, request.segments)
        except MethodNotAllowed:
            raise gateway(
                405,
                "MethodNotAllowed",
                f"The http method '{request.method}' is not supported for this resource.",
            ) from None
        except LookupError:
            raise _unknown_path(request) from None
        self._check_existence(params)
        authorise(self._settings, request, caller.client_id, self._world.seconds)
        self._world.activity = request.headers.get(CLIENT_REQUEST_ID) or str(uuid.uuid4())
        return handler(Call(request, params, self._world, self._settings, self._signer, caller))

    def _check_existence(self, params: dict[str, str]) -> None:
        subscription = params.get("subscription")
        if subscription is not None and not self._world.knows(subscription):
            raise gateway(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")
        if "group" in params:
            params["group"] = self._world.group(params["subscription"], params["group"]).name

    def _identifier(self, request: Request, client: str) -> dict[str, str]:
        """Azure Backup says who asks; recorded since 2025 on all but its reads of resource guard proxies."""
        what = counter(request)
        if "vaults" not in map(str.lower, request.segments[6:7]) or what in (None, READS, VAULTS):
            return {}
        vault = self._world.vaults.find(request.segments[1], request.segments[3], request.segments[7])
        region = vault.location if vault else "westeurope"
        who = f"tenantId={self._settings.tenant},objectId={object_id(client)}"
        return {"x-ms-operation-identifier": f"{who}/{region}/{uuid.uuid4()}"}

    def _standard_headers(self, request: Request) -> dict[str, str]:
        request_id = str(uuid.uuid4())
        asked = request.headers.get(CLIENT_REQUEST_ID)
        correlation = request.headers.get("x-ms-correlation-request-id", request_id)
        return {
            "Cache-Control": "no-cache",
            "Pragma": "no-cache",
            "Expires": "-1",
            "Date": http_date(self._world.clock.now()),
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
            "X-Content-Type-Options": "nosniff",
            "x-ms-request-id": request_id,
            "x-ms-correlation-request-id": correlation,
            "x-ms-routing-request-id": f"SIMULATOR:{request_id}",
            **({CLIENT_REQUEST_ID: asked} if asked else {}),
        }


def _rates(limits: Limits) -> tuple[Rate, Rate]:
    """Of reads and of writes; what other programs use of them is not there for the client."""
    left = 1 - limits.others
    reads, writes = limits.reads_per_second, limits.writes_per_second
    read_bucket = limits.reads_bucket if limits.reads_bucket is not None else max(1, int(10 * reads))
    write_bucket = limits.writes_bucket if limits.writes_bucket is not None else max(1, int(20 * writes))
    return Rate(read_bucket * left, reads * left), Rate(write_bucket * left, writes * left)


def _audiences(request: Request) -> list[str]:
    """This server, under the name the client uses or the other one, with and without a slash."""
    host, _unused, port = request.base_url.partition("://")[2].partition(":")
    hosts = dict.fromkeys([host, "localhost", "127.0.0.1"])
    return [f"https://{name}:{port}{slash}" for name in hosts for slash in ("/", "")]


def _check_api_version(request: Request) -> None:
    version = request.query.get("api-version")
    if not version:
        raise gateway(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _API_VERSION.fullmatch(version):
        raise gateway(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version}' is invalid. The supported versions are dates such as '2026-07-01'.",
        )


def _unknown_path(request: Request) -> Refusal:
    """ARM knows which namespaces there are, a namespace knows its types."""
    lowered = [segment.lower() for segment in request.segments]
    if "providers" in lowered[:-1]:
        namespace = request.segments[lowered.index("providers") + 1]
        if namespace.lower() not in [known.lower() for known in _NAMESPACES]:
            return gateway(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")
        return gateway(
            404,
            "InvalidResourceType",
            f"The resource type could not be found in the namespace '{namespace}' "
            f"for api version '{request.query['api-version']}'.",
        )
    return gateway(
        404,
        "NotFound",
        f"No HTTP resource was found that matches the request URI '{request.base_url}{request.path}'.",
    )


SUBSCRIPTION = "/subscriptions/{subscription}"


def _show_subscription(call: Call, subscription: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": call.settings.tenant,
        "displayName": "Simulated subscription",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


@OWN_ROUTES.on("GET", "/subscriptions")
def list_subscriptions(call: Call) -> Answer:
    rows = [_show_subscription(call, subscription) for subscription in call.world.subscriptions]
    return Answer(200, {"value": rows, "count": {"type": "Total", "value": len(rows)}})


@OWN_ROUTES.on("GET", SUBSCRIPTION)
def get_subscription(call: Call) -> Answer:
    return Answer(200, _show_subscription(call, call.subscription))


@OWN_ROUTES.on("GET", "/tenants")
def list_tenants(call: Call) -> Answer:
    tenant = call.settings.tenant
    row = {
        "id": f"/tenants/{tenant}",
        "tenantId": tenant,
        "countryCode": "NL",
        "displayName": "Simulated tenant",
        "domains": ["simulated.onmicrosoft.com"],
        "tenantCategory": "Home",
        "defaultDomain": "simulated.onmicrosoft.com",
        "tenantType": "AAD",
    }
    return Answer(200, {"value": [row]})
