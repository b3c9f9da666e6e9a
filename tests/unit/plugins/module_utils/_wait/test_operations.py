# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the simulator's operations and jobs, mostly on a clock that moves by sleeping."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.pipeline import RETRIES
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    BackupError,
    OperationFailed,
    WaitTimeout,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protectable_item import ItemAddress
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.plugins.module_utils._run.parallel import side_by_side
from ansible_collections.azurefiles.backup.plugins.module_utils._vault.vault import Vault
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.operations import (
    LOOK_PAUSES,
    SHARE,
    SHORTEST,
    Waiter,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.running_jobs import RunningJobs
from ansible_collections.azurefiles.backup.tests.unit.support.runs import (
    VirtualTime,
    client_of,
    vault_of,
)
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

SLOW = {
    "refresh": 11.0,
    "register": 17.0,
    "inquire": 40.0,
    "protect": 40.0,
    "stop": 20.0,
    "delete": 30.0,
    "backup_start": 2.0,
    "backup": 60.0,
}
LOOKS = len(LOOK_PAUSES) + 1
INTERVAL = 5.0


class Place:
    """A simulator on virtual time, and a waiter at it."""

    def __init__(self, simulator: Simulator, seconds: float = 3600.0, interval: float = INTERVAL) -> None:
        self.simulator = simulator
        self.time = VirtualTime(simulator)
        deadline = self.time.deadline(seconds)
        self.vault = vault_of(simulator, client_of(simulator, deadline))
        self.waiter = Waiter(self.vault, deadline, interval)

    def inquire(self) -> Operation | None:
        container = self.vault.containers()[0]
        return self.vault.inquire(container.name, container.friendly_name)

    def protect(self, share: str = "finance") -> Operation | None:
        return self.vault.protect(
            f"Protecting the share '{share}'", kept(self.vault, share), self.vault.policies()[0].id
        )

    def backup(self, share: str) -> str:
        """Start a backup, and return its job."""
        operation = self.vault.backup(f"Backing up '{share}'", kept(self.vault, share), now() + timedelta(days=30))
        job = self.waiter.operation(operation)
        assert job
        return job


def kept(vault: Vault, share: str) -> ItemAddress:
    return next(item.address for item in vault.protected_items() if item.share == share)


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    shares = (protected("finance"), protected("hiring"), {"name": "share", "count": 12, "protected_by": "daily-30"})
    limits = {"backups": 0, "inquiries": 0, "reads_per_second": 0, "writes_per_second": 0}
    return shared_simulators.start(world(registered(*shares), durations=SLOW, limits=limits, page_size=5))


@pytest.fixture
def place(running: Simulator) -> Callable[..., Place]:
    """Makes places at the same simulator, in which nothing of an earlier test goes on."""
    running.log_in()
    running.clear_faults()
    running.pass_time(86400)
    running.forget()

    def build(**limits: float) -> Place:
        return Place(running, **limits)

    return build


# Both kinds of tracking


@pytest.fixture(scope="module", params=[True, False], ids=["signed URLs", "plain URLs"])
def lively(request: pytest.FixtureRequest, shared_simulators: Simulators) -> Simulator:
    shares = ("finance", "hiring", protected("legal"), protected("media"), protected("projects"))
    accounts = (registered(*shares), account(name="newfiles", discovered=True))
    return shared_simulators.start(world(*accounts, durations=SLOW, signed_urls=request.param))


def register(vault: Vault) -> Operation | None:
    (discovered,) = vault.protectable_accounts()
    assert discovered.account
    return vault.register(discovered.name, discovered.account, lock=True, access=None)


@pytest.mark.parametrize(
    ("start", "seconds"),
    [
        (Vault.refresh, SLOW["refresh"]),
        (register, SLOW["register"]),
        (lambda vault: vault.inquire(vault.containers()[0].name, "contosofiles"), SLOW["inquire"]),
    ],
    ids=["refresh", "register", "inquire"],
)
def test_an_operation_that_is_told_by_its_status_code(
    lively: Simulator, start: Callable[[Vault], Operation | None], seconds: float
) -> None:
    place = Place(lively)

    assert place.waiter.operation(start(place.vault)) is None

    assert seconds <= place.time.now <= seconds + INTERVAL


@pytest.mark.parametrize(
    ("start", "kind", "status"),
    [
        (
            lambda vault: vault.protect("Changing", kept(vault, "legal"), vault.policies()[0].id),
            "ConfigureBackup",
            "Completed",
        ),
        (lambda vault: vault.stop("Stopping", kept(vault, "media"), "ProtectionStopped"), "DisableBackup", "Completed"),
        (lambda vault: vault.delete("Deleting", kept(vault, "projects")), "DeleteBackupData", "Completed"),
        (
            lambda vault: vault.backup("Backing up", kept(vault, "legal"), now() + timedelta(days=1)),
            "Backup",
            "InProgress",
        ),
    ],
    ids=["protect", "stop", "delete", "backup, whose job outlives it"],
)
def test_an_operation_that_is_told_in_json_has_a_job(
    lively: Simulator, start: Callable[[Vault], Operation | None], kind: str, status: str
) -> None:
    place = Place(lively)

    job_id = place.waiter.operation(start(place.vault))

    job = next(job for job in lively.jobs() if job["id"] == job_id)
    assert (job["operation"], job["status"]) == (kind, status)


def test_what_was_done_at_once_is_not_waited_for() -> None:
    waiter = Waiter(None, VirtualTime().deadline(), INTERVAL)  # type: ignore[arg-type]

    assert waiter.operation(None) is None


# Failures


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_a_failed_operation_is_told_in_azures_words(place: Callable[..., Place], status: str) -> None:
    fault = {"operation": "protect", "status": status, "code": "FileShareNotFound", "message": "It isn't found"}
    here = place()
    here.simulator.plan(fault)

    with pytest.raises(OperationFailed) as caught:
        here.waiter.operation(here.protect())

    error = caught.value
    assert error.message == (
        f"Protecting the share 'finance' ended as {status}: FileShareNotFound: It isn't found. "
        "The share has been deleted from its storage account."
    )
    assert (error.fault.code, error.fault.message) == ("FileShareNotFound", "It isn't found")
    assert error.job_id in [job["id"] for job in here.simulator.jobs() if job["error"]]


def test_a_failed_operation_without_an_explanation(place: Callable[..., Place]) -> None:
    here = place()
    here.simulator.plan({"path": "backupOperations/", "status": 200, "body": {"status": "Failed"}})

    with pytest.raises(OperationFailed, match=r"ended as Failed: .*without an explanation"):
        here.waiter.operation(here.protect())


def test_a_failed_inquiry_is_told_in_azures_words(place: Callable[..., Place]) -> None:
    fault = {"operation": "inquire", "code": "UserErrorStorageAccountIsLocked", "message": "It is locked."}
    here = place()
    here.simulator.plan(fault)

    with pytest.raises(BackupError) as caught:
        here.waiter.operation(here.inquire())

    assert caught.value.fault.code == "UserErrorStorageAccountIsLocked"
    assert "It is locked. Remove the read-only lock" in caught.value.message


def test_passing_failures_of_the_service_do_not_end_the_wait(place: Callable[..., Place]) -> None:
    here = place()
    here.simulator.plan(
        {"path": "operationResults/", "status": 500, "times": 3}, {"path": "operationResults/", "reset": "before"}
    )

    here.waiter.operation(here.inquire())

    assert here.vault.client.calls.retried == 4


def test_a_service_that_goes_on_failing_ends_the_wait(place: Callable[..., Place]) -> None:
    here = place()
    body = {"error": {"code": "CloudInternalError", "message": "An internal error."}}
    here.simulator.plan({"path": "operationResults/", "status": 500, "times": None, "body": body})

    with pytest.raises(BackupError, match=r"CloudInternalError: An internal error\. Wait some minutes"):
        here.waiter.operation(here.inquire())

    assert here.simulator.tally()["GET operationResults/*"] == 1 + RETRIES, "one question and its retries are enough"


# How often is asked


def assert_grows(pauses: list[float], interval: float) -> None:
    """From a tenth of the interval on, a pause is the same share of the time so far, and never a whole interval."""
    waited = 0.0
    for pause in pauses:
        assert pause == pytest.approx(min(max(SHORTEST * interval, SHARE * waited), interval))
        waited += pause


def test_the_first_questions_come_sooner(place: Callable[..., Place]) -> None:
    here = place()

    here.waiter.operation(here.protect())

    assert_grows(here.time.pauses, 5.0)


@pytest.mark.parametrize("retry_after", [1, 7, 60])
def test_the_services_wish_plays_no_part(simulators: Simulators, retry_after: int) -> None:
    """It says 60 seconds for work of ten."""
    here = Place(simulators.start(world(registered("finance"), durations=SLOW, retry_after=retry_after)))

    here.waiter.operation(here.inquire())

    assert_grows(here.time.pauses, 5.0)


def test_the_interval_can_be_chosen(place: Callable[..., Place]) -> None:
    here = place(interval=20.0)

    here.waiter.operation(here.protect())

    assert_grows(here.time.pauses, 20.0)


def test_the_more_operations_without_a_job_run_the_less_often_each_is_asked_about(place: Callable[..., Place]) -> None:
    here = place(interval=1.0)
    operation = replace(here.protect() or pytest.fail("there is no operation"), job=None)
    together = threading.Barrier(30, timeout=60)
    mine = threading.local()
    second_pauses: list[float] = []

    def sleep(seconds: float) -> None:
        mine.count = getattr(mine, "count", 0) + 1
        if mine.count == 2:
            second_pauses.append(seconds)
        together.wait()
        if mine.count == 2:
            here.simulator.pass_time(SLOW["protect"])

    waiter = Waiter(here.vault, Deadline(3600, sleep=sleep), 1.0)
    results = side_by_side(lambda _number: waiter.operation(operation), range(30), 30)

    assert second_pauses == [3.0] * 30
    assert len(set(map(str, results))) == 1


def test_once_they_have_ended_they_do_not_count_any_more(place: Callable[..., Place]) -> None:
    here = place(interval=1.0)
    waiter = Waiter(here.vault, here.time.deadline(8), 0.1)
    operation = here.protect()
    here.simulator.pass_time(SLOW["protect"])
    side_by_side(lambda _number: waiter.operation(operation), range(10), 10)
    here.time.pauses.clear()

    with pytest.raises(WaitTimeout):
        waiter.operation(here.protect("hiring"))

    assert here.time.pauses[:3] == [0.1, 0.1, 0.1]


# Many operations with jobs


class ListOfJobs:
    """Counts how often it is read; the job shows from the second time on."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.reads = 0

    def jobs(self, **_filter: str) -> list[Job]:
        self.reads += 1
        return [self.job] if self.reads > 1 else []


def test_a_list_that_was_read_before_an_operation_began_does_not_tell_of_it() -> None:
    time = VirtualTime()
    job = Job.from_api(
        {"properties": {"operation": "Backup", "storageAccountName": "contosofiles", "entityFriendlyName": "finance"}}
    )
    vault, operation = ListOfJobs(job), Operation("Backing up", "/o", by_status_code=False, job=job.key)
    running = RunningJobs(vault, time.deadline(), 10)  # type: ignore[arg-type]
    assert not running.show(operation, 0.0)
    time.sleep(2)

    assert running.show(operation, 1.0)
    time.sleep(2)

    assert running.show(operation, 1.0)
    assert vault.reads == 2


@pytest.fixture(scope="module")
def many(shared_simulators: Simulators) -> Simulator:
    limits = {"protections": 0, "reads_per_second": 0, "writes_per_second": 0}
    shares = {"name": "share", "count": 30, "protected_by": "daily-30"}
    return shared_simulators.start(world(registered(shares), durations={"protect": 2000}, limits=limits))


class Crowd:
    """A clock for threads that sleep side by side: it moves on when all of them sleep, to where the first wakes."""

    def __init__(self, simulator: Simulator, members: int) -> None:
        self.now = 0.0
        self._simulator = simulator
        self._members = members
        self._wakes: list[float] = []
        self._change = threading.Condition()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._change:
            wake = self.now + seconds
            self._wakes.append(wake)
            self._move()
            assert self._change.wait_for(lambda: self.now >= wake, timeout=60)

    def leave(self) -> None:
        with self._change:
            self._members -= 1
            self._move()

    def _move(self) -> None:
        if self._wakes and len(self._wakes) == self._members:
            self._simulator.pass_time(min(self._wakes) - self.now)
            self.now = min(self._wakes)
            self._wakes = [wake for wake in self._wakes if wake > self.now]
            self._change.notify_all()


def follow_all(simulator: Simulator, interval: float) -> list[str | Exception | None]:
    """Protect 30 shares again, and wait for all of them at once."""
    simulator.log_in()
    crowd = Crowd(simulator, 30)
    deadline = Deadline(36000, crowd.clock, crowd.sleep)
    vault = vault_of(simulator, client_of(simulator, deadline))
    policy = vault.policies()[0].id
    started = [vault.protect(f"Protecting '{each.share}'", each.address, policy) for each in vault.protected_items()]
    simulator.forget()
    waiter = Waiter(vault, deadline, interval)

    def follow(operation: Operation | None) -> str | None:
        try:
            return waiter.operation(operation)
        finally:
            crowd.leave()

    return side_by_side(follow, started, 30)


def test_one_list_tells_of_many_operations(many: Simulator) -> None:
    ends = follow_all(many, interval=500)

    jobs = {job["id"] for job in many.jobs()}
    assert len(set(ends)) == 30
    assert jobs.issuperset(map(str, ends))
    # The list is read half an interval apart: at 100, 350, ... 2100 seconds.
    tally = many.tally()
    assert 30 <= tally["GET backupOperations/*"] <= 45
    assert 2 <= tally["GET backupJobs"] <= 30


def test_one_list_tells_of_all_that_failed_together(many: Simulator) -> None:
    many.plan(
        {"operation": "protect", "status": "Failed", "code": "FileShareNotFound", "message": "Gone.", "times": None}
    )
    try:
        ends = follow_all(many, interval=500)
    finally:
        many.clear_faults()

    failed = {job["id"] for job in many.jobs() if job["status"] == "Failed"}
    assert len({end.job_id for end in ends if isinstance(end, OperationFailed) and end.job_id in failed}) == 30
    lists = [seen for seen in many.journal() if "status eq 'Failed'" in seen.query.get("$filter", "")]
    # Those who look while one is read find themselves in it, or read the next.
    assert 1 <= len(lists) <= 3


def test_without_the_list_the_operations_are_asked(many: Simulator) -> None:
    many.plan({"path": "/backupJobs", "status": 403, "times": 1})

    assert len(set(follow_all(many, interval=500))) == 30

    assert many.tally()["GET backupJobs"] == 1


def test_a_list_of_jobs_that_run_for_ever_is_not_trusted_for_long(many: Simulator) -> None:
    jobs = [
        {
            "name": f"j-{number}",
            "properties": {
                "operation": "ConfigureBackup",
                "status": "InProgress",
                "entityFriendlyName": f"share-{number:02d}",
                "storageAccountName": "contosofiles",
            },
        }
        for number in range(1, 31)
    ]
    many.plan({"path": "/backupJobs", "status": 200, "body": {"value": jobs}, "times": 1000})
    try:
        assert len(set(follow_all(many, interval=200))) == 30
    finally:
        many.clear_faults()


# The end of the time


def test_an_operation_that_does_not_end_in_time(place: Callable[..., Place]) -> None:
    here = place(seconds=12)

    with pytest.raises(WaitTimeout) as caught:
        here.waiter.operation(here.protect())

    assert here.time.now == 12
    assert caught.value.message == (
        "Protecting the share 'finance' was still InProgress after 12 seconds (wait_timeout is 12). "
        "Azure goes on with it; run again, and the task picks up where the service stands."
    )
    assert caught.value.fault.code == "WaitTimeout"


def test_an_operation_that_ends_with_the_time_has_ended(place: Callable[..., Place]) -> None:
    here = place(seconds=SLOW["protect"])

    assert here.waiter.operation(here.protect())

    assert here.time.now == SLOW["protect"]


def test_one_deadline_counts_for_all_operations(place: Callable[..., Place]) -> None:
    here = place(seconds=SLOW["inquire"] + 10)
    here.waiter.operation(here.inquire())

    with pytest.raises(WaitTimeout, match="after 50 seconds"):
        here.waiter.operation(here.protect())


# Jobs


def by_share(running: dict[str, str], jobs: dict[str, Job | BackupError]) -> dict[str, Job | BackupError]:
    return {share: jobs[job_id] for share, job_id in running.items()}


def told(jobs: dict[str, Job | BackupError]) -> dict[str, Job]:
    """The jobs, none of which is lost."""
    return {share: job for share, job in jobs.items() if isinstance(job, Job)}


def test_one_job_is_asked_about_itself(place: Callable[..., Place]) -> None:
    here = place()
    job_id = here.backup("finance")
    here.simulator.forget()

    job = here.waiter.job(job_id, "Backup")

    assert (job.id, job.status, job.share) == (job_id, "Completed", "finance")
    assert job.end_time
    assert set(here.simulator.tally()) == {"GET backupJobs/*"}


def test_many_jobs_are_followed_by_one_list_a_round(place: Callable[..., Place]) -> None:
    names = [f"share-{number:02d}" for number in range(1, 13)]
    here = place()
    running = {name: here.backup(name) for name in names}
    here.time.pauses.clear()
    here.simulator.forget()

    jobs = by_share(running, here.waiter.jobs(list(running.values()), "Backup"))

    assert {share: (job.id, job.status) for share, job in told(jobs).items()} == {
        share: (job_id, "Completed") for share, job_id in running.items()
    }
    asked = Counter(seen.path for seen in here.simulator.journal() if seen.label == "GET backupJobs/*")
    # Each about its end; about the last one, which needs no list any more, also before.
    assert sorted(asked.values())[:-1] == [1] * 11
    tally = here.simulator.tally()
    assert set(tally) == {"GET backupJobs", "GET backupJobs/*"}
    assert tally["GET backupJobs"] <= 3 * len(here.time.pauses)


def test_no_jobs_cost_nothing(place: Callable[..., Place]) -> None:
    here = place()

    assert here.waiter.jobs([], "Backup") == {}

    assert here.simulator.journal() == []


def test_a_job_of_another_state_is_returned_as_it_is(place: Callable[..., Place]) -> None:
    fault = {"operation": "backup", "share": "hiring", "code": "AFSMaxSnapshotReached", "message": "Too many."}
    here = place()
    here.simulator.plan(fault)

    running = {share: here.backup(share) for share in ("finance", "hiring")}
    jobs = by_share(running, here.waiter.jobs(list(running.values()), "Backup"))

    assert told(jobs)["finance"].good
    assert (told(jobs)["hiring"].status, told(jobs)["hiring"].error_message) == ("Failed", "Too many.")


def test_jobs_that_do_not_end_in_time_are_returned_as_they_are(place: Callable[..., Place]) -> None:
    here = place(seconds=30)
    running = {share: here.backup(share) for share in ("finance", "hiring")}

    jobs = by_share(running, here.waiter.jobs(list(running.values()), "Backup"))

    assert {share: job.running for share, job in told(jobs).items()} == {"finance": True, "hiring": True}
    assert here.time.now == 30


def test_a_job_that_is_lost_does_not_lose_the_others(place: Callable[..., Place]) -> None:
    here = place()
    nowhere = "00000000-0000-0000-0000-000000000000"

    running = {"finance": here.backup("finance"), "hiring": nowhere}
    jobs = by_share(running, here.waiter.jobs(list(running.values()), "Backup"))

    assert isinstance(jobs["finance"], Job)
    assert jobs["finance"].good
    assert isinstance(jobs["hiring"], BackupError)
    assert jobs["hiring"].fault.code == "BMSUserErrorJobNotFound"


def test_a_single_job_that_is_lost_is_an_error(place: Callable[..., Place]) -> None:
    with pytest.raises(BackupError, match="BMSUserErrorJobNotFound"):
        place().waiter.job("00000000-0000-0000-0000-000000000000", "Backup")


# What shows only after a while


class Looks:
    """Something that is satisfied at a certain look."""

    def __init__(self, satisfied_at: int) -> None:
        self.satisfied_at = satisfied_at
        self.count = 0

    def __call__(self) -> bool:
        self.count += 1
        return self.count >= self.satisfied_at


def waiting(time: VirtualTime, seconds: float = 3600) -> Waiter:
    return Waiter(None, time.deadline(seconds), INTERVAL)  # type: ignore[arg-type]


@pytest.mark.parametrize(("satisfied_at", "pauses"), [(1, []), (2, [1]), (LOOKS, [1, 2, 4, 5])])
def test_looking_ends_as_soon_as_it_shows(satisfied_at: int, pauses: list[float]) -> None:
    time = VirtualTime()

    assert waiting(time).until(Looks(satisfied_at))

    assert time.pauses == pauses


def test_looking_ends_after_some_looks() -> None:
    time, looks = VirtualTime(), Looks(100)

    assert not waiting(time).until(looks)

    assert looks.count == LOOKS
    assert len(time.pauses) == LOOKS - 1


def test_looking_ends_with_the_time() -> None:
    time, looks = VirtualTime(), Looks(100)

    assert not waiting(time, seconds=3).until(looks)

    assert time.now == 3
    assert looks.count == 3


def test_a_rest_lasts_one_interval_while_there_is_time() -> None:
    time = VirtualTime()
    waiter = waiting(time, seconds=8)

    assert (waiter.rest(), waiter.rest()) == (True, False)

    assert time.pauses == [5]


def test_there_is_no_rest_up_to_the_very_end() -> None:
    time = VirtualTime()

    assert not waiting(time, seconds=INTERVAL).rest()

    assert time.pauses == []
