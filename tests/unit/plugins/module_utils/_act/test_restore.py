# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.restore import restore_share
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import Answer, ArmClient
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._records.container import Access
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.plugins.module_utils._records.restore import RestoreOrder
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

CONTOSO = AccountRef("contosofiles")
ELSEWHERE = {"folder": "restored"}
DURATIONS = {"restore_start": 2.0, "restore": 60.0, "cancel": 1.0}
TIERED = VAULT | {"policies": ["daily-30", {"name": "tiered", "days": 1, "vault_days": 30}]}


def start(simulators: Simulators, **settings: Any) -> Simulator:
    contoso = account(
        protected("finance", recovery_points=3),
        protected("hiring"),
        protected("legal", "tiered", recovery_points=2),
        "landing",
        {"name": "media", "protocol": "NFS"},
    )
    fabrikam = registered("finance", name="fabrikamfiles")
    litware = account("finance", name="litwarefiles")
    return simulators.start(world(contoso, fabrikam, litware, durations=DURATIONS, vaults=[TIERED], **settings))


def wanted(
    share: str = "finance",
    point: str = "latest",
    files: Any = None,
    target: Any = None,
    conflict: str = "overwrite",
) -> WantedRestore:
    return WantedRestore.parse(share, point, files, target, conflict)


def restore(simulator: Simulator, what: WantedRestore, seconds: float = 3600.0, **settings: Any) -> Run:
    """Run a restore; a minute of its waiting takes no time."""
    time = VirtualTime(simulator)
    run = run_of(simulator, deadline=time.deadline(seconds), poll_interval=5.0, **settings)
    restore_share(run, CONTOSO, what)
    return run


def posted(simulator: Simulator) -> int:
    return simulator.tally().get("POST restore", 0)


def newest(simulator: Simulator, share: str = "finance") -> list[str]:
    run = run_of(simulator)
    item = next(item for item in run.vault.protected_items() if item.share == share)
    points = run.vault.recovery_points(item.address)
    return [point.name for point in sorted(points, key=lambda point: str(point.time), reverse=True)]


# A restore that goes well


def test_a_share_is_restored_to_where_it_was(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted())
    result = run.values["restore"]

    assert run.outcome.failure is None
    assert run.outcome.changed
    assert result["recovery_point"] == newest(simulator)[0]
    assert (result["status"], result["error"]) == ("Completed", None)
    assert (result["restored_files"], result["skipped_files"], result["failed_files"]) == (1, 0, 0)
    assert result["duration"] == 60.0
    assert result["target"] == {
        "storage_account": "contosofiles",
        "storage_account_resource_group": "Files-RG",
        "subscription_id": simulator.subscription_id,
        "location": "westeurope",
        "share": "finance",
        "folder": None,
        "original_location": True,
    }
    assert run.warnings == []
    assert simulator.writes() == {"POST restore": 1}
    assert result["job_id"] == simulator.jobs()[0]["id"]


@pytest.mark.parametrize(
    ("target", "destination"),
    [
        ({"folder": "restored"}, "contosofiles/finance/restored"),
        ({"share": "landing", "folder": "a/b"}, "contosofiles/landing/a/b"),
        ({"storage_account": "fabrikamfiles"}, "fabrikamfiles/finance/"),
        ({"storage_account": "litwarefiles", "folder": "a"}, "litwarefiles/finance/a"),
    ],
)
def test_a_share_is_restored_elsewhere(simulators: Simulators, target: Any, destination: str) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(target=target, conflict="skip"))
    job = run.vault.job(run.values["restore"]["job_id"])

    assert run.outcome.failure is None
    assert job.details
    assert job.details["restore_destination"] == destination
    assert not run.values["restore"]["target"]["original_location"]


def test_files_are_restored(simulators: Simulators) -> None:
    simulator = start(simulators)
    files = [{"path": "a.txt", "type": "file"}, {"path": "b", "type": "directory"}]
    run = restore(simulator, wanted(files=files, target=ELSEWHERE))

    assert run.values["restore"]["restored_files"] == 2
    moment = run.values["restore"]["recovery_point_time"]
    assert run.outcome.after == {"restored": {"contosofiles/finance/restored": f"a.txt, b of 'finance' as of {moment}"}}


def test_a_share_of_the_vault_tier_is_restored_elsewhere(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted("legal", newest(simulator, "legal")[1], target=ELSEWHERE))

    assert run.values["restore"]["status"] == "Completed"


