# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline of azure-core, with what it lacks for this service."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._azure.errors import AzureFault, BackupError, WaitTimeout
from .._run.calls import ApiCalls
from .._run.deadline import Deadline
from .cloud import Cloud
from .network import causes
from .rate_limit import SOON, RateLimit, told_left, whole_number

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

VERSION = "1.1.0"
CONNECT_TIMEOUT = 20  # seconds
READ_TIMEOUT = 90  # seconds
RETRIES = 8
LONGEST_PAUSE = 30  # seconds between two attempts where Azure names no time of its own
# The answers of a service that is out of order for the moment.
# The methods that are repeated after a broken connection, as azure-core has them.
REPEATED = frozenset({"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"})
OUT_OF_ORDER = (408, 500, 502, 503, 504)


AUXILIARY = "x-ms-authorization-auxiliary"


@dataclass(frozen=True)
class Auxiliary:
    """A second login, to the tenant of a resource guard; ``explain`` puts its failure into words."""

    credential: TokenCredential
    explain: Callable[[Exception], BackupError]


@dataclass
class Attempts:
    """What is known of the attempts to send one request: ``in_doubt`` once one may have been carried out unanswered.

    ``asks`` is true for a request that only reads.
    """

    count: int = 0
    in_doubt: bool = False
    asks: bool = False


def build_pipeline(
    cloud: Cloud,
    credential: TokenCredential,
    deadline: Deadline,
    calls: ApiCalls,
    validate_certificates: bool,
    connections: int,
    auxiliary: Auxiliary | None = None,
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
            _rate_limit_policy(deadline),
            _resource_manager_only_policy(cloud),
            *([_auxiliary_policy(auxiliary, cloud.scope)] if auxiliary else []),
            policies.BearerTokenCredentialPolicy(credential, cloud.scope),
            _attempt_policy(calls),
        ],
        transport=_transport(deadline, validate_certificates, connections),
    )


