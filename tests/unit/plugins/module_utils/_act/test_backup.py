# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.backup import ALREADY_RUNNING, trigger_backups
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import format_time, now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.backup import WantedBackups
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._records.job import Job
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

INTERNAL = {"code": "CloudInternalError", "message": "Microsoft Azure Backup encountered an internal error."}
EXPIRY = now() + timedelta(days=30)
DAY = 24 * 60  # minutes


def back_up(
    run: Run,
    *shares: str,
    max_age: int = 0,
    of: str = "contosofiles",
    exclude: Sequence[str] = (),
    parallel: int = 20,
) -> Run:
    """Back up these shares, or without names all protected ones."""
    selection = Selection.parse(shares or None, not shares, ["*"], exclude)
    trigger_backups(run, AccountRef.parse(of, None), WantedBackups(selection, EXPIRY, max_age), parallel)
    return run


def actions(run: Run) -> dict[str, str]:
    return {name: backup["action"] for name, backup in run.shares("backups").items()}


def error_of(run: Run, share: str) -> dict[str, Any]:
    error = run.shares("backups")[share]["error"]
    assert isinstance(error, dict), f"{share} has not failed"
    return error


def points(simulator: Simulator, share: str, of: str = "contosofiles") -> int:
    return int(simulator.items()[of, share]["recovery_points"])


def start_backup(run: Run, share: str, of: str = "contosofiles") -> str:
    """Somebody else's backup; returns its job."""
    items = run.vault.protected_items()
    address = next(item.address for item in items if item.share == share and item.account and item.account.name == of)
    job = run.waiter.operation(run.vault.backup("Backing up", address, EXPIRY))
    assert job
    return job


# What it costs, and what is returned


def test_a_backup_is_followed_to_the_end_of_its_job(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup_start": 2, "backup": 60}))
    time = VirtualTime(simulator)

    run = back_up(run_of(simulator, deadline=time.deadline(), poll_interval=5), "Finance")

    (backup,) = run.values["backups"]
    (job,) = simulator.jobs()
    assert {key: backup[key] for key in ("share", "changed", "action", "job_id", "status", "error")} == {
        "share": "Finance",
        "changed": True,
        "action": "triggered",
        "job_id": job["id"],
        "status": "Completed",
        "error": None,
    }
    assert backup["recovery_point_expiry"] == EXPIRY.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert backup["start_time"] < backup["end_time"]
    assert backup["start_time"] < backup["latest_recovery_point"] <= backup["end_time"]
    assert points(simulator, "finance") == 1


def test_backups_of_many_shares_are_started_once_each_and_followed_by_one_list_a_round(simulators: Simulators) -> None:
    shares = {"name": "share", "count": 6, "protected_by": "daily-30"}
    simulator = simulators.start(world(registered(shares), durations={"backup": 20}))
    time = VirtualTime(simulator)

    run = back_up(run_of(simulator, deadline=time.deadline(), poll_interval=5))

    assert set(actions(run).values()) == {"triggered"}
    tally = simulator.tally()
    assert tally["POST backup"] == 6
    assert tally.get("GET backupJobs/*", 0) < 6, "a list tells of those that have ended well"
    assert tally["GET backupProtectedItems"] == 2
    assert tally["GET backupJobs"] <= len(time.pauses) + 2
    assert run.outcome.after == {"backups": dict.fromkeys(actions(run), "a new recovery point")}


def test_fresh_shares_cost_one_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1), protected("hiring"))))

    run = back_up(run_of(simulator), "finance", max_age=2 * DAY)

    assert actions(run) == {"finance": "fresh"}
    assert simulator.tally() == {"GET backupProtectedItems": 1}
    assert not run.outcome.changed
    assert run.shares("backups")["finance"]["latest_recovery_point"]
    assert run.shares("backups")["finance"]["recovery_point_expiry"] is None
    assert run.outcome.before == run.outcome.after


