# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator at its ports, whether in a process of its own or in a thread."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from .scenario import Scenario
from .server import Server
from .simulator import Simulator

Facts = dict[str, Any]
"""What a client needs: ``url``, ``ca_file``, ``tenant``, ``subscription_id``, ``client_id``, ``client_secret``,
``imds_url``. Without a client its two are None."""


@asynccontextmanager
async def serving(settings: Scenario, tls: ssl.SSLContext, ca_file: Path, port: int = 0) -> AsyncIterator[Facts]:
    """A simulator listens while the context lasts; port 0 picks a free one. OSError if the port is in use."""
    simulator = Simulator(settings)
    server = Server(simulator)
    try:
        port = await server.listen(port, tls)
        imds_port = await server.listen(0, None)
        simulator.identity.base_url = f"https://localhost:{port}"
        client = settings.clients[0] if settings.clients else None
        yield {
            "url": f"https://localhost:{port}",
            "ca_file": str(ca_file.resolve()),
            "tenant": settings.tenant,
            "subscription_id": settings.subscription_id,
            "client_id": client.client_id if client else None,
            "client_secret": client.secret if client else None,
            "imds_url": f"http://127.0.0.1:{imds_port}",
        }
    finally:
        await server.close()
