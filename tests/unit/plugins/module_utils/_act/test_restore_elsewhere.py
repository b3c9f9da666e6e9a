# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores from the other region, into other subscriptions, and of shares whose account is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.restore import restore_share
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.client import ArmClient
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.jobs import WantedJobs
from ansible_collections.azurefiles.backup.plugins.module_utils._options.restore import WantedRestore
from ansible_collections.azurefiles.backup.plugins.module_utils._options.secondary import WantedRegion
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window
from ansible_collections.azurefiles.backup.plugins.module_utils._read.jobs import await_job, list_jobs
from ansible_collections.azurefiles.backup.plugins.module_utils._records.container import Access
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, world

CONTOSO = AccountRef("contosofiles")
PAIR = WantedRegion(None)
ABROAD = "8b5e0f7a-3d35-4f0c-9d43-9c0f6d1e2004"
TIERED = VAULT | {
    "policies": ["daily-30", {"name": "tiered", "days": 3, "vault_days": 30}],
    "cross_region_restore": True,
}
REFUGE = {"storage_account": "refuge"}
DURATIONS = {"restore_start": 2.0, "restore": 60.0, "secondary_restore_start": 2.0, "secondary_restore": 600.0}


def start(simulators: Simulators, vault: dict[str, Any] | None = None, **settings: Any) -> Simulator:
    contoso = account(
        protected("finance", "tiered", recovery_points=5), protected("shallow", recovery_points=2), "landing"
    )
    beside = account("finance", name="besidefiles")
    refuge = account("finance", name="refuge", location="northeurope")
    abroad = account("finance", "shallow", name="abroad", location="northeurope", subscription_id=ABROAD)
    vaults = [TIERED | (vault or {})]
    settings = {"durations": DURATIONS, "vaults": vaults} | settings
    return simulators.start(world(contoso, beside, refuge, abroad, **settings))


def wanted(share: str = "finance", region: WantedRegion | None = PAIR, **options: Any) -> WantedRestore:
    usual: dict[str, Any] = {"point": "latest", "files": None, "target": REFUGE, "conflict": "overwrite"}
    return WantedRestore.parse(share, region=region, **(usual | options))


def restore(simulator: Simulator, what: WantedRestore, seconds: float = 3600.0, **settings: Any) -> Run:
    run = run_of(simulator, deadline=VirtualTime(simulator).deadline(seconds), poll_interval=5.0, **settings)
    restore_share(run, CONTOSO, what)
    return run


def jobs_there(simulator: Simulator) -> list[dict[str, Any]]:
    run = run_of(simulator)
    filters: dict[str, Any] = dict.fromkeys(("account", "share", "operation", "status"))
    list_jobs(run, WantedJobs(**filters, window=Window(), details=True), PAIR)
    found: list[dict[str, Any]] = run.values["jobs"]
    return found


# From the other region


def test_a_share_is_restored_from_the_other_region(simulators: Simulators) -> None:
    simulator = start(simulators)
    secrets: list[str] = []
    time = VirtualTime(simulator)
    run = run_of(simulator, deadline=time.deadline(), poll_interval=5.0)
    run.hide = secrets.append
    simulator.forget()
    restore_share(run, CONTOSO, wanted(target=REFUGE | {"folder": "from-there"}))
    told = run.values["restore"]
    (job,) = jobs_there(simulator)

    assert run.outcome.failure is None
    assert run.warnings == []
    assert (told["status"], told["region"], told["tier"]) == ("Completed", "northeurope", "vault")
    assert (told["target"]["subscription_id"], told["target"]["location"]) == (simulator.subscription_id, "northeurope")
    assert told["job_id"] == job["job_id"]
    assert job["details"]["restore_destination"] == "refuge/finance/from-there"
    assert (told["restored_files"], told["failed_files"]) == (1, 0)
    writes = {kind: times for kind, times in simulator.writes().items() if not kind.endswith(("CrrJob", "CrrJobs"))}
    assert writes == {"POST accessToken": 1, "POST backupCrossRegionRestore": 1}
    (secret,) = secrets
    assert secret not in json.dumps(run.values, default=str)
    assert secret not in repr(run)
    # Each question about the job is a write, so they are as far apart as those of Microsoft's clients.
    assert time.pauses.count(20.0) == 30


