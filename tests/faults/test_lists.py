# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are not what they should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    Interference,
    afterwards,
    on,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world

ITEMS = r"/backupProtectedItems$"
LISTS = r"/(backupProtectedItems|backupProtectableItems|backupProtectionContainers|backupPolicies|backupJobs|shares)$"
IRPENDING = {"finance": "IRPending", "hiring": "IRPending", "legal": "IRPending"}


def edited(edit: Callable[[Any], None]) -> Interference:
    """Change every list in the same way."""

    def spoil(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        body = answer.json
        edit(body)
        return answer.with_json(body)

    return on("GET", LISTS, afterwards(spoil), times=None)


def circle(pages: int) -> Interference:
    """Every page leads to another one, up to so many, and then to the first of them again."""

    def spoil(exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        number = int(exchange.target.rsplit("page=", 1)[1]) if "page=" in exchange.target else 0
        where = f"{exchange.target.split('&page=')[0]}&page={number % pages + 1}"
        return answer.with_json(answer.json | {"nextLink": where})

    return on("GET", ITEMS, spoil, times=None)


@pytest.mark.parametrize("pages", [1, 3])
def test_a_list_that_leads_round_in_a_circle_is_no_list(known: Bench, pages: int) -> None:
    with known.spoilt(circle(pages)):
        run = known.protect()
    assert run.failed
    assert "in a circle" in run.message
    assert not run.changed
    assert known.states() == {}


def test_a_list_that_never_ends_is_no_list(known: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.azurefiles.backup.plugins.module_utils._arm.client.MOST_PAGES", 5)
    with known.spoilt(circle(100_000)) as proxy:
        before = len(proxy.arm)
        run = known.protect()
        assert len(proxy.arm) - before <= 7
    assert run.failed
    assert not run.changed


def test_pages_are_put_together(lab: Lab) -> None:
    bench = lab.bench(world(registered({"name": "share", "count": 11}, protected("old")), page_size=3))
    run = bench.protect()
    assert not run.failed, run.message
    assert len(bench.items()) == 12
    assert not bench.protect().changed


def test_pages_that_repeat_an_entry(lab: Lab) -> None:
    bench = lab.bench(world(registered({"name": "share", "count": 7}, protected("old")), page_size=2))
    seen: dict[str, list[Any]] = {}

    def repeat(exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        if answer.status != 200:
            return answer
        body, before = answer.json, seen.get(exchange.path, [])
        seen[exchange.path] = body["value"]
        return answer.with_json(body | {"value": before + body["value"]})

    with bench.spoilt(on("GET", LISTS, repeat, times=None)):
        run = bench.protect()
    assert not run.failed, run.message
    assert len(run.result["shares"]) == 8
    assert set(bench.jobs("ConfigureBackup").values()) == {1}


def test_a_list_that_skips_a_protected_share(guarded: Bench) -> None:
    """Another run added or removed something while the pages were read; nothing is protected a second time."""

    def skip(answer: Answer) -> Answer:
        body = answer.json
        mine = [each for each in body["value"] if guarded.account in each["id"]]
        return answer.with_json(body | {"value": [each for each in body["value"] if each not in mine[:1]]})

    with guarded.spoilt(on("GET", ITEMS, afterwards(skip))):
        run = guarded.protect()
    assert not run.failed, run.message
    assert not run.changed
    assert guarded.jobs("ConfigureBackup") == {}


@pytest.mark.parametrize("last", [True, False])
def test_a_share_that_appears_twice(reader: Bench, last: bool) -> None:
    """One that was deleted and made anew has two items of its name, in an order that means nothing."""

    def double(answer: Answer) -> Answer:
        items = answer.json["value"]
        old = [json.loads(json.dumps(each).replace("AzureFileShare;", "AzureFileShare;0")) for each in items]
        for each in old:
            each["properties"] |= {"isScheduledForDeferredDelete": True, "protectionState": "ProtectionStopped"}
        return answer.with_json(answer.json | {"value": items + old if last else old + items})

    with reader.spoilt(on("GET", ITEMS, afterwards(double), times=None)):
        run = reader.protect()
    assert not run.failed
    assert not run.changed
    assert len(run.result["shares"]) == 3
    assert {end["state_after"] for end in run.shares().values()} == {"IRPending"}


def more_keys(body: Any) -> None:
    body["newKey"] = {"a": [1]}
    for each in body["value"]:
        each["another"] = None
        each["properties"]["future"] = [{"deep": {"er": True}}]


def nulls(body: Any) -> None:
    body["nextLink"] = None
    for each in body["value"]:
        each["type"] = None
        for key in ("extendedInfo", "identityInfo", "sourceSideScanInfo", "healthStatus", "protectionStatus"):
            each["properties"][key] = None


def fewer_keys(body: Any) -> None:
    needed = (
        "friendlyName",
        "sourceResourceId",
        "parentContainerFabricId",
        "registrationStatus",
        "policyId",
        "protectionState",
        "enabledProtocols",
        "status",
        "entityFriendlyName",
        "storageAccountName",
        "startTime",
        "endTime",
    )
    for each in body["value"]:
        each.pop("type", None)
        each["properties"] = {key: value for key, value in each["properties"].items() if key in needed}


def strangers(body: Any) -> None:
    body["value"] += [
        None,
        7,
        "text",
        [],
        {},
        {"id": None},
        {"id": 5, "name": {}, "properties": []},
        {"properties": None},
    ]


def odd_types(body: Any) -> None:
    for each in body["value"]:
        each["properties"] |= {
            "protectedItemCount": "three",
            "lastBackupTime": 17,
            "lastRecoveryPoint": {"when": "now"},
            "softDeleteRetentionPeriod": 10**30,
            "deferredDeleteTimeInUTC": "9999-12-31T23:59:59-14:00",
            "acquireStorageAccountLock": ["Acquire"],
            "accessType": {"x": 1},
        }


EDITS = [more_keys, nulls, fewer_keys, strangers, odd_types]


@pytest.mark.parametrize("edit", EDITS, ids=[edit.__name__ for edit in EDITS])
def test_lists_with_other_keys_than_expected(known: Bench, edit: Callable[[Any], None]) -> None:
    with known.spoilt(edited(edit)):
        assert not (run := known.register()).failed, run.message
        assert not (run := known.protect()).failed, run.message
        assert not (run := known.back_up()).failed, run.message
        assert not (again := known.protect()).failed, again.message
        assert not again.changed
    assert set(known.states()) == set(IRPENDING)
    assert set(known.jobs().values()) == {1}


@pytest.mark.parametrize("value", [None, 5, "x", [], {}], ids=repr)
@pytest.mark.parametrize("key", ["properties", "id", "name", "sourceResourceId", "friendlyName", "policyId"])
def test_something_else_in_the_place_of_a_key(reader: Bench, key: str, value: Any) -> None:
    """One account's entries are useless then; the result says so in whatever way, but in a proper one."""

    def spoil(answer: Answer) -> Answer:
        body = json.loads(answer.body)
        for each in body.get("value", []):
            (each if key in each else each["properties"])[key] = value
        return answer.with_json(body)

    with reader.spoilt(on("GET", ITEMS, afterwards(spoil), times=None)):
        run = reader.protect()
        info = reader.run("afs_protected_item_info")
    assert isinstance(run.result["changed"], bool)
    assert run.failed or not run.changed or key == "policyId"
    assert not info.failed, info.message
