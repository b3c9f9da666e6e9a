# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entra: discovery documents and the token endpoint, as azure-identity and the az CLI use them."""

import datetime as dt
import hmac
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509

from .messages import Answer, Request
from .scenario import Client
from .tokens import ALGORITHM, Tokens

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SHARED_TENANTS = ("organizations", "common", "adfs")


class Rejected(Exception):
    """A token request that Entra turns down: an OAuth error and the AADSTS number behind it."""

    def __init__(self, status: int, error: str, number: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.number = number
        self.message = message


class Entra:
    def __init__(self, tokens: Tokens, clients: list[Client]) -> None:
        self._tokens = tokens
        self._clients = {client.client_id.lower(): client for client in clients}

    def kind_of(self, request: Request) -> str | None:
        """``token`` or ``metadata`` when the request is one for Entra, for the journal."""
        segments = [segment.lower() for segment in request.segments]
        if segments[-1:] == ["token"] and "oauth2" in segments:
            return "token"
        if segments[-2:] == [".well-known", "openid-configuration"] or "discovery" in segments[:2]:
            return "metadata"
        return None

    def answer(self, request: Request) -> Answer:
        segments = [segment.lower() for segment in request.segments]
        try:
            if segments[-1] == "token":
                return self._token(request, segments[0])
            if segments[-1] == "openid-configuration":
                return Answer(200, self._configuration(request, segments[0], v2="v2.0" in segments))
            if segments[-1] == "keys":
                return Answer(200, self._tokens.public_keys())
            return Answer(200, self._instance_discovery(request))
        except Rejected as rejected:
            return Answer(rejected.status, _error_body(rejected))

    def _tenant(self, name: str) -> str:
        if name in _SHARED_TENANTS or name == self._tokens.tenant.lower() or name in self._tokens.others:
            return name
        raise Rejected(
            400,
            "invalid_tenant" if "." in name else "invalid_request",
            90002,
            f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing "
            "into the correct cloud. Check with your subscription administrator, this may happen if there "
            "are no active subscriptions for the tenant.",
        )

    def _configuration(self, request: Request, name: str, *, v2: bool) -> dict[str, Any]:
        tenant = self._tenant(name)
        authority = f"{request.base_url}/{tenant}"
        oauth2 = f"{authority}/oauth2" + ("/v2.0" if v2 else "")
        return {
            "issuer": authority + ("/v2.0" if v2 else "/"),
            "authorization_endpoint": f"{oauth2}/authorize",
            "token_endpoint": f"{oauth2}/token",
            "device_authorization_endpoint": f"{oauth2}/devicecode",
            "jwks_uri": f"{authority}/discovery" + ("/v2.0" if v2 else "") + "/keys",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": "EU",
        }

    def _instance_discovery(self, request: Request) -> dict[str, Any]:
        host = request.base_url.partition("://")[2]
        return {
            "tenant_discovery_endpoint": f"{request.base_url}/{self._tokens.tenant}/v2.0"
            "/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }

    def _token(self, request: Request, tenant: str) -> Answer:
        tenant = self._tenant(tenant)
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if form.get("grant_type") != "client_credentials":
            raise Rejected(
                400,
                "unsupported_grant_type",
                70003,
                f"The app requested an unsupported grant type '{form.get('grant_type')}'.",
            )
        client = self._clients.get(form.get("client_id", "").lower())
        if client is None or not self._is_known(client, tenant):
            directory = self._tokens.others.get(tenant, self._tokens.tenant)
            raise Rejected(
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{form.get('client_id')}' was not found in the directory "
                f"'{directory}'. This can happen if the application has not been installed by the "
                "administrator of the tenant or consented to by any user in the tenant. You may have sent "
                "your authentication request to the wrong tenant.",
            )
        self._prove(client, form)
        audience = form.get("resource") or form.get("scope", "").split(" ")[0].removesuffix("/.default")
        if not audience:
            raise Rejected(
                400,
                "invalid_request",
                900144,
                "The request body must contain the following parameter: 'scope'.",
            )
        lifetime = self._tokens.lifetime
        other = self._tokens.others.get(tenant)
        token = self._tokens.issue(request.base_url, client.client_id, audience, other)
        return Answer(
            200,
            {
                "token_type": "Bearer",
                "expires_in": lifetime,
                "ext_expires_in": lifetime,
                "access_token": token,
            },
            {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"},
        )

    def _is_known(self, client: Client, tenant: str) -> bool:
        """Whether a tenant has the application; the scenario's has all of them."""
        allowed = self._tokens.others if client.tenants is None else {each.lower() for each in client.tenants}
        return tenant not in self._tokens.others or tenant in allowed

    def _prove(self, client: Client, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") == _ASSERTION:
            self._check_assertion(client, form.get("client_assertion", ""))
            return
        secret = form.get("client_secret")
        if secret is None:
            raise Rejected(
                401,
                "invalid_client",
                7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )
        if client.secret is None or not hmac.compare_digest(secret.encode(), client.secret.encode()):
            raise Rejected(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client "
                f"secret value, not the client secret ID, for a secret added to app '{client.client_id}'.",
            )

    def _check_assertion(self, client: Client, assertion: str) -> None:
        if client.federated_token is not None and assertion.strip() == client.federated_token.strip():
            return
        if client.certificate is None:
            raise Rejected(
                401,
                "invalid_client",
                700213,
                "No matching federated identity record found for presented assertion subject. Check your "
                "federated identity credential Subject, Audience and Issuer against the presented assertion.",
            )
        certificate = x509.load_pem_x509_certificate(_certificate_of(Path(client.certificate).read_bytes()))
        key: Any = certificate.public_key()
        try:
            claims = jwt.decode(
                assertion,
                key,
                ["RS256", "PS256"],
                options={"verify_aud": False, "require": ["exp", "aud", "iss"]},
            )
        except jwt.InvalidTokenError as problem:
            raise Rejected(
                401,
                "invalid_client",
                700027,
                "The certificate with identifier used to sign the client assertion is not registered on "
                f"application. [Reason - {problem}]",
            ) from None
        if str(claims["iss"]).lower() != client.client_id.lower():
            raise Rejected(
                401,
                "invalid_client",
                700024,
                "Client assertion issuer and subject must be the client_id of the client making the request.",
            )


def _certificate_of(pem: bytes) -> bytes:
    """The certificate in a file which may hold a key too."""
    start = pem.index(b"-----BEGIN CERTIFICATE-----")
    return pem[start:]


def _error_body(rejected: Rejected) -> dict[str, Any]:
    at = dt.datetime.now(dt.UTC)
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    stamp = f"{at:%Y-%m-%d %H:%M:%SZ}"
    return {
        "error": rejected.error,
        "error_description": f"AADSTS{rejected.number}: {rejected.message} Trace ID: {trace} "
        f"Correlation ID: {correlation} Timestamp: {stamp}",
        "error_codes": [rejected.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={rejected.number}",
    }
