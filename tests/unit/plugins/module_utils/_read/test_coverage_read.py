# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report reads from a simulated Azure, and what that costs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.coverage import WantedCoverage
from ansible_collections.azurefiles.backup.plugins.module_utils._read.coverage import report_coverage
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

NORTH = {"name": "north-vault", "resource_group": "north-rg", "policies": ["daily-14"], "location": "northeurope"}
OPTIONS: dict[str, Any] = {
    "resource_group": "backup-rg",
    "vault_name": "backup-vault",
    "vaults": None,
    "subscriptions": None,
    "vault_filters": [],
    "subscription_id": None,
    "days": 7,
    "recovery_points": False,
    "unregistered_accounts": True,
    "fail_on": [],
    "ignore": [],
    "parallel": 10,
}
NORTH_TOO = [{"resource_group": "north-rg", "vault_name": "north-vault", "subscription_id": None}]


def read(simulator: Simulator, **options: Any) -> Run:
    run = run_of(simulator)
    report_coverage(run, WantedCoverage.parse(OPTIONS | options))
    return run


def shares(run: Run) -> list[tuple[str, str, str]]:
    return [(row["storage_account"], row["share"], row["coverage"]) for row in run.values["coverage"]["shares"]]


def test_it_reads_five_lists_of_a_vault_one_of_the_subscription_and_one_of_each_account(
    simulators: Simulators,
) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance", recovery_points=3), "hiring", {"name": "unix", "protocol": "NFS"}),
            registered("legal", name="fabrikamfiles"),
        )
    )
    run = read(simulator)
    assert shares(run) == [
        ("contosofiles", "hiring", "unprotected"),
        ("fabrikamfiles", "legal", "unprotected"),
        ("contosofiles", "finance", "protected"),
        ("contosofiles", "unix", "unsupported"),
    ]
    assert simulator.tally() == {
        "GET backupProtectionContainers": 1,
        "GET backupProtectedItems": 1,
        "GET backupJobs": 1,
        "GET backupPolicies": 1,
        "GET protectableContainers": 1,
        "GET storageAccounts": 1,
        "GET shares": 2,
    }
    assert run.calls["reads"] == run.calls["total"] == 8
    assert run.warnings == []


def test_the_number_of_shares_costs_nothing_and_the_oldest_points_one_read_for_each_share(
    simulators: Simulators,
) -> None:
    many = [protected(f"share-{number}", recovery_points=2) for number in range(30)]
    simulator = simulators.start(world(registered(*many, protected("never"))))
    assert read(simulator).calls["total"] == 7
    run = read(simulator, recovery_points=True)
    assert run.calls["total"] == 7 + 30  # the one without any recovery point needs none
    rows = {row["share"]: row for row in run.values["coverage"]["shares"]}
    assert rows["share-7"]["recovery_point_count"] == 2
    assert rows["share-7"]["oldest_recovery_point"] < rows["share-7"]["latest_recovery_point"]
    assert rows["never"]["recovery_point_count"] is None


def test_a_recovery_point_that_cannot_be_read_is_a_warning(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=2))))
    simulator.plan({"path": "/protectedItems/", "status": 403, "times": None})
    run = read(simulator, recovery_points=True)
    assert shares(run) == [("contosofiles", "finance", "protected")]
    assert len(run.warnings) == 1
    assert "recovery points of 1 shares" in run.warnings[0]


def test_where_shares_may_not_be_listed_the_vault_tells_what_it_knows(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), "hiring"), storage_read=False))
    run = read(simulator)
    assert shares(run) == [("contosofiles", "hiring", "unprotected"), ("contosofiles", "finance", "protected")]
    (told,) = run.values["coverage"]["accounts"]
    assert told["shares_read"] is False
    assert "may not be read" in told["problem"]
    assert simulator.tally()["GET backupProtectableItems"] == 1
    assert simulator.writes() == {}


def test_one_account_that_fails_does_not_stop_the_others(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("hiring"), registered("legal", name="fabrikamfiles")))
    simulator.plan({"path": "/storageAccounts/fabrikamfiles/", "status": 400, "times": None})
    run = read(simulator)
    accounts = {row["storage_account"]: row for row in run.values["coverage"]["accounts"]}
    assert accounts["contosofiles"]["shares_read"] is True
    assert accounts["fabrikamfiles"]["shares_read"] is False
    assert "HTTP 400" in accounts["fabrikamfiles"]["problem"]
    assert ("fabrikamfiles", "legal", "unprotected") in shares(run)


