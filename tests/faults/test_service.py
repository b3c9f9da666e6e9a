# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service refuses for a good reason, and its daily budgets."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.clocks import PATIENCE, virtual_time
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    Interference,
    instead,
    on,
    refusal,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

ITEM = r"/protectedItems/[^/]+$"
BACKUP = r"/protectedItems/[^/]+/backup$"
INQUIRE = r"/inquire$"
REFRESH = r"/refreshContainers$"
OPERATION = r"/backupOperations/"
RESULT = r"/operationResults/"
ITEMS = r"/backupProtectedItems$"
IRPENDING = {"finance": "IRPending", "hiring": "IRPending", "legal": "IRPending"}
BUSY = ("BMSUserErrorObjectLocked", "BMSUserErrorConflictingProtectionOperation")


def failed(code: str) -> Any:
    return instead(200, {"id": "1", "name": "1", "status": "Failed", "error": {"code": code, "message": "In use."}})


@pytest.mark.parametrize("code", BUSY)
@pytest.mark.parametrize("at_once", [True, False], ids=["refused", "failed"])
def test_a_busy_share_is_waited_for(known: Bench, code: str, at_once: bool) -> None:
    fault = on("PUT", ITEM, refusal(409, code), times=3) if at_once else on("GET", OPERATION, failed(code), times=1)
    with known.spoilt(fault):
        run = known.protect()
    assert not run.failed, run.message
    assert known.states() == IRPENDING


