# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline of azure-core, with what it lacks for this service. Private to the collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._calls import ApiCalls
from ._cloud import Cloud
from ._deadline import Deadline

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

VERSION = "1.0.0"
CONNECT_TIMEOUT = 20  # seconds
READ_TIMEOUT = 90  # seconds
RETRIES = 8
LONGEST_PAUSE = 30  # seconds between two attempts where Azure names no time of its own


def build_pipeline(
    cloud: Cloud,
    credential: TokenCredential,
    deadline: Deadline,
    calls: ApiCalls,
    validate_certificates: bool,
    connections: int,
) -> Any:
    """A client of azure-core that logs in, retries with care, counts, and stays with the cloud's resource manager."""
    from azure.core import PipelineClient
    from azure.core.pipeline import policies

    return PipelineClient(
        base_url=cloud.resource_manager,
        policies=[
            policies.RequestIdPolicy(),
            policies.HeadersPolicy({"Accept": "application/json"}),
            policies.UserAgentPolicy(base_user_agent=f"azurefiles.backup/{VERSION}"),
            policies.RedirectPolicy(),
            _retry_policy(deadline),
            _resource_manager_only_policy(cloud),
            policies.BearerTokenCredentialPolicy(credential, cloud.scope),
            _counting_policy(calls),
            policies.HttpLoggingPolicy(),
        ],
        transport=_transport(deadline, validate_certificates, connections),
    )


def _transport(deadline: Deadline, validate_certificates: bool, connections: int) -> Any:
    """Connections that are kept open, and pauses between attempts that end with the run."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport

    session = requests.Session()
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=connections))
    transport: Any = RequestsTransport(
        session=session,
        connection_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        connection_verify=validate_certificates,
    )
    transport.sleep = deadline.sleep
    return transport


def _retry_policy(deadline: Deadline) -> Any:
    """Azure-core's retries, except that a POST is repeated only where it surely was not carried out.

    A second refresh or inquiry spends a daily budget, and a second backup is a second backup: after a POST, only 429
    (which the service answers instead of doing anything) is retried.
    """
    from azure.core.pipeline.policies import RetryPolicy

    class CarefulRetryPolicy(RetryPolicy[Any, Any]):
        def is_retry(self, settings: dict[str, Any], response: Any) -> bool:
            if deadline.over:
                return False
            if response.http_response.status_code == 429:
                return bool(settings["total"] > 0)
            return response.http_request.method != "POST" and bool(super().is_retry(settings, response))

    return CarefulRetryPolicy(retry_total=RETRIES, retry_status=RETRIES, retry_backoff_max=LONGEST_PAUSE)


def _resource_manager_only_policy(cloud: Cloud) -> Any:
    """Lets nothing out to another host, port or scheme, whatever a ``nextLink`` or redirect says.

    It stands before the policy that adds the bearer token.
    """
    from azure.core.pipeline.policies import CustomHookPolicy

    return CustomHookPolicy(raw_request_hook=lambda request: cloud.refuse_foreign(request.http_request.url))


def _counting_policy(calls: ApiCalls) -> Any:
    """Counts every attempt. It stands behind the retries and the login, so that it sees just what is sent."""
    from azure.core.pipeline.policies import CustomHookPolicy

    def count(request: Any) -> None:
        calls.count("reads" if request.http_request.method == "GET" else "writes")
        if request.context.get("retry_count"):
            calls.count("retried")

    def count_throttled(response: Any) -> None:
        if response.http_response.status_code == 429:
            calls.count("throttled")

    return CustomHookPolicy(raw_request_hook=count, raw_response_hook=count_throttled)
