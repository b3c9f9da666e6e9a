# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import Answer, ArmClient
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.cloud import Cloud
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.pipeline import VERSION
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.rate_limit import SOON
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    BackupError,
    ServiceError,
    WaitTimeout,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._run.calls import ApiCalls
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import LAST_WORD, Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._run.parallel import side_by_side
from ansible_collections.azurefiles.backup.tests.unit.support.room import Room
from ansible_collections.azurefiles.backup.tests.unit.support.runs import VirtualTime, client_of, cloud_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, registered, world
from azure.core.pipeline.transport import RequestsTransport

API = {"api-version": "2023-05-01"}
SUBSCRIPTIONS = "/subscriptions"


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    shares = {"name": "share", "count": 5}
    return shared_simulators.start(world(registered(shares), account(name="fabrikamfiles"), page_size=2))


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.log_in()
    running.clear_faults()
    running.forget()
    return running


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def client(simulator: Simulator, time: VirtualTime) -> ArmClient:
    """A client whose pauses take no time."""
    return client_of(simulator, time.deadline())


def vault_path(simulator: Simulator) -> str:
    return (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg"
        "/providers/Microsoft.RecoveryServices/vaults/backup-vault"
    )


def accounts_path(simulator: Simulator) -> str:
    return f"/subscriptions/{simulator.subscription_id}/providers/Microsoft.Storage/storageAccounts"


def shares_path(simulator: Simulator) -> str:
    return (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/files-rg/providers/Microsoft.Storage"
        "/storageAccounts/contosofiles/fileServices/default/shares"
    )


def refresh(client: ArmClient, simulator: Simulator) -> Answer:
    return client.send("POST", f"{vault_path(simulator)}/backupFabrics/Azure/refreshContainers", API)


def delete_nothing(client: ArmClient, simulator: Simulator) -> Answer:
    """A DELETE that is always welcome."""
    container = "StorageContainer;Storage;files-rg;nobody"
    return client.send("DELETE", f"{vault_path(simulator)}/backupFabrics/Azure/protectionContainers/{container}", API)


def calls(client: ArmClient, **expected: int) -> bool:
    """Whether exactly these calls were counted."""
    counted = {kind: count for kind, count in client.calls.to_result().items() if count and kind != "total"}
    return counted == expected


# Answers


def test_a_json_answer(client: ArmClient, simulator: Simulator) -> None:
    answer = client.get(vault_path(simulator), API)

    assert answer.status == 200
    assert answer.object["name"] == "backup-vault"
    assert answer.headers["X-MS-Request-ID"]


def test_an_answer_without_a_body(client: ArmClient, simulator: Simulator) -> None:
    answer = delete_nothing(client, simulator)

    assert (answer.status, answer.body) == (204, None)


@pytest.mark.parametrize("body", [[], "text", 1, None])
def test_an_answer_that_should_be_an_object_and_is_none(body: Any) -> None:
    with pytest.raises(BackupError, match="without the JSON object that belongs there"):
        _unused = Answer(200, {}, body).object


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html><body>Proxy login</body></html>", "text/html"),
        ('{"value": [', "application/json"),
        ("\xff\xfe", "application/json"),
    ],
    ids=["HTML", "half JSON", "no text"],
)
def test_an_answer_that_is_not_json(client: ArmClient, simulator: Simulator, body: str, content_type: str) -> None:
    simulator.plan({"path": "/vaults/backup-vault", "status": 200, "body": body, "content_type": content_type})

    with pytest.raises(BackupError) as caught:
        client.get(vault_path(simulator), API)

    assert caught.value.message == ("Azure answered GET vaults/backup-vault with HTTP 200 and a body that is not JSON.")


