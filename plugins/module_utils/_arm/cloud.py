# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clouds: their names and where their resource manager and login service are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from .._azure.errors import BackupError

METADATA_API_VERSION = "2022-09-01"


@dataclass(frozen=True)
class Cloud:
    """``scope`` is what a token is asked for; ``known`` is true where Microsoft's own instance discovery knows it."""

    name: str
    resource_manager: str
    authority: str
    scope: str
    known: bool = True

    def refuse_foreign(self, url: str) -> None:
        """Raises BackupError for an address with another host, port or scheme than the resource manager's."""
        there, home = _origin(url), _origin(self.resource_manager)
        if there != home:
            raise BackupError(
                f"Azure's answer leads to {there}, which is not the resource manager ({home}); nothing was sent there."
            )

    def own_url(self, link: str) -> str:
        """The whole address of a link in an answer.

        Raises BackupError for one that leads elsewhere, or that is no address.
        """
        try:
            url = urljoin(f"{self.resource_manager}/", link)
        except ValueError:
            url = link
        self.refuse_foreign(url)
        return url


KNOWN_CLOUDS = {
    cloud.name.lower(): cloud
    for cloud in (
        Cloud(
            "AzureCloud",
            "https://management.azure.com",
            "https://login.microsoftonline.com",
            "https://management.azure.com/.default",
        ),
        Cloud(
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://login.microsoftonline.us",
            "https://management.usgovcloudapi.net/.default",
        ),
        Cloud(
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/.default",
        ),
    )
}


def is_address(text: str) -> bool:
    """Whether a text is an ``https://`` address and nothing more: no login in it, and nothing behind its path."""
    if _origin(text).startswith("'") or re.search(r"[\s?#\\]", text):
        return False
    parts = urlsplit(text)
    return parts.scheme == "https" and bool(parts.hostname)


def without_login(text: str) -> str:
    """An address as it may be shown."""
    return re.sub(r"//.*@", "//…@", text)[:100]


def find_cloud(name: str, get_json: Callable[[str], Any], option: str = "cloud_environment") -> Cloud:
    """The cloud of that name; for an ``https://`` address, the cloud that describes itself there.

    ``get_json`` fetches a public address, without any credentials; ``option`` names the option in messages.
    """
    known = KNOWN_CLOUDS.get(name.lower())
    if known:
        return known
    if not is_address(name):
        names = ", ".join(cloud.name for cloud in KNOWN_CLOUDS.values())
        raise BackupError(
            f"{option} '{without_login(name)}' is not a cloud: use {names}, or the https:// address of a resource "
            "manager."
        )
    address = name.rstrip("/")
    for cloud in KNOWN_CLOUDS.values():
        if cloud.resource_manager == address.lower():
            return cloud
    return _described_cloud(address, get_json(f"{address}/metadata/endpoints?api-version={METADATA_API_VERSION}"))


def _described_cloud(address: str, described: Any) -> Cloud:
    """Newer resource managers describe one cloud, older ones a list of them; Azure Stack Hub names no name."""
    candidates = described if isinstance(described, list) else [described]
    for candidate in candidates:
        if not isinstance(candidate, dict):
            continue
        manager = str(candidate.get("resourceManager") or address).rstrip("/")
        if len(candidates) > 1 and manager.lower() != address.lower():
            continue
        authentication = candidate.get("authentication")
        if not isinstance(authentication, dict):
            continue
        login, audiences = authentication.get("loginEndpoint"), authentication.get("audiences")
        if isinstance(login, str) and login and isinstance(audiences, list) and audiences:
            return Cloud(
                name=str(candidate.get("name") or address),
                resource_manager=address,
                authority=_login_service(address, login),
                scope=f"{audiences[0]}/.default",
                known=False,
            )
    raise BackupError(f"{address}/metadata/endpoints does not say where this cloud's login service is.")


def _login_service(address: str, login: str) -> str:
    """Raises BackupError for an address over which a secret would go in the clear."""
    if not login.lower().startswith("https://"):
        raise BackupError(f"{address} names the login service '{login[:100]}', which is not an https:// address.")
    return login.rstrip("/")


def _origin(url: str) -> str:
    """Scheme, host and port; an address that cannot be taken apart is returned as it is, in quotes."""
    try:
        parts = urlsplit(url)
        if parts.username is not None:
            return f"'{without_login(f'{parts.scheme}://{parts.netloc}')}'"
        port = parts.port or (80 if parts.scheme == "http" else 443)
        return f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}:{port}"
    except ValueError:
        return f"'{without_login(url)}'"