def test_the_target_account_need_not_be_readable_where_the_vault_knows_it(simulators: Simulators) -> None:
    simulator = start(simulators, storage_read=False)
    run = restore(simulator, wanted(target={"storage_account": "fabrikamfiles"}))

    assert run.values["restore"]["status"] == "Completed"


def test_a_full_id_is_enough_where_nothing_can_be_looked_up(simulators: Simulators) -> None:
    simulator = start(simulators, storage_read=False)
    litware = (
        f"/subscriptions/{simulator.subscription_id}/resourceGroups/Files-RG"
        "/providers/Microsoft.Storage/storageAccounts/litwarefiles"
    )
    run = restore(simulator, wanted(target={"storage_account": litware}))

    assert run.values["restore"]["status"] == "Completed"


@pytest.mark.parametrize(
    ("access", "told"),
    [
        (Access("key"), None),
        (Access("identity"), {"isSystemAssignedIdentity": True}),
        (
            Access("identity", "/subscriptions/0/x"),
            {"isSystemAssignedIdentity": False, "managedIdentityResourceId": "/subscriptions/0/x"},
        ),
    ],
)
def test_the_vaults_way_to_the_account_is_told(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, access: Access, told: Any
) -> None:
    simulator = start(simulators)
    run = run_of(simulator)
    container = next(each for each in run.vault.containers() if each.friendly_name == "contosofiles")
    assert container.account
    run.waiter.operation(run.vault.register(container.name, container.account, True, access, "Reregister"))
    bodies: list[Any] = []
    send = ArmClient.send

    def watched(client: ArmClient, method: str, path: str, query: Any, body: Any = None, *more: Any) -> Answer:
        bodies.append(body)
        return send(client, method, path, query, body, *more)

    monkeypatch.setattr(ArmClient, "send", watched)
    restored = restore(simulator, wanted())

    assert restored.values["restore"]["status"] == "Completed"
    assert [body["properties"].get("identityInfo") for body in bodies if body] == [told]


def test_not_waiting_ends_once_there_is_a_job(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(target=ELSEWHERE), wait=False)
    result = run.values["restore"]

    assert run.outcome.failure is None
    assert run.outcome.changed
    assert result["job_id"] == simulator.jobs()[0]["id"]
    assert (result["status"], result["restored_files"], result["duration"]) == (None, None, None)


def test_warnings_are_told_with_the_counts(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"operation": "restore", "status": "CompletedWithWarnings", "message": "One file is in use."})
    run = restore(simulator, wanted())

    assert run.outcome.failure is None
    assert run.values["restore"]["status"] == "CompletedWithWarnings"
    assert run.warnings == [
        "The restore of the share 'finance' to contosofiles/finance completed with warnings: 0 files restored, 0 files "
        "skipped, 1 files failed. One file is in use."
    ]


def test_files_that_were_not_restored_are_advised_about(simulators: Simulators) -> None:
    simulator = start(simulators)
    fault = {"code": "UserErrorAFSRecoverySomeFilesNotRestored", "message": "Some files could not be recovered"}
    simulator.plan({"operation": "restore", "status": "CompletedWithWarnings"} | fault)
    run = restore(simulator, wanted())

    assert "1 files failed. Some files could not be recovered. The job's details, which" in run.warnings[0]


# Check mode


def test_check_mode_names_the_point_and_writes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(point=newest(simulator)[1], target=ELSEWHERE), check_mode=True)
    result = run.values["restore"]

    assert run.outcome.changed
    assert result["recovery_point"] == newest(simulator)[1]
    assert result["job_id"] is None
    assert run.outcome.before == {"restored": {}}
    assert run.outcome.after == {
        "restored": {
            "contosofiles/finance/restored": f"the full share of 'finance' as of {result['recovery_point_time']}"
        }
    }
    assert simulator.writes() == {}


def test_check_mode_refuses_what_cannot_work(simulators: Simulators) -> None:
    simulator = start(simulators)

    with pytest.raises(BackupError, match="no recovery point yet"):
        restore(simulator, wanted("hiring"), check_mode=True)


# What is refused before anything is asked for