def test_the_latest_point_is_the_latest_that_has_arrived(simulators: Simulators) -> None:
    simulator = start(simulators, {"secondary_lag": 3 * 86_400 + 3600})
    told = restore(simulator, wanted(), check_mode=True).values["restore"]
    at_home = restore(simulator, wanted(region=None), check_mode=True).values["restore"]

    assert told["recovery_point_time"] < at_home["recovery_point_time"]
    with pytest.raises(BackupError, match=r"in northeurope\. It has 2"):
        restore(simulator, wanted(point=at_home["recovery_point"]))


def test_check_mode_only_reads_and_asks_for_no_token(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(), check_mode=True)

    assert run.outcome.changed
    assert run.values["restore"]["region"] == "northeurope"
    assert simulator.writes() == {}


@pytest.fixture(scope="module")
def resting(shared_simulators: Simulators) -> Simulator:
    return start(shared_simulators)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (wanted("shallow"), "northeurope, has no share 'shallow'"),
        (wanted(point="2001-01-01"), "no recovery point in northeurope at or before"),
        (wanted(target={"storage_account": "contosofiles", "share": "landing"}), "another storage account than"),
        (wanted(target=REFUGE | {"share": "finanse"}), "Create the target share first"),
        (wanted(target={"storage_account": "nowhere"}), "no storage account 'nowhere' to restore to"),
        (wanted(region=WantedRegion("westeurope")), "the vault's own region"),
    ],
)
def test_what_cannot_be_is_refused_before_any_write(resting: Simulator, what: WantedRestore, words: str) -> None:
    with pytest.raises(BackupError) as refused:
        restore(resting, what)

    assert words in refused.value.message
    assert resting.writes() == {}


@pytest.mark.parametrize(
    ("vault", "words"),
    [
        ({"redundancy": "LocallyRedundant"}, "is LocallyRedundant"),
        ({"cross_region_restore": False}, "Cross-region restore is off"),
        ({"location": "italynorth"}, "'italynorth' of the vault 'backup-vault' has no pair"),
    ],
)
def test_a_vault_without_another_region_is_refused_by_one_read(
    simulators: Simulators, vault: dict[str, Any], words: str
) -> None:
    simulator = simulators.start(world(vaults=[TIERED | vault]))
    with pytest.raises(BackupError, match=words):
        restore(simulator, wanted())
    assert simulator.tally() == {"GET vaults/*": 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"files": [{"path": "a", "type": "file"}]}, "not single files"),
        ({"target": None}, "not to the original place"),
        ({"target": {"folder": "restored"}}, "name one of that region in target"),
        ({"conflict": "skip"}, "overwrite only"),
    ],
)
def test_what_azure_does_not_do_from_there_is_refused_unasked(options: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError, match=words):
        wanted(**options)


def test_an_account_of_another_region_is_warned_of(simulators: Simulators) -> None:
    run = restore(start(simulators), wanted(target={"storage_account": "besidefiles"}), check_mode=True)

    assert [warning.split(",")[0] for warning in run.warnings] == ["The storage account 'besidefiles' is in westeurope"]


# What goes wrong on the way


def restores_asked(simulator: Simulator) -> int:
    return simulator.writes().get("POST backupCrossRegionRestore", 0)


def test_a_restore_whose_answer_is_lost_is_found_among_the_regions_jobs(simulators: Simulators) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/backupCrossRegionRestore$", "drop": True})
    run = restore(simulator, wanted())

    assert run.outcome.failure is None
    assert run.values["restore"]["status"] == "Completed"
    assert len(jobs_there(simulator)) == restores_asked(simulator) == 1


