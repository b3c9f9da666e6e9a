# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for the servers of the tests."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """Trusted by all clients that read the file of trusted authorities."""

    def __init__(self, trusted: Path) -> None:
        self._authority = trustme.CA()
        with trusted.open("ab") as authorities:
            authorities.write(self._authority.cert_pem.bytes())

    def server_context(self, *names: str) -> ssl.SSLContext:
        """For a server of these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*(names or ("localhost", "127.0.0.1"))).configure_cert(context)
        return context
