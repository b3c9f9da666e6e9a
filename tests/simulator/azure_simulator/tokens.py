# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bearer tokens: signed when issued, checked on every call of ARM."""

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from .errors import Refusal, gateway
from .messages import Request

ALGORITHM = "ES256"
"""Entra signs by RS256, whose keys take a tenth of a second to make. To clients, access tokens are opaque."""


AUXILIARY = "x-ms-authorization-auxiliary"
_MOST_AUXILIARY = 3


@dataclass(frozen=True)
class Caller:
    """Who asks. ``tenants``, in lower case, are those of which the request brings good tokens."""

    client_id: str
    tenants: frozenset[str]


class Tokens:
    """Tokens live by the wall clock and not by the simulator's movable one: their holders do so too."""

    def __init__(self, tenant: str, lifetime: int, others: Sequence[str] = ()) -> None:
        """``others`` are tenants that are known beside the one that everything is in."""
        self.tenant = tenant
        self.others = {other.lower(): other for other in others}
        self.lifetime = lifetime
        self.key_id = uuid.uuid4().hex
        self._key = ec.generate_private_key(ec.SECP256R1())

    def issue(self, base_url: str, client_id: str, audience: str, tenant: str | None = None) -> str:
        now = int(time.time())
        tenant = tenant or self.tenant
        claims = {
            "aud": audience,
            "iss": f"{base_url}/{tenant}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + self.lifetime,
            "appid": client_id,
            "idtyp": "app",
            "oid": object_id(client_id),
            "tid": tenant,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, ALGORITHM, headers={"kid": self.key_id})

    def public_keys(self) -> dict[str, Any]:
        key = jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self.key_id, "use": "sig", "alg": ALGORITHM}]}

    def check(self, request: Request, audiences: list[str]) -> Caller:
        """Who the bearer of the tokens is; refuses with 401 as ARM does."""
        claims = self._claims(request, request.headers.get("authorization"), audiences)
        if claims["tid"].lower() != self.tenant.lower():
            raise self._unauthorised(
                request,
                "InvalidAuthenticationTokenTenant",
                f"The access token is from the wrong issuer '{claims['iss']}'. It must match the tenant "
                f"'{request.base_url}/{self.tenant}' associated with this subscription.",
            )
        client_id = str(claims["appid"])
        return Caller(client_id, frozenset({self.tenant.lower(), *self._auxiliary(request, audiences, client_id)}))

    def _auxiliary(self, request: Request, audiences: list[str], client_id: str) -> list[str]:
        """The tenants of the tokens beside the first one, at most three, of the same client.

        That they are documented; how bad ones are refused is inferred.
        """
        header = request.headers.get(AUXILIARY)
        if header is None:
            return []
        parts = [part.strip() for part in header.split(",")]
        if len(parts) > _MOST_AUXILIARY:
            raise self._unauthorised(
                request, "InvalidAuxiliaryTokens", f"At most {_MOST_AUXILIARY} auxiliary tokens may be given."
            )
        claims = [self._claims(request, part, audiences) for part in parts]
        if any(each["appid"] != client_id for each in claims):
            raise self._unauthorised(
                request, "InvalidAuxiliaryTokens", "The auxiliary tokens are of another application."
            )
        return [str(each["tid"]).lower() for each in claims]

    def _claims(self, request: Request, header: str | None, audiences: list[str]) -> dict[str, Any]:
        if not header:
            raise self._unauthorised(
                request,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        scheme, _unused, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise self._unauthorised(
                request,
                "AuthenticationFailedInvalidHeader",
                "Authentication failed. The 'Authorization' header is provided in an invalid format.",
            )
        try:
            claims: dict[str, Any] = jwt.decode(
                token.strip(),
                self._key.public_key(),
                [ALGORITHM],
                options={"verify_aud": False, "verify_exp": False, "require": ["exp", "aud", "appid", "tid"]},
            )
        except jwt.InvalidTokenError:
            raise self._unauthorised(request, "InvalidAuthenticationToken", "The access token is invalid.") from None
        if claims["aud"] not in audiences:
            raise self._unauthorised(
                request,
                "InvalidAuthenticationTokenAudience",
                f"The access token has been obtained for wrong audience or resource '{claims['aud']}'. It "
                f"should exactly match with one of the allowed audiences {','.join(map(repr, audiences))}.",
            )
        now = time.time()
        if claims["exp"] <= now:
            raise self._unauthorised(
                request,
                "ExpiredAuthenticationToken",
                f"The access token expiry UTC time '{_us_utc(claims['exp'])}' is earlier than "
                f"current UTC time '{_us_utc(now)}'.",
            )
        return claims

    def _unauthorised(self, request: Request, code: str, message: str) -> Refusal:
        challenge = f'Bearer authorization_uri="{request.base_url}/{self.tenant}"'
        if code != "AuthenticationFailed":
            challenge += f', error="invalid_token", error_description="{message}"'
        return gateway(401, code, message, {"WWW-Authenticate": challenge})


def object_id(client_id: str) -> str:
    """The id of a client's service principal."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, client_id))


def _us_utc(moment: float) -> str:
    at = dt.datetime.fromtimestamp(moment, dt.UTC)
    return f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M:%S %p}"
