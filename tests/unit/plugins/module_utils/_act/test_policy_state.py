# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of a simulated vault: made, changed, compared with those of other programs, deleted, listed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.policy import ensure_no_policy, ensure_policy
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    BackupError,
    OperationFailed,
    ServiceError,
    WaitTimeout,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policy_terms import WantedTerms
from ansible_collections.azurefiles.backup.plugins.module_utils._read.policies import list_policies
from ansible_collections.azurefiles.backup.plugins.module_utils._records.policy import (
    Retention,
    Rule,
    Schedule,
    Terms,
)
from ansible_collections.azurefiles.backup.plugins.module_utils._wait.operations import PATIENCE
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

DAILY_21 = Schedule("daily", ("21:00",))
FOUR_HOURLY = Schedule("hourly", interval_hours=4, window_start="08:00", window_hours=12)
MONTHLY = Retention(30, months=Rule(24, weeks=("first",), weekdays=("sunday",)))

ONE_READ = {"GET backupPolicies/*": 1}
WRITE = {"PUT backupPolicies/*": 1}


# Policies that tests leave alone; their own ones come from the fixtures.
DAILY, HOURLY_7, VAULTED = "daily-30", "hourly-7", "vaulted"
TERMS = Terms(DAILY_21, "UTC", MONTHLY)


@pytest.fixture(scope="module")
def running(shared_simulators: Simulators) -> Simulator:
    """Two shares use daily-30, and one uses hourly-7."""
    policies = [*VAULT["policies"], {"name": VAULTED, "vault_days": 365, "days": 7}]
    shares = [protected("finance"), protected("hiring"), protected("legal", HOURLY_7)]
    limits = {"reads_per_second": 0, "writes_per_second": 0, "policy_writes": 0}
    place = account(*shares)
    return shared_simulators.start(world(place, vaults=[VAULT | {"policies": policies}], limits=limits))