@pytest.mark.parametrize("code", BUSY)
def test_a_share_that_stays_busy_ends_with_the_deadline(
    known: Bench, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    time = virtual_time(known, monkeypatch)
    with known.spoilt(on("PUT", ITEM, refusal(409, code), times=None)):
        run = known.protect(wait_timeout=60, poll_interval=5)
    assert 55 <= time.now <= 60
    assert run.failed
    assert not run.changed
    assert run.code == code


def test_a_share_that_another_brings_to_its_state_is_settled(lab: Lab) -> None:
    bench = lab.bench(world(registered("finance"), durations={"protect": 3600}))
    both_ask, both_are_answered = (threading.Barrier(2, timeout=PATIENCE) for _unused in range(2))

    def meet(_exchange: Exchange, forward: Forward) -> Answer:
        both_ask.wait()  # now neither can know of the other
        answer = forward()
        if both_are_answered.wait() == 0:
            bench.simulator.pass_time(3600)
        return answer

    with bench.spoilt(on("PUT", ITEM, meet, times=2)), ThreadPoolExecutor() as pool:
        ends = [pool.submit(_protect_elsewhere, bench) for _unused in range(2)]
        runs = [end.result() for end in ends]
    assert [run.failed for run in runs] == [False, False]
    assert bench.jobs("ConfigureBackup") == {"finance": 1}
    assert bench.states() == {"finance": "IRPending"}


def _protect_elsewhere(bench: Bench) -> Any:
    return bench.elsewhere("afs_protection", shares=["finance"], policy="daily-30", wait_timeout=PATIENCE)


@pytest.mark.parametrize("code", BUSY)
def test_a_busy_backup_is_waited_for(guarded: Bench, code: str) -> None:
    with guarded.spoilt(on("POST", BACKUP, refusal(409, code), times=2)):
        run = guarded.back_up("finance")
    assert not run.failed, run.message
    assert guarded.jobs() == {"finance": 1}


def test_a_discovery_that_runs_already_is_waited_for(lab: Lab) -> None:
    bench = lab.bench(world(account("finance"), durations={"refresh": 1.0}))

    def meanwhile(_exchange: Exchange, forward: Forward) -> Answer:
        forward()  # another's refresh
        return forward()

    with bench.spoilt(on("POST", REFRESH, meanwhile)):
        run = bench.register(poll_interval=0.5)
    assert not run.failed, run.message
    assert run.result["api_calls"]["refreshes"] <= 2


def test_a_discovery_that_never_ends_is_not_asked_for_without_end(fresh: Bench) -> None:
    unseen = on("GET", r"/protectableContainers$", instead(200, {"value": []}), times=None)
    with fresh.spoilt(unseen, on("POST", REFRESH, refusal(409, "DiscoveryInProgress"), times=None)):
        run = fresh.register()
    assert run.failed
    assert run.code == "DiscoveryInProgress"
    assert run.result["api_calls"]["refreshes"] == 3
    assert not run.changed


def ending_what_runs(bench: Bench) -> Interference:
    """Once jobs were looked at for the second time, the backups that run come to their end."""

    def look(_exchange: Exchange, forward: Forward) -> Answer:
        answer = forward()
        bench.simulator.pass_time(3600)
        return answer

    return on("GET", r"/backupJobs", look, after=1)


def test_the_running_backup_is_followed(lab: Lab) -> None:
    bench = lab.bench(world(registered(protected("finance")), durations={"backup": 3600}))
    first = bench.back_up("finance", wait=False)
    with bench.spoilt(ending_what_runs(bench)):
        run = bench.back_up("finance")
    assert run.shares("backups")["finance"]["action"] == "attached"
    assert run.shares("backups")["finance"]["job_id"] == first.shares("backups")["finance"]["job_id"]
    assert not run.changed
    assert bench.jobs() == {"finance": 1}


@pytest.mark.parametrize("end", [refusal(409, "ParallelSnapshotRequest"), None], ids=["refused", "job failed"])
def test_a_backup_that_another_was_faster_with_is_followed(lab: Lab, end: Any) -> None:
    bench = lab.bench(world(registered(protected("finance")), durations={"backup": 3600}))
    bench.back_up("finance", wait=False)
    blind = on("GET", r"/backupJobs$", instead(200, {"value": []}))  # the first look comes too early to see it
    with bench.spoilt(ending_what_runs(bench), blind, *([on("POST", BACKUP, end)] if end else [])):
        run = bench.back_up("finance")
    assert not run.failed, run.message
    backup = run.shares("backups")["finance"]
    assert backup["action"] == "attached"
    assert backup["status"] == "Completed"
    assert not run.changed
    assert bench.items()["finance"]["recovery_points"] == 1


def test_an_account_of_another_vault(lab: Lab) -> None:
    other = VAULT | {"name": "other-vault"}
    bench = lab.bench(world(registered("finance", vault="other-vault"), vaults=[VAULT, other]))
    run = bench.register()
    assert run.failed
    assert not run.changed
    assert "registered with another vault" in run.message


def test_an_account_that_another_vault_took_meanwhile(fresh: Bench) -> None:
    fresh.simulator.plan(
        {
            "operation": "register",
            "account": fresh.account,
            "status": "Failed",
            "code": "UserErrorStorageAccountAlreadyRegistered",
            "message": "The storage account is registered with another vault.",
        }
    )
    run = fresh.register()
    assert run.failed
    assert run.code == "UserErrorStorageAccountAlreadyRegistered"
    assert not run.changed
    assert run.result["container"] is None


def test_a_new_item_may_take_a_moment_to_show(known: Bench) -> None:
    hide = on("GET", ITEMS, instead(200, {"value": []}), times=2, after=1)
    with known.spoilt(hide):
        run = known.protect()
    assert not run.failed, run.message
    assert {end["state_after"] for end in run.shares().values()} == {"IRPending"}


def test_a_new_registration_may_take_a_moment_to_show(fresh: Bench) -> None:
    hide = on("GET", r"/backupProtectionContainers$", instead(200, {"value": []}), times=2, after=1)
    with fresh.spoilt(hide):
        run = fresh.register()
    assert not run.failed, run.message
    assert run.result["container"]["registration_status"] == "Registered"


# Daily budgets


def tomorrow(when: str) -> bool:
    then = dt.datetime.fromisoformat(when)
    return dt.timedelta(hours=23) < then - dt.datetime.now(dt.timezone.utc) <= dt.timedelta(hours=24, minutes=1)


def limited(**limits: int) -> dict[str, int]:
    return {"reads_per_second": 0, "writes_per_second": 0} | limits


def test_shares_beyond_the_days_protections_are_deferred(lab: Lab) -> None:
    bench = lab.bench(
        world(registered("finance", "hiring", "legal", "media", "projects"), limits=limited(protections=3))
    )
    run = bench.protect(parallel=1)
    assert run.failed
    assert run.changed
    assert [each["share"] for each in run.result["deferred"]] == ["media", "projects"]
    assert {each["reason"] for each in run.result["deferred"]} == {
        "The limit of 3 file shares protected a day for a vault is reached."
    }
    assert all(tomorrow(each["retry_after"]) for each in run.result["deferred"])
    assert "2 of 5 shares are deferred" in run.message
    assert run.result["api_calls"]["writes"] == 4  # the refusal is told once, and the rest is not even asked
    bench.simulator.pass_time(24 * 3600 + 60)
    again = bench.protect()
    assert not again.failed
    assert again.result["deferred"] == []
    assert len(bench.items()) == 5


def test_backups_beyond_the_days_limit_are_deferred(lab: Lab) -> None:
    bench = lab.bench(world(registered(protected("finance"), protected("hiring")), limits=limited(backups=1)))
    assert not bench.back_up("finance").failed
    run = bench.back_up()
    assert run.failed
    assert [each["share"] for each in run.result["deferred"]] == ["finance"]
    assert run.shares("backups")["hiring"]["status"] == "Completed"
    assert bench.jobs() == {"finance": 1, "hiring": 1}


def test_without_an_inquiry_what_is_known_is_still_protected(lab: Lab) -> None:
    bench = lab.bench(world(registered("finance"), limits=limited(inquiries=1)))
    bench.simulator.change_share("contosofiles", "new1", "create")
    assert not bench.protect("finance", "new1").failed
    bench.protect("finance", state="absent", delete_data=True, policy=None)
    bench.simulator.change_share("contosofiles", "new2", "create")
    run = bench.protect()
    assert run.failed
    assert [each["share"] for each in run.result["deferred"]] == ["new2"]
    assert run.shares()["finance"]["action"] == "undelete"
    assert run.shares()["finance"]["error"] is None
    assert run.shares()["new2"]["state_after"] == "NotProtected"


def test_an_account_beyond_the_days_refreshes_is_deferred(lab: Lab) -> None:
    bench = lab.bench(world(account("finance"), limits=limited(refreshes=1)))
    bench.simulator.plan({"operation": "refresh", "status": "Failed"})
    assert bench.register().failed
    run = bench.register()
    assert run.failed
    assert not run.changed
    assert run.result["deferred"][0]["share"] is None
    assert tomorrow(run.result["deferred"][0]["retry_after"])


def test_an_account_beyond_the_days_registrations_is_deferred(lab: Lab) -> None:
    accounts = [account("finance", name=name) for name in ("one1", "two2")]
    bench = lab.bench(world(*accounts, limits=limited(registrations=1)))
    assert not bench.register(storage_account="one1").failed
    run = bench.register(storage_account="two2")
    assert run.failed
    assert not run.changed
    assert run.result["container"] is None
    assert len(run.result["deferred"]) == 1


def test_an_inquiry_whose_answer_is_lost_is_not_spent_again(lab: Lab) -> None:
    bench = lab.bench(world(registered("finance")))
    bench.simulator.change_share("contosofiles", "new1", "create")

    def lose(exchange: Exchange, forward: Forward) -> Answer:
        forward()
        return refusal(504, "GatewayTimeout")(exchange, forward)

    with bench.spoilt(on("POST", INQUIRE, lose, times=None)) as proxy:
        run = bench.protect()
        inquiries = [each for each in proxy.arm if each.method == "POST"]
    assert len(inquiries) == 1
    assert not run.failed, run.message
    assert bench.states() == {"finance": "IRPending", "new1": "IRPending"}


# Shares, the buckets of reads and writes, and what part of them another program uses: once as they really are.
BUCKETS = [
    pytest.param(200, 250, 200, 0.0, marks=pytest.mark.slow),
    pytest.param(200, 250, 200, 0.5, marks=pytest.mark.slow),
    (35, 60, 50, 0.5),
]


@pytest.mark.parametrize("shares,reads,writes,others", BUCKETS)
def test_the_limits_of_requests_are_never_run_into(
    lab: Lab, shares: int, reads: int, writes: int, others: float
) -> None:
    buckets = {"reads_bucket": reads, "writes_bucket": writes, "others": others}
    rates = {"reads_per_second": 25, "writes_per_second": 10} | buckets
    limits = rates | {"protections": 0, "backups": 0}
    bench = lab.bench(world(registered({"name": "share", "count": shares}), limits=limits))
    protection = bench.protect(poll_interval=1.0, wait_timeout=120)
    assert not protection.failed, protection.message
    backup = bench.back_up(poll_interval=1.0, wait_timeout=120)
    assert not backup.failed, backup.message
    assert (protection.result["api_calls"]["throttled"], backup.result["api_calls"]["throttled"]) == (0, 0)
    assert len(bench.items()) == shares
