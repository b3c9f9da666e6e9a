# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hostile hands: addresses that lead away, names that climb, and secrets that must not show."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Run
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    Interference,
    Proxy,
    afterwards,
    instead,
    on,
    refusal,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, world

ITEM = r"/protectedItems/[^/]+$"
BACKUP = r"/protectedItems/[^/]+/backup$"
ITEMS = r"/backupProtectedItems$"
OFFERS = r"/backupProtectableItems$"
OPERATION = r"/backupOperations/"
PATH = "/subscriptions/x/providers/Microsoft.RecoveryServices/operationResults/5a3c9d5e?api-version=2026-07-01"


@pytest.fixture(scope="module")
def stranger(places: Any) -> Proxy:
    """A server with a good certificate that is not the resource manager."""
    found: Proxy = places.lab.stranger()
    return found


@pytest.fixture(scope="module")
def plain(places: Any) -> Proxy:
    """A server without TLS."""
    found: Proxy = places.lab.stranger(tls=False)
    return found


def addresses(bench: Bench, stranger: Proxy, plain: Proxy) -> dict[str, tuple[str, str]]:
    """Addresses that are not the resource manager's, and what the error has to name."""
    port = bench.proxy.port
    return {
        "other port": (f"{stranger.url}{PATH}", f"localhost:{stranger.port}"),
        "other host": (f"https://127.0.0.1:{stranger.port}{PATH}", f"127.0.0.1:{stranger.port}"),
        "own address by another name": (f"https://127.0.0.1:{port}{PATH}", f"127.0.0.1:{port}"),
        "plain": (f"{plain.url}{PATH}", f"http://localhost:{plain.port}"),
        "own address, plain": (f"http://localhost:{port}{PATH}", f"http://localhost:{port}"),
        "no scheme": (f"//localhost:{stranger.port}{PATH}", f"localhost:{stranger.port}"),
        "look-alike": (f"https://localhost.evil.example:{port}{PATH}", "localhost.evil.example"),
        "user": (f"https://localhost:{port}@127.0.0.1:{stranger.port}{PATH}", "127.0.0.1"),
        "user of the right host": (f"https://evil:secret@localhost:{port}{PATH}", f"localhost:{port}"),
        "backslash": (f"https://127.0.0.1:{stranger.port}\\@localhost:{port}{PATH}", f"localhost:{port}"),
        "bad port": (f"https://localhost:99999{PATH}", "localhost:99999"),
        "no port": (f"https://localhost:port{PATH}", "localhost:port"),
        "bad brackets": (f"https://[::1{PATH}", "[::1"),
        "file": ("file:///etc/passwd", "file://"),
    }


KINDS = [
    "other port",
    "other host",
    "own address by another name",
    "plain",
    "own address, plain",
    "no scheme",
    "look-alike",
    "user",
    "user of the right host",
    "backslash",
    "bad port",
    "no port",
    "bad brackets",
    "file",
]


def untouched(stranger: Proxy, plain: Proxy) -> bool:
    return stranger.exchanges == [] and plain.exchanges == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_next_link_never_leads_away(reader: Bench, stranger: Proxy, plain: Proxy, kind: str) -> None:
    url, named = addresses(reader, stranger, plain)[kind]
    spoil = afterwards(lambda answer: answer.with_json(answer.json | {"nextLink": url}))
    with reader.spoilt(on("GET", ITEMS, spoil, times=None)):
        run = reader.protect()
    assert run.failed
    assert named in run.message
    assert not run.changed
    assert untouched(stranger, plain)


