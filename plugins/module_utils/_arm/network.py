# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the environment puts between this machine and Azure: proxies, and certificate authorities.

Libraries repeat an address that they cannot use, with the password in it; here it is named by its variable instead.
"""

from __future__ import annotations

import base64
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from .._azure.errors import BackupError

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
_HIDDEN = "********"
# A shorter secret may be a word that results are full of, and is only taken out of what libraries say.
_REGISTERED = 8
_PIECE = re.compile(r"[/?#@\[\]\\]|%(?![0-9A-Fa-f]{2})")


def proxy_secrets(environment: Mapping[str, str]) -> set[str]:
    """Users and passwords of all proxies, in every way in which a library may write them."""
    found: set[str] = set()
    for name, value in environment.items():
        if not name.lower().endswith("_proxy") or name.lower() == "no_proxy":
            continue
        login, at, _host = _without_scheme(value).rpartition("@")
        if at:
            user, _colon, password = login.partition(":")
            pieces = {login, user, password, *_PIECE.split(login), *_PIECE.split(password)}
            for piece in pieces | set(map(unquote, pieces)):
                found |= {piece, quote(piece), quote(piece, safe=""), repr(piece)[1:-1]}
            found |= {base64.b64encode(text.encode()).decode() for text in (login, unquote(login))}
    return {secret for secret in found if secret}


def unmistakable(secrets: set[str]) -> set[str]:
    """Those that may be taken out of any output, without harm to what only looks like them."""
    return {secret for secret in secrets if len(secret) >= _REGISTERED}


def _of_this_process(environment: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environment is None else environment


def masked(text: str, environment: Mapping[str, str] | None = None) -> str:
    """What a library says, without the users and passwords of proxies."""
    environment = _of_this_process(environment)
    for secret in sorted(proxy_secrets(environment), key=len, reverse=True):
        pattern = re.escape(secret)
        if len(secret) < _REGISTERED:
            pattern = f"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
        text = re.sub(pattern, _HIDDEN, text)
    return text


def check_network(url: str, validate_certificates: bool, environment: Mapping[str, str] | None = None) -> None:
    """Raises BackupError for what the environment says of the way to ``url`` and can never work."""
    environment = _of_this_process(environment)
    problem = _proxy_problem(url, environment) or (_ca_problem(environment) if validate_certificates else None)
    if problem:
        raise BackupError(f"{problem}.")


def reason(problem: BaseException, url: str, environment: Mapping[str, str] | None = None) -> str:
    """Why ``url`` could not be asked, without a point at the end: what is wrong with the environment, or the innermost
    cause, without the addresses of Python objects that the outer ones carry.
    """
    environment = _of_this_process(environment)
    chain = list(causes(problem))
    if proxy := _proxy_problem(url, environment):
        return proxy
    words = " ".join(masked(str(chain[-1]), environment).split()).rstrip(".") or type(chain[-1]).__name__
    if any(type(each).__name__ == "ProxyError" for each in chain):
        variable, address = _proxy_of(url, environment)
        host = _without_scheme(address).rpartition("@")[2].strip("/")
        named = f"the proxy {host}, which {variable} names," if variable else "the proxy"
        return f"{named} cannot be used: {words}"
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return words + _certificate_advice(words, environment)
    if any(isinstance(each, OSError) for each in chain) and (authorities := _ca_problem(environment, thorough=True)):
        return authorities
    return words


def causes(problem: BaseException) -> Iterator[BaseException]:
    """From the outermost to the innermost cause."""
    seen: set[int] = set()
    inner: BaseException | None = problem
    while inner is not None and id(inner) not in seen:
        yield inner
        seen.add(id(inner))
        # azure-core keeps the cause in an attribute of its own.
        inner = inner.__cause__ or inner.__context__ or getattr(inner, "inner_exception", None)


def _without_scheme(address: str) -> str:
    _scheme, mark, rest = address.strip().partition("://")
    return rest if mark else address.strip()


def _proxy_of(url: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that names the proxy for an address, and its value; both empty where there is none."""
    from requests.utils import should_bypass_proxies

    parts = urlsplit(url)
    if should_bypass_proxies(url, no_proxy=environment.get("no_proxy") or environment.get("NO_PROXY")):
        return "", ""
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if environment.get(variable):
                return variable, environment[variable]
    return "", ""