@pytest.fixture(scope="module")
def resting(shared_simulators: Simulators) -> Simulator:
    return start(shared_simulators)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (wanted("finanse"), "Did you mean finance?"),
        (wanted("hiring"), "'hiring' has no recovery point yet"),
        (wanted(point="2001-01-01"), "at or before 2001-01-01T00:00:00Z: the oldest is"),
        (wanted(point="1"), "no recovery point '1'. It has 3"),
        (wanted(target={"share": "finance"}), "target is the share 'finance' itself"),
        (wanted(target={"share": "landin"}), "no share 'landin' in the storage account 'contosofiles'. Did you mean"),
        (wanted(target={"share": "media"}), "NFS shares are not supported"),
        (
            wanted(target={"storage_account": "litwarefiles", "share": "hiring"}),
            "no share 'hiring' in the storage account",
        ),
        (wanted(target={"storage_account": "nowhere"}), "no storage account 'nowhere' to restore to"),
        (wanted(target={"storage_account": "contosofile"}), "login may see. Did you mean contosofiles?"),
        (
            wanted(target={"storage_account": "litwarefiles", "storage_account_resource_group": "other-rg"}),
            "no storage account 'litwarefiles' to restore to",
        ),
        (wanted("legal", "2001-01-01"), "at or before"),
    ],
)
def test_what_is_wrong_is_refused(resting: Simulator, what: WantedRestore, words: str) -> None:
    with pytest.raises(BackupError) as refused:
        restore(resting, what)

    assert words in refused.value.message
    assert posted(resting) == 0


@pytest.mark.parametrize(
    "options",
    [{}, {"target": ELSEWHERE, "conflict": "skip"}, {"target": ELSEWHERE, "files": [{"path": "a", "type": "file"}]}],
)
def test_what_the_vault_tier_cannot_do_is_refused(resting: Simulator, options: dict[str, Any]) -> None:
    vaulted = newest(resting, "legal")[1]

    with pytest.raises(BackupError, match="vault tier only"):
        restore(resting, wanted("legal", vaulted, **options))
    assert posted(resting) == 0


def test_a_name_cannot_be_restored_to_where_nothing_can_be_looked_up(simulators: Simulators) -> None:
    simulator = start(simulators, storage_read=False)

    with pytest.raises(BackupError, match="no storage account 'litwarefiles' to restore to"):
        restore(simulator, wanted(target={"storage_account": "litwarefiles"}))