@pytest.mark.parametrize(("minutes", "action"), [(DAY - 5, "triggered"), (DAY + 5, "fresh"), (0, "triggered")])
def test_the_age_of_the_latest_recovery_point_decides(simulators: Simulators, minutes: int, action: str) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=3))))

    assert actions(back_up(run_of(simulator), "finance", max_age=minutes)) == {"finance": action}

    assert points(simulator, "finance") == (4 if action == "triggered" else 3)


def test_a_backup_that_ends_between_two_looks_is_not_followed_by_another(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 50}))
    start_backup(run_of(simulator), "finance")
    run = run_of(simulator)
    jobs = run.vault.jobs

    def overtaken(*arguments: Any) -> list[Job]:
        simulator.pass_time(60)
        return jobs(*arguments)

    run.vault.jobs = overtaken  # type: ignore[method-assign, assignment]
    back_up(run, max_age=60)

    assert actions(run) == {"finance": "fresh"}
    assert points(simulator, "finance") == 1


def test_a_second_run_within_the_age_changes_nothing(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring"))))
    back_up(run_of(simulator), max_age=60)

    again = back_up(run_of(simulator), max_age=60)

    assert actions(again) == {"finance": "fresh", "hiring": "fresh"}
    assert not again.outcome.changed


def test_all_shares_are_those_with_a_running_policy(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(
                "media",
                protected("finance"),
                protected("hiring"),
                protected("legal"),
                {"name": "unix", "protocol": "NFS"},
            )
        )
    )
    run = run_of(simulator)
    legal = next(item for item in run.vault.protected_items() if item.share == "legal")
    run.waiter.operation(run.vault.stop("Stopping", legal.address, "ProtectionStopped"))

    assert actions(back_up(run_of(simulator), exclude=["hiring"])) == {"finance": "triggered"}


def test_an_account_without_protected_shares_has_nothing_to_back_up(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))

    run = back_up(run_of(simulator))

    assert run.values["backups"] == []
    assert not run.outcome.changed


def test_two_accounts_with_the_same_shares_never_mix(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered(protected("finance")), registered(protected("finance"), name="fabrikamfiles"))
    )
    start_backup(run_of(simulator), "finance", "fabrikamfiles")

    run = back_up(run_of(simulator))

    assert actions(run) == {"finance": "triggered"}
    assert points(simulator, "finance") == 1


# One backup of a share at a time


def test_a_running_backup_is_followed_instead_of_starting_another(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), durations={"backup": 60}))
    job = start_backup(run_of(simulator), "finance")
    simulator.forget()

    run = back_up(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5))

    assert actions(run) == {"finance": "attached", "hiring": "triggered"}
    attached = run.shares("backups")["finance"]
    assert (attached["job_id"], attached["status"], attached["changed"]) == (job, "Completed", False)
    assert attached["latest_recovery_point"]
    assert simulator.tally()["POST backup"] == 1
    assert points(simulator, "finance") == 1


def test_a_namesakes_backup_in_another_account_is_not_followed(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance")),
            registered(protected("finance"), name="fabrikamfiles"),
            durations={"backup": 60},
        )
    )
    start_backup(run_of(simulator), "finance", "fabrikamfiles")

    run = back_up(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5))

    assert actions(run) == {"finance": "triggered"}


def test_a_namesakes_backup_is_not_the_one_that_was_faster(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance")),
            registered(protected("finance"), name="fabrikamfiles"),
            durations={"backup": 60},
        )
    )
    simulator.plan(
        {
            "operation": "backup",
            "account": "contosofiles",
            "status": "Failed",
            "code": ALREADY_RUNNING,
            "message": "No.",
        }
    )
    time = VirtualTime(simulator)
    start_backup(run_of(simulator), "finance", "fabrikamfiles")

    run = back_up(run_of(simulator, deadline=time.deadline(), poll_interval=5))

    backup = run.shares("backups")["finance"]
    assert (backup["action"], backup["status"], backup["error"]["code"]) == ("triggered", "Failed", ALREADY_RUNNING)


