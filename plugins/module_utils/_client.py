# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place that speaks HTTP: an authenticated pipeline to a cloud's resource manager.

Private to the collection.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin

from ._advice import advice
from ._calls import ApiCalls
from ._deadline import Deadline
from ._errors import AzureFault, BackupError, ServiceError, WaitTimeout
from ._pipeline import CONNECT_TIMEOUT, build_pipeline

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from ._cloud import Cloud

LAST_WORD = 10  # seconds that a read may take after the end of the run's time, to tell how things stand then


@dataclass(frozen=True)
class Answer:
    """A successful answer; ``body`` is None where there was none."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def object(self) -> dict[str, Any]:
        if not isinstance(self.body, dict):
            raise BackupError(
                f"Azure answered with HTTP {self.status}, but without the JSON object that belongs there."
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
        *,
        validate_certificates: bool = True,
        connections: int = 20,
    ) -> None:
        self.cloud = cloud
        self.calls = ApiCalls()
        self._deadline = deadline
        self._gate = threading.BoundedSemaphore(connections)
        self._pipeline = build_pipeline(cloud, credential, deadline, self.calls, validate_certificates, connections)

    def get(self, path: str, query: Mapping[str, str]) -> Answer:
        return self.send("GET", path, query)

    def pages(self, path: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Every element of a list, over all its pages."""
        seen: set[str] = set()
        answer = self.get(path, query).object
        while True:
            yield from (element for element in answer.get("value") or [] if isinstance(element, dict))
            following = answer.get("nextLink")
            if not following or following in seen:
                return
            seen.add(following)
            answer = self._run("GET", urljoin(self.cloud.resource_manager + "/", str(following)), None).object

    def send(self, method: str, path: str, query: Mapping[str, str], body: Any = None) -> Answer:
        """Send one request to the resource manager.

        Raises ServiceError for an answer of 300 or more, BackupError where there was no answer at all, and WaitTimeout
        for anything but a read after the end of the run's time.
        """
        # The service wants %20 for a space in $filter, not a plus sign.
        url = f"{self.cloud.resource_manager}{path}?{urlencode(query, quote_via=quote)}"
        return self._run(method, url, body)

    def _run(self, method: str, url: str, body: Any) -> Answer:
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        if self._deadline.over and method != "GET":
            raise WaitTimeout(
                f"It was not begun: the {self._deadline.seconds:.0f} seconds of wait_timeout were over. Run again.",
                AzureFault(code="WaitTimeout"),
            )
        request = HttpRequest(method, url, json=body) if body is not None else HttpRequest(method, url)
        try:
            with self._gate:
                response = self._pipeline.send_request(request, timeout=max(self._deadline.remaining, LAST_WORD))
        except ClientAuthenticationError:
            raise
        except AzureError as problem:
            raise _unreachable(self.cloud, problem) from problem
        return _answer(method, response)


def get_public_json(url: str, validate_certificates: bool) -> Any:
    """Fetch a public address without any credentials: how a cloud describes itself."""
    import requests

    try:
        response = requests.get(url, timeout=CONNECT_TIMEOUT, verify=validate_certificates, allow_redirects=False)
        response.raise_for_status()
        return response.json()
    except (requests.RequestException, ValueError) as problem:
        raise BackupError(f"The cloud at {url} did not describe itself: {_reason(problem)}.") from problem


def _answer(method: str, response: Any) -> Answer:
    if response.status_code >= 300:
        raise _service_error(method, response)
    text = response.text() if response.content else ""
    try:
        body = json.loads(text) if text.strip() else None
    except ValueError as problem:
        raise BackupError(
            f"Azure answered {method} {_place(response)} with HTTP {response.status_code} and a body that is not JSON."
        ) from problem
    return Answer(response.status_code, response.headers, body)


def _service_error(method: str, response: Any) -> ServiceError:
    code, message = _azure_words(response)
    fault = AzureFault(
        code=code,
        message=message,
        http_status=response.status_code,
        request_id=response.headers.get("x-ms-request-id"),
    )
    words = " ".join(part for part in (code and f"{code}:", message) if part) or response.reason or "no explanation"
    return ServiceError(
        f"{method} {_place(response)} failed with HTTP {response.status_code}, {words}{advice(code, message)}",
        fault,
    )


def _azure_words(response: Any) -> tuple[str | None, str | None]:
    """Code and message from the shapes that resource providers use: inside ``error``, or bare."""
    try:
        body = json.loads(response.text())
    except ValueError:
        return None, None
    error = body.get("error", body) if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return None, None
    code, message = error.get("code") or error.get("Code"), error.get("message") or error.get("Message")
    return (str(code) if code else None), (" ".join(str(message).split()) if message else None)


def _place(response: Any) -> str:
    """The last two names of an address: enough to know the thing, short enough to read."""
    return "/".join(str(response.request.url).split("?", maxsplit=1)[0].split("/")[-2:])


def _unreachable(cloud: Cloud, problem: Exception) -> BackupError:
    return BackupError(f"{cloud.resource_manager} cannot be reached: {_reason(problem)}.")


def _reason(problem: BaseException) -> str:
    """The innermost cause, without the addresses of Python objects that the outer ones carry."""
    inner = problem
    while inner.__cause__ or inner.__context__:
        inner = inner.__cause__ or inner.__context__  # type: ignore[assignment]
    words = " ".join(str(inner).split()) or type(inner).__name__
    if "CERTIFICATE_VERIFY_FAILED" in words:
        words += ". Name the certificate of a private authority in REQUESTS_CA_BUNDLE"
    return words