@pytest.mark.parametrize("fault", [{"reset": "before"}, {"status": 503, "body": {}}])
def test_a_restore_that_may_not_have_begun_is_not_asked_for_again(
    simulators: Simulators, fault: dict[str, Any]
) -> None:
    simulator = start(simulators)
    simulator.plan({"method": "POST", "path": "/backupCrossRegionRestore$"} | fault)
    run = restore(simulator, wanted())

    assert run.outcome.failure
    assert "afs_job_info and operation: CrossRegionRestore" in run.outcome.failure.message
    assert run.outcome.changed, "it may have begun"
    assert restores_asked(simulator) == 1


def test_a_refusal_changes_nothing(simulators: Simulators) -> None:
    simulator = start(simulators)
    error = {"error": {"code": "UserErrorOdd", "message": "Not this one."}}
    simulator.plan({"method": "POST", "path": "/backupCrossRegionRestore$", "status": 400, "body": error})
    run = restore(simulator, wanted())

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorOdd"
    assert not run.outcome.changed
    assert run.values["restore"]["error"]["message"] == "Not this one."


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "GET", "path": "/backupAadProperties$", "status": 403, "body": {}},
        {"method": "GET", "path": "/backupAadProperties$", "status": 200, "body": {"properties": {}}},
        {"method": "POST", "path": "/accessToken$", "status": 400, "body": {"error": {"code": "Odd", "message": "x"}}},
        {"method": "POST", "path": "/accessToken$", "status": 200, "body": {"properties": {"recoveryPointId": "1"}}},
        {"method": "POST", "path": "/accessToken$", "status": 200, "body": "nothing of the kind"},
    ],
)
def test_without_a_token_nothing_is_restored(simulators: Simulators, fault: dict[str, Any]) -> None:
    simulator = start(simulators)
    simulator.plan(fault)
    run = restore(simulator, wanted())

    assert run.outcome.failure
    assert not run.outcome.changed
    assert restores_asked(simulator) == 0


def test_a_token_that_azure_does_not_take_is_a_failure_that_another_run_mends(simulators: Simulators) -> None:
    simulator = start(simulators)
    stale = {"properties": {"accessTokenString": "a-token-of-yesterday", "recoveryPointId": "1"}}
    simulator.plan({"method": "POST", "path": "/accessToken$", "status": 200, "body": stale})
    run = restore(simulator, wanted())

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorCrossRegionRestoreTokenInvalid"
    assert not run.outcome.changed
    assert restore(simulator, wanted()).values["restore"]["status"] == "Completed"


def test_a_restore_that_takes_too_long_can_be_followed_there(simulators: Simulators) -> None:
    simulator = start(simulators)
    run = restore(simulator, wanted(), seconds=60.0)

    assert run.outcome.failure
    assert "follow it with azurefiles.backup.afs_job and use_secondary_region: true" in run.outcome.failure.message
    assert run.values["restore"]["job_id"]
    later = run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5.0)
    await_job(later, run.values["restore"]["job_id"], PAIR)
    assert later.values["job"]["status"] == "Completed"


def test_a_second_restore_to_a_share_waits_for_the_first(simulators: Simulators) -> None:
    simulator = start(simulators)
    first = restore(simulator, wanted(), wait=False).values["restore"]["job_id"]

    with pytest.raises(BackupError, match=f"is running .job {first}"):
        restore(simulator, wanted())
    assert restores_asked(simulator) == 1


def test_a_job_that_is_lost_is_told_and_not_restored_again(simulators: Simulators) -> None:
    simulator = start(simulators)
    gone = {"error": {"code": "BMSUserErrorJobNotFound", "message": "Gone."}}
    simulator.plan({"method": "POST", "path": "/backupCrrJob$", "status": 404, "body": gone, "times": None})
    run = restore(simulator, wanted())

    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "BMSUserErrorJobNotFound"
    assert run.outcome.changed
    assert run.values["restore"]["job_id"]
    assert restores_asked(simulator) == 1