@pytest.mark.parametrize("header", ["Location", "Azure_AsyncOperation"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_operation_never_leads_away(known: Bench, stranger: Proxy, plain: Proxy, kind: str, header: str) -> None:
    url, named = addresses(known, stranger, plain)[kind]
    headers = {"Location": None, "Azure_AsyncOperation": None} | {header: url}
    with known.spoilt(
        on("PUT", ITEM, afterwards(lambda answer: answer.with_headers(**headers)), times=None),
        on("GET", ITEMS, instead(200, {"value": []}), times=None),
    ):
        run = known.protect("finance")
    assert run.failed
    assert named in run.message
    # The service has accepted it, whatever it says of the place to ask.
    assert run.changed
    assert run.shares()["finance"]["changed"]
    assert untouched(stranger, plain)


@pytest.mark.parametrize("method,path", [("GET", ITEMS), ("PUT", ITEM)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_never_leads_away(
    known: Bench, stranger: Proxy, plain: Proxy, kind: str, method: str, path: str
) -> None:
    url, named = addresses(known, stranger, plain)[kind]
    with known.spoilt(on(method, path, instead(307, Location=url), times=None)):
        run = known.protect("finance")
    assert run.failed
    assert named in run.message
    assert not run.changed
    assert untouched(stranger, plain)


def test_a_login_service_without_tls_gets_no_secret(reader: Bench, plain: Proxy, stranger: Proxy) -> None:
    def spoil(answer: Answer) -> Answer:
        body = answer.json
        body["authentication"]["loginEndpoint"] = plain.url
        return answer.with_json(body)

    with reader.spoilt(on("GET", "/metadata/endpoints", afterwards(spoil), times=None, kind="metadata")):
        run = reader.protect()
    assert run.failed
    assert plain.url in run.message
    assert untouched(stranger, plain)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"null", b"<html>", b'{"authentication": 5}', b'{"authentication": {"loginEndpoint": 1}}'],
)
def test_a_cloud_that_describes_itself_badly(reader: Bench, body: bytes) -> None:
    with reader.spoilt(on("GET", "/metadata/endpoints", instead(200, body), times=None, kind="metadata")):
        run = reader.protect()
    assert run.failed
    assert reader.proxy.url in run.message


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://localhost:99999", "http://localhost:1", "https://", "ftp://x"]
)
def test_a_cloud_whose_address_is_none(reader: Bench, url: str) -> None:
    run = reader.protect(cloud_environment=url)
    assert run.failed
    assert "cloud_environment" in run.message


# The token of a resource guard's tenant

TENANT = "11111111-2222-3333-4444-555555555555"
AUXILIARY = "x-ms-authorization-auxiliary"
UNLOCK = r"/unlockDelete$"


@pytest.fixture(scope="module")
def elsewhere(places: Any) -> Bench:
    """A vault whose guard is in another tenant, with shares enough for every test to have its own."""
    vault = VAULT | {"resource_guard": {"tenant": TENANT}}
    shares = protected("share") | {"count": 2 * len(KINDS) + 2}
    found: Bench = places.lab.bench(world(account(shares), vaults=[vault], page_size=500))
    return found


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count(1)


def end_one(bench: Bench, number: int) -> Run:
    options = {"state": "absent", "delete_data": True, "policy": None, "resource_guard_tenant_id": TENANT}
    return bench.protect(f"share-{number:02d}", **options)


@pytest.mark.parametrize("method,path", [("POST", UNLOCK), ("DELETE", ITEM)])
@pytest.mark.parametrize("kind", KINDS)
def test_the_token_of_the_guards_tenant_never_leads_away(
    elsewhere: Bench, stranger: Proxy, plain: Proxy, numbers: Iterator[int], kind: str, method: str, path: str
) -> None:
    url, named = addresses(elsewhere, stranger, plain)[kind]
    with elsewhere.spoilt(on(method, path, instead(307, Location=url), times=None)):
        run = end_one(elsewhere, next(numbers))
    assert run.failed
    assert named in run.message
    assert untouched(stranger, plain)


def test_the_token_of_the_guards_tenant_goes_with_what_is_guarded_and_does_not_show(
    elsewhere: Bench, numbers: Iterator[int]
) -> None:
    seen: dict[str, list[str]] = {}

    def listen(exchange: Exchange, forward: Forward) -> Answer:
        beside = exchange.headers.get(AUXILIARY)
        if beside:
            seen.setdefault(exchange.method, []).append(beside.removeprefix("Bearer "))
        return forward()

    def repeat(exchange: Exchange, _forward: Forward) -> Answer:
        body = {"error": {"code": "Echo", "message": f"You sent {exchange.headers[AUXILIARY]}"}}
        return Answer(400, {"Content-Type": "application/json"}, json.dumps(body).encode())

    with elsewhere.spoilt(listen, on("DELETE", ITEM, repeat)):
        run = end_one(elsewhere, next(numbers))
    assert "Echo" in run.output
    assert {method: len(tokens) for method, tokens in seen.items()} == {"POST": 1, "DELETE": 1}
    assert not any(token in run.output for tokens in seen.values() for token in tokens)


# Secrets


def echo(exchange: Exchange, _forward: Forward) -> Answer:
    """A service that repeats what it was sent, in its words and in its names."""
    token = exchange.headers["Authorization"]
    body = {"error": {"code": "Echo", "message": f"You sent {token} and {exchange.body.decode()}"}}
    return Answer(400, {"Content-Type": "application/json", "x-ms-request-id": token}, json.dumps(body).encode())


@pytest.mark.parametrize("method,path", [("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)])
def test_a_token_that_comes_back_does_not_show(known: Bench, method: str, path: str) -> None:
    seen: list[str] = []

    def listen(exchange: Exchange, forward: Forward) -> Answer:
        seen.append(exchange.headers["Authorization"].removeprefix("Bearer "))
        return echo(exchange, forward)

    with known.spoilt(on(method, path, listen, times=None)):
        run = known.protect("finance")
    assert "Echo" in run.output
    assert seen
    assert not any(token in run.output for token in seen)
    assert "Bearer ***" in run.output.replace("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "***").replace("********", "***")


def test_a_secret_that_comes_back_does_not_show(reader: Bench) -> None:
    def spoil(exchange: Exchange, _forward: Forward) -> Answer:
        words = {"error": "invalid_client", "error_description": f"AADSTS7000215: {exchange.body.decode()}"}
        return instead(401, words)(exchange, _forward)

    with reader.spoilt(on("POST", "token", spoil, times=None, kind="token")):
        run = reader.protect("finance")
    assert run.failed
    assert reader.simulator.client_secret not in run.output


# Names


HOSTILE = {
    "unicode": "fin\u00e4nce",
    "quotes": "fin'ance",
    "double quotes": 'fin"ance',
    "percent": "fin%2fance",
    "slash": "fin/ance",
    "up": "..",
    "up and away": "../../vaults/other",
    "semicolon": "fin;ance",
    "question": "fin?ance",
    "hash": "fin#ance",
    "line end": "fin\nance",
    "nul": "fin\0ance",
    "long": "a" * 255,
    "template": "{{ lookup('env', 'HOME') }}",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("option", ["shares", "storage_account", "vault_name", "resource_group", "api_version"])
def test_a_name_that_azure_does_not_allow_is_refused_before_any_request(reader: Bench, option: str, name: str) -> None:
    if option == "resource_group" and name == HOSTILE["unicode"]:
        pytest.skip("a resource group may have such a name")
    if option == "shares" and name == HOSTILE["line end"]:
        pytest.skip("these are two names, one a line")
    before = len(reader.proxy.exchanges)
    options: dict[str, Any] = {"shares": ["finance"], "policy": "daily-30"} | {
        option: [name] if option == "shares" else name
    }
    run = reader.run("afs_protection", **options)
    assert run.failed
    assert not run.changed
    assert len(reader.proxy.exchanges) == before


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_policy_is_only_compared(reader: Bench, name: str) -> None:
    before = len(reader.proxy.arm)
    run = reader.protect("finance", policy=name)
    assert run.failed
    assert not run.changed
    assert {each.method for each in reader.proxy.arm[before:]} <= {"GET"}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("part", ["item", "container"])
def test_a_name_from_the_service_stays_in_its_place(known: Bench, name: str, part: str) -> None:
    """Whatever the vault calls its things, they are addressed as one part of a path below the vault."""

    def spoil(answer: Answer) -> Answer:
        body = answer.json
        for each in body["value"]:
            if known.account in each["id"] and part == "item":
                each["name"] = name
            elif known.account in each["id"]:
                each["id"] = each["id"].replace(each["id"].split("/")[12], name)
        return answer.with_json(body)

    before = len(known.proxy.arm)
    with known.spoilt(on("GET", OFFERS, afterwards(spoil), times=None)):
        run = known.protect("finance")
    assert run.failed
    spelled = name.split("/")[0] if part == "container" else name
    sent = [each.target.split("?")[0].split("/") for each in known.proxy.arm[before:] if each.method == "PUT"]
    assert len(sent) == (0 if spelled == ".." else 1)
    for parts in sent:
        assert len(parts) == 15
        assert parts[8] == "backup-vault"
        assert ".." not in parts
        assert parts[14 if part == "item" else 12] == quote(spelled, safe="")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_share_of_a_strange_name_is_only_told(reader: Bench, name: str) -> None:
    def spoil(answer: Answer) -> Answer:
        body = answer.json
        for each in body["value"]:
            if reader.account in each["id"]:
                each["properties"]["friendlyName"] = name
        return answer.with_json(body)

    with reader.spoilt(on("GET", ITEMS, afterwards(spoil), times=None)):
        run = reader.run("afs_protected_item_info")
    assert not run.failed
    assert {item["share"] for item in run.result["protected_items"]} == {name}


def test_an_operation_of_a_strange_name_stays_in_its_place(known: Bench) -> None:
    spoil: Interference = afterwards(
        lambda answer: answer.with_headers(
            Location="/subscriptions/x/operationResults/..%2f..%2fbackupJobs", Azure_AsyncOperation=None
        )
    )
    before = len(known.proxy.arm)
    with known.spoilt(on("PUT", ITEM, spoil, times=None)):
        known.protect("finance")
    sent = known.proxy.arm[before:]
    assert [each.method for each in sent if each.method != "GET"] == ["PUT"]
    assert not [each.path for each in sent if "backupJobs" in each.path]


def test_a_long_story_is_told_on_one_line(known: Bench) -> None:
    words = "line one\nline two\r\n\tline three"
    with known.spoilt(on("PUT", ITEM, refusal(400, "Some\nCode", words), times=None)):
        run = known.protect("finance")
    assert "\n" not in run.message