def _transport(deadline: Deadline, validate_certificates: bool, connections: int) -> Any:
    """Connections that are kept open, and pauses between attempts that end with the run."""
    import requests
    from azure.core.pipeline.transport import RequestsTransport

    class Session(requests.Session):
        def get_redirect_target(self, resp: Any) -> None:
            """Redirects are the pipeline's; requests would take them apart before that has looked at them."""

    session = Session()
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

    A second refresh or inquiry spends a daily budget, and a second backup is a second backup: after a POST that does
    more than ask, only 429
    and 401 (which are answered instead of doing anything) are retried. After 401 there is one more attempt, with a new
    token.
    """
    from azure.core.pipeline.policies import RetryPolicy

    class CarefulRetryPolicy(RetryPolicy[Any, Any]):
        def is_retry(self, settings: dict[str, Any], response: Any) -> bool:
            status, method = response.http_response.status_code, response.http_request.method
            if deadline.over or settings["total"] <= 0:
                return False
            if (self.get_retry_after(response) or 0) >= deadline.remaining:
                return False  # this answer says more than that the time was over
            if status == 401:
                return not any(_status(attempt) == 401 for attempt in settings["history"])
            repeatable = method != "POST" or response.context["attempts"].asks
            return status == 429 or (status in OUT_OF_ORDER and repeatable)

        def get_retry_after(self, response: Any) -> float | None:
            try:
                seconds = super().get_retry_after(response)
            except (ValueError, OverflowError):
                return None
            return None if seconds is None or math.isnan(seconds) else seconds

    return CarefulRetryPolicy(retry_total=RETRIES, retry_status=RETRIES, retry_backoff_max=LONGEST_PAUSE)


def _status(attempt: Any) -> int | None:
    return attempt.http_response.status_code if attempt.http_response is not None else None


def _rate_limit_policy(deadline: Deadline) -> Any:
    """Holds requests back so that the resource manager need not. It stands behind the retries, which count as well."""
    from azure.core.pipeline.policies import HTTPPolicy

    limit = RateLimit(lambda: deadline.waited)

    class RateLimitPolicy(HTTPPolicy[Any, Any]):
        def send(self, request: Any) -> Any:
            method = request.http_request.method
            bucket = limit.bucket(method, request.http_request.url)
            left, closed_for = None, 0.0
            place, waited = bucket.queue(), False
            while (pause := bucket.wait(place)) and not (waited and deadline.over):
                waited = True
                deadline.sleep(pause if bucket.told else min(pause, SOON))
            mark = bucket.send()
            try:
                if waited and deadline.over and method != "GET":
                    raise not_begun(deadline)
                response = self.next.send(request)
                headers = response.http_response.headers
                left = told_left(headers)
                if response.http_response.status_code == 429:
                    closed_for = float(whole_number(headers.get("Retry-After")) or 0)
                return response
            finally:
                bucket.give_back(mark, left, min(closed_for, deadline.remaining))

    return RateLimitPolicy()


def _resource_manager_only_policy(cloud: Cloud) -> Any:
    """Lets nothing out to another host, port or scheme, whatever a ``nextLink`` or redirect says.

    It stands before the policy that adds the bearer token, and behind the one that follows redirects.
    """
    from azure.core.pipeline.policies import CustomHookPolicy

    def check_redirect(response: Any) -> None:
        where = response.http_response.headers.get("Location")
        if where and 300 <= response.http_response.status_code < 400:
            cloud.own_url(where)

    return CustomHookPolicy(
        raw_request_hook=lambda request: cloud.refuse_foreign(request.http_request.url),
        raw_response_hook=check_redirect,
    )


def _auxiliary_policy(auxiliary: Auxiliary, scope: str) -> Any:
    """Adds a token of the guard's tenant to the requests that are sent with ``guarded``, and to no others.

    It stands behind the policy that lets nothing out to another host, and logs in with the first such request.
    """
    from azure.core.exceptions import AzureError
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    class AuxiliaryPolicy(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            options = request.context.options
            if not request.context.setdefault("guarded", options.pop("guarded", False)):
                return
            try:
                token = auxiliary.credential.get_token(scope).token
            except AzureError as problem:
                raise auxiliary.explain(problem) from problem
            request.http_request.headers[AUXILIARY] = f"Bearer {token}"

    return AuxiliaryPolicy()


def _attempt_policy(calls: ApiCalls) -> Any:
    """Counts every attempt, and notes those that may have been carried out although no clear answer came.

    It stands behind the retries and the login, so that it sees just what is sent.
    """
    from azure.core.exceptions import AzureError
    from azure.core.pipeline.policies import HTTPPolicy

    class AttemptPolicy(HTTPPolicy[Any, Any]):
        def send(self, request: Any) -> Any:
            attempts: Attempts = request.context.setdefault("attempts", request.context.options.pop("attempts", None))
            calls.count("reads" if request.http_request.method == "GET" else "writes")
            attempts.count += 1
            if attempts.count > 1:
                calls.count("retried")
            try:
                response = self.next.send(request)
            except AzureError as problem:
                attempts.in_doubt |= not _never_sent(problem)
                raise
            status = response.http_response.status_code
            attempts.in_doubt |= status in OUT_OF_ORDER or status >= 500
            if status == 429:
                calls.count("throttled")
            return response

    return AttemptPolicy()


def not_begun(deadline: Deadline) -> WaitTimeout:
    return WaitTimeout(
        f"The time was over before this was begun ({deadline.reason}).", AzureFault("WaitTimeout"), advice="Run again."
    )


def _never_sent(problem: BaseException) -> bool:
    """Whether no connection came about, so that the service has seen nothing of the request."""
    import ssl

    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    before_it = (ConnectTimeoutError, NewConnectionError, ssl.SSLCertVerificationError)
    return any(isinstance(cause, before_it) for cause in causes(problem))
