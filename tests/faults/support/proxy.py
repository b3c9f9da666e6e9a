# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server between the modules and the simulator that watches every exchange and can spoil it."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

PIECES = 100  # of a body that comes with pauses
# Headers of a connection, which are no part of what is passed on.
HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length", "server", "date")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    pause: float = 0.0  # seconds between the pieces of the body
    cut: int | None = None  # break the connection after so many bytes of the body

    def with_headers(self, **headers: str | None) -> Answer:
        """Other headers, with underscores for hyphens; None takes one away."""
        changed = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in changed}
        return replace(self, headers=kept | {name: value for name, value in changed.items() if value is not None})

    def with_json(self, body: Any) -> Answer:
        return replace(self, body=json.dumps(body).encode())

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Broken(Exception):
    """Break the connection instead of answering."""


@dataclass
class Exchange:
    number: int
    kind: str  # arm, token or metadata
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    carried_out: bool = False

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)


Forward = Callable[[], Answer]
Interference = Callable[[Exchange, Forward], Answer]


def honest(_exchange: Exchange, forward: Forward) -> Answer:
    return forward()


def on(
    method: str, path: str, spoil: Interference, *, times: int | None = 1, after: int = 0, kind: str = "arm"
) -> Interference:
    """Spoil the exchanges that fit, ``times`` of them after the first ``after``; all others are honest."""
    pattern = re.compile(path, re.IGNORECASE)
    lock = threading.Lock()
    count = 0

    def interfere(exchange: Exchange, forward: Forward) -> Answer:
        nonlocal count
        if exchange.kind == kind and exchange.method == method and pattern.search(exchange.path):
            with lock:
                count += 1
                mine = count
            if mine > after and (times is None or mine <= after + times):
                return spoil(exchange, forward)
        return forward()

    return interfere


def instead(status: int, body: Any = b"", **headers: str) -> Interference:
    """Answer without carrying anything out."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _exchange, _forward: Answer(status, {"Content-Type": "application/json"}, content).with_headers(
        **headers
    )


def refusal(status: int, code: str = "Planned", message: str = "A planned fault.", **headers: str) -> Interference:
    return instead(status, {"error": {"code": code, "message": message}}, **headers)


def afterwards(spoil: Callable[[Answer], Answer]) -> Interference:
    """Carry it out, and change the answer."""
    return lambda _exchange, forward: spoil(forward())


def lost(_exchange: Exchange, forward: Forward) -> Answer:
    """Carry it out, and break the connection instead of answering."""
    forward()
    raise Broken


def refused(_exchange: Exchange, _forward: Forward) -> Answer:
    """Break the connection before anything is carried out."""
    raise Broken


def late(seconds: float) -> Interference:
    def wait(_exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        time.sleep(seconds)
        return answer

    return wait


class Proxy:
    """Listens on localhost; what it is given to ``interfere`` decides about every exchange."""

    def __init__(self, tls: ssl.SSLContext | None, upstream: str | None = None, ca_file: str | None = None) -> None:
        self.interfere: Interference = honest
        self.exchanges: list[Exchange] = []
        self._upstream = urlsplit(upstream or "")
        self._trust = ssl.create_default_context(cafile=ca_file) if upstream else None
        self._tls = tls
        self._lock = threading.Lock()
        self._local = threading.local()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def arm(self) -> list[Exchange]:
        """What was asked of the resource manager."""
        return [exchange for exchange in list(self.exchanges) if exchange.kind == "arm"]

    def wrap(self, connection: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self._lock:
            exchange = Exchange(len(self.exchanges) + 1, _kind(target), method, target, headers, body)
            self.exchanges.append(exchange)
        answer = self.interfere(exchange, lambda: self._forward(exchange))
        exchange.status = answer.status
        return answer

    def _forward(self, exchange: Exchange) -> Answer:
        """Pass it on under the name that the client uses, so that addresses in the answer lead back here."""
        for fresh in (False, True):
            upstream = self._connection(fresh)
            try:
                upstream.request(exchange.method, exchange.target, exchange.body or None, dict(exchange.headers))
                response = upstream.getresponse()
                body = response.read()
                break
            except (OSError, HTTPException):
                if fresh:
                    raise
        exchange.carried_out = True
        headers = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP[:-1]}
        return Answer(response.status, headers, body)

    def _connection(self, fresh: bool) -> HTTPSConnection:
        connection: HTTPSConnection | None = getattr(self._local, "connection", None)
        if connection is None or fresh:
            connection = HTTPSConnection(self._upstream.hostname or "", self._upstream.port, context=self._trust)
            self._local.connection = connection
        return connection


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that end in the middle of something are part of the tests."""


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            self.request = proxy.wrap(self.request)
            super().setup()

        def log_message(self, *_arguments: Any) -> None:
            pass

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                answer = proxy.exchange(self.command, self.path, dict(self.headers.items()), body)
                self._send(answer)
            except (Broken, OSError):
                self.close_connection = True
                self.connection.close()

        def _send(self, answer: Answer) -> None:
            lines = [f"HTTP/1.1 {answer.status} Something"]
            lines += [f"{name}: {value}" for name, value in answer.headers.items()]
            lines += [f"Content-Length: {len(answer.body)}"] if answer.status != 204 else []
            head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
            if answer.cut is not None:
                self.wfile.write(head + answer.body[: answer.cut])
                raise Broken
            if not answer.pause:
                self.wfile.write(head + answer.body)
                return
            self.wfile.write(head)
            step = max(1, len(answer.body) // PIECES)
            for start in range(0, len(answer.body), step):
                time.sleep(answer.pause)
                self.wfile.write(answer.body[start : start + step])

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = answer

    return Handler


def _kind(target: str) -> str:
    path = urlsplit(target).path.lower()
    if path.startswith("/metadata/endpoints"):
        return "metadata"
    return "arm" if path.startswith("/subscriptions") else "token"