def test_accounts_that_no_vault_has_registered_are_looked_at(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            account("thesis", name="labfiles", discovered=True),
            account(name="emptyfiles", discovered=True),
            account("finance", name="blobsonly", kind="BlobStorage", discovered=True),
            account("fresh", name="newfiles"),
        )
    )
    run = read(simulator)
    assert shares(run) == [("labfiles", "thesis", "unprotected")]
    coverage = run.values["coverage"]
    assert [row["storage_account"] for row in coverage["accounts"]] == ["labfiles"]
    assert [row["storage_account"] for row in coverage["other_accounts"]] == ["newfiles"]
    assert simulator.tally()["GET shares"] == 2  # of labfiles and emptyfiles


def test_they_are_left_alone_where_that_is_asked_for(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("hiring"), account("thesis", name="labfiles", discovered=True)))
    run = read(simulator, unregistered_accounts=False)
    assert shares(run) == [("contosofiles", "hiring", "unprotected")]
    assert run.calls["total"] == 5
    assert run.values["coverage"]["summary"]["unlisted_subscriptions"] == 0


def test_where_the_subscription_may_not_be_listed_discovered_accounts_count_as_unread(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("thesis", name="labfiles", discovered=True), storage_read=False))
    coverage = read(simulator).values["coverage"]
    assert coverage["summary"]["unread_accounts"] == 1
    assert coverage["summary"]["unlisted_subscriptions"] == 1
    assert coverage["accounts"][0]["problem"] == "the subscription's accounts may not be listed"


def test_several_vaults_are_brought_together_and_one_named_twice_is_read_once(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance")),
            registered("data", name="northfiles", location="northeurope"),
            vaults=[VAULT, NORTH],
        )
    )
    twice = [*NORTH_TOO, {"resource_group": "Backup-RG", "vault_name": "BACKUP-vault"}]
    run = read(simulator, vaults=twice)
    assert shares(run) == [("northfiles", "data", "unprotected"), ("contosofiles", "finance", "protected")]
    assert [row["vault_name"] for row in run.values["coverage"]["vaults"]] == ["backup-vault", "north-vault"]
    assert run.calls["total"] == 2 * 5 + 1 + 2
    assert run.values["coverage"]["other_accounts"] == []


def test_a_vault_that_cannot_be_read_fails_the_run_after_the_others(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("hiring")))
    run = read(simulator, vaults=NORTH_TOO)
    assert shares(run) == [("contosofiles", "hiring", "unprotected")]
    assert run.outcome.failure
    assert run.outcome.failure.message.startswith("1 of 2 vaults could not be read: north-vault: ")
    assert [bool(row["error"]) for row in run.values["coverage"]["vaults"]] == [False, True]


def test_where_no_vault_can_be_read_there_is_no_report(simulators: Simulators) -> None:
    simulator = simulators.start(world())
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'nowhere'"):
        read(simulator, vault_name="nowhere")


def test_failed_jobs_of_the_last_days_are_told(simulators: Simulators) -> None:
    failing = {"operation": "backup", "share": "finance", "status": "Failed", "code": "FileShareNotFound"}
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), faults=[failing]))
    run = run_of(simulator)
    for item in run.vault.protected_items():
        operation = run.vault.backup("The backup", item.address, datetime.now(timezone.utc) + timedelta(days=1))
        run.waiter.operation(operation)
    told = read(simulator).values["coverage"]["failed_jobs"]
    assert [(job["share"], job["operation"], job["backed_up_since"]) for job in told] == [("finance", "Backup", False)]
    *_backups, asked = [seen.query["$filter"] for seen in simulator.journal() if seen.label == "GET backupJobs"]
    for condition in ("status eq 'Failed'", "startTime eq", "endTime eq"):
        assert condition in asked


@pytest.mark.parametrize("days", [0, 29])
def test_days_have_their_bounds(days: int) -> None:
    with pytest.raises(BackupError, match="days is"):
        WantedCoverage.parse(OPTIONS | {"days": days})


