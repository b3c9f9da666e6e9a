# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on the way to a restore from the other region of a vault."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.faults.support.lab import Bench, Lab, Run
from ansible_collections.azurefiles.backup.tests.faults.support.proxy import (
    Answer,
    Exchange,
    Forward,
    Interference,
    instead,
    on,
    refusal,
    refused,
)
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, world

RESTORE = "/backupCrossRegionRestore"
TIERED = VAULT | {"policies": [{"name": "tiered", "days": 3, "vault_days": 30}], "cross_region_restore": True}


@pytest.fixture(scope="module")
def bench(shared_lab: Lab) -> Bench:
    """Nothing takes time, and the shares of the other account can be restored to as often as one likes."""
    source = account(protected("finance", "tiered", recovery_points=2))
    refuge = account("finance", name="refuge", location="northeurope")
    durations = {"secondary_restore_start": 0.0, "secondary_restore": 0.0}
    limits = {"restores": 0, "reads_per_second": 0, "writes_per_second": 0}
    return shared_lab.bench(world(source, refuge, durations=durations, limits=limits, vaults=[TIERED]))


def restore(bench: Bench) -> Run:
    target = {"storage_account": "refuge"}
    return bench.run("afs_restore", share="finance", target=target, use_secondary_region=True, poll_interval=0.02)


def begun(bench: Bench) -> int:
    return len(bench.simulator.vault("backup-vault")["secondary_jobs"])


@pytest.mark.parametrize(
    "fault",
    [
        on("GET", "/backupAadProperties", instead(503)),
        on("POST", "/accessToken", instead(503)),
        on("POST", "/accessToken", refused),
        on("POST", RESTORE, instead(401, b"", **{"WWW-Authenticate": 'Bearer error="invalid_token"'})),
        on("POST", RESTORE, refusal(429, **{"Retry-After": "0"})),
        on("GET", "/backupCrrOperationsStatus", instead(503)),
        on("POST", "/backupCrrJob$", instead(503)),
        on("POST", "/backupCrrJob$", refused),
        on("POST", "/backupCrrJob$", instead(200, b"<html>")),
    ],
    ids=["principal", "token", "no token", "401", "429", "status", "job", "no job", "nonsense"],
)
def test_a_restore_from_the_other_region_heals(bench: Bench, fault: Interference) -> None:
    """What only asks is asked again; what restores is sent again where it was certainly not carried out."""
    before = begun(bench)
    with bench.spoilt(fault):
        run = restore(bench)
    assert not run.failed, run.message
    assert run.result["restore"]["status"] == "Completed"
    assert begun(bench) == before + 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_operation_that_cannot_be_asked_about_is_decided_by_its_job(bench: Bench, status: int) -> None:
    before = begun(bench)
    with bench.spoilt(on("GET", "/backupCrrOperationsStatus", instead(status), times=None)):
        run = restore(bench)
    assert not run.failed, run.message
    assert run.result["restore"]["status"] == "Completed"
    assert begun(bench) == before + 1


def test_a_right_to_read_that_comes_back_does_not_show(bench: Bench) -> None:
    """The fixture that watches all outputs knows the form of such a token, too."""

    def echo(exchange: Exchange, forward: Forward) -> Answer:
        words: dict[str, Any] = {"error": {"code": "Echo", "message": exchange.body.decode()}}
        return instead(400, words)(exchange, forward)

    known = set(bench.simulator.point_tokens())
    with bench.spoilt(on("POST", RESTORE, echo)):
        run = restore(bench)
    (token,) = set(bench.simulator.point_tokens()) - known
    assert run.code == "Echo"
    assert "finance" in run.result["error"]["message"]
    assert token not in run.output
    assert not run.changed


def test_forbidden_in_the_region_names_what_is_missing(bench: Bench) -> None:
    action = "Microsoft.RecoveryServices/locations/backupCrossRegionRestore/action"
    message = f"The client 'x' does not have authorization to perform action '{action}'."
    with bench.spoilt(on("POST", RESTORE, refusal(403, "AuthorizationFailed", message), times=None)):
        run = restore(bench)
    assert "the login needs that action on the whole subscription of the vault" in run.message
    assert not run.changed
