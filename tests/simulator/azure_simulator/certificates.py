# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority made for one run, and the certificates of servers."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Trusted by every client that is given ``file``, which holds its certificate."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._authority = trustme.CA(organization_name="azurefiles.backup simulator")
        self._authority.cert_pem.write_to_path(str(file))

    def server_context(self, *names: str) -> ssl.SSLContext:
        """For a server of these names; by default, of this machine's."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._authority.issue_cert(*(names or ("localhost", "127.0.0.1"))).configure_cert(context)
        return context
