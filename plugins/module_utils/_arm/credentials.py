# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings to a credential of azure-identity."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .._azure.advice import advice
from .._azure.errors import AzureFault, BackupError
from .._azure.words import sentences
from .._options.settings import Settings
from .._options.texts import stripped
from .cloud import Cloud, is_address, without_login
from .network import masked, reason

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

_ENTRA_CODE = re.compile(r"AADSTS\d+")
_CLI_TIMEOUT = 30  # seconds
FOR_EVER = 1 << 40  # seconds since 1970: a token's end that is far away, and that a time can still be taken from
# A login service that hangs shall not hang the task for the hours that azure-identity would give it.
_PATIENCE: dict[str, Any] = {"connection_timeout": 20, "read_timeout": 30}


class HidingCredential:
    """Gives every token to ``hide`` before it is used, so that no answer can bring it into an output.

    Threads that ask for the same while one of them logs in share that login, and its failure.
    """

    def __init__(self, credential: TokenCredential, hide: Callable[[str], None]) -> None:
        self._credential = credential
        self._hide = hide
        self._lock = threading.Lock()
        self._ends: dict[str, AccessToken | Exception] = {}

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        asked = repr((scopes, sorted(options.items())))
        earlier = self._ends.get(asked)
        with self._lock:
            if self._ends.get(asked) is earlier:
                self._ends[asked] = self._log_in(*scopes, **options)
            end = self._ends[asked]
        if isinstance(end, Exception):
            raise end
        return end

    def _log_in(self, *scopes: str, **options: Any) -> AccessToken | Exception:
        from azure.core.exceptions import AzureError, ClientAuthenticationError

        try:
            token = self._credential.get_token(*scopes, **options)
        except (AzureError, BackupError) as problem:
            return problem
        except Exception as problem:
            # Whatever a login library trips over, it is a login that did not come about.
            failure = ClientAuthenticationError(message=str(problem) or type(problem).__name__)
            failure.__cause__ = problem
            return failure
        self._hide(token.token)
        return token._replace(expires_on=max(0, min(token.expires_on, FOR_EVER)))


def build_credential(settings: Settings, cloud: Cloud) -> TokenCredential:
    """The credential for these settings; files are read here, but no request is sent."""
    from azure import identity  # costs a quarter of a second, so only where it is used

    def cli() -> TokenCredential:
        return identity.AzureCliCredential(tenant_id=settings.tenant or "", process_timeout=_CLI_TIMEOUT)

    if settings.login == "cli":
        return cli()
    if settings.login.startswith("msi"):
        # The service that knows the machine's identity is on the machine, or one step from it: never behind a proxy.
        managed = identity.ManagedIdentityCredential(
            client_id=settings.client_id, use_env_settings=False, connection_verify=_authorities(settings), **_PATIENCE
        )
        if settings.login == "msi":
            return managed
        return identity.ChainedTokenCredential(managed, cli())
    try:
        return _principal(settings, cloud)
    except ValueError as problem:
        # The values have been checked as far as they are known; a library may want more of a tenant than that.
        words = " ".join(str(problem).split())
        raise BackupError(
            f"The login with {settings.named('tenant')} '{settings.tenant}' cannot be: {words}"
        ) from problem


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
        return _by_certificate(settings, tenant, common)
    if settings.proof == "oidc_token_file_path":
        _read_token(settings)
        # Read anew for each token, because the platform renews the file.
        return identity.ClientAssertionCredential(tenant, client_id, lambda: _read_token(settings), **common)
    return identity.ClientAssertionCredential(tenant, client_id, proof.strip, **common)


def _by_certificate(settings: Settings, tenant: str, common: dict[str, Any]) -> TokenCredential:
    """A login by certificate, which goes with its chain.

    Applications that trust a subject name and an issuer need the chain, the others look at the certificate alone. AD FS
    knows no such trust, and is sent what it always was.
    """
    from azure import identity

    option = settings.named("x509_certificate_path")
    content = _read(settings, "x509_certificate_path")
    encrypted = b"ENCRYPTED" in content and b"-----BEGIN" in content
    try:
        return identity.CertificateCredential(
            tenant,
            str(settings.client_id),
            certificate_data=content,
            send_certificate_chain=tenant != "adfs",
            **common,
        )
    except Exception as problem:
        # Neither the key nor a password is repeated, whatever the library says.
        words = f"{option} '{settings.proof_value}' has to be a PEM file with a certificate and its private key"
        if encrypted:
            words += ", and the key has to be without a password (openssl rsa takes it away)"
        elif "RSA" in str(problem):
            words += ", and the key has to be an RSA key"
        raise BackupError(f"{words}.") from problem


def _authorities(settings: Settings) -> bool | str:
    """What a client that does not look at the environment is to trust."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return settings.validate_certificates and (named or True)


def _authority(settings: Settings, cloud: Cloud) -> tuple[str, str]:
    """AD FS takes the place of the tenant: ``https://adfs.example/adfs`` is the authority without its path."""
    own = settings.adfs_authority_url
    if own and not is_address(own):
        raise BackupError(
            f"{settings.named('adfs_authority_url')} '{without_login(own)}' is not the https:// address of a login "
            "service."
        )
    address = (own or cloud.authority).rstrip("/")
    url = urlsplit(address)
    if url.path.lower() == "/adfs":
        return f"{url.scheme}://{url.netloc}", "adfs"
    return address, str(settings.tenant)


def _read_token(settings: Settings) -> str:
    """The token in a file; a line end or byte-order mark is no part of it."""
    try:
        token = stripped(_read(settings, "oidc_token_file_path").decode("utf-8-sig"))
        token.encode("ascii")
    except UnicodeError:
        token = ""
    if not token or len(token.split()) > 1:
        option = settings.named("oidc_token_file_path")
        raise BackupError(f"{option} '{settings.proof_value}' is a file that holds no token.")
    return token


def _read(settings: Settings, option: str) -> bytes:
    """The file that the login's proof names."""
    named = f"{settings.named(option)} '{settings.proof_value}' cannot be read"
    try:
        return Path(str(settings.proof_value)).expanduser().read_bytes()
    except OSError as problem:
        raise BackupError(f"{named}: {problem.strerror}.") from problem
    except RuntimeError as problem:
        raise BackupError(f"{named}: there is no such user.") from problem
    except ValueError as problem:
        raise BackupError(f"{named}: no file has such a name.") from problem


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
    text = " ".join(masked(str(getattr(problem, "message", None) or problem)).split())
    code = _ENTRA_CODE.search(text)
    if code:
        words = text[code.start() :].split(" Trace ID:")[0]
    elif settings.login == "principal" and problem.__cause__:
        words = f"{reason(problem, settings.adfs_authority_url or cloud.authority)}."
    else:
        words = text
    if settings.login == "principal":
        proof = settings.named(str(settings.proof))
        who = f"client_id {settings.client_id} in tenant {settings.tenant}, proved by {proof}"
    else:
        who = {"cli": "the az command's login", "msi": "the managed identity"}.get(
            settings.login, "the managed identity and the az command's login"
        )
    fault = AzureFault(code=code.group() if code else "AuthenticationFailed", message=words)
    return BackupError(sentences(f"Logging in to {cloud.name} failed for {who}: {words}", advice(fault)), fault)