def test_an_error_is_told_in_azures_words(client: ArmClient, simulator: Simulator) -> None:
    with pytest.raises(ServiceError) as caught:
        client.get(vault_path(simulator).replace("backup-vault", "nobody"), API)

    error = caught.value
    assert error.not_found
    assert error.fault.code == "ResourceNotFound"
    assert error.fault.http_status == 404
    assert error.fault.request_id
    assert error.message.startswith("GET vaults/nobody failed with HTTP 404, ResourceNotFound: The Resource ")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": {"code": "Odd", "message": "First.\r\nSecond."}}, "Odd", "First. Second."),
        ({"code": "Odd", "message": "Bare."}, "Odd", "Bare."),
        ({"Code": "Odd", "Message": "Capital."}, "Odd", "Capital."),
        ({"error": "text"}, None, None),
        ({"error": None}, None, None),
        (["list"], None, None),
        ("<html>Bad Gateway</html>", None, None),
        ("", None, None),
    ],
)
def test_error_bodies_of_every_shape(
    client: ArmClient, simulator: Simulator, body: Any, code: str | None, message: str | None
) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 409, "body": body})

    with pytest.raises(ServiceError) as caught:
        client.get(SUBSCRIPTIONS, API)

    assert (caught.value.fault.code, caught.value.fault.message) == (code, message)
    assert "failed with HTTP 409" in caught.value.message


def test_an_error_comes_with_advice(client: ArmClient, simulator: Simulator) -> None:
    fault = {"code": "UserErrorStorageAccountIsLocked", "message": "It is locked."}
    simulator.plan({"path": SUBSCRIPTIONS, "status": 409, "body": {"error": fault}})

    with pytest.raises(ServiceError, match=r"It is locked\. Remove the read-only lock"):
        client.get(SUBSCRIPTIONS, API)


@pytest.mark.parametrize(
    ("action", "path", "role"),
    [
        ("Microsoft.RecoveryServices/", vault_path, "'Backup Contributor' on the vault is missing"),
        ("Microsoft.Storage/", accounts_path, "'Reader' on the storage account are missing"),
    ],
)
def test_a_missing_role_is_named(simulators: Simulators, action: str, path: Any, role: str) -> None:
    simulator = simulators.start(world(denied=[{"action": action}]))

    with pytest.raises(ServiceError) as caught:
        client_of(simulator).get(path(simulator), API)

    assert caught.value.forbidden
    assert caught.value.fault.code == "AuthorizationFailed"
    assert role in caught.value.message


# What is sent


def test_filters_are_sent_with_spaces_and_quotes_encoded(client: ArmClient, simulator: Simulator) -> None:
    text = "backupManagementType eq 'AzureStorage' and friendlyName eq 'a+b&c=d''e'"

    client.get(f"{vault_path(simulator)}/backupProtectionContainers", API | {"$filter": text})

    assert simulator.journal()[0].query["$filter"] == text


def test_a_body_is_sent_as_json(client: ArmClient, simulator: Simulator) -> None:
    item = "backupFabrics/Azure/protectionContainers/StorageContainer;Storage;files-rg;contosofiles"

    with pytest.raises(ServiceError) as caught:
        client.send("PUT", f"{vault_path(simulator)}/{item}", API, {"properties": {"containerType": "Odd"}})

    assert "containerType must be StorageContainer" in caught.value.message


def test_every_request_is_authorised(client: ArmClient, simulator: Simulator) -> None:
    client.get(vault_path(simulator), API)
    delete_nothing(client, simulator)

    assert [request.authorised for request in simulator.journal()] == [True, True]


