# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings to a credential of azure-identity."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._azure.errors import AzureFault, BackupError
from .._options.settings import Settings
from .cloud import Cloud

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

_ENTRA_CODE = re.compile(r"AADSTS\d+")
_CLI_TIMEOUT = 30  # seconds
# A login service that hangs shall not hang the task for the hours that azure-identity would give it.
_PATIENCE: dict[str, Any] = {"connection_timeout": 20, "read_timeout": 30}


class HidingCredential:
    """Gives every token to ``hide`` before it is used, so that no answer can bring it into an output."""

    def __init__(self, credential: TokenCredential, hide: Callable[[str], None]) -> None:
        self._credential = credential
        self._hide = hide

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        token = self._credential.get_token(*scopes, **options)
        self._hide(token.token)
        return token


def build_credential(settings: Settings, cloud: Cloud) -> TokenCredential:
    """The credential for these settings; files are read here, but no request is sent."""
    from azure import identity  # costs a quarter of a second, so only where it is used

    def cli() -> TokenCredential:
        return identity.AzureCliCredential(tenant_id=settings.tenant or "", process_timeout=_CLI_TIMEOUT)

    if settings.login == "cli":
        return cli()
    if settings.login.startswith("msi"):
        managed = identity.ManagedIdentityCredential(client_id=settings.client_id, **_PATIENCE)
        if settings.login == "msi":
            return managed
        return identity.ChainedTokenCredential(managed, cli())
    return _principal(settings, cloud)


def _principal(settings: Settings, cloud: Cloud) -> TokenCredential:
    from azure import identity

    authority, tenant = _authority(settings, cloud)
    common: dict[str, Any] = {
        "authority": authority,
        "disable_instance_discovery": settings.disable_instance_discovery or not cloud.known,
        "connection_verify": settings.validate_certificates,
        "retry_total": 3,
    } | _PATIENCE
    client_id, proof = str(settings.client_id), str(settings.proof_value)
    if settings.proof == "secret":
        return identity.ClientSecretCredential(tenant, client_id, proof, **common)
    if settings.proof == "x509_certificate_path":
        certificate = _read(Path(proof), "x509_certificate_path")
        try:
            return identity.CertificateCredential(tenant, client_id, certificate_data=certificate, **common)
        except ValueError as problem:
            raise BackupError(
                f"x509_certificate_path '{proof}' has to be a PEM file with a certificate and its private key."
            ) from problem
    if settings.proof == "oidc_token_file_path":
        file = Path(proof)
        _read(file, "oidc_token_file_path")
        # Read anew for each token, because the platform renews the file; its line end is no part of the token.
        return identity.ClientAssertionCredential(
            tenant, client_id, lambda: _read(file, "oidc_token_file_path").decode().strip(), **common
        )
    return identity.ClientAssertionCredential(tenant, client_id, proof.strip, **common)


def _authority(settings: Settings, cloud: Cloud) -> tuple[str, str]:
    """AD FS takes the place of the tenant: ``https://adfs.example/adfs`` is the authority without its path."""
    address = (settings.adfs_authority_url or cloud.authority).rstrip("/")
    url = urlsplit(address)
    if url.path.lower() == "/adfs":
        return f"{url.scheme}://{url.netloc}", "adfs"
    return address, str(settings.tenant)


def _read(file: Path, option: str) -> bytes:
    try:
        return file.expanduser().read_bytes()
    except OSError as problem:
        raise BackupError(f"{option} '{file}' cannot be read: {problem.strerror}.") from problem
    except RuntimeError as problem:
        raise BackupError(f"{option} '{file}' cannot be read: there is no such user.") from problem


def cli_subscription() -> str:
    """The subscription that the az CLI has as its default."""
    try:
        answer = subprocess.run(
            ["az", "account", "show", "--output", "json"],  # noqa: S607 - on PATH, as for the user's shell
            capture_output=True,
            check=True,
            timeout=_CLI_TIMEOUT,
        )
        return str(json.loads(answer.stdout)["id"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as problem:
        raise BackupError(
            "The az command is not logged in: run 'az login', or give subscription_id and other credentials."
        ) from problem


def explain_refusal(settings: Settings, cloud: Cloud, problem: Exception) -> BackupError:
    """A failed login, in Entra ID's own words."""
    text = " ".join(str(getattr(problem, "message", None) or problem).split())
    code = _ENTRA_CODE.search(text)
    words = text[code.start() :].split(" Trace ID:")[0] if code else text
    if settings.login == "principal":
        who = f"client_id {settings.client_id} in tenant {settings.tenant}, proved by {settings.proof}"
    else:
        who = {"cli": "the az command's login", "msi": "the managed identity"}.get(
            settings.login, "the managed identity and the az command's login"
        )
    return BackupError(
        f"Logging in to {cloud.name} failed for {who}: {words}",
        AzureFault(code=code.group() if code else "AuthenticationFailed", message=words),
    )
