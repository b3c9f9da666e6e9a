# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of HTTP: what goes wrong between the modules and the resource manager."""

from __future__ import annotations

import base64
import email.utils
import socket
import time
from typing import Any

import pytest
import trustme
from ansible_collections.azurefiles.backup.plugins.module_utils._arm import client
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.pipeline import VERSION
from ansible_collections.azurefiles.backup.tests.faults.support.clocks import virtual_time, withheld
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    Interference,
    Proxy,
    afterwards,
    instead,
    lost,
    on,
    refusal,
    refused,
)

ITEM = r"/protectedItems/[^/]+$"
BACKUP = r"/protectedItems/[^/]+/backup$"
OPERATION = r"/backupOperations/"
ITEMS = r"/backupProtectedItems$"
IRPENDING = {"finance": "IRPending", "hiring": "IRPending", "legal": "IRPending"}


def http_date(seconds: float) -> str:
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


def dated(seconds: float) -> Interference:
    """429 with a Retry-After that is made when it is sent."""

    def answer(exchange: Exchange, forward: Forward) -> Answer:
        return refusal(429, "TooManyRequests", Retry_After=http_date(seconds))(exchange, forward)

    return answer


THROTTLED = {
    "seconds": refusal(429, "TooManyRequests", Retry_After="1"),
    "date": dated(1.5),
    "past date": dated(-3600),
    "none": refusal(429, "TooManyRequests"),
    "garbage": refusal(429, "TooManyRequests", Retry_After="soon"),
    "not a number": refusal(429, "TooManyRequests", Retry_After="nan"),
    "negative": refusal(429, "TooManyRequests", Retry_After="-5"),
}