def test_sequential_requests_share_one_connection(
    client: ArmClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    client.get(vault_path(simulator), API)
    caplog.set_level(logging.DEBUG, "urllib3.connectionpool")

    for _unused in range(5):
        client.get(vault_path(simulator), API)
    delete_nothing(client, simulator)

    assert len(simulator.journal()) == 7
    assert not [record for record in caplog.records if "Starting new HTTPS connection" in record.getMessage()]


def test_requests_side_by_side_are_as_many_as_allowed(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(simulator, connections=3)
    room = Room(3)
    send = RequestsTransport.send

    def send_in_room(*arguments: Any, **options: Any) -> Any:
        room.enter()
        return send(*arguments, **options)

    monkeypatch.setattr(RequestsTransport, "send", send_in_room)
    answers = side_by_side(lambda _number: client.get(vault_path(simulator), API), range(9), 9)

    assert [answer.status for answer in answers if isinstance(answer, Answer)] == [200] * 9
    assert room.most == 3


def test_the_program_is_named_to_the_service(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)

    client_of(simulator).get(vault_path(simulator), API)

    assert f"User-Agent: azurefiles.backup/{VERSION}" in capsys.readouterr().out


def test_no_token_is_ever_logged(client: ArmClient, simulator: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    client.get(vault_path(simulator), API)

    assert caplog.records
    assert "Bearer ey" not in caplog.text
    assert simulator.client_secret not in caplog.text


# Pages


def test_every_page_is_read(client: ArmClient, simulator: Simulator) -> None:
    names = [share["name"] for share in client.pages(shares_path(simulator), API)]

    assert names == ["share-01", "share-02", "share-03", "share-04", "share-05"]
    assert simulator.tally() == {"GET shares": 3}
    assert calls(client, reads=3)


def test_the_query_is_kept_over_the_pages(client: ArmClient, simulator: Simulator) -> None:
    list(client.pages(shares_path(simulator), API | {"$expand": "deleted"}))

    assert [request.query["$expand"] for request in simulator.journal()] == ["deleted"] * 3


@pytest.mark.parametrize(
    "body", [{"value": None}, {"value": []}, {}, {"value": [], "nextLink": ""}, {"nextLink": None}]
)
def test_a_list_without_elements_is_empty(client: ArmClient, simulator: Simulator, body: dict[str, Any]) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 200, "body": body})

    assert list(client.pages(SUBSCRIPTIONS, API)) == []


def test_what_is_no_element_is_left_out(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 200, "body": {"value": [{"name": "a"}, None, "b", ["c"]]}})

    assert list(client.pages(SUBSCRIPTIONS, API)) == [{"name": "a"}]


def test_an_error_on_a_later_page_is_an_error(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"path": "/shares", "after": 1, "status": 409})

    with pytest.raises(ServiceError):
        list(client.pages(shares_path(simulator), API))


def test_pages_that_lead_in_a_circle_are_an_error(client: ArmClient, simulator: Simulator) -> None:
    def page(following: str) -> dict[str, Any]:
        link = f"{simulator.url}{SUBSCRIPTIONS}?api-version=2022-12-01&page={following}"
        return {"path": SUBSCRIPTIONS, "status": 200, "body": {"value": [], "nextLink": link}}

    simulator.plan(page("2"), page("3"), page("2"))

    with pytest.raises(BackupError, match="Azure's list subscriptions leads round in a circle"):
        list(client.pages(SUBSCRIPTIONS, API))

    assert len(simulator.journal()) == 3


def test_a_relative_link_stays_with_the_resource_manager(client: ArmClient, simulator: Simulator) -> None:
    link = f"{SUBSCRIPTIONS}?api-version=2022-12-01"
    simulator.plan({"path": SUBSCRIPTIONS, "status": 200, "body": {"value": [], "nextLink": link}})

    assert len(list(client.pages(SUBSCRIPTIONS, API))) == 1
    assert len(simulator.journal()) == 2


# A token goes nowhere else


@pytest.fixture(scope="module")
def stranger(shared_simulators: Simulators) -> Simulator:
    """Another server that would take anything."""
    return shared_simulators.start(world())


