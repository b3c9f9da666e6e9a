# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks HTTP: an authenticated pipeline to a cloud's resource manager."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlencode

from .._azure.advice import advice
from .._azure.errors import AzureFault, BackupError, ServiceError, WaitTimeout
from .._azure.faults import read_fault
from .._azure.times import now
from .._run.calls import ApiCalls
from .._run.deadline import LAST_WORD, Deadline
from .network import check_network, masked, reason
from .new_roles import NewRoles
from .pipeline import (
    CONNECT_TIMEOUT,
    OUT_OF_ORDER,
    READ_TIMEOUT,
    REPEATED,
    Attempts,
    Auxiliary,
    build_pipeline,
    not_begun,
)

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from .cloud import Cloud

# More pages than the largest vault can fill: a list that goes on is one that leads round in a circle.
MOST_PAGES = 1000


@dataclass(frozen=True)
class Answer:
    """A successful answer; ``body`` is None where there was none, and ``written`` true for anything but a question.

    ``activity_id`` is the id under which it was asked for.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    written: bool = False
    activity_id: str | None = None

    @property
    def object(self) -> dict[str, Any]:
        if not isinstance(self.body, dict):
            raise BackupError(
                f"Azure answered with HTTP {self.status}, but without the JSON object that belongs there.",
                in_doubt=self.written,
            )
        return self.body


class ArmClient:
    """Sends requests for one subscription, from any number of threads.

    Retries, throttling and token renewal happen inside; at most ``connections`` requests are under way at once.
    """

    def __init__(
        self,
        cloud: Cloud,
        credential: TokenCredential,
        deadline: Deadline,
        calls: ApiCalls | None = None,
        *,
        validate_certificates: bool = True,
        connections: int = 20,
        explain: Callable[[Exception], BackupError] | None = None,
        auxiliary: Auxiliary | None = None,
        pause: float | None = None,
        tell: Callable[[str], None] = lambda _words: None,
    ) -> None:
        """``explain`` puts a failed login into words; ``auxiliary`` is a second login, for what is guarded.

        ``pause`` is how long to wait at first before a role that was assigned just now is tried again; None is not to
        wait for it. ``tell`` is told of that.
        """
        self.cloud = cloud
        self.calls = calls or ApiCalls()
        self.new_roles = NewRoles(self, deadline, pause, tell)
        self._deadline = deadline
        self._explain = explain or _login_failed
        self._validate = validate_certificates
        self._clock_ahead = timedelta()
        self._gate = threading.BoundedSemaphore(connections)
        self._has_auxiliary = auxiliary is not None
        self._pipeline = build_pipeline(
            cloud, credential, deadline, self.calls, validate_certificates, connections, auxiliary
        )

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        return self.send("GET", path, query)

    def ask(self, path: str, query: Mapping[str, str], body: Any, *, guarded: bool = False) -> Answer:
        """A question that is posted: it changes nothing, so it is asked again, and after the end, as a read is."""
        return self._run("POST", self._url(path, query), body, asks=True, guarded=guarded)

    def pages(self, path: str, query: Mapping[str, str], body: Any = None) -> Iterator[dict[str, Any]]:
        """Every element of a list, over all its pages; one that is asked for with a ``body`` is posted.

        Raises BackupError for a list that does not end: half a list would pass for the truth.
        """
        seen: set[str] = set()
        method = "GET" if body is None else "POST"
        answer = self._run(method, self._url(path, query), body, asks=True).object
        while True:
            elements = answer.get("value")
            if not isinstance(elements, list | None):
                raise BackupError(
                    f"Azure's list {path.rsplit('/', 1)[-1]} has something else in the place of its list."
                )
            yield from (element for element in elements or [] if isinstance(element, dict))
            following = answer.get("nextLink")
            if not following:
                return
            if following in seen or len(seen) >= MOST_PAGES:
                raise BackupError(f"Azure's list {path.rsplit('/', 1)[-1]} leads round in a circle; run again.")
            seen.add(following)
            answer = self._run(method, self.cloud.own_url(str(following)), body, asks=True).object

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Any = None,
        activity_id: str | None = None,
        *,
        guarded: bool = False,
    ) -> Answer:
        """Send one request to the resource manager, under an id that is made up where none is given.

        One that is ``guarded`` goes with the auxiliary login as well, if there is one.

        Raises ServiceError for an answer of 300 or more, BackupError where there was no answer at all, and WaitTimeout
        for anything but a read after the end of the run's time. These are in doubt where a request that is no read may
        have been carried out.
        """
        url = self._url(path, query)
        return self._run(method, url, body, activity_id, asks=method == "GET", guarded=guarded)

    def _url(self, path: str, query: Mapping[str, str]) -> str:
        # The service wants %20 for a space in $filter, not a plus sign.
        return f"{self.cloud.resource_manager}{path}?{urlencode(query, quote_via=quote)}"

    def service_time(self) -> datetime:
        """The time by the service's clock, as far as its last answer told it."""
        return now() + self._clock_ahead

    def _run(
        self, method: str, url: str, body: Any, activity_id: str | None = None, *, asks: bool, guarded: bool = False
    ) -> Answer:
        """``asks`` is true for what only reads, by whichever method."""
        from azure.core.rest import HttpRequest

        if self._deadline.closed or (self._deadline.over and not asks):
            raise not_begun(self._deadline)
        limit = max(self._deadline.remaining, LAST_WORD)
        attempts = Attempts(asks=asks)
        try:
            named = {"x-ms-client-request-id": activity_id} if activity_id else {}
            request = HttpRequest(method, url, headers=named, json=body)
            with self._gate:
                response = self._pipeline.send_request(
                    request,
                    timeout=limit,
                    read_timeout=min(READ_TIMEOUT, limit),
                    attempts=attempts,
                    retry_on_methods=REPEATED | {method} if asks else REPEATED,
                    **({"guarded": True} if guarded and self._has_auxiliary else {}),
                )
            self._learn_time(response)
            return replace(_answer(method, response, asks), activity_id=request.headers.get("x-ms-client-request-id"))
        except BackupError as error:
            error.in_doubt = not asks and (error.in_doubt or attempts.in_doubt)
            raise
        except Exception as problem:
            self._fail(problem, attempts.in_doubt and not asks)

    def _fail(self, problem: Exception, in_doubt: bool) -> NoReturn:
        """What libraries raise, in words: for a login, a connection, or an answer that is not to be understood."""
        from azure.core.exceptions import (
            AzureError,
            ClientAuthenticationError,
            ServiceRequestTimeoutError,
            ServiceResponseTimeoutError,
        )
        from requests import RequestException

        home = self.cloud.resource_manager

        if isinstance(problem, ClientAuthenticationError):
            error = self._explain(problem)
            error.in_doubt |= in_doubt
            raise error from problem
        if isinstance(problem, ServiceRequestTimeoutError | ServiceResponseTimeoutError) and self._deadline.over:
            words = f"{home} had not answered when the time was over ({self._deadline.reason})."
            raise WaitTimeout(words, AzureFault("WaitTimeout"), in_doubt=in_doubt) from problem
        if isinstance(problem, AzureError | RequestException | OSError):
            words = f"{home} cannot be reached: {reason(problem, home)}."
            raise BackupError(words, in_doubt=in_doubt) from problem
        if isinstance(problem, ValueError | LookupError):
            words = f"{home} gave an answer that cannot be understood: {reason(problem, home)}."
            raise BackupError(words, in_doubt=in_doubt) from problem
        # An impossible proxy lets libraries stumble in ways of their own.
        check_network(home, self._validate)
        raise problem

    def _learn_time(self, response: Any) -> None:
        try:
            self._clock_ahead = parsedate_to_datetime(response.headers.get("Date", "")) - now()
        except (TypeError, ValueError, OverflowError):
            return


