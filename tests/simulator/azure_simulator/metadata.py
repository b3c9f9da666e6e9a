# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/metadata/endpoints``: how a cloud introduces itself to its clients. It asks for no token."""

from typing import Any

from .errors import error_body
from .messages import Answer, Request

PATH = "/metadata/endpoints"


def answer(request: Request, tenant: str) -> Answer:
    """One object since 2022-09-01, a list in 2019-05-01, and Azure Stack's shape in 2015-01-01."""
    version = request.query.get("api-version", "")
    if version.startswith("2015"):
        return Answer(200, _stack(request.base_url))
    if version < "2019":
        return Answer(400, error_body("InvalidApiVersionParameter", f"The api-version '{version}' is invalid."))
    cloud = _cloud(request.base_url, tenant)
    return Answer(200, [cloud] if version < "2022-09-01" else cloud)


def _stack(url: str) -> dict[str, Any]:
    return {
        "galleryEndpoint": f"{url}/",
        "graphEndpoint": f"{url}/",
        "portalEndpoint": f"{url}/",
        "authentication": {"loginEndpoint": f"{url}/", "audiences": [f"{url}/"]},
    }


def _cloud(url: str, tenant: str) -> dict[str, Any]:
    return {
        "portal": url,
        "authentication": {
            "loginEndpoint": url,
            "audiences": [f"{url}/", url],
            "tenant": tenant,
            "identityProvider": "AAD",
        },
        "media": url,
        "graphAudience": f"{url}/",
        "graph": f"{url}/",
        "name": "Simulator",
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "sqlServerHostname": "database.windows.net",
            "acrLoginServer": "azurecr.io",
        },
        "batch": f"{url}/",
        "resourceManager": f"{url}/",
        "vmImageAliasDoc": f"{url}/",
        "sqlManagement": f"{url}/",
        "microsoftGraphResourceId": f"{url}/",
        "appInsightsResourceId": url,
        "appInsightsTelemetryChannelResourceId": url,
        "logAnalyticsResourceId": url,
        "synapseAnalyticsResourceId": url,
        "attestationResourceId": url,
        "ossrDbmsResourceId": url,
        "gallery": f"{url}/",
    }
