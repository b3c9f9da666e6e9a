# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority made for one run, and the server's certificate."""

import ssl
from pathlib import Path

import trustme


def issue(ca_file: Path) -> ssl.SSLContext:
    """Write the authority's certificate to ``ca_file`` and return a server context for this machine."""
    authority = trustme.CA(organization_name="azurefiles.backup simulator")
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context
