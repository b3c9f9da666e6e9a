# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bucket of tokens against the service's own, with answers that come in any order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.rate_limit import (
    FIRST,
    RESERVE,
    Bucket,
    RateLimit,
    kind,
    told_left,
)
from hypothesis import given, settings
from hypothesis import strategies as st

VAULT = "https://management.azure.com/subscriptions/s/resourceGroups/rg/providers/Microsoft.RecoveryServices/vaults/v"
RATE = 10.0
LONGEST_JOURNEY = 0.5  # seconds to the service, or back


@dataclass
class Service:
    """The service's bucket, and a clock on which things happen in order."""

    tokens: float
    size: float
    rate: float = RATE  # what comes in and is not drawn by other programs
    now: float = 0.0
    refilled_at: float = 0.0
    refused: int = 0
    served_at: list[float] = field(default_factory=list)
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _count: int = 0

    def at(self, moment: float, event: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (moment, self._count, event))

    def run(self) -> None:
        while self._events:
            self.now, _number, event = heapq.heappop(self._events)
            event()

    def serve(self) -> int:
        self.tokens = min(self.size, self.tokens + (self.now - self.refilled_at) * self.rate)
        self.refilled_at = self.now
        self.served_at.append(self.now)
        # The clocks of this test are exact only as far as their sums of fractions are.
        if self.tokens < 1 - 1e-6:
            self.refused += 1
        self.tokens -= 1
        return max(0, int(self.tokens + 1e-6))


def send_all(service: Service, requests: int, at_once: int, journey: Callable[[], float]) -> None:
    """Send requests from several places side by side, each of which waits for its answer first."""
    bucket = Bucket(service.size, RATE, lambda: service.now)
    left_over = [requests]

    def next_request() -> None:
        if left_over[0]:
            left_over[0] -= 1
            wait(bucket.queue())

    def wait(place: int) -> None:
        pause = bucket.wait(place)
        if pause:
            service.at(service.now + pause, lambda: wait(place))
        else:
            go()

    def go() -> None:
        mark = bucket.send()
        service.at(service.now + journey(), lambda: arrive(mark))

    def arrive(mark: int) -> None:
        left = service.serve()
        service.at(service.now + journey(), lambda: come_back(mark, left))

    def come_back(mark: int, left: int) -> None:
        bucket.give_back(mark, left)
        next_request()

    for _place in range(at_once):
        service.at(0.0, next_request)
    service.run()


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6), at_once=st.integers(2, FIRST), tokens=st.integers(FIRST, 60))
def test_the_services_bucket_never_runs_dry(seed: int, at_once: int, tokens: int) -> None:
    service, requests = Service(float(tokens), 200.0), 3 * tokens
    chance = Random(seed)  # noqa: S311 - nothing secret comes of it

    send_all(service, requests, at_once, lambda: chance.uniform(0, LONGEST_JOURNEY))

    assert len(service.served_at) == requests
    assert service.refused == 0


def test_an_answer_that_comes_late_does_not_know_of_what_was_served_after_it() -> None:
    bucket = Bucket(200.0, RATE, lambda: 0.0)
    marks = [(bucket.take(), bucket.send())[1] for _unused in range(2)]
    bucket.give_back(marks[1], RESERVE + 1)  # served second, answered first
    bucket.give_back(marks[0], RESERVE + 2)

    assert [bucket.take(), bucket.take()] == [0.0, 0.1]


def test_a_full_bucket_is_used() -> None:
    """Little is known at first, but what the service says is left goes out at once."""
    service = Service(200.0, 200.0)

    send_all(service, 180, 20, lambda: 0.05)

    assert service.now < 3


@pytest.mark.parametrize(("method", "few"), [("GET", 20), ("PUT", 2), ("POST", 2), ("DELETE", 2)])
def test_few_requests_go_out_before_the_service_has_said_what_is_left(method: str, few: int) -> None:
    bucket = RateLimit(lambda: 0.0).bucket(method, VAULT)

    assert [bucket.take() > 0 for _unused in range(few + 1)] == [False] * few + [True]


def answered(bucket: Bucket, left: int | None, closed_for: float = 0.0) -> None:
    bucket.take()
    bucket.give_back(bucket.send(), left, closed_for)


def test_before_it_is_measured_what_comes_in_a_quarter_of_it_counts() -> None:
    now = [0.0]
    bucket = Bucket(200.0, RATE, lambda: now[0])
    answered(bucket, RESERVE)

    now[0] = 0.4

    assert [bucket.take(), bucket.take()] == [0.0, pytest.approx(1 / RATE)]


