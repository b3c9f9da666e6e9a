# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proxies and certificate authorities that cannot be used, through the real libraries. Nothing leaves this machine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import ArmClient, get_public_json
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import KNOWN_CLOUDS, find_cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.connection import connect
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.credentials import (
    HidingCredential,
    build_credential,
    explain_refusal,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.network import (
    check_network,
    masked,
    proxy_secrets,
    reason,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError, unexpected
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import Settings
from ansible_collections.azurefiles.backup.plugins.module_utils._run.calls import ApiCalls
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._run.parallel import side_by_side
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from hypothesis import given, settings
from hypothesis import strategies as st

PUBLIC = KNOWN_CLOUDS["azurecloud"]
ID = "7e9a0c1d-2b3c-4d5e-8f90-a1b2c3d4e5f6"
SECRET = Settings(login="principal", tenant=ID, client_id=ID, subscription_id=ID, proof="secret", proof_value="s3cr~t")
STACK = "https://management.stack.example"


@pytest.fixture(autouse=True)
def _plain_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authorities but those of a test, and no pauses."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def by_login() -> None:
    cloud = PUBLIC
    explain = partial(explain_refusal, SECRET, cloud)
    client = ArmClient(cloud, build_credential(SECRET, cloud), patient(), explain=explain)
    client.get("/subscriptions", {"api-version": "2022-12-01"})


def by_request() -> None:
    credential: Any = SimpleNamespace(get_token=lambda *_, **__: SimpleNamespace(token="token", expires_on=2**40))
    ArmClient(PUBLIC, credential, patient()).get("/subscriptions", {"api-version": "2022-12-01"})


def by_description() -> None:
    find_cloud(STACK, lambda url: get_public_json(url, True))


def by_connecting() -> None:
    connect(SECRET, patient(), ApiCalls(), 1, lambda _secret: None)


def patient() -> Deadline:
    return Deadline(30, sleep=lambda _seconds: None)


WAYS = [by_login, by_request, by_description, by_connecting]
# The address of a proxy, what is said of it, and what is to be seen nowhere.
PROXIES = [
    ("http://user:geheim@proxy.example:80800", "its port is no number up to 65535", ["geheim", "user:"]),
    ("http://user:ge#heim@proxy.example:3128", "written as %2F, %3F or %23", ["ge#heim", "user:ge", "heim@"]),
    ("http://user:ge/heim@proxy.example:3128", "written as %2F, %3F or %23", ["ge/heim", "user:ge", "heim@"]),
    ("http://user:ge?heim@proxy.example:3128", "written as %2F, %3F or %23", ["ge?heim", "user:ge", "heim@"]),
    ("user:geheim@proxy.example:80800", "its port is no number up to 65535", ["geheim"]),
    ("https://user:geheim@", "it names no host", ["geheim"]),
    ("http://user:geheim@:3128", "it names no host", ["geheim"]),
    ("http://user:geheim@pro xy:3128", "it names no host", ["geheim"]),
    ("ftp://user:geheim@proxy.example", "it has to begin with one of http://", ["geheim"]),
    ("socks5://user:geheim@proxy.example:1080", "needs the Python package PySocks", ["geheim"]),
    ("http://user:geheim@proxy.example:port", "its port is no number", ["geheim"]),
    ("http://user:geheim", "its port is no number", ["geheim"]),
    ("http://user:geheim@[::1:3128", "cannot be used", ["geheim"]),
    ("http://user:geheim@proxy.example:3128\n", "blanks or line ends around it", ["geheim"]),
    ("http://ghp_token4711@proxy.example:80800", "its port is no number", ["ghp_token4711"]),
    ("http://user:50%geheim@proxy.example:80800", "its port is no number", ["geheim", "50%"]),
    ("http://user:ge%23heim@proxy.example:80800", "its port is no number", ["ge%23heim", "ge#heim"]),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("address", "words", "hidden"), PROXIES)
def test_a_proxy_that_cannot_be_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, way: Callable[[], None], address: str, words: str, hidden: list[str]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)

    with pytest.raises(BackupError) as caught:
        way()

    shown = f"{caught.value.message} {caught.value.to_result()}"
    assert "The address of the proxy in HTTPS_PROXY cannot be used: " in caught.value.message
    assert words in caught.value.message
    assert "mistake in azurefiles.backup" not in shown
    assert [text for text in hidden if text in shown] == []


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("way", WAYS[:3])
def test_a_proxy_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, way: Callable[[], None], variable: str
) -> None:
    monkeypatch.setenv(variable, "http://user:geheim@127.0.0.1:1")

    with pytest.raises(BackupError) as caught:
        way()

    assert f"the proxy 127.0.0.1:1, which {variable} names, cannot be used: " in caught.value.message
    assert "Connection refused" in caught.value.message
    assert "geheim" not in str(caught.value.to_result()) + caught.value.message


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        ("HTTPS_PROXY", "http://user:ge%23heim@proxy.example:3128"),
        ("HTTPS_PROXY", "proxy.example:3128"),
        ("HTTPS_PROXY", "proxy.example"),
        ("HTTPS_PROXY", "https://proxy.example/"),
        ("HTTPS_PROXY", "http://[::1]:3128"),
        ("HTTPS_PROXY", "http://user:p@ss@proxy.example:3128"),
        ("HTTP_PROXY", "http://user:geheim@proxy.example:80800"),
    ],
)
def test_a_proxy_that_may_be_right_is_not_refused(monkeypatch: pytest.MonkeyPatch, variable: str, address: str) -> None:
    monkeypatch.setenv(variable, address)

    check_network(PUBLIC.resource_manager, True)