def get_public_json(url: str, validate_certificates: bool) -> Any:
    """Fetch a public address without any credentials: how a cloud describes itself."""
    import requests

    check_network(url, validate_certificates)
    try:
        response = requests.get(url, timeout=CONNECT_TIMEOUT, verify=validate_certificates, allow_redirects=False)
        response.raise_for_status()
        return response.json()
    except (requests.RequestException, OSError, ValueError) as problem:
        raise BackupError(f"The cloud at {url} did not describe itself: {reason(problem, url)}.") from problem


def _answer(method: str, response: Any, asks: bool) -> Answer:
    if response.status_code >= 300:
        raise _service_error(method, response)
    try:
        body = _json(response)
    except ValueError as problem:
        # What is written is answered by status and headers; its body only repeats what was sent.
        if not asks:
            return Answer(response.status_code, response.headers, None, written=True)
        raise BackupError(
            f"Azure answered {method} {_place(response)} with HTTP {response.status_code} and a body that is not JSON."
        ) from problem
    return Answer(response.status_code, response.headers, body, written=not asks)


def _json(response: Any) -> Any:
    """The body, or None where there is none. Raises ValueError for anything that is not JSON."""
    try:
        text = response.content.decode("utf-8-sig").strip()
        return json.loads(text, parse_constant=_refuse_constant) if text else None
    except RecursionError as problem:
        raise ValueError("too deep") from problem


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _service_error(method: str, response: Any) -> ServiceError:
    fault = _fault(response)
    words = fault.words or response.reason or "no explanation"
    return ServiceError(
        f"{method} {_place(response)} failed with HTTP {response.status_code}, {words}",
        fault,
        in_doubt=method != "GET" and (response.status_code in OUT_OF_ORDER or response.status_code >= 500),
        advice=advice(fault, str(response.request.url)),
    )


def _fault(response: Any) -> AzureFault:
    """From the shapes that resource providers use: inside ``error``, or bare."""
    try:
        body = _json(response)
    except ValueError:
        body = None
    error = body.get("error", body) if isinstance(body, dict) else None
    return read_fault(error, response.status_code, response.headers.get("x-ms-request-id"))


def _place(response: Any) -> str:
    """The last two names of an address: enough to know the thing, short enough to read."""
    return "/".join(str(response.request.url).split("?", maxsplit=1)[0].split("/")[-2:])


def _login_failed(problem: Exception) -> BackupError:
    words = " ".join(masked(str(problem)).split())
    return BackupError(f"Logging in failed: {words}", AzureFault(code="AuthenticationFailed"))
