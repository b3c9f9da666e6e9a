# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of any kind: whatever comes, a module ends in time, with a proper result that hides no change."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.clocks import virtual_time
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Places
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import Answer, Broken, Exchange, Forward
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

WAITING = {"wait_timeout": 60, "poll_interval": 1}
# What a run says that did not come to its end, although all that it asked was answered at once.
ABANDONED = "The task ended while Azure had not answered"

ACTIONS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "protect": [
        ("afs_protection", {"all_shares": True, "policy": "daily-30"}),
        ("afs_protection", {"shares": ["finance", "hiring"], "policy": "hourly-7"}),
    ],
    "end": [
        ("afs_protection", {"all_shares": True, "state": "stopped"}),
        ("afs_protection", {"all_shares": True, "state": "absent", "delete_data": True}),
        ("afs_protection", {"all_shares": True, "policy": "daily-30"}),
    ],
    "back up": [
        ("afs_backup_trigger", {"all_shares": True}),
        ("afs_backup_trigger", {"shares": ["finance", "hiring"]}),
    ],
    "register": [
        ("afs_container_registration", {"state": "absent"}),
        ("afs_container_registration", {"state": "present"}),
    ],
    "look": [
        ("afs_protectable_item_info", {"inquire": "always"}),
        ("afs_protected_item_info", {}),
    ],
}

numbers = st.integers() | st.floats(allow_nan=True, allow_infinity=True) | st.just(10**400)
texts = st.text(max_size=12) | st.sampled_from(
    [
        "InProgress",
        "Succeeded",
        "Failed",
        "Completed",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59Z",
        "..",
        "\ud800",
        "null",
    ]
)
scalars = st.none() | st.booleans() | numbers | texts
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
addresses = st.sampled_from(
    [
        "",
        "/",
        "http://[",
        "https://localhost:99999/operationResults/1",
        "https://evil.example/operationResults/1",
        "/subscriptions/x/operationResults/1",
        "/subscriptions/x/operationResults/..",
        "?",
    ]
) | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30)
headers = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(["0", "1", "-1", "nan", "inf", "1e400", "soon", "9" * 30, "\u00b2", ""]),
        "Location": addresses,
        "Azure-AsyncOperation": addresses,
        "Content-Type": st.sampled_from(["", "text/html", "application/json; charset=klingon", "multipart/mixed"]),
        "WWW-Authenticate": st.sampled_from(
            [
                "",
                "Bearer",
                'Bearer error="insufficient_claims", claims="%%%"',
                'Bearer error="insufficient_claims", claims="e30"',
            ]
        ),
        "Date": st.sampled_from(["", "yesterday", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]),
        "x-ms-ratelimit-remaining-subscription-reads": st.sampled_from(["0", "-1", "many", "9" * 40]),
    },
)
statuses = st.sampled_from(
    [
        200,
        201,
        202,
        204,
        206,
        301,
        302,
        303,
        307,
        308,
        400,
        401,
        403,
        404,
        408,
        409,
        410,
        412,
        418,
        429,
        500,
        502,
        503,
        504,
        599,
    ]
)


@dataclass(frozen=True)
class Spoil:
    """What happens to one exchange; None leaves a part of the answer as it is."""

    carried_out: bool
    broken: bool
    status: int | None
    headers: dict[str, str]
    body: Any  # bytes, None, or a way through the JSON with what to put there
    cut: int | None

    @property
    def refuses(self) -> bool:
        """A refusal is certain: what Azure turns down it has not done, which nobody could find out otherwise."""
        return self.status is not None and 400 <= self.status < 500 and self.status != 408

    def __call__(self, forward: Forward) -> Answer:
        is_done = self.status is None or (self.carried_out and not self.refuses)
        answer = forward() if is_done else Answer(200, {}, b"")
        if self.broken:
            raise Broken
        body = self.body if isinstance(self.body, bytes) else answer.body
        if isinstance(self.body, tuple) and answer.body:
            body = json.dumps(replaced(json.loads(answer.body), *self.body)).encode()
        return Answer(self.status or answer.status, {**answer.headers, **self.headers}, body, cut=self.cut)


def replaced(body: Any, way: list[int], value: Any) -> Any:
    """The body with something else at a place in it, which ``way`` leads to."""
    body = copy.deepcopy(body)
    here, holder, key = body, None, None  # type: Any, Any, Any
    for step in way:
        if not isinstance(here, dict | list) or not here:
            break
        holder, key = here, (sorted(here)[step % len(here)] if isinstance(here, dict) else step % len(here))
        here = here[key]
    if holder is None:
        return value
    holder[key] = value
    return body


bodies = (
    st.none()
    | st.binary(max_size=40)
    | values.map(lambda value: json.dumps(value).encode())
    | st.tuples(st.lists(st.integers(0, 50), max_size=4), values)
)
spoils = st.builds(
    Spoil,
    carried_out=st.booleans(),
    broken=st.sampled_from([False, False, False, False, True]),
    status=st.none() | statuses,
    headers=headers,
    body=bodies,
    cut=st.none() | st.none() | st.none() | st.integers(0, 30),
)
# The first exchanges matter most; an exchange without a number of its own is honest.
plans = st.dictionaries(st.integers(0, 24), spoils, min_size=1, max_size=3) | st.builds(
    lambda spoil, first: dict.fromkeys(range(first, 200), spoil), spoils, st.integers(0, 12)
)


def snapshot(bench: Bench) -> str:
    """All that a module may change: registration, items, and jobs that were started."""
    vault = bench.simulator.vault(bench.vault)
    mine = {
        "container": [each for each in vault["containers"] if each["account"] == bench.account],
        "items": {
            share: (item["state"], item["policy"], item["soft_deleted"]) for share, item in bench.items().items()
        },
        "jobs": sorted(job["id"] for job in vault["jobs"] if job["account"] == bench.account),
    }
    for container in mine["container"]:
        container.pop("protectable", None)
    return json.dumps(mine, sort_keys=True)


def check(bench: Bench, module: str, options: dict[str, Any], plan: dict[int, Spoil]) -> None:
    before = snapshot(bench)
    count = iter(range(10**9))

    def interfere(_exchange: Exchange, forward: Forward) -> Answer:
        spoil = plan.get(next(count))
        return spoil(forward) if spoil else forward()

    waiting = {} if module.endswith("_info") else WAITING
    with bench.spoilt(interfere):
        run = bench.run(module, **(waiting | options))
    assert not run.message.startswith(ABANDONED)
    assert isinstance(run.result["changed"], bool)
    assert all(isinstance(count, int) for count in run.result["api_calls"].values())
    if run.failed:
        assert run.message
        assert set(run.result["error"]) == {"code", "message", "http_status", "request_id"}
    if snapshot(bench) != before:
        assert run.changed, "something was changed, and the result denies it"


def fuzz(places: Places, patch: pytest.MonkeyPatch, action: str, examples: int) -> None:
    bench = places.next("known" if action in ("protect", "register", "look") else "guarded")
    virtual_time(bench, patch)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        print_blob=False,
    )
    @given(choice=st.sampled_from(ACTIONS[action]), plan=plans)
    def attempt(choice: tuple[str, dict[str, Any]], plan: dict[int, Spoil]) -> None:
        check(bench, *choice, plan)

    attempt()


@pytest.mark.parametrize("action", ACTIONS)
def test_any_answer(places: Places, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    fuzz(places, monkeypatch, action, 25)


@pytest.mark.slow
@pytest.mark.parametrize("action", ACTIONS)
def test_very_many_answers(places: Places, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    fuzz(places, monkeypatch, action, 200)