def test_a_proxy_that_is_passed_by_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:80800")
    monkeypatch.setenv("NO_PROXY", "management.azure.com")

    check_network(PUBLIC.resource_manager, True)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("http://user:geheim@p", "Failed to parse: http://user:geheim@p"),
        ("http://user:geheim@p", "host 'user:geheim' is not valid"),
        ("http://user:ge%68eim@p", "user:geheim and user:ge%68eim"),
        ("http://user:geh eim@p", "user:geh%20eim"),
        ("http://user:geh/eim@p", "user:geh%2Feim"),
        ("http://user:geheim@p", "Basic dXNlcjpnZWhlaW0="),
        ("socks5h://geheim@p", "geheim is no host"),
        ("user:geheim@p", "Proxy user:geheim@p"),
        ("http://user:ge#heim@p", "'user:ge' is not a valid host"),
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY", "FTP_PROXY"])
def test_what_a_library_says_is_shown_without_the_proxys_login(variable: str, address: str, text: str) -> None:
    shown = masked(text, {variable: address})

    for hidden in ("geheim", "geh%", "ge%68eim", "user:ge", "dXNlcjpn"):
        assert hidden not in shown
    assert "****" in shown


def test_words_are_left_alone_where_a_password_is_short() -> None:
    assert masked("This is it, a:is@proxy", {"HTTPS_PROXY": "http://a:is@proxy"}).startswith("This ")


def test_not_a_proxy_is_no_secret() -> None:
    assert proxy_secrets({"NO_PROXY": "a:b@c", "no_proxy": "a:b@c", "HTTPS_PROXY": "proxy:3128"}) == set()


# Certificate authorities


def bundle(folder: Path, kind: str) -> Path:
    file = folder / "ca.pem"
    if kind == "a folder":
        file.mkdir()
    elif kind != "absent":
        file.write_bytes(
            {
                "empty": b"",
                "blank": b" \n",
                "a page": b"<html>Sign in</html>",
                "a key": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "DER": b"\x30\x82\x01\x0a",
                "broken": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            }[kind]
        )
    return file


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("absent", "there is no such file"),
        ("empty", "that file is empty"),
        ("blank", "that file is empty"),
        ("a page", "that file holds no certificate in PEM form"),
        ("a key", "that file holds no certificate in PEM form"),
        ("DER", "that file holds no certificate in PEM form"),
        ("a folder", "that folder holds none"),
    ],
)
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("cloud", ["AzureCloud", STACK])
def test_authorities_that_cannot_be_read_are_named_before_any_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, words: str, variable: str, cloud: str
) -> None:
    file = bundle(tmp_path, kind)
    monkeypatch.setenv(variable, str(file))

    with pytest.raises(BackupError) as caught:
        connect(
            Settings(login="msi", cloud_environment=cloud, subscription_id=ID), patient(), ApiCalls(), 1, lambda _: None
        )

    assert caught.value.message.startswith(f"{variable} names '{file}' as the certificate authorities to trust, but ")
    assert words in caught.value.message


@pytest.mark.parametrize("kind", ["absent", "empty", "a page", "broken"])
@pytest.mark.parametrize("way", WAYS[:3])
def test_what_a_library_raises_for_them_is_put_into_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: Callable[[], None], kind: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle(tmp_path, kind)))
    monkeypatch.setattr("socket.getaddrinfo", refuse)

    with pytest.raises(BackupError) as caught:
        way()

    if kind == "absent":
        assert "REQUESTS_CA_BUNDLE names" in caught.value.message


def refuse(*_arguments: object, **_options: object) -> None:
    raise OSError("no network here")


def test_a_broken_certificate_is_named(tmp_path: Path) -> None:
    environment = {"REQUESTS_CA_BUNDLE": str(bundle(tmp_path, "broken"))}

    assert "its certificates cannot be read" in reason(OSError("[X509] PEM lib"), STACK, environment)


def test_authorities_do_not_matter_where_certificates_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")

    check_network(PUBLIC.resource_manager, False)


VERIFY = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ("self-signed certificate in certificate chain", {}, "Name the certificate of a private authority"),
        ("unable to get local issuer certificate", {"REQUESTS_CA_BUNDLE": "/ca"}, "not among those in '/ca'"),
        ("Missing Authority Key Identifier (_ssl.c:1032)", {"REQUESTS_CA_BUNDLE": "/ca"}, "Python 3.13 and later"),
        ("certificate has expired (_ssl.c:1000)", {}, "clock"),
        ("certificate is not yet valid", {}, "clock"),
        ("Hostname mismatch, certificate is not valid for 'x'", {}, "Something else answers"),
    ],
)
def test_advice_on_a_certificate_fits_what_is_wrong(words: str, environment: dict[str, str], expected: str) -> None:
    told = reason(OSError(VERIFY + words), STACK, environment)

    assert words in told
    assert expected in told
    assert ("Name the certificate" in told) == (expected == "Name the certificate of a private authority")