FOREIGN: dict[str, Callable[[Simulator, Simulator], str]] = {
    "another port": lambda _home, stranger: stranger.url,
    "another host": lambda home, _stranger: home.url.replace("localhost", "127.0.0.1"),
    "another port without TLS": lambda _home, stranger: stranger.imds_url,
    "the same port without TLS": lambda home, _stranger: home.url.replace("https:", "http:"),
    "a name that begins alike": lambda home, _stranger: home.url.replace("localhost", "localhost.example"),
    "a port that is none": lambda home, _stranger: home.url + "00000",
    "a user that looks like the host": lambda _home, stranger: stranger.url.replace("//", "//localhost@"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_link_that_leads_elsewhere_is_refused(
    client: ArmClient, simulator: Simulator, stranger: Simulator, time: VirtualTime, kind: str
) -> None:
    link = FOREIGN[kind](simulator, stranger) + "/subscriptions?api-version=2022-12-01"
    simulator.plan({"path": SUBSCRIPTIONS, "status": 200, "body": {"value": [{}], "nextLink": link}})
    stranger.forget()

    with pytest.raises(BackupError, match=r"which is not the resource manager .*; nothing was sent there"):
        list(client.pages(SUBSCRIPTIONS, API))

    assert len(simulator.journal()) == 1
    assert stranger.journal() == stranger.journal("imds") == []
    assert time.pauses == []
    assert calls(client, reads=1)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_elsewhere_is_refused(
    client: ArmClient, simulator: Simulator, stranger: Simulator, status: int
) -> None:
    link = f"{stranger.url}/subscriptions?api-version=2022-12-01"
    simulator.plan({"path": SUBSCRIPTIONS, "status": status, "body": "", "headers": {"Location": link}})
    stranger.forget()

    with pytest.raises(BackupError, match="nothing was sent there"):
        client.get(SUBSCRIPTIONS, API)

    assert stranger.journal() == []


def test_a_host_in_other_case_is_the_same_host(client: ArmClient, simulator: Simulator) -> None:
    link = simulator.url.replace("localhost", "LOCALHOST") + "/subscriptions?api-version=2022-12-01"
    simulator.plan({"path": SUBSCRIPTIONS, "status": 200, "body": {"value": [], "nextLink": link}})

    assert len(list(client.pages(SUBSCRIPTIONS, API))) == 1


# Throttling and retries


def test_retry_after_is_honoured_and_counted(client: ArmClient, simulator: Simulator, time: VirtualTime) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 429, "times": 2, "headers": {"Retry-After": "17"}})

    assert client.get(SUBSCRIPTIONS, API).status == 200

    assert time.pauses.count(17) == 2
    assert calls(client, reads=3, throttled=2, retried=2)


def test_the_wait_before_a_retry_is_real(simulator: Simulator) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 429, "headers": {"Retry-After": "1"}})

    client_of(simulator).get(SUBSCRIPTIONS, API)

    first, second = simulator.journal()
    assert second.start - first.start >= 1


def test_throttling_that_does_not_end_is_an_error(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"path": SUBSCRIPTIONS, "status": 429, "times": 100})

    with pytest.raises(ServiceError) as caught:
        client.get(SUBSCRIPTIONS, API)

    assert caught.value.fault.http_status == 429
    attempts = len(simulator.journal())
    assert calls(client, reads=attempts, throttled=attempts, retried=attempts - 1)
    assert attempts <= 10


def test_throttling_ends_with_the_time(simulator: Simulator) -> None:
    time = VirtualTime()
    client = client_of(simulator, time.deadline(60))
    simulator.plan({"path": SUBSCRIPTIONS, "status": 429, "times": 100, "headers": {"Retry-After": "50"}})

    with pytest.raises(ServiceError) as caught:
        client.get(SUBSCRIPTIONS, API)

    assert caught.value.fault.http_status == 429
    assert time.pauses == [50], "a pause beyond the end is not begun"


def test_a_throttled_post_is_repeated(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"method": "POST", "path": "refreshContainers", "status": 429, "headers": {"Retry-After": "2"}})

    assert refresh(client, simulator).status == 202

    assert calls(client, writes=2, throttled=1, retried=1)


def test_the_buckets_of_the_resource_manager_are_waited_for(simulators: Simulators) -> None:
    limits = {"reads_per_second": 0.5, "reads_bucket": 3, "writes_per_second": 0}
    simulator = simulators.start(world(limits=limits))
    time = VirtualTime(simulator)
    client = client_of(simulator, time.deadline())

    for _unused in range(6):
        assert client.get(vault_path(simulator), API).status == 200

    throttled = sum(request.status == 429 for request in simulator.journal())
    assert throttled >= 1
    assert client.calls.throttled == client.calls.retried == throttled


