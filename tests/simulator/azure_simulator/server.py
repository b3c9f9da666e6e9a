# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web server: sockets, latency and faults on the wire."""

import asyncio
import json
import ssl
import sys
import traceback

from aiohttp import web

from .errors import error_body
from .faults import Fault
from .journal import Entry
from .messages import Answer, Request
from .simulator import Simulator

_LINE = 64 * 1024
"""Clients may follow signed URLs of 7 kB and more."""
_PIECES = 5


class Server:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._runners: list[web.AppRunner] = []

    async def listen(self, port: int, tls: ssl.SSLContext | None) -> int:
        """Listen on 127.0.0.1; without TLS it is the port of managed identities. Returns the port."""
        handler = self._handle if tls else self._handle_identity
        application = web.Application(client_max_size=16 * 1024**2)
        application.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(
            application,
            access_log=None,
            shutdown_timeout=0.2,
            handler_cancellation=True,
            max_line_size=_LINE,
            max_field_size=_LINE,
        )
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        return int(runner.addresses[0][1])

    async def close(self) -> None:
        for runner in self._runners:
            await runner.cleanup()

    async def _handle(self, incoming: web.Request) -> web.StreamResponse:
        request = await _read(incoming, "https")
        if request.segments[:1] == ("_simulator",):
            self._simulator.clock.settle()
            return _response(self._simulator.control.answer(request))
        return await self._exchange(incoming, request, self._simulator.kind_of(request))

    async def _handle_identity(self, incoming: web.Request) -> web.StreamResponse:
        return await self._exchange(incoming, await _read(incoming, "http"), "imds")

    async def _exchange(self, incoming: web.Request, request: Request, kind: str) -> web.StreamResponse:
        journal = self._simulator.journal
        entry = journal.open(kind, request)
        try:
            await asyncio.sleep(self._simulator.settings.latency)
            fault = self._simulator.plan.for_request(request)
            if fault is None:
                answer = self._answer(request, entry)
                entry.status = answer.status
                return _response(answer)
            return await self._misbehave(incoming, request, entry, fault)
        finally:
            journal.close(entry)

    def _answer(self, request: Request, entry: Entry) -> Answer:
        try:
            return self._simulator.answer(request, entry)
        except Exception:  # a mistake in the simulator must be seen, and not hang the client
            traceback.print_exc(file=sys.stderr)
            return Answer(500, error_body("SimulatorError", traceback.format_exc(limit=-1)))

    async def _misbehave(
        self, incoming: web.Request, request: Request, entry: Entry, fault: Fault
    ) -> web.StreamResponse:
        if fault.reset == "before":
            return _abort(incoming)
        answer = self._planned(fault) if isinstance(fault.status, int) else self._answer(request, entry)
        await asyncio.sleep(fault.delay)
        if fault.drop:
            return _abort(incoming)
        entry.status = answer.status
        if fault.reset == "middle" or fault.truncate is not None or fault.slow_body:
            return await _send_badly(incoming, answer, fault)
        return _response(answer)

    def _planned(self, fault: Fault) -> Answer:
        status = int(fault.status or 500)
        body = fault.body
        if body is None:
            body = error_body(_CODES.get(status, "InternalServerError"), "A planned fault of the simulator.")
        headers = dict(fault.headers)
        if status in (429, 503) and "retry-after" not in map(str.lower, headers):
            headers["Retry-After"] = "1"
        return Answer(status, body, headers, fault.content_type)


_CODES = {
    400: "BadRequest",
    401: "AuthenticationFailed",
    403: "AuthorizationFailed",
    404: "ResourceNotFound",
    409: "Conflict",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}


async def _read(incoming: web.Request, scheme: str) -> Request:
    raw_path, _unused, raw_query = incoming.raw_path.partition("?")
    return Request(
        incoming.method,
        raw_path,
        raw_query,
        {name.lower(): value for name, value in incoming.headers.items()},
        await incoming.read(),
        f"{scheme}://{incoming.host}",
    )


def _content(answer: Answer) -> bytes:
    if answer.body is None:
        return b""
    return answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()


def _response(answer: Answer) -> web.Response:
    content = _content(answer)
    headers = dict(answer.headers)
    if answer.content_type and (content or answer.status == 204):
        headers["Content-Type"] = answer.content_type
    return web.Response(body=content, status=answer.status, headers=headers)


async def _send_badly(incoming: web.Request, answer: Answer, fault: Fault) -> web.StreamResponse:
    """Promise the whole body and send it slowly, in part, or until the connection breaks."""
    content = _content(answer)
    response = web.StreamResponse(status=answer.status, headers={**answer.headers, "Content-Type": answer.content_type})
    response.content_length = len(content)
    await response.prepare(incoming)
    if fault.reset == "middle":
        await response.write(content[: len(content) // 2])
        return _abort(incoming)
    if fault.truncate is not None:
        await response.write(content[: fault.truncate])
        if incoming.transport:
            incoming.transport.close()
        return response
    step = max(1, -(-len(content) // _PIECES))
    for start in range(0, len(content), step):
        await asyncio.sleep(fault.slow_body if start else 0)
        await response.write(content[start : start + step])
    await response.write_eof()
    return response


def _abort(incoming: web.Request) -> web.StreamResponse:
    """Break the connection: the client sees a reset and no answer."""
    if incoming.transport:
        incoming.transport.abort()
    return web.Response(status=500)