@pytest.mark.parametrize("fault", THROTTLED.values(), ids=THROTTLED)
def test_throttled_requests_are_sent_again(known: Bench, fault: Interference) -> None:
    places = (("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION))
    with known.spoilt(*(on(method, path, fault) for method, path in places)):
        run = known.protect("finance")
    assert not run.failed, run.message
    assert run.result["api_calls"]["throttled"] == 3
    assert run.result["api_calls"]["retried"] == 3
    assert known.jobs("ConfigureBackup") == {"finance": 1}


def test_the_program_is_named_to_the_service(reader: Bench) -> None:
    before = len(reader.proxy.arm)
    reader.protect()
    named = {sent.headers["User-Agent"] for sent in reader.proxy.arm[before:]}
    assert named == {f"azurefiles.backup/{VERSION}"}


def test_a_pause_that_azure_asks_for_is_kept(known: Bench) -> None:
    with known.spoilt(on("PUT", ITEM, refusal(429, Retry_After="2"))):
        run = known.protect("finance")
    assert not run.failed
    assert run.seconds > 2


def test_a_throttled_backup_is_sent_again(guarded: Bench) -> None:
    with guarded.spoilt(on("POST", BACKUP, refusal(429, "TooManyRequests"), times=3)):
        run = guarded.back_up("finance")
    assert not run.failed, run.message
    assert guarded.jobs() == {"finance": 1}


def test_a_storm_of_429_fails_what_it_hits_and_nothing_else(known: Bench) -> None:
    hit: list[str] = []

    def storm(exchange: Exchange, forward: Forward) -> Answer:
        if not hit:
            hit.append(exchange.path)
        return refusal(429, "TooManyRequests")(exchange, forward) if exchange.path == hit[0] else forward()

    with known.spoilt(on("PUT", ITEM, storm, times=None)):
        run = known.protect()
    assert run.failed
    assert run.changed
    ends = run.shares()
    (bad,) = [share for share, end in ends.items() if end["error"]]
    assert ends[bad]["error"]["code"] == "TooManyRequests"
    assert not ends[bad]["changed"]
    assert sorted(known.states()) == sorted(set(ends) - {bad})
    again = known.protect()
    assert not again.failed
    assert [share for share, end in again.shares().items() if end["changed"]] == [bad]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_server_error_heals(known: Bench, status: int) -> None:
    fault = refusal(status, "CloudInternalError")
    with known.spoilt(
        *(on(method, path, fault) for method, path in (("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)))
    ):
        run = known.protect()
    assert not run.failed, run.message
    assert run.result["api_calls"]["retried"] == 3
    assert known.states() == IRPENDING


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_that_stays_ends_a_submission(known: Bench, status: int) -> None:
    with known.spoilt(on("PUT", ITEM, refusal(status, "CloudInternalError"), times=None)):
        run = known.protect("finance")
    assert run.failed
    assert run.result["error"]["http_status"] == status
    # Whether the service has done something cannot be told from such an answer.
    assert run.shares()["finance"]["changed"]
    assert run.shares()["finance"]["state_after"] == "NotProtected"
    assert not known.protect("finance").failed
    assert known.jobs("ConfigureBackup") == {"finance": 1}


@pytest.mark.parametrize("status", [500, 503, 404])
def test_a_server_error_that_stays_while_waiting_is_decided_by_looking(known: Bench, status: int) -> None:
    with known.spoilt(on("GET", OPERATION, refusal(status, "CloudInternalError"), times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert run.changed
    assert known.states() == IRPENDING
    assert any("as it should be" in warning for warning in run.warnings)


def test_a_post_is_never_repeated_after_a_server_error(guarded: Bench) -> None:
    with guarded.spoilt(on("POST", BACKUP, refusal(503, "ServiceUnavailable"), times=None)) as proxy:
        before = len(proxy.arm)
        run = guarded.back_up("finance")
        sent = [each for each in proxy.arm[before:] if each.method == "POST"]
    assert len(sent) == 1
    assert run.failed
    assert run.shares("backups")["finance"]["error"]["http_status"] == 503
    assert guarded.jobs() == {}


BROKEN: dict[str, Interference] = {
    "reset before": refused,
    "reset after": lost,
    "reset in the headers": afterwards(lambda answer: Answer(answer.status, answer.headers, answer.body + b" ", cut=0)),
    "reset in the body": afterwards(lambda answer: Answer(answer.status, answer.headers, b"{}" + answer.body, cut=1)),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_connection_heals(known: Bench, fault: Interference) -> None:
    with known.spoilt(
        *(on(method, path, fault) for method, path in (("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)))
    ):
        run = known.protect()
    assert not run.failed, run.message
    assert run.changed
    assert known.states() == IRPENDING
    # A PUT says what shall be, so it may be repeated; only the share whose answer was lost is configured once more.
    assert sum(known.jobs("ConfigureBackup").values()) == (3 if fault is refused else 4)


@pytest.mark.parametrize("fault", [lost, BROKEN["reset in the headers"]], ids=["lost", "in the headers"])
def test_a_backup_whose_answer_is_lost_is_found_and_not_repeated(guarded: Bench, fault: Interference) -> None:
    with guarded.spoilt(on("POST", BACKUP, fault, times=None)):
        run = guarded.back_up()
    assert not run.failed, run.message
    assert {end["status"] for end in run.shares("backups").values()} == {"Completed"}
    assert run.changed
    assert guarded.jobs() == {"finance": 1, "hiring": 1, "legal": 1}


def test_a_backup_that_never_began_is_a_failure_and_not_an_older_one(guarded: Bench) -> None:
    guarded.back_up("finance")
    guarded.simulator.pass_time(10)  # more than the clocks of the service may differ
    with guarded.spoilt(on("POST", BACKUP, refused, times=None)):
        run = guarded.back_up("finance")
    assert run.failed
    assert run.shares("backups")["finance"]["job_id"] is None
    assert guarded.jobs() == {"finance": 1}


def test_a_connection_that_is_refused_for_good(known: Bench) -> None:
    with known.spoilt(on("GET", "/", refused, times=None)):
        run = known.protect("finance")
    assert run.failed
    assert known.proxy.url in run.message
    assert "cannot be reached" in run.message
    assert not run.changed


def test_nothing_listens(known: Bench) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody else can listen there
        nowhere = f"https://localhost:{taken.getsockname()[1]}"
        run = known.protect("finance", cloud_environment=nowhere)
    assert run.failed
    assert nowhere in run.message
    assert "refused" in run.message


def test_a_certificate_that_nobody_vouches_for(known: Bench) -> None:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    impostor = Proxy(context)
    try:
        run = known.protect("finance", cloud_environment=impostor.url)
    finally:
        impostor.stop()
    assert run.failed
    assert "REQUESTS_CA_BUNDLE" in run.message
    assert impostor.exchanges == []


@pytest.mark.usefixtures("impatient")
def test_slow_headers_end_with_the_deadline(known: Bench) -> None:
    with withheld() as slow, known.spoilt(on("GET", ITEMS, slow, times=None)):
        run = known.protect("finance", wait_timeout=2)
    assert run.failed
    assert run.code == "WaitTimeout"
    assert not run.changed


@pytest.mark.parametrize("method,path", [("PUT", ITEM), ("GET", OPERATION)])
def test_after_slow_headers_the_last_look_decides(
    known: Bench, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    clock = virtual_time(known, monkeypatch)
    monkeypatch.setattr(client, "LAST_WORD", 1)  # the least that a connection is waited for

    with withheld() as slow:

        def take_all_the_time(exchange: Exchange, forward: Forward) -> Answer:
            clock.sleep(2)
            return slow(exchange, forward)

        with known.spoilt(on(method, path, take_all_the_time, times=None)):
            run = known.protect("finance", wait_timeout=2)
    assert not run.failed, run.message
    assert run.changed
    assert any("as it should be" in warning for warning in run.warnings)


@pytest.mark.usefixtures("impatient")
def test_a_slow_body_ends_with_the_deadline(known: Bench) -> None:
    slow = afterwards(lambda answer: Answer(answer.status, answer.headers, answer.body, pause=0.9))
    with known.spoilt(on("GET", ITEMS, slow, times=None)):
        run = known.protect("finance", wait_timeout=1)
    assert run.failed
    assert run.code == "WaitTimeout"


@pytest.mark.usefixtures("impatient")
def test_a_slow_login_service_ends_with_the_deadline(known: Bench) -> None:
    with withheld() as slow, known.spoilt(on("POST", "token", slow, times=None, kind="token")):
        run = known.protect("finance", wait_timeout=1)
    assert run.failed
    assert run.code == "WaitTimeout"
    assert not run.changed


HTML = b"<html><body>Sign in to the proxy</body></html>"
NONSENSE: dict[str, tuple[Any, str]] = {
    "truncated": (b'{"value": [{"id": "/subs', "not JSON"),
    "html": (HTML, "not JSON"),
    "nothing": (b"", "without the JSON object"),
    "null": (b"null", "without the JSON object"),
    "a list": (b"[]", "without the JSON object"),
    "a number": (b"NaN", "not JSON"),
    "text": (b'"fine"', "without the JSON object"),
    "other letters": (b"\xff\xfe\x00", "not JSON"),
    "too deep": (b'{"value":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not JSON"),
    "a value that is no list": (b'{"value": {"id": 1}}', "in the place of its list"),
}


@pytest.mark.parametrize("body,words", NONSENSE.values(), ids=NONSENSE)
def test_an_answer_that_is_not_the_json_it_should_be(known: Bench, body: bytes, words: str) -> None:
    with known.spoilt(on("GET", ITEMS, instead(200, body), times=None)):
        run = known.protect("finance")
    assert run.failed
    assert words in run.message
    assert not run.changed
    assert known.states() == {}


@pytest.mark.parametrize("body", [HTML, b"", b"[]", b'{"status": null}'], ids=["html", "nothing", "list", "null"])
def test_nonsense_while_waiting_heals(known: Bench, body: bytes) -> None:
    with known.spoilt(on("GET", OPERATION, instead(200, body), times=2)):
        run = known.protect("finance")
    assert not run.failed, run.message
    assert run.shares()["finance"]["job_id"]


def test_the_answer_to_a_put_may_have_any_body(known: Bench) -> None:
    spoil = afterwards(lambda answer: Answer(answer.status, answer.headers, HTML))
    with known.spoilt(on("PUT", ITEM, spoil, times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream; charset=klingon", None])
def test_another_content_type_does_no_harm(known: Bench, kind: str | None) -> None:
    spoil = afterwards(lambda answer: answer.with_headers(Content_Type=kind))
    with known.spoilt(on("GET", "/", spoil, times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING


@pytest.mark.parametrize("method,path", [("GET", ITEMS), ("PUT", ITEM)])
@pytest.mark.parametrize("whole", [True, False], ids=["url", "path"])
def test_a_redirect_to_the_same_host_is_followed(known: Bench, method: str, path: str, whole: bool) -> None:
    def redirect(exchange: Exchange, forward: Forward) -> Answer:
        where = f"{known.proxy.url if whole else ''}{exchange.target}&redirected=1"
        return instead(307, Location=where)(exchange, forward)

    with known.spoilt(on(method, path, redirect)) as proxy:
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING
    assert any("redirected=1" in each.target for each in proxy.arm)


def test_redirects_in_a_circle_end(known: Bench) -> None:
    spoil: Interference = lambda exchange, forward: instead(307, Location=exchange.target)(exchange, forward)  # noqa: E731
    with known.spoilt(on("GET", ITEMS, spoil, times=None)):
        run = known.protect("finance")
    assert run.failed
    assert not run.changed


CLAIMS = base64.urlsafe_b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode().rstrip("=")
EXPIRED = refusal(401, "ExpiredAuthenticationToken", WWW_Authenticate='Bearer error="invalid_token"')
CHALLENGE = refusal(
    401, "InvalidAuthenticationToken", WWW_Authenticate=f'Bearer error="insufficient_claims", claims="{CLAIMS}"'
)
BAD_CHALLENGE = refusal(
    401, "InvalidAuthenticationToken", WWW_Authenticate='Bearer error="insufficient_claims", claims="%"'
)


@pytest.mark.parametrize("fault", [EXPIRED, CHALLENGE], ids=["expired", "claims"])
def test_a_token_that_ends_in_the_middle_of_a_run_is_renewed(known: Bench, fault: Interference) -> None:
    with known.spoilt(
        *(on(method, path, fault) for method, path in (("GET", ITEMS), ("PUT", ITEM), ("GET", OPERATION)))
    ):
        run = known.protect()
    assert not run.failed, run.message
    assert set(known.jobs("ConfigureBackup").values()) == {1}
    with known.spoilt(on("POST", BACKUP, fault)):
        backup = known.back_up("finance")
    assert not backup.failed, backup.message
    assert known.jobs() == {"finance": 1}


@pytest.mark.parametrize("fault", [EXPIRED, CHALLENGE, BAD_CHALLENGE], ids=["expired", "claims", "bad claims"])
def test_a_login_that_is_refused_for_good_keeps_what_was_done(known: Bench, fault: Interference) -> None:
    with known.spoilt(on("PUT", ITEM, fault, times=None, after=1)):
        run = known.protect(parallel=1)
    assert run.failed
    assert run.changed
    assert [end["changed"] for end in run.shares().values()] == [True, False, False]
    assert known.states() == {"finance": "IRPending"}


def test_a_login_service_that_refuses_in_the_middle_of_a_run(known: Bench) -> None:
    def challenge(exchange: Exchange, forward: Forward) -> Answer:
        known.proxy.interfere = on(
            "POST",
            "token",
            instead(401, {"error": "invalid_client", "error_description": "AADSTS7000222: expired"}),
            times=None,
            kind="token",
        )
        return CHALLENGE(exchange, forward)

    with known.spoilt(on("PUT", ITEM, challenge, after=1)):
        run = known.protect("finance", "hiring", parallel=1)
    assert run.failed
    assert run.shares()["finance"]["changed"]
    assert run.shares()["hiring"]["error"]["code"] == "AADSTS7000222"


def test_forbidden_to_read_the_storage_account_only(known: Bench) -> None:
    with known.spoilt(on("GET", r"/fileServices/default/shares$", refusal(403, "AuthorizationFailed"), times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING


def test_forbidden_to_write_only(known: Bench) -> None:
    message = "does not have authorization to perform action 'Microsoft.RecoveryServices/vaults/backupFabrics/write'"
    with known.spoilt(on("PUT", ITEM, refusal(403, "AuthorizationFailed", message), times=None)):
        run = known.protect()
    assert run.failed
    assert not run.changed
    assert run.code == "AuthorizationFailed"
    assert "Backup Contributor" in run.message
    assert "3 of 3 shares failed" in run.message


def test_forbidden_to_read_operations_only(known: Bench) -> None:
    with known.spoilt(on("GET", OPERATION, refusal(403, "AuthorizationFailed"), times=None)):
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING


def test_forbidden_to_read_jobs_only(guarded: Bench) -> None:
    """Without the list of jobs it cannot be told whether a backup runs already, so none is started."""
    with guarded.spoilt(on("GET", r"/backupJobs$", refusal(403, "AuthorizationFailed"), times=None)):
        run = guarded.back_up()
    assert run.failed
    assert run.code == "AuthorizationFailed"
    assert not run.changed
    assert guarded.jobs() == {}