def test_a_backup_that_had_ended_before_is_not_the_one_that_was_faster(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 60}))
    time = VirtualTime(simulator)
    start_backup(run_of(simulator), "finance")
    simulator.pass_time(3600)
    simulator.plan({"operation": "backup", "status": "Failed", "code": ALREADY_RUNNING, "message": "No."})

    run = back_up(run_of(simulator, deadline=time.deadline(), poll_interval=5))

    backup = run.shares("backups")["finance"]
    assert (backup["action"], backup["status"], backup["error"]["code"]) == ("triggered", "Failed", ALREADY_RUNNING)


def test_a_run_that_only_follows_has_changed_nothing(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 60}))
    start_backup(run_of(simulator), "finance")

    run = back_up(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5))

    assert not run.outcome.changed
    assert run.outcome.failure is None


def test_a_backup_that_somebody_started_meanwhile_is_followed(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 60}))
    job = start_backup(run_of(simulator), "finance")
    simulator.plan(
        {"path": "backupJobs$", "status": 200, "body": {"value": []}},
        {"operation": "backup_start", "code": "ParallelSnapshotRequest", "message": "One at a time."},
    )

    run = back_up(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5))

    backup = run.shares("backups")["finance"]
    assert (backup["action"], backup["job_id"], backup["changed"]) == ("attached", job, False)
    assert backup["recovery_point_expiry"] is None
    assert run.outcome.failure is None


@pytest.mark.parametrize("operation", ["backup_start", "backup"])
def test_a_backup_of_another_vault_is_named(simulators: Simulators, operation: str) -> None:
    """Two vaults of a subscription can have the same share; an account is registered with one of them only."""
    vaults = [VAULT, VAULT | {"name": "quiet-vault"}, VAULT | {"name": "busy-vault"}]
    north = VAULT | {"name": "north-vault", "location": "northeurope"}
    simulator = simulators.start(world(registered(protected("finance")), vaults=[*vaults, north]))
    job = {
        "id": "/jobs/another",
        "name": "another",
        "properties": {
            "jobType": "AzureStorageJob",
            "operation": "Backup",
            "status": "InProgress",
            "entityFriendlyName": "finance",
            "storageAccountName": "contosofiles",
        },
    }
    simulator.plan(
        {"path": "/busy-vault/backupJobs", "status": 200, "times": None, "body": {"value": [job]}},
        {"operation": operation, "status": "Failed", "code": "ParallelSnapshotRequest", "message": "One at a time."},
    )

    run = back_up(run_of(simulator))

    assert "It is the vault 'busy-vault' of the resource group 'backup-rg', by job another." in str(run.outcome.failure)
    asked = [seen.path.split("/")[8] for seen in simulator.journal() if seen.path.endswith("/backupJobs")]
    assert {"quiet-vault", "busy-vault"} <= set(asked)
    assert "north-vault" not in asked


# Check mode


def test_check_mode_only_reads_and_foretells(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered(protected("finance", recovery_points=1), protected("hiring")), durations={"backup": 60})
    )
    start_backup(run_of(simulator), "hiring")
    simulator.forget()

    plan = back_up(run_of(simulator, check_mode=True), "hiring", "finance", max_age=60)

    assert set(simulator.tally()) == {"GET backupProtectedItems", "GET backupJobs"}
    assert actions(plan) == {"hiring": "attached", "finance": "triggered"}
    assert plan.outcome.changed
    assert points(simulator, "finance") == 1


@pytest.mark.parametrize("place", [account, registered])
def test_check_mode_foretells_before_the_shares_are_protected(simulators: Simulators, place: Any) -> None:
    simulator = simulators.start(world(place("finance", {"name": "unix-home", "protocol": "NFS"})))

    plan = back_up(run_of(simulator, check_mode=True), "finance", "unix-home", "nobody")

    assert actions(plan) == {"finance": "triggered", "unix-home": "none", "nobody": "none"}
    assert simulator.writes() == {}
    assert "Not protected yet: finance." in plan.warnings[0]


# Failures


def test_a_share_that_is_not_protected_is_its_own_error(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("hiring", protected("finance"))))

    run = back_up(run_of(simulator), "hiring", "finance")

    assert "There is no protected share 'hiring'" in error_of(run, "hiring")["message"]
    assert run.shares("backups")["finance"]["status"] == "Completed"
    assert run.outcome.failure
    assert run.outcome.failure.message.startswith("1 of 2 shares failed: hiring: ")