@pytest.mark.parametrize("missing", [{"vault_name": None}, {"vault_name": ""}, {"resource_group": None}])
def test_half_a_vault_is_none(missing: dict[str, Any]) -> None:
    with pytest.raises(BackupError, match="Which vault"):
        WantedCoverage.parse(OPTIONS | missing)
    assert len(WantedCoverage.parse(OPTIONS | missing | {"vaults": NORTH_TOO}).vaults.named) == 1


FOUND: dict[str, Any] = {"resource_group": None, "vault_name": None}
OTHER, UNKNOWN = "6b4d0e6f-1a5f-4d2c-8b68-c1a1a2b6c777", "00000000-0000-0000-0000-000000000000"
IN_TWO_SUBSCRIPTIONS = world(
    registered(protected("finance")),
    registered("data", name="northfiles", location="northeurope"),
    registered("thesis", name="otherfiles", subscription_id=OTHER),
    vaults=[
        VAULT | {"tags": {"environment": "production"}},
        NORTH,
        VAULT | {"subscription_id": OTHER, "tags": {"environment": "production"}},
    ],
)


def vaults(run: Run) -> list[tuple[str, str]]:
    return [(row["subscription_id"], row["vault_name"]) for row in run.values["coverage"]["vaults"]]


def test_vaults_of_subscriptions_are_found_by_one_read_each(simulators: Simulators) -> None:
    simulator = simulators.start(IN_TWO_SUBSCRIPTIONS)
    home = simulator.subscription_id

    run = read(simulator, **FOUND, subscriptions=[home, OTHER], vault_filters=["afs_vault_tags.environment is defined"])
    assert vaults(run) == [(home, "backup-vault"), (OTHER, "backup-vault")]
    assert ("otherfiles", "thesis", "unprotected") in shares(run)
    assert run.calls["total"] == 2 + 2 * 5 + 2 + 2, "subscriptions; lists of vaults; accounts; their shares"
    assert [row["storage_account"] for row in run.values["coverage"]["other_accounts"]] == ["northfiles"]
    assert simulator.tally()["GET vaults"] == 2

    assert vaults(read(simulator, **FOUND)) == [(home, "backup-vault"), (home, "north-vault")], "of the login's own"


def test_a_subscription_that_cannot_be_listed_fails_the_run_after_the_others(simulators: Simulators) -> None:
    simulator = simulators.start(IN_TWO_SUBSCRIPTIONS)
    run = read(simulator, **FOUND, subscriptions=[UNKNOWN, OTHER])
    assert shares(run) == [("otherfiles", "thesis", "unprotected")]
    assert run.outcome.failure
    assert run.outcome.failure.message.startswith(f"The vaults of the subscription {UNKNOWN} cannot be listed: ")
    assert run.outcome.failure.fault.code == "SubscriptionNotFound"
    coverage = run.values["coverage"]
    assert coverage["summary"]["unread_subscriptions"] == 1
    assert [(row["subscription_id"], row["error"]["code"]) for row in coverage["unread_subscriptions"]] == [
        (UNKNOWN, "SubscriptionNotFound")
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subscriptions": [UNKNOWN]}, "The vaults of the subscription 00000000.* cannot be listed"),
        ({"vault_filters": ["afs_vault_location == 'eastus'"]}, "leaves out all of the 2 Recovery Services vaults in"),
    ],
)
def test_where_no_vault_is_found_there_is_no_report(
    simulators: Simulators, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(BackupError, match=message):
        read(simulators.start(IN_TWO_SUBSCRIPTIONS), **FOUND, **options)


def test_a_gate_fails_with_the_whole_report(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=3), "hiring", "scratch-1")))
    ignore = [{"storage_accounts": None, "shares": ["scratch*"], "reason": "caches", "until": None}]
    run = read(simulator, fail_on=["unprotected"], ignore=ignore)
    assert run.outcome.failure
    assert run.outcome.failure.message == "fail_on has 1 finding: contosofiles/hiring is not protected."
    assert len(shares(run)) == 3
    assert read(simulator, fail_on=["overdue"]).outcome.failure is None