def _proxy_problem(url: str, environment: Mapping[str, str]) -> str | None:
    """What is wrong with the address of a proxy. It is never shown, since any part of it may be its password."""
    variable, address = _proxy_of(url, environment)
    if not variable:
        return None
    scheme = address.partition("://")[0].lower() if "://" in address else "http"
    authority, *after = re.split(r"[/?#]", _without_scheme(address), maxsplit=1)
    host, _colon, port = authority.rpartition("@")[2].rpartition(":")
    if authority.endswith("]") or not _colon:
        host, port = authority.rpartition("@")[2], ""
    if address != address.strip():
        wrong = "there are blanks or line ends around it"
    elif scheme not in _PROXY_SCHEMES:
        wrong = f"it has to begin with one of {', '.join(f'{each}://' for each in _PROXY_SCHEMES)}"
    elif "@" in "".join(after):
        wrong = "its user or password has a '/', '?' or '#', which has to be written as %2F, %3F or %23"
    elif not host or re.search(r"[\s\"'<>\\^`{|}]", host):
        wrong = "it names no host"
    elif port and not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535):
        wrong = "its port is no number up to 65535"
    elif not _can_be_parsed(scheme, authority):
        wrong = "it is no address"
    elif scheme.startswith("socks") and find_spec("socks") is None:
        wrong = "a SOCKS proxy needs the Python package PySocks, which is not installed"
    else:
        return None
    return f"The address of the proxy in {variable} cannot be used: {wrong}"


def _can_be_parsed(scheme: str, authority: str) -> bool:
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        return bool(parse_url(f"{scheme}://{authority}").host)
    except (LocationParseError, ValueError):
        return False


def _ca_problem(environment: Mapping[str, str], thorough: bool = False) -> str | None:
    """What is wrong with the file of certificate authorities that the environment names."""
    variable = next((name for name in _CA_VARIABLES if environment.get(name)), None)
    if variable is None:
        return None
    named = f"{variable} names '{environment[variable]}' as the certificate authorities to trust, but"
    try:
        place = Path(environment[variable])
        if place.is_dir():
            hashed = any(re.fullmatch(r"[0-9a-f]{8}\.\d+", each.name) for each in place.iterdir())
            return None if hashed else f"{named} that folder holds none (openssl rehash makes it ready)"
        content = place.read_bytes()
    except FileNotFoundError:
        return f"{named} there is no such file"
    except (OSError, ValueError) as problem:
        return f"{named} it cannot be read: {getattr(problem, 'strerror', None) or problem}"
    if not content.strip():
        return f"{named} that file is empty"
    if not re.search(rb"-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----", content):
        return f"{named} that file holds no certificate in PEM form"
    if thorough:
        try:
            ssl.create_default_context(cafile=str(place))
        except (OSError, ValueError) as problem:
            return f"{named} its certificates cannot be read: {' '.join(str(problem).split()).rstrip('.')}"
    return None


def _certificate_advice(words: str, environment: Mapping[str, str]) -> str:
    """Naming an authority helps only where it is unknown."""
    if "Authority Key Identifier" in words or "Basic Constraints" in words:
        return (
            ". Python 3.13 and later refuse a certificate without what RFC 5280 demands: have it issued anew by its "
            "authority, or use an older Python"
        )
    if "expired" in words or "not yet valid" in words:
        return ". Check this machine's clock, and the certificate"
    if "ostname mismatch" in words or "IP address mismatch" in words:
        return ". Something else answers at this address: check it, and the proxy"
    variable = next((name for name in _CA_VARIABLES if environment.get(name)), None)
    if variable:
        return f". The authority is not among those in '{environment[variable]}', which {variable} names"
    return ". Name the certificate of a private authority in REQUESTS_CA_BUNDLE"