def test_the_restore_of_an_account_with_an_identity_names_none(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recorded of no restore from the other region; in the vault's own, each has one."""
    simulator = start(simulators)
    run = run_of(simulator)
    (container,) = run.vault.containers()
    assert container.account
    by_identity = Access("identity")
    run.waiter.operation(run.vault.register(container.name, container.account, True, by_identity, "Reregister"))
    bodies: list[Any] = []
    send = ArmClient.send

    def watched(
        client: ArmClient, method: str, path: str, query: Any, body: Any = None, *more: Any, **named: Any
    ) -> Any:
        bodies.append(body)
        return send(client, method, path, query, body, *more, **named)

    monkeypatch.setattr(ArmClient, "send", watched)
    restore(simulator, wanted())
    restore(simulator, wanted(region=None, target={"storage_account": "besidefiles"}))
    (there,) = [body["restoreRequest"] for body in bodies if body and "restoreRequest" in body]
    (here,) = [body["properties"] for body in bodies if body and "objectType" in body.get("properties", {})]
    assert here.pop("identityInfo") == {"isSystemAssignedIdentity": True}
    assert there.keys() == here.keys()


class Killed(BaseException):
    """The end of a process, which nothing in it sees coming."""


@pytest.mark.parametrize("region", [None, PAIR])
def test_whenever_a_restore_is_killed_the_next_run_does_not_restore_twice(
    simulators: Simulators, monkeypatch: pytest.MonkeyPatch, region: WantedRegion | None
) -> None:
    """A run some seconds later restores what was not begun, and refuses what runs already."""
    short = {"restore_start": 2.0, "restore": 10.0, "secondary_restore_start": 2.0, "secondary_restore": 10.0}
    limits = {"restores": 0, "reads_per_second": 0, "writes_per_second": 0}
    simulator = start(simulators, durations=short, limits=limits)
    what = wanted(region=region, target={"storage_account": "besidefiles"} if region is None else REFUGE)
    counter = {"all": 0, "last": 0}
    run = ArmClient._run

    def counted(client: ArmClient, *request: Any, **options: Any) -> Any:
        answer = run(client, *request, **options)
        counter["all"] += 1
        if counter["all"] == counter["last"]:
            raise Killed
        return answer

    monkeypatch.setattr(ArmClient, "_run", counted)
    begun_after_the_kill = []
    for last in range(1, 40):
        known = len(_restores(simulator, region))
        counter |= {"all": 0, "last": last}
        with pytest.raises(Killed):
            restore(simulator, what)
        counter["last"] = 0
        simulator.pass_time(5)
        if known < len(_restores(simulator, region)) and not _runs(simulator, region):
            break  # it has ended, and another run is another restore
        try:
            restore(simulator, what)
            begun_after_the_kill.append(True)
        except BackupError as refused:
            assert "is running" in refused.message
            begun_after_the_kill.append(False)
        assert len(_restores(simulator, region)) == known + 1
        simulator.pass_time(3600)
    else:
        raise AssertionError("the restore has too many requests")
    assert begun_after_the_kill == sorted(begun_after_the_kill, reverse=True)
    assert set(begun_after_the_kill) == {True, False}


def _restores(simulator: Simulator, region: WantedRegion | None) -> list[dict[str, Any]]:
    return simulator.jobs() if region is None else simulator.vault("backup-vault")["secondary_jobs"]


def _runs(simulator: Simulator, region: WantedRegion | None) -> bool:
    return any(job["status"] == "InProgress" for job in _restores(simulator, region))


# Into another subscription


@pytest.mark.parametrize(
    "target",
    [
        {"storage_account": "abroad", "subscription_id": ABROAD},
        {
            "storage_account": f"/subscriptions/{ABROAD}/resourceGroups/Files-RG"
            "/providers/Microsoft.Storage/storageAccounts/abroad"
        },
    ],
)
@pytest.mark.parametrize("region", [None, PAIR])
def test_a_share_is_restored_into_another_subscription(
    simulators: Simulators, target: dict[str, Any], region: WantedRegion | None
) -> None:
    told = restore(start(simulators), wanted(target=target, region=region)).values["restore"]

    assert told["status"] == "Completed"
    assert told["target"]["subscription_id"] == ABROAD
    assert told["target"]["location"] == "northeurope"
    assert told["region"] == ("northeurope" if region else "westeurope")


@pytest.mark.parametrize(
    ("state", "words"), [("Disabled", "--cross-subscription-restore-state Enable"), ("PermanentlyDisabled", "for good")]
)
@pytest.mark.parametrize("region", [None, PAIR])
def test_a_vault_that_keeps_to_its_subscription_is_told(
    simulators: Simulators, state: str, words: str, region: WantedRegion | None
) -> None:
    simulator = start(simulators, {"cross_subscription_restore": state})
    target = {"storage_account": "abroad", "subscription_id": ABROAD}
    with pytest.raises(BackupError, match=f"cross-subscription restore is {state}.*{words}"):
        restore(simulator, wanted(target=target, region=region))
    assert simulator.writes() == {}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"storage_account": "nowhere", "subscription_id": ABROAD}, f"among those of subscription {ABROAD}"),
        ({"storage_account": "refuge", "subscription_id": ABROAD}, f"among those of subscription {ABROAD}"),
        ({"storage_account": "refuge", "subscription_id": "0"}, "may not list those of subscription 0"),
        (
            {
                "storage_account": f"/subscriptions/{ABROAD}/resourceGroups/Files-RG"
                "/providers/Microsoft.Storage/storageAccounts/nowhere"
            },
            "no storage account '/subscriptions/",
        ),
    ],
)
def test_an_account_that_is_not_there_is_refused(resting: Simulator, target: dict[str, Any], words: str) -> None:
    with pytest.raises(BackupError) as refused:
        restore(resting, wanted(target=target, region=None))
    assert words in refused.value.message