def test_a_job_that_fails_is_told_in_azures_words(simulators: Simulators) -> None:
    fault = {
        "operation": "backup",
        "share": "hiring",
        "code": "AFSMaxSnapshotReached",
        "message": "Too many snapshots.",
    }
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), faults=[fault]))

    run = back_up(run_of(simulator))

    error = error_of(run, "hiring")
    job = run.shares("backups")["hiring"]["job_id"]
    assert error["message"] == "Too many snapshots."
    assert run.outcome.failure
    assert f"The backup of the share 'hiring' (job {job}) ended as Failed, " in run.outcome.failure.message
    assert run.shares("backups")["hiring"]["status"] == "Failed"
    assert run.shares("backups")["finance"]["status"] == "Completed"


def test_a_job_that_completes_with_warnings_is_good(simulators: Simulators) -> None:
    fault = {"operation": "backup", "status": "CompletedWithWarnings", "message": "Some files were skipped."}
    simulator = simulators.start(world(registered(protected("finance")), faults=[fault]))

    run = back_up(run_of(simulator))

    assert run.outcome.failure is None
    assert run.shares("backups")["finance"]["status"] == "CompletedWithWarnings"
    assert "completed with warnings: Some files were skipped." in run.warnings[0]


def test_a_backup_that_is_refused_changes_nothing(simulators: Simulators) -> None:
    limits = {"backups": 1, "reads_per_second": 0, "writes_per_second": 0}
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), limits=limits))
    back_up(run_of(simulator), "hiring")

    run = back_up(run_of(simulator))

    assert "limit of 1" in error_of(run, "hiring")["message"]
    assert {name: backup["changed"] for name, backup in run.shares("backups").items()} == {
        "finance": True,
        "hiring": False,
    }


def test_a_backup_that_does_not_start_changes_nothing(simulators: Simulators) -> None:
    fault = {"operation": "backup_start", "code": "UserErrorX", "message": "No."}
    simulator = simulators.start(world(registered(protected("finance")), faults=[fault]))

    run = back_up(run_of(simulator))

    assert error_of(run, "finance")["code"] == "UserErrorX"
    assert not run.outcome.changed


@pytest.mark.parametrize(("times", "failed"), [(1, False), (2, True)])
@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "backup_start", "share": "hiring"},
        {"method": "POST", "path": "the item", "status": 400, "body": {"error": INTERNAL}},
    ],
    ids=["as an operation", "at once"],
)
def test_an_internal_error_of_azure_counts_from_the_second_one_on(
    simulators: Simulators, fault: dict[str, Any], times: int, failed: bool
) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring"))))
    hiring = next(item for item in run_of(simulator).vault.protected_items() if item.share == "hiring")
    where = {"path": f"{hiring.name}/backup$".replace(";", ".")} if "path" in fault else {}
    simulator.plan(fault | where | {"times": times})

    run = back_up(run_of(simulator))

    assert bool(run.shares("backups")["hiring"]["error"]) is failed
    assert run.shares("backups")["finance"]["error"] is None
    assert points(simulator, "hiring") == (0 if failed else 1)


def test_a_backup_whose_answer_is_lost_is_looked_for_and_not_started_again(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    simulator.plan({"method": "POST", "path": "/backup$", "drop": True})

    run = back_up(run_of(simulator))

    backup = run.shares("backups")["finance"]
    assert (backup["status"], backup["changed"], backup["error"]) == ("Completed", True, None)
    assert backup["job_id"] == simulator.jobs()[0]["id"]
    assert simulator.tally()["POST backup"] == 1
    assert points(simulator, "finance") == 1


def test_it_is_found_by_the_id_of_its_request(simulators: Simulators) -> None:
    """Not by share and time: here, that of another program began later, and failed since a share has one at a time."""
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 20}))
    simulator.plan({"method": "POST", "path": "/backup$", "drop": True})
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(600), poll_interval=5)
    begin = run.vault.backup

    def before_another(title: str, item: Any, expiry: Any, activity_id: str) -> Operation | None:
        try:
            return begin(title, item, expiry, activity_id)
        finally:
            begin(title, item, expiry, "another-program")
            simulator.pass_time(1)

    run.vault.backup = before_another  # type: ignore[assignment, method-assign]
    back_up(run)

    backup = run.shares("backups")["finance"]
    jobs = {job.activity_id: job for job in run.vault.jobs("Backup")}
    [mine] = jobs.keys() - {"another-program"}
    assert (backup["job_id"], backup["status"], backup["error"]) == (jobs[mine].id, "Completed", None)
    assert jobs["another-program"].status == "Failed"


