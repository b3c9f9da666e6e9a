# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.unregistration import ensure_unregistered
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._read.jobs import job_title
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import account, protected, registered, world

UNKNOWN = {"error": {"code": "OperationNotFound", "message": "The operation was not found."}}


def unregister(run: Run, text: str = "contosofiles") -> Run:
    ensure_unregistered(run, AccountRef.parse(text, None))
    return run


def refused(run: Run) -> BackupError:
    with pytest.raises(BackupError) as caught:
        unregister(run)
    return caught.value


def test_an_account_of_which_nothing_is_kept_is_unregistered(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), registered(protected("finance"), name="fabrikamfiles")))

    run = unregister(run_of(simulator))

    assert run.outcome.changed
    assert run.values == {"action": "unregister", "container": None}
    assert run.outcome.before["container"]["storage_account"] == "contosofiles"
    assert simulator.writes() == {"DELETE protectionContainers/*": 1}
    assert [container.friendly_name for container in run.vault.containers()] == ["fabrikamfiles"]


def test_a_second_run_changes_nothing_and_costs_two_reads(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True)))

    run = unregister(run_of(simulator))

    assert not run.outcome.changed
    assert run.outcome.before == run.outcome.after == {"container": "not registered"}
    assert run.warnings == []
    assert simulator.tally() == {"GET backupProtectionContainers": 1, "GET protectableContainers": 1}


def test_check_mode_only_reads(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))

    run = unregister(run_of(simulator, check_mode=True))

    assert run.outcome.changed
    assert run.values == {"action": "unregister", "container": None}
    assert simulator.tally() == {"GET backupProtectionContainers": 1, "GET backupProtectedItems": 1}


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_account_with_backup_data_is_refused_and_its_shares_are_named(
    simulators: Simulators, check_mode: bool
) -> None:
    simulator = simulators.start(world(registered(protected("legal"), protected("finance", recovery_points=1))))
    run = run_of(simulator, check_mode=check_mode)

    error = refused(run)

    assert "still keeps backup data of 2 of its shares: finance (Protected), legal (IRPending)" in error.message
    assert "state: absent" in error.message
    assert not run.outcome.changed
    assert run.values["container"]["storage_account"] == "contosofiles"
    assert run.outcome.before == run.outcome.after
    assert simulator.writes() == {}


def test_a_soft_deleted_share_is_named_with_its_end(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    run = run_of(simulator)
    run.waiter.operation(run.vault.delete("Deleting", run.vault.protected_items()[0].address))

    error = refused(run)

    assert "finance (SoftDeleted, purged at 20" in error.message


def test_an_end_that_cannot_be_read_is_looked_up_in_the_list(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "backupOperations", "times": None, "status": 500})

    run = unregister(run_of(simulator, deadline=VirtualTime(simulator).deadline()))

    assert run.outcome.changed
    assert "is not registered any more, though" in run.warnings[0]


def test_the_vaults_operations_tell_the_end(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))

    unregister(run_of(simulator))

    asked = [path for path in simulator.tally() if "operation" in path.lower()]
    assert asked == ["GET backupOperations/*"]


def test_an_operation_that_the_vault_does_not_know_is_asked_for_at_the_account(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "backupOperations/", "times": None, "status": 404, "body": UNKNOWN})

    run = unregister(run_of(simulator))

    assert run.outcome.changed
    assert run.warnings == []
    assert run.vault.containers() == []


def test_the_job_of_an_unregistration_is_named_by_its_operation(simulators: Simulators) -> None:
    run = run_of(simulators.start(world(registered("finance"))))
    name = run.vault.containers()[0].name

    job_id = run.waiter.operation(run.vault.unregister(name, "contosofiles"))

    job = run.vault.job(str(job_id))
    assert (job.operation, job.share, job.account_name) == ("UnRegister", "", "contosofiles")
    assert job_title(job) == f"The job {job_id} (UnRegister of the storage account 'contosofiles')"


def test_an_unregistration_that_is_refused_changes_nothing(simulators: Simulators) -> None:
    denied = {"action": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/delete"}
    simulator = simulators.start(world(registered("finance"), denied=[denied]))
    run = run_of(simulator)

    error = refused(run)

    assert "'Backup Contributor' on the vault is missing" in error.message
    assert simulator.tally()["GET backupProtectionContainers"] == 1, "a clear refusal leaves nothing to look for"
    assert not run.outcome.changed
    assert run.values["container"]["storage_account"] == "contosofiles"
    assert run.outcome.before == run.outcome.after


def test_an_account_that_stays_is_an_error(simulators: Simulators) -> None:
    fault = {"operation": "unregister", "code": "BMSUserErrorContainerHasDatasources", "message": "Not empty."}
    simulator = simulators.start(world(registered("finance"), faults=[fault]))
    run = run_of(simulator)

    error = refused(run)

    assert error.fault.code == "BMSUserErrorContainerHasDatasources"
    assert not run.outcome.changed
    assert run.values["container"]["storage_account"] == "contosofiles"
    assert run.outcome.before == run.outcome.after
