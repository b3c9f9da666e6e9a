# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Managed identity: the metadata service (IMDS) of virtual machines, and the endpoint of App Service."""

import time
from typing import Any

from .messages import Answer, Request
from .scenario import Client
from .tokens import Tokens

IMDS = "/metadata/identity/oauth2/token"
APP_SERVICE = "/msi/token"
APP_SERVICE_SECRET = "simulated-identity-header"


class ManagedIdentity:
    """Gives tokens to whoever asks, as the machine does. Numbers in the answers are text.

    The first client of the scenario is the system-assigned identity, all of them are user-assigned ones.
    """

    def __init__(self, tokens: Tokens, clients: list[Client]) -> None:
        self._tokens = tokens
        self._clients = clients
        self.base_url = ""
        """Of ARM and Entra, for the issuer; known when the server listens."""

    def answer(self, request: Request) -> Answer:
        path = request.path.lower()
        if path == IMDS:
            if request.headers.get("metadata", "").lower() != "true":
                # azure-identity's DefaultAzureCredential probes without the header and expects a 400.
                return _refused("bad_request_102", "Required metadata header not specified")
            return self._token(request)
        if path == APP_SERVICE:
            if request.headers.get("x-identity-header") != APP_SERVICE_SECRET:
                return Answer(401, {"statusCode": 401, "message": "The identity header is wrong."})
            return self._token(request)
        return Answer(404, {"error": "not_found"})

    def _token(self, request: Request) -> Answer:
        resource = request.query.get("resource")
        if not resource:
            return _refused("invalid_request", "Required audience parameter not specified")
        client = self._identity(request.query.get("client_id"))
        if client is None:
            return _refused("invalid_request", "Identity not found")
        now, lifetime = int(time.time()), self._tokens.lifetime
        body: dict[str, Any] = {
            "access_token": self._tokens.issue(self.base_url, client.client_id, resource),
            "client_id": client.client_id,
            "expires_in": str(lifetime),
            "expires_on": str(now + lifetime),
            "ext_expires_in": str(lifetime),
            "not_before": str(now),
            "resource": resource,
            "token_type": "Bearer",
        }
        return Answer(200, body)

    def _identity(self, client_id: str | None) -> Client | None:
        if client_id is None:
            return self._clients[0] if self._clients else None
        for client in self._clients:
            if client.client_id.lower() == client_id.lower():
                return client
        return None


def _refused(error: str, description: str) -> Answer:
    return Answer(400, {"error": error, "error_description": description})