@pytest.mark.parametrize("where", ["", "/backupPolicies", "/backupJobs"])
def test_half_of_a_bucket_is_enough_for_a_run_that_slows_down(simulators: Simulators, where: str) -> None:
    limits = {"reads_per_second": 25, "reads_bucket": 60, "writes_per_second": 0, "others": 0.5}
    simulator = simulators.start(world(limits=limits))
    time = VirtualTime(simulator)
    client = client_of(simulator, time.deadline())

    for _unused in range(150):
        time.sleep(0.02)  # the journey to the service and back
        assert client.get(vault_path(simulator) + where, API).status == 200

    assert client.calls.throttled == 0


def test_where_no_connection_came_about_nothing_is_in_doubt(simulator: Simulator) -> None:
    nowhere = replace(cloud_of(simulator), resource_manager="https://localhost:1")
    client = ArmClient(nowhere, simulator.credential, VirtualTime().deadline())

    with pytest.raises(BackupError, match="https://localhost:1 cannot be reached") as caught:
        client.send("POST", "/subscriptions", API)

    assert not caught.value.in_doubt


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
@pytest.mark.parametrize("send", ["GET", "DELETE"])
def test_a_passing_failure_is_repeated(client: ArmClient, simulator: Simulator, status: int, send: str) -> None:
    simulator.plan({"method": send, "status": status, "times": 2})

    answer = client.get(vault_path(simulator), API) if send == "GET" else delete_nothing(client, simulator)

    assert answer.status in (200, 204)
    kind = "reads" if send == "GET" else "writes"
    assert calls(client, **{kind: 3}, retried=2)


def test_a_put_is_repeated(client: ArmClient, simulator: Simulator) -> None:
    container = "StorageContainer;Storage;Files-RG;fabrikamfiles"
    body = {
        "properties": {
            "containerType": "StorageContainer",
            "backupManagementType": "AzureStorage",
            "sourceResourceId": f"/subscriptions/{simulator.subscription_id}/resourceGroups/Files-RG"
            "/providers/Microsoft.Storage/storageAccounts/fabrikamfiles",
        }
    }
    simulator.plan({"method": "PUT", "status": 500})

    answer = client.send(
        "PUT", f"{vault_path(simulator)}/backupFabrics/Azure/protectionContainers/{container}", API, body
    )

    assert answer.status == 202
    assert calls(client, writes=2, retried=1)


@pytest.mark.parametrize(
    "fault",
    [{"status": status} for status in (408, 500, 502, 503, 504)]
    + [{"status": 503, "headers": {"Retry-After": "1"}}, {"status": 409, "headers": {"Retry-After": "1"}}],
    ids=str,
)
def test_a_post_that_failed_is_not_repeated(client: ArmClient, simulator: Simulator, fault: dict[str, Any]) -> None:
    simulator.plan({"method": "POST", **fault})

    with pytest.raises(ServiceError):
        refresh(client, simulator)

    assert len(simulator.journal()) == 1
    assert calls(client, writes=1)


@pytest.mark.parametrize("fault", [{"drop": True}, {"reset": "before"}, {"reset": "middle"}], ids=str)
def test_a_post_without_an_answer_is_not_repeated(
    client: ArmClient, simulator: Simulator, fault: dict[str, Any]
) -> None:
    simulator.plan({"method": "POST", **fault, **({"status": 200, "body": {}} if "middle" in str(fault) else {})})

    with pytest.raises(BackupError, match="cannot be reached"):
        refresh(client, simulator)

    assert len(simulator.journal()) == 1


@pytest.mark.parametrize("fault", [{"drop": True}, {"reset": "before"}, {"reset": "middle"}, {"truncate": 10}], ids=str)
def test_a_get_without_a_whole_answer_is_repeated(
    client: ArmClient, simulator: Simulator, fault: dict[str, Any]
) -> None:
    simulator.plan({"method": "GET", **fault})

    assert client.get(vault_path(simulator), API).object["name"] == "backup-vault"

    assert calls(client, reads=2, retried=1)


def test_a_token_that_is_refused_is_tried_once_more(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"method": "POST", "path": "refreshContainers", "status": 401})

    assert refresh(client, simulator).status == 202

    assert calls(client, writes=2, retried=1)