def test_a_soft_deleted_share_is_refused(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = run_of(simulator)
    address = next(item.address for item in run.vault.protected_items() if item.share == "finance")
    run.waiter.operation(run.vault.delete("Deleting", address))

    with pytest.raises(BackupError, match="undelete it first"):
        restore(simulator, wanted(target=ELSEWHERE))
    assert posted(simulator) == 0


def test_a_deleted_share_can_be_restored_elsewhere_only(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.change_share("contosofiles", "finance", "delete")

    with pytest.raises(BackupError, match="'finance' is deleted: undelete it in its storage account"):
        restore(simulator, wanted())
    with pytest.raises(BackupError, match="the share is deleted"):
        restore(simulator, wanted(target=ELSEWHERE))
    assert restore(simulator, wanted(target={"share": "landing"})).values["restore"]["status"] == "Completed"


def test_a_second_restore_to_a_share_waits_for_the_first(simulators: Simulators) -> None:
    simulator = start(simulators)
    first = restore(simulator, wanted(target=ELSEWHERE), wait=False).values["restore"]["job_id"]

    with pytest.raises(BackupError, match=f"is running .job {first}.*afs_job"):
        restore(simulator, wanted(target={"folder": "other"}))
    other = restore(simulator, wanted(target={"share": "landing"}))

    assert other.values["restore"]["status"] == "Completed"
    assert posted(simulator) == 2


def test_a_restore_of_a_namesake_is_not_looked_at(simulators: Simulators) -> None:
    contoso = account(protected("finance", recovery_points=1))
    fabrikam = account(protected("finance", recovery_points=1), name="fabrikamfiles")
    simulator = simulators.start(world(contoso, fabrikam, durations=DURATIONS))
    waiting = run_of(simulator, wait=False)
    restore_share(waiting, AccountRef("fabrikamfiles"), wanted())
    simulator.forget()

    assert restore(simulator, wanted(), check_mode=True).outcome.changed
    assert simulator.tally() == {
        "GET backupProtectedItems": 1,
        "GET recoveryPoints": 1,
        "GET backupProtectionContainers": 1,
        "GET shares": 1,
        "GET backupJobs": 1,
        "GET backupResourceGuardProxies": 1,
    }


# A restore that does not go well


def test_a_failed_job_is_told_in_azures_words(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan(
        {"operation": "restore", "status": "Failed", "code": "TargetFileShareNotFound", "message": "Not there."}
    )
    run = restore(simulator, wanted(target=ELSEWHERE))
    result = run.values["restore"]

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "TargetFileShareNotFound"
    assert run.outcome.failure.message == (
        f"The restore of the share 'finance' to contosofiles/finance/restored (job {result['job_id']}) ended as "
        "Failed, TargetFileShareNotFound: Not there. Create the target share first. Azure recommends: See the "
        "documentation of the error TargetFileShareNotFound."
    )
    assert run.outcome.changed, "some files may have been restored"
    assert (result["status"], result["error"]["code"]) == ("Failed", "TargetFileShareNotFound")


def test_a_restore_that_does_not_begin_changes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"operation": "restore_start", "status": "Failed", "code": "UserErrorX", "message": "Not now."})
    run = restore(simulator, wanted(target=ELSEWHERE))

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorX"
    assert not run.outcome.changed
    assert run.outcome.before == run.outcome.after


def test_a_refusal_changes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    body = {"error": {"code": "UserErrorRestoreLimitReached", "message": "Enough for today."}}
    simulator.plan({"method": "POST", "path": "/restore$", "status": 400, "body": body})
    run = restore(simulator, wanted(target=ELSEWHERE))

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorRestoreLimitReached"
    assert "Whether" not in run.outcome.failure.message
    assert not run.outcome.changed


@pytest.mark.parametrize(
    "fault",
    [
        {"reset": "before"},
        {"status": 500, "body": {"error": {"code": "CloudInternalError", "message": "Odd."}}},
        {"status": 503, "body": {}},
        {"status": 408, "body": {}},
    ],
)
def test_a_request_without_an_answer_is_not_repeated(simulators: Simulators, fault: dict[str, Any]) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/restore$"} | fault)
    run = restore(simulator, wanted(target=ELSEWHERE))

    assert posted(simulator) == 1
    assert run.outcome.failure
    assert "Whether the restore has begun is not known: look with azurefiles.backup.afs_job_info" in (
        run.outcome.failure.message
    )
    assert run.outcome.changed, "it may have begun"


def test_a_restore_whose_answer_is_lost_is_found_by_its_id_and_followed(simulators: Simulators) -> None:
    """Others of the same share, which began just before and after it, are not taken for it."""
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/restore$", "after": 1, "drop": True})
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(3600), poll_interval=5.0)
    begin = run.vault.restore

    def among_others(title: str, item: Any, point: Any, order: RestoreOrder, activity_id: str) -> Operation | None:
        for name in ("before", "after"):
            target = replace(order.target, share="landing") if order.target else None
            begin(title, item, point, replace(order, target=target), name)
            if name == "before":
                with pytest.raises(BackupError) as lost:
                    begin(title, item, point, order, activity_id)
        raise lost.value

    run.vault.restore = among_others  # type: ignore[assignment, method-assign]
    restore_share(run, CONTOSO, wanted(target=ELSEWHERE))

    told = run.values["restore"]
    jobs = {job.activity_id: job for job in run.vault.jobs("Restore")}
    [mine] = jobs.keys() - {"before", "after"}
    assert (told["job_id"], told["status"]) == (jobs[mine].id, "Completed")
    assert run.outcome.failure is None


def test_a_throttled_request_is_repeated_since_it_was_not_carried_out(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/restore$", "status": 429, "headers": {"Retry-After": "1"}, "times": 2})
    run = restore(simulator, wanted(target=ELSEWHERE))

    assert run.values["restore"]["status"] == "Completed"
    assert len(simulator.jobs()) == 1


@pytest.mark.parametrize(("seconds", "job"), [(30.0, True), (1.0, False)])
def test_a_restore_that_takes_too_long_goes_on(simulators: Simulators, seconds: float, job: bool) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(target=ELSEWHERE), seconds)
    result = run.values["restore"]

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "WaitTimeout"
    assert "still InProgress" in run.outcome.failure.message
    assert "follow it with azurefiles.backup.afs_job" in run.outcome.failure.message
    assert "run again" not in run.outcome.failure.message
    assert run.outcome.changed
    assert (result["job_id"] is not None, result["status"]) == (job, "InProgress" if job else None)


def test_a_restore_is_not_begun_after_the_end_of_the_time(simulators: Simulators) -> None:
    simulator = start(simulators)
    time = VirtualTime(simulator)
    deadline = time.deadline(10)
    run = run_of(simulator, deadline=deadline, poll_interval=5.0)
    time.now = 11.0
    restore_share(run, CONTOSO, wanted(target=ELSEWHERE))

    assert run.outcome.failure
    assert "before this was begun" in run.outcome.failure.message
    assert not run.outcome.changed
    assert posted(simulator) == 0