@pytest.mark.parametrize("after", range(2, 6))
def test_a_login_that_breaks_under_way_is_not_taken_for_success(simulators: Simulators, after: int) -> None:
    simulator = simulators.start(world(registered(protected("finance")), token_lifetime=200))
    refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: The secret has expired."}
    simulator.plan({"path": "/oauth2/v2.0/token", "after": after, "status": 401, "body": refusal})
    run = run_of(simulator)

    with suppress(BackupError):
        back_up(run, "finance")
        assert run.outcome.failure or run.shares("backups")["finance"]["status"] == "Completed"
    assert 401 in [asked.status for asked in simulator.journal("token")]


@pytest.mark.parametrize("order", [1, -1])
def test_the_new_recovery_point_of_a_share_made_anew_is_told(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    """The vault lists the deleted share as well, before it or behind it."""
    simulator = simulators.start(world(registered(protected("finance", recovery_points=2))))
    run = run_of(simulator)
    run.waiter.operation(run.vault.delete("Deleting", run.vault.protected_items()[0].address))
    simulator.change_share("contosofiles", "finance", "purge")
    simulator.change_share("contosofiles", "finance", "create")
    run.waiter.operation(run.vault.inquire(run.vault.containers()[0].name, "contosofiles"))
    offer = run.vault.protectable_items()[0]
    run.waiter.operation(run.vault.protect("Protecting", offer.address, run.vault.policies()[0].id))
    listed = run.vault.protected_items
    monkeypatch.setattr(run.vault, "protected_items", lambda: listed()[::order])

    back_up(run, "finance")

    (made_anew,) = [item for item in listed() if item.state == "Protected"]
    assert made_anew.latest_recovery_point
    latest = run.shares("backups")["finance"]["latest_recovery_point"]
    assert latest == format_time(made_anew.latest_recovery_point)


def test_recovery_points_that_cannot_be_read_back_are_warned_about(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    simulator.plan({"path": "backupProtectedItems", "after": 1, "times": None, "status": 409})

    run = back_up(run_of(simulator))

    assert run.outcome.failure is None
    assert "could not be read back" in run.warnings[0]


def test_a_vault_that_is_not_there(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))

    with pytest.raises(BackupError, match="There is no Recovery Services vault 'nobody'"):
        back_up(run_of(simulator, vault="nobody"))


# Time and waiting


def test_jobs_that_do_not_end_in_time_are_told_each(simulators: Simulators) -> None:
    durations = {"backup_start": 2.0, "backup": 1000.0}
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), durations=durations))
    time = VirtualTime(simulator)

    run = back_up(run_of(simulator, deadline=time.deadline(60), poll_interval=5))

    for share in ("finance", "hiring"):
        backup = run.shares("backups")[share]
        assert (backup["status"], backup["changed"], backup["error"]["code"]) == ("InProgress", True, "WaitTimeout")
        assert (
            f"The backup of the share '{share}' (job {backup['job_id']}) was still InProgress after 60 seconds"
            in (backup["error"]["message"])
        )
    assert run.outcome.changed


def test_without_waiting_the_jobs_go_on(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"backup": 60}))

    run = back_up(run_of(simulator, wait=False))

    backup = run.shares("backups")["finance"]
    assert (backup["changed"], backup["status"], backup["error"]) == (True, None, None)
    assert backup["job_id"] == simulator.jobs()[0]["id"]
    simulator.pass_time(61)
    assert points(simulator, "finance") == 1
