# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What azure-core's pipeline lacks for this service. Private to the collection.

The only module that imports azure-core at its top; it is itself imported where a client is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, RetryPolicy, SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport

if TYPE_CHECKING:
    from ._client import ApiCalls
    from ._deadline import Deadline

RETRIES = 8
LONGEST_PAUSE = 30  # seconds between two attempts where Azure names no time of its own


class ForeignAddressError(AzureError):
    """A link of the service led away from the resource manager."""


class ResourceManagerOnlyPolicy(SansIOHTTPPolicy[Any, Any]):
    """Lets nothing out to another host, port or scheme, whatever a ``nextLink`` or redirect says.

    It stands before the policy that adds the bearer token.
    """

    def __init__(self, resource_manager: str) -> None:
        super().__init__()
        self._home = _origin(resource_manager)

    def on_request(self, request: PipelineRequest[Any]) -> None:
        origin = _origin(request.http_request.url)
        if origin != self._home:
            raise ForeignAddressError(
                f"the service's answer leads to {origin[0]}://{origin[1]}:{origin[2]}, which is not the resource "
                "manager of this cloud; nothing was sent there"
            )


class CallCounterPolicy(HTTPPolicy[Any, Any]):
    """Counts every attempt. It stands behind the retries and the login, so that it sees just what is sent."""

    def __init__(self, calls: ApiCalls) -> None:
        super().__init__()
        self._calls = calls

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        self._calls.count("reads" if request.http_request.method == "GET" else "writes")
        if request.context.get("retry_count"):
            self._calls.count("retried")
        response = self.next.send(request)
        if response.http_response.status_code == 429:
            self._calls.count("throttled")
        return response


class SafeRetryPolicy(RetryPolicy[Any, Any]):
    """Azure-core's retries, except that a POST is repeated only where it surely was not carried out.

    A second refresh or inquiry spends a daily budget, and a second backup is a second backup: after a POST, only 429
    (which the service answers instead of doing anything) is retried.
    """

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(retry_total=RETRIES, retry_status=RETRIES, retry_backoff_max=LONGEST_PAUSE)

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        if self._deadline.over:
            return False
        if response.http_response.status_code == 429:
            return bool(settings["total"] > 0)
        if response.http_request.method == "POST":
            return False
        return bool(super().is_retry(settings, response))


class DeadlineTransport(RequestsTransport):
    """A transport over requests that pauses between attempts no longer than the run may last."""

    def __init__(self, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._deadline = deadline

    def sleep(self, duration: float) -> None:
        self._deadline.sleep(duration)


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return (
        parts.scheme.lower(),
        (parts.hostname or "").lower(),
        parts.port or (80 if parts.scheme == "http" else 443),
    )