def test_what_was_refused_is_not_measured_as_taken() -> None:
    """Half of the rate comes in; the others take the rest."""
    now = [0.0]
    bucket = Bucket(200.0, RATE, lambda: now[0])
    answered(bucket, RESERVE + 6)
    for _unused in range(10):
        answered(bucket, None)
    answered(bucket, None, closed_for=0.5)

    now[0] = 1.0
    answered(bucket, RESERVE)

    # What is left has fallen by 6, and 11 were taken.
    assert bucket.take() == pytest.approx(1 / 5)


def test_a_bucket_that_is_as_full_as_it_ever_was_tells_nothing_of_what_comes_in() -> None:
    now = [0.0]
    bucket = Bucket(200.0, RATE, lambda: now[0])
    answered(bucket, RESERVE)

    now[0] = 10.0
    answered(bucket, RESERVE)

    assert bucket.take() == pytest.approx(1 / RATE)


def test_a_service_that_is_closed_is_left_alone() -> None:
    now = [0.0]
    bucket = Bucket(200.0, RATE, lambda: now[0])
    assert bucket.take() == 0
    bucket.give_back(bucket.send(), 0, closed_for=7.0)

    assert bucket.take() == 7.0

    now[0] = 8.0
    assert bucket.take() == 0


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    at_once=st.integers(1, 100),
    others=st.sampled_from([0.25, 0.5]),
    tokens=st.integers(FIRST + RESERVE, 100),
)
def test_a_run_slows_down_for_other_programs_by_itself(seed: int, at_once: int, others: float, tokens: int) -> None:
    """However many wait: what they were told to wait for at first is not what comes in."""
    service = Service(float(tokens), 100.0, RATE * (1 - others))
    chance = Random(seed)  # noqa: S311 - nothing secret comes of it

    send_all(service, 200, at_once, lambda: chance.uniform(0, LONGEST_JOURNEY))

    assert service.refused == 0


def test_a_run_is_as_fast_as_before_when_the_others_have_ended() -> None:
    service = Service(60.0, 60.0, RATE / 2)
    service.at(40.0, lambda: setattr(service, "rate", RATE))

    send_all(service, 600, 5, lambda: 0.05)

    last = [moment for moment in service.served_at if moment > service.now - 10]
    assert service.refused == 0
    assert len(last) >= 0.8 * 10 * RATE


@pytest.mark.parametrize(
    ("method", "url", "expected"),
    [
        ("GET", VAULT, "reads"),
        ("GET", f"{VAULT}?api-version=2026-07-01", "reads"),
        ("GET", f"{VAULT}/backupResourceGuardProxies?api-version=2026-07-01", "reads"),
        ("GET", "https://management.azure.com/subscriptions", "reads"),
        ("GET", f"{VAULT}/backupProtectedItems?api-version=2026-07-01", "backup"),
        ("GET", f"{VAULT.lower()}/backupoperations/o", "backup"),
        ("GET", f"{VAULT}/backupJobs?$filter=a", "jobs"),
        ("GET", f"{VAULT.upper()}/BACKUPJOBS/1", "jobs"),
        ("PUT", f"{VAULT}/backupPolicies/p", "writes"),
        ("POST", f"{VAULT}/backupJobs/1/cancel", "writes"),
        ("DELETE", f"{VAULT}/backupPolicies/p", "deletes"),
    ],
)
def test_which_bucket_a_request_draws_on(method: str, url: str, expected: str) -> None:
    assert kind(method, url) == expected


def test_each_bucket_learns_for_itself() -> None:
    limit = RateLimit(lambda: 0.0)
    jobs = limit.bucket("GET", f"{VAULT}/backupJobs")
    assert jobs.take() == 0
    jobs.give_back(jobs.send(), 0)

    assert jobs.take() > 0
    for method, url in (("GET", f"{VAULT}/backupPolicies"), ("GET", VAULT), ("PUT", VAULT), ("DELETE", VAULT)):
        assert limit.bucket(method, url).take() == 0


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"resource-requests": "149"}, 149),
        ({"Reads": "11999"}, 11999),
        ({"reads": "1099", "global-reads": "16499"}, 1099),
        ({"writes": "799", "global-writes": "7"}, 7),
        ({"deletes": "14999"}, 14999),
        ({"reads": "many", "global-reads": "5"}, 5),
        ({"reads": "-1"}, None),
        ({}, None),
    ],
)
def test_what_is_left_is_told_in_more_than_one_way(told: dict[str, str], left: int | None) -> None:
    headers = {f"x-ms-ratelimit-remaining-subscription-{name}": value for name, value in told.items()}

    assert told_left({"Retry-After": "3", **headers}) == left