@pytest.fixture
def simulator(running: Simulator) -> Simulator:
    running.clear_faults()
    running.forget()
    return running


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that no policy has yet."""
    return f"policy-{zlib.crc32(request.node.nodeid.encode())}"


@pytest.fixture
def existing(simulator: Simulator, name: str) -> str:
    """A policy that no share uses, made by another program."""
    put(simulator, name, elsewhere("2018-07-30T21:00:00Z"))
    return name


@pytest.fixture
def used(simulators: Simulators) -> Simulator:
    """A world of its own, whose policies in use can be changed."""
    return simulators.start(world(account(protected("finance"), protected("hiring")), durations={"policy": 0.1}))


def asked(schedule: Schedule | None = None, retention: Retention | None = None, **more: Any) -> WantedTerms:
    return WantedTerms(schedule=schedule, retention=retention, **more)


def ensure(simulator: Simulator, name: str, wanted: WantedTerms, **options: Any) -> Run:
    run = run_of(simulator, **options)
    ensure_policy(run, name, wanted)
    return run


def terms_in(simulator: Simulator, name: str) -> Terms | None:
    policy = run_of(simulator).vault.policy(name)
    return policy.terms if policy else None


def put(simulator: Simulator, name: str, properties: dict[str, Any]) -> None:
    """As another program would."""
    vault = run_of(simulator).vault
    vault.send("PUT", f"{vault.root}/backupPolicies/{name}", body={"properties": properties})
    simulator.forget()


def elsewhere(time: str) -> dict[str, Any]:
    """A policy that says: daily at 21:00, 30 days, the first Sunday of a month for 24 months."""

    def lasting(count: int, unit: str) -> dict[str, Any]:
        return {"retentionTimes": [time], "retentionDuration": {"count": count, "durationType": unit}}

    return {
        "backupManagementType": "AzureStorage",
        "workLoadType": "AzureFileShare",
        "timeZone": "UTC",
        "protectedItemsCount": 5,
        "schedulePolicy": {
            "schedulePolicyType": "SimpleSchedulePolicy",
            "scheduleRunFrequency": "Daily",
            "scheduleRunTimes": [time],
            "scheduleRunDays": None,
            "hourlySchedule": None,
            "scheduleWeeklyFrequency": 0,
        },
        "retentionPolicy": {
            "retentionPolicyType": "LongTermRetentionPolicy",
            "dailySchedule": lasting(30, "Days"),
            "weeklySchedule": None,
            "monthlySchedule": {
                "retentionScheduleFormatType": "Weekly",
                "retentionScheduleDaily": {"daysOfTheMonth": [{"date": 1, "isLast": False}]},
                "retentionScheduleWeekly": {"daysOfTheWeek": ["Sunday"], "weeksOfTheMonth": ["First"]},
            }
            | lasting(24, "Months"),
            "yearlySchedule": None,
        },
    }


def diff(run: Run) -> tuple[Any, Any]:
    return run.outcome.before["policy"], run.outcome.after["policy"]


FAILURE = {
    "method": "GET",
    "path": "/operationResults/",
    "status": 400,
    "body": {"error": {"code": "UserErrorNotNow", "message": "Not now."}},
}


def accepted(simulator: Simulator, name: str) -> dict[str, Any]:
    """A fault by which the service takes a deletion for an operation."""
    where = f"{run_of(simulator).vault.root}/backupPolicies/{name}/operationResults/0d3adb33"
    return {"method": "DELETE", "path": f"/{name}$", "status": 202, "headers": {"Location": simulator.url + where}}


def gone(path: str, **more: Any) -> dict[str, Any]:
    """A fault by which something is not there."""
    body = {"error": {"code": "NotFound", "message": "Gone."}}
    return {"method": "GET", "path": path, "status": 404, "body": body} | more


# Making


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (asked(DAILY_21, Retention(30)), Terms(DAILY_21, "UTC", Retention(30))),
        (asked(FOUR_HOURLY, MONTHLY, time_zone="GMT Standard Time"), Terms(FOUR_HOURLY, "GMT Standard Time", MONTHLY)),
        (asked(DAILY_21, MONTHLY, tier="vault"), Terms(DAILY_21, "UTC", MONTHLY, "vault", 5)),
    ],
    ids=["daily", "hourly", "vault"],
)
def test_a_policy_is_made_once(simulator: Simulator, name: str, wanted: WantedTerms, expected: Terms) -> None:
    first = ensure(simulator, name, wanted)

    assert first.outcome.changed
    assert simulator.tally() == ONE_READ | WRITE
    assert terms_in(simulator, name) == expected
    assert diff(first) == (None, expected.to_result())
    assert first.values["policy"]["name"] == name
    assert first.values["policy"]["id"].endswith(f"/backupPolicies/{name}")
    assert first.values["policy"]["protected_items_count"] == 0

    simulator.forget()
    second = ensure(simulator, name, wanted)

    assert not second.outcome.changed
    assert simulator.tally() == ONE_READ
    assert diff(second) == (expected.to_result(), expected.to_result())
    assert second.values == first.values
    assert not first.warnings + second.warnings


def test_check_mode_makes_nothing_and_tells_the_same(simulator: Simulator, name: str) -> None:
    wanted = asked(DAILY_21, MONTHLY, tier="vault")
    planned = ensure(simulator, name, wanted, check_mode=True)

    assert simulator.tally() == ONE_READ
    made = ensure(simulator, name, wanted)

    assert planned.outcome.changed
    assert planned.values["policy"] == made.values["policy"]
    assert diff(planned) == diff(made)


def test_a_policy_cannot_be_made_of_nothing(simulator: Simulator, name: str) -> None:
    with pytest.raises(BackupError, match=f"There is no policy '{name}' yet"):
        ensure(simulator, name, asked())

    assert simulator.tally() == ONE_READ


# Comparing


@pytest.mark.parametrize("time", ["2018-07-30T21:00:00Z", "2026-09-10T21:00:00+00:00", "2019-11-27T21:00:00.000Z"])
def test_a_policy_of_another_program_that_says_the_same_is_left_alone(
    simulator: Simulator, name: str, time: str
) -> None:
    put(simulator, name, elsewhere(time))

    run = ensure(simulator, name, asked(DAILY_21, MONTHLY))

    assert not run.outcome.changed
    assert simulator.tally() == ONE_READ


@pytest.mark.parametrize(
    ("wanted", "expected", "looks"),
    [
        (asked(Schedule("daily", ("22:00",))), Terms(Schedule("daily", ("22:00",)), "UTC", MONTHLY), {}),
        # What keeps less may be guarded.
        (
            asked(retention=Retention(30)),
            Terms(DAILY_21, "UTC", Retention(30)),
            {"GET vaults/*": 1, "GET backupProtectedItems": 1},
        ),
        (asked(time_zone="GMT Standard Time"), Terms(DAILY_21, "GMT Standard Time", MONTHLY), {}),
        (
            asked(tier="vault", snapshot_retention_days=3, allow_tier_change=True),
            Terms(DAILY_21, "UTC", MONTHLY, "vault", 3),
            {},
        ),
    ],
    ids=["schedule", "retention", "time zone", "tier"],
)
def test_what_differs_is_changed(
    simulator: Simulator, existing: str, wanted: WantedTerms, expected: Terms, looks: dict[str, int]
) -> None:
    plan = ensure(simulator, existing, wanted, check_mode=True)
    assert simulator.tally() == ONE_READ | looks
    assert diff(plan) == (TERMS.to_result(), expected.to_result())
    simulator.forget()

    run = ensure(simulator, existing, wanted)

    assert run.outcome.changed
    assert simulator.tally() == ONE_READ | WRITE | looks
    assert terms_in(simulator, existing) == expected
    assert diff(run) == (TERMS.to_result(), expected.to_result())
    assert not ensure(simulator, existing, wanted).outcome.changed


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        (DAILY, asked(tier="vault"), "needs allow_tier_change: true"),
        (VAULTED, asked(tier="snapshot", allow_tier_change=True), "cannot take a policy back to the snapshot tier"),
        (DAILY, asked(retention=Retention(201)), "in the snapshot tier it has to be from 1 to 200"),
        ("DefaultPolicy", asked(DAILY_21, MONTHLY), "is not for file shares but for AzureIaasVM, so it is left alone"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_refused_costs_no_write(
    simulator: Simulator, name: str, wanted: WantedTerms, words: str, check_mode: bool
) -> None:
    with pytest.raises(BackupError, match=words):
        ensure(simulator, name, wanted, check_mode=check_mode)

    assert simulator.tally() == ONE_READ


def test_a_shorter_retention_says_before_what_it_costs(simulators: Simulators) -> None:
    shares = [protected("finance", recovery_points=9), protected("legal", recovery_points=2)]
    simulator = simulators.start(world(registered(*shares)))
    run = run_of(simulator, check_mode=True)
    edge = run.vault.recovery_points(run.vault.protected_items()[0].address)

    ensure_policy(run, "daily-30", asked(retention=Retention(7)))

    (words,) = run.warnings
    assert words.startswith("The policy 'daily-30' keeps backups for less time than before, and 2 shares use it.")
    assert len(edge) == 9
    assert " of their recovery points are older than 7 days; " in words or " is older than 7 days; " in words


def test_a_policy_of_another_kind_of_storage_is_left_alone(simulator: Simulator) -> None:
    other = {"properties": elsewhere("2018-07-30T21:00:00Z") | {"workLoadType": "AzureBlob"}, "name": "blobs"}
    simulator.plan({"method": "GET", "path": "/blobs$", "status": 200, "body": other})

    with pytest.raises(BackupError, match="is not for file shares but for AzureBlob"):
        ensure(simulator, "blobs", asked(DAILY_21, MONTHLY))


def test_a_refused_change_changes_nothing(simulator: Simulator, existing: str) -> None:
    refusal = {"error": {"code": "UserErrorGuarded", "message": "A resource guard protects this vault."}}
    simulator.plan({"method": "PUT", "path": "/backupPolicies/", "status": 403, "body": refusal})
    run = run_of(simulator)

    with pytest.raises(ServiceError, match="UserErrorGuarded: A resource guard protects this vault"):
        ensure_policy(run, existing, asked(retention=Retention(60)))

    assert not run.outcome.changed
    assert diff(run) == (TERMS.to_result(), TERMS.to_result())


def test_a_policy_that_is_kept_otherwise_is_told(simulator: Simulator, existing: str) -> None:
    """Another run would spend one of the 50 daily writes again."""
    kept = {"name": existing, "properties": elsewhere("2018-07-30T21:00:00Z")}
    simulator.plan({"method": "PUT", "path": "/backupPolicies/", "status": 200, "body": kept})

    run = ensure(simulator, existing, asked(retention=Retention(60)))

    assert run.values["policy"]["retention"]["days"] == 30
    assert len(run.warnings) == 1
    assert f"Azure keeps the policy '{existing}' otherwise than it was asked for" in run.warnings[0]


# A policy in use


def test_a_policy_in_use_is_changed_by_an_operation(used: Simulator) -> None:
    wanted = asked(retention=Retention(60))

    run = ensure(used, DAILY, wanted)

    assert run.outcome.changed
    assert run.values["policy"]["retention"]["days"] == 60
    assert run.values["policy"]["protected_items_count"] == 2
    assert used.writes() == WRITE
    assert used.tally()["GET operationResults/*"] >= 1
    assert used.tally()["GET backupPolicies/*"] == 2
    assert not ensure(used, DAILY, wanted).outcome.changed


def test_the_end_need_not_be_waited_for(used: Simulator) -> None:
    run = ensure(used, DAILY, asked(retention=Retention(60)), wait=False)

    assert run.outcome.changed
    assert run.values["policy"]["retention"]["days"] == 60
    assert used.tally() == ONE_READ | WRITE


def test_a_change_that_does_not_end_in_time_says_so(used: Simulator) -> None:
    """Neither the operation nor the policy shows an end."""
    used.plan(
        {"method": "GET", "path": "/operationResults/", "status": 202, "times": None},
        gone(f"/{DAILY}$", after=1, times=None),
    )
    run = run_of(used, deadline=VirtualTime().deadline(60), poll_interval=5)

    with pytest.raises(WaitTimeout, match="Changing the policy 'daily-30' was still InProgress after 60 seconds"):
        ensure_policy(run, DAILY, asked(retention=Retention(60)))

    assert run.outcome.changed


def test_a_change_that_fails_changes_nothing(used: Simulator) -> None:
    used.plan(FAILURE)
    run = run_of(used)

    with pytest.raises(OperationFailed, match="Changing the policy 'daily-30' ended as Failed: UserErrorNotNow"):
        ensure_policy(run, DAILY, asked(retention=Retention(60)))

    assert not run.outcome.changed
    assert run.values["policy"]["retention"]["days"] == 30


def test_where_the_end_of_a_change_stays_unknown_the_policy_tells(used: Simulator) -> None:
    """The service is done with it, but cannot say so."""
    run = run_of(used, deadline=VirtualTime(used).deadline(), poll_interval=5)
    used.plan(gone("/operationResults/", times=None))

    ensure_policy(run, DAILY, asked(retention=Retention(60)))

    assert run.outcome.changed
    assert run.values["policy"]["retention"]["days"] == 60


# Deleting


def test_a_policy_is_deleted_once(simulator: Simulator, existing: str) -> None:
    first = run_of(simulator)
    ensure_no_policy(first, existing)

    assert first.outcome.changed
    assert first.values["policy"] is None
    assert diff(first) == (TERMS.to_result(), None)
    assert terms_in(simulator, existing) is None

    simulator.forget()
    second = run_of(simulator)
    ensure_no_policy(second, existing)

    assert not second.outcome.changed
    assert diff(second) == (None, None)
    assert simulator.tally() == ONE_READ


def test_check_mode_deletes_nothing(simulator: Simulator, existing: str) -> None:
    run = run_of(simulator, check_mode=True)
    ensure_no_policy(run, existing)

    assert run.outcome.changed
    assert diff(run) == (TERMS.to_result(), None)
    assert simulator.writes() == {}
    assert terms_in(simulator, existing) == TERMS


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_policy_in_use_is_not_deleted(simulator: Simulator, check_mode: bool) -> None:
    run = run_of(simulator, check_mode=check_mode)

    with pytest.raises(BackupError) as caught:
        ensure_no_policy(run, DAILY)

    assert "2 shares use it: finance (contosofiles), hiring (contosofiles)." in caught.value.message
    assert not run.outcome.changed
    assert run.values["policy"]["protected_items_count"] == 2
    assert simulator.tally() == ONE_READ | {"GET backupProtectedItems": 1}


def test_one_share_is_enough_to_keep_a_policy(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match=r"1 share uses it: legal \(contosofiles\)\."):
        ensure_no_policy(run_of(simulator), HOURLY_7)


def test_of_many_shares_some_are_named(simulators: Simulators) -> None:
    shares = [protected(f"share-{number:02}") for number in range(12)]
    simulator = simulators.start(world(account(*shares)))

    with pytest.raises(BackupError, match=r"12 shares use it: share-00 .*, share-09 \(contosofiles\) and 2 more\."):
        ensure_no_policy(run_of(simulator), DAILY)


def test_a_policy_for_virtual_machines_is_not_deleted(simulator: Simulator) -> None:
    with pytest.raises(BackupError, match="is not for file shares but for AzureIaasVM"):
        ensure_no_policy(run_of(simulator), "DefaultPolicy")

    assert simulator.tally() == ONE_READ


def test_a_deletion_takes_its_operation_with_it(simulator: Simulator, existing: str) -> None:
    simulator.plan(
        accepted(simulator, existing),
        gone("/operationResults/", after=1, times=None),
        {"method": "GET", "path": "/operationResults/", "status": 202},
        gone(f"/{existing}$", after=1),
    )
    run = run_of(simulator)

    ensure_no_policy(run, existing)

    assert run.outcome.changed
    assert run.values["policy"] is None
    assert simulator.tally()["GET operationResults/*"] == 1 + PATIENCE


@pytest.mark.parametrize("at_once", [False, True])
def test_a_deletion_that_does_not_show_is_an_error(simulator: Simulator, existing: str, at_once: bool) -> None:
    done = {"method": "DELETE", "path": f"/{existing}$", "status": 200}
    simulator.plan(
        done if at_once else accepted(simulator, existing),
        {"method": "GET", "path": "/operationResults/", "status": 204},
    )
    run = run_of(simulator)

    with pytest.raises(BackupError, match=f"says that the policy '{existing}' is deleted, but the vault still has it"):
        ensure_no_policy(run, existing)

    assert run.outcome.changed


def test_a_deletion_that_fails_changes_nothing(simulator: Simulator, existing: str) -> None:
    simulator.plan(accepted(simulator, existing), FAILURE)
    run = run_of(simulator)

    with pytest.raises(OperationFailed, match=r"Deleting the policy .* ended as Failed: UserErrorNotNow: Not now"):
        ensure_no_policy(run, existing)

    assert not run.outcome.changed
    assert run.values["policy"]["name"] == existing


# What is not there


@pytest.mark.parametrize("code", ["ResourceNotFound", "BMSUserErrorPolicyNotFound", None])
def test_a_missing_policy_is_told_from_a_missing_vault(simulator: Simulator, code: str | None) -> None:
    simulator.plan(gone("/missing$", body={"error": {"code": code, "message": "Not found."}} if code else None))

    assert run_of(simulator).vault.policy("missing") is None


def test_a_policy_that_may_not_be_read_is_not_missing(simulator: Simulator) -> None:
    refusal = {"error": {"code": "AuthorizationFailed", "message": "No."}}
    simulator.plan({"method": "GET", "path": f"/{DAILY}$", "status": 403, "body": refusal})

    with pytest.raises(ServiceError, match="AuthorizationFailed"):
        ensure_no_policy(run_of(simulator), DAILY)


@pytest.mark.parametrize("work", [lambda run: ensure_no_policy(run, DAILY), lambda run: list_policies(run, DAILY)])
def test_a_missing_vault_is_an_error(simulator: Simulator, work: Callable[[Run], None]) -> None:
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'no-vault'"):
        work(run_of(simulator, vault="no-vault"))


# Listing


def listed(simulator: Simulator, name: str | None = None) -> tuple[list[dict[str, Any]], list[str]]:
    run = run_of(simulator)
    list_policies(run, name)
    assert not run.outcome.changed
    policies: list[dict[str, Any]] = run.values["policies"]
    return policies, run.warnings


def test_policies_are_listed_by_name(used: Simulator) -> None:
    put(used, "Archive", Terms(DAILY_21, "UTC", MONTHLY, "vault", 7).to_api())

    policies, warnings = listed(used)

    assert [(policy["name"], policy["tier"], policy["protected_items_count"]) for policy in policies] == [
        ("Archive", "vault", 0),
        ("daily-30", "snapshot", 2),
        ("hourly-7", "snapshot", 0),
    ]
    assert policies[0]["snapshot_retention_days"] == 7
    assert not warnings
    assert used.tally() == {"GET backupPolicies": 1, "GET backupProtectedItems": 1}


def test_one_policy_is_listed(simulator: Simulator) -> None:
    (policy,), _warnings = listed(simulator, "HOURLY-7")

    assert policy["schedule"]["frequency"] == "hourly"
    assert simulator.tally() == ONE_READ


def test_a_missing_policy_is_an_empty_list(simulator: Simulator) -> None:
    assert listed(simulator, "missing") == ([], [])


def test_a_policy_for_virtual_machines_is_left_out(simulator: Simulator) -> None:
    policies, (warning,) = listed(simulator, "DefaultPolicy")

    assert policies == []
    assert "is not for file shares but for AzureIaasVM, so it is left out" in warning


def test_a_policy_of_unknown_terms_is_listed(simulator: Simulator) -> None:
    odd = elsewhere("2018-07-30T21:00:00Z") | {"schedulePolicy": {"schedulePolicyType": "LongTermSchedulePolicy"}}
    body = {"value": [{"name": "odd", "id": "/odd", "properties": odd}, {"name": "none"}, {}]}
    simulator.plan({"method": "GET", "path": "/backupPolicies$", "status": 200, "body": body})

    (policy,), _warnings = listed(simulator)

    assert policy["schedule"] is None
    assert policy["retention"] == MONTHLY.to_result()