def test_a_subscription_belongs_to_an_account() -> None:
    with pytest.raises(BackupError, match="no storage_account"):
        wanted(region=None, target={"share": "finance", "subscription_id": ABROAD})
    account_id = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/abroad"
    with pytest.raises(BackupError, match=f"subscription 0 by the id.*subscription_id is {ABROAD}"):
        wanted(region=None, target={"storage_account": account_id, "subscription_id": ABROAD})


# An account that is gone


@pytest.fixture
def bereft(simulators: Simulators) -> Simulator:
    simulator = start(simulators)
    simulator.control("POST", "accounts", {"account": "contosofiles", "action": "delete"})
    simulator.forget()
    return simulator


@pytest.mark.parametrize(("region", "target"), [(None, {"storage_account": "besidefiles"}), (PAIR, REFUGE)])
def test_what_is_in_the_vault_outlives_its_account(
    bereft: Simulator, region: WantedRegion | None, target: dict[str, Any]
) -> None:
    run = restore(bereft, wanted(target=target, region=region))

    assert run.values["restore"]["status"] == "Completed"
    asked = [each["path"] for each in bereft.entries() if "/storageAccounts/contosofiles" in each["path"]]
    assert asked == []


def test_snapshots_are_gone_with_their_account(bereft: Simulator) -> None:
    target = {"storage_account": "besidefiles"}
    with pytest.raises(BackupError, match=r"does not exist any more.*nothing of it is left to restore"):
        restore(bereft, wanted("shallow", region=None, target=target | {"share": "finance"}))
    with pytest.raises(BackupError, match="Its copy in the vault is left"):
        restore(bereft, wanted(region=None, target=target, conflict="skip"))
    with pytest.raises(BackupError, match=r"does not exist any more\. Name a target in another storage account"):
        restore(bereft, wanted(region=None, target=None))
    assert bereft.writes() == {}