# A login library that raises what it likes


@pytest.mark.parametrize(
    "problem", [TypeError("no key"), AttributeError("x"), UnicodeDecodeError("ascii", b"x", 0, 1, "y")]
)
def test_what_a_login_trips_over_is_a_login_that_failed(problem: Exception) -> None:
    def get_token(*_scopes: str, **_options: object) -> None:
        raise problem

    credential: Any = SimpleNamespace(get_token=get_token)
    explain = partial(explain_refusal, SECRET, PUBLIC)
    client = ArmClient(PUBLIC, HidingCredential(credential, lambda _: None), patient(), explain=explain)

    with pytest.raises(BackupError) as caught:
        client.get("/subscriptions", {})

    assert caught.value.message.startswith("Logging in to AzureCloud failed for client_id")


@pytest.mark.parametrize("end", [10**400, -(10**400)])
def test_whenever_a_token_ends_its_time_can_be_reckoned_with(end: int) -> None:
    """A service told of as many seconds; the library that keeps the token takes the time of day from its end."""
    told: Any = SimpleNamespace(get_token=lambda *_scopes, **_options: AccessToken("token", end))

    kept = HidingCredential(told, lambda _token: None).get_token("scope")

    assert (kept.expires_on - time.time() > 0) is (end > 0)


@pytest.mark.parametrize("fails", [False, True])
def test_threads_that_ask_together_share_a_login(fails: bool) -> None:
    asking, logins = threading.Semaphore(0), list[str]()
    gate = threading.Lock()

    class Lock:
        """Whoever comes to it has asked."""

        def __enter__(self) -> None:
            asking.release()
            gate.acquire()

        def __exit__(self, *_problem: object) -> None:
            gate.release()

    def get_token(*scopes: str, **_options: object) -> AccessToken:
        for _number in range(5 if not logins else 0):
            assert asking.acquire(timeout=60)
        logins.append(*scopes)
        if fails:
            raise ValueError("no")
        return AccessToken(f"token-{len(logins)}", 0)

    told: Any = SimpleNamespace(get_token=get_token)
    hidden = list[str]()
    credential: Any = HidingCredential(told, hidden.append)
    credential._lock = Lock()

    ends = side_by_side(lambda _number: credential.get_token("scope").token, range(5), 5)

    assert logins == ["scope"]
    assert [type(end) for end in ends] == [ClientAuthenticationError if fails else str] * 5
    assert hidden == ([] if fails else ["token-1"])
    with suppress(ClientAuthenticationError):
        assert credential.get_token("scope").token == "token-2", "a later one is a new one"
    assert len(logins) == 2


@pytest.mark.parametrize(
    "address",
    [
        "https://user:geheim@management.example",
        "https://management.example?x=1",
        "https://a b",
        "https://x#y",
        "http://x",
    ],
)
def test_an_address_that_is_no_cloud_is_shown_without_a_login(address: str) -> None:
    with pytest.raises(BackupError, match="is not a cloud") as caught:
        find_cloud(address, lambda _url: {})

    assert "geheim" not in caught.value.message


@pytest.mark.parametrize(
    "address", ["http://adfs.example/adfs", "adfs.example", "https://u:geheim@adfs.example/adfs", "https://[::1"]
)
def test_a_login_service_that_is_no_address_is_named(address: str) -> None:
    with pytest.raises(BackupError, match=r"^adfs_authority_url '.*' is not the https:// address") as caught:
        build_credential(Settings(**vars(SECRET) | {"adfs_authority_url": address}), PUBLIC)

    assert "geheim" not in caught.value.message


@pytest.mark.parametrize("tenant", ["My Tenant", "a/b", "münchen"])
def test_a_tenant_that_a_library_refuses_is_named(tenant: str) -> None:
    with pytest.raises(BackupError, match=f"tenant '{tenant}' cannot be"):
        build_credential(Settings(**vars(SECRET) | {"tenant": tenant}), PUBLIC)


# Anything at all

PASSWORD = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_characters="*"), min_size=1, max_size=20
)


@settings(max_examples=1000, derandomize=True, deadline=None, database=None)
@given(PASSWORD, st.sampled_from(["", "http://", "https://", "socks5://", "ftp://"]), st.integers(0, 99999))
def test_no_password_is_in_what_is_said_of_a_proxy(password: str, scheme: str, port: int) -> None:
    secret = f"Xq7-{password}-7qX"  # such as no message has by chance
    environment = {"HTTPS_PROXY": f"{scheme}user:{secret}@proxy.example:{port}"}
    said = f"Failed to parse: {scheme}user:{secret}@proxy.example, 'user:{secret}'"

    told = reason(ValueError(said), STACK, environment)

    assert secret not in told
    assert "Xq7-" not in told
    assert "-7qX" not in told
    assert unexpected(BackupError(told)).message == told