def test_a_token_that_is_refused_twice_is_an_error(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan({"method": "GET", "path": "/vaults/", "status": 401, "times": 5})

    with pytest.raises(ServiceError):
        client.get(vault_path(simulator), API)

    assert len(simulator.journal()) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_is_not_repeated(client: ArmClient, simulator: Simulator, status: int) -> None:
    simulator.plan({"method": "GET", "status": status})

    with pytest.raises(ServiceError):
        client.get(vault_path(simulator), API)

    assert len(simulator.journal()) == 1


def test_counts_agree_with_what_the_service_saw(client: ArmClient, simulator: Simulator) -> None:
    simulator.plan(
        {"method": "GET", "status": 503},
        {"method": "DELETE", "status": 429},
        {"method": "GET", "path": "/shares", "after": 1, "status": 429},
    )

    client.get(vault_path(simulator), API)
    delete_nothing(client, simulator)
    list(client.pages(shares_path(simulator), API))
    refresh(client, simulator)

    journal = simulator.journal()
    reads = sum(request.method == "GET" for request in journal)
    counted = client.calls.to_result()
    assert (counted["reads"], counted["writes"], counted["total"]) == (reads, len(journal) - reads, len(journal))
    assert (counted["throttled"], counted["retried"]) == (2, 3)


def test_counting_is_safe_from_many_threads() -> None:
    counted = ApiCalls()

    def count(_number: int) -> None:
        for _unused in range(200):
            counted.count("reads")

    side_by_side(count, range(20), 20)

    assert counted.to_result()["reads"] == 4000


# Nobody there


def test_a_service_that_cannot_be_reached_is_named(simulator: Simulator, time: VirtualTime) -> None:
    nowhere = Cloud("Nowhere", "https://localhost:1", simulator.url, f"{simulator.url}/.default", known=False)
    client = ArmClient(nowhere, simulator.credential, time.deadline())

    with pytest.raises(BackupError, match=r"^https://localhost:1 cannot be reached: .*Connection refused"):
        client.get(SUBSCRIPTIONS, API)


def test_a_certificate_that_nobody_knows_is_refused(
    simulator: Simulator, time: VirtualTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(simulator, time.deadline())
    simulator.log_in()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(BackupError, match=r"cannot be reached: .*certificate verify failed"):
        client.get(SUBSCRIPTIONS, API)

    assert simulator.journal() == []


def test_a_certificate_that_nobody_knows_can_be_ignored(
    simulator: Simulator, time: VirtualTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(simulator, time.deadline(), validate_certificates=False)
    simulator.log_in()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.warns(match="Unverified HTTPS request"):
        assert client.get(SUBSCRIPTIONS, API).status == 200


# The end of the time


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_is_begun_after_the_end_of_the_time(simulator: Simulator, method: str) -> None:
    time = VirtualTime()
    client = client_of(simulator, time.deadline(60))
    time.sleep(61)

    with pytest.raises(WaitTimeout) as caught:
        client.send(method, vault_path(simulator), API)

    assert caught.value.message == "The time was over before this was begun (wait_timeout is 60). Run again."
    assert caught.value.fault.code == "WaitTimeout"
    assert simulator.journal() == []


def test_a_read_is_still_possible_after_the_end_of_the_time(simulator: Simulator) -> None:
    assert LAST_WORD > 0
    client = client_of(simulator, Deadline(0))

    assert client.get(vault_path(simulator), API).status == 200


def test_nothing_is_repeated_after_the_end_of_the_time(simulator: Simulator) -> None:
    client = client_of(simulator, Deadline(0))
    simulator.plan({"method": "GET", "status": 503, "times": 5})

    with pytest.raises(ServiceError):
        client.get(vault_path(simulator), API)

    assert len(simulator.journal()) == 1


def test_who_waits_before_the_first_answer_asks_again_soon(
    client: ArmClient, simulator: Simulator, time: VirtualTime
) -> None:
    """It tells what is left, which is far more than is counted on until then."""
    where = vault_path(simulator) + "/backupFabrics/Azure/refreshContainers"

    ends = side_by_side(lambda _number: client.send("POST", where, {"api-version": "2026-07-01"}), range(10), 10)

    assert [end.status for end in ends if isinstance(end, Answer)] == [202] * 10
    assert max(time.pauses, default=0.0) <= SOON
