# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.recovery_points import WantedPoints
from ansible_collections.azurefiles.backup.plugins.module_utils._options.window import Window
from ansible_collections.azurefiles.backup.plugins.module_utils._read.recovery_points import (
    list_recovery_points,
    share_among,
)
from ansible_collections.azurefiles.backup.tests.unit.support.runs import run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

CONTOSO = AccountRef("contosofiles")
TIERED = VAULT | {"policies": ["daily-30", {"name": "tiered", "days": 3, "vault_days": 30}]}


@pytest.fixture(scope="module")
def simulator(shared_simulators: Simulators) -> Simulator:
    contoso = registered(
        protected("finance", recovery_points=5),
        protected("hiring"),
        protected("legal", "tiered", recovery_points=4),
        "loose",
    )
    fabrikam = account(protected("archive", recovery_points=1), name="fabrikamfiles")
    return shared_simulators.start(world(contoso, fabrikam, vaults=[TIERED]))


def points_of(
    simulator: Simulator, share: str, tier: str = "any", window: Window | None = None
) -> list[dict[str, Any]]:
    run = run_of(simulator)
    list_recovery_points(run, CONTOSO, WantedPoints(share, window or Window(), tier))
    found: list[dict[str, Any]] = run.values["recovery_points"]
    return found


def test_points_come_newest_first_for_two_reads(simulator: Simulator) -> None:
    simulator.forget()
    times = [point["time"] for point in points_of(simulator, "finance")]

    assert len(times) == 5
    assert times == sorted(times, reverse=True)
    assert simulator.tally() == {"GET backupProtectedItems": 1, "GET recoveryPoints": 1}


def test_the_order_does_not_rely_on_the_service(simulators: Simulators) -> None:
    simulator = simulators.start(world(account(protected("finance"))))
    days = (18, 21, 17, 20)
    body = {
        "value": [{"name": f"{day}", "properties": {"recoveryPointTime": f"2026-11-{day}T07:00:47Z"}} for day in days]
    }
    simulator.plan({"method": "GET", "path": "/recoveryPoints$", "status": 200, "body": body})

    assert [point["name"] for point in points_of(simulator, "finance")] == ["21", "20", "18", "17"]


def test_the_window_bounds_the_times(simulator: Simulator) -> None:
    times = [point["time"] for point in points_of(simulator, "finance")]
    window = Window.parse(times[3], times[1])

    assert [point["time"] for point in points_of(simulator, "finance", window=window)] == times[1:4]


def test_a_window_without_points_is_empty(simulator: Simulator) -> None:
    long_ago = Window.parse("2001-01-01", "2001-12-31")

    assert points_of(simulator, "finance", window=long_ago) == []


@pytest.mark.parametrize(
    ("tier", "tiers"),
    [
        ("any", ["snapshot_and_vault", "snapshot_and_vault", "vault", "vault"]),
        ("snapshot", ["snapshot_and_vault", "snapshot_and_vault"]),
        ("vault", ["snapshot_and_vault", "snapshot_and_vault", "vault", "vault"]),
    ],
)
def test_a_tier_means_a_copy_in_it(simulator: Simulator, tier: str, tiers: list[str]) -> None:
    assert [point["tier"] for point in points_of(simulator, "legal", tier)] == tiers


@pytest.mark.parametrize(("tier", "count"), [("snapshot", 5), ("vault", 0)])
def test_snapshots_alone_are_not_in_the_vault(simulator: Simulator, tier: str, count: int) -> None:
    assert len(points_of(simulator, "finance", tier)) == count


def test_a_share_that_was_never_backed_up_has_none(simulator: Simulator) -> None:
    assert points_of(simulator, "HIRING") == []


@pytest.mark.parametrize(
    ("account", "share", "words"),
    [
        ("contosofiles", "finanse", "no share 'finanse' of 'contosofiles'. Did you mean finance?"),
        ("contosofiles", "loose", "no share 'loose' of 'contosofiles'. It protects: finance, hiring, legal."),
        ("contosofile", "finance", "no share of the storage account 'contosofile'. Did you mean contosofiles?"),
        ("xxx", "finance", "of the storage account 'xxx'. It protects shares of: contosofiles, fabrikamfiles."),
    ],
)
def test_a_share_that_the_vault_does_not_have(simulator: Simulator, account: str, share: str, words: str) -> None:
    with pytest.raises(BackupError) as refused:
        list_recovery_points(run_of(simulator), AccountRef(account), WantedPoints(share, Window(), "any"))

    assert words in refused.value.message


def test_a_vault_that_protects_nothing_says_so(simulators: Simulators) -> None:
    empty = simulators.start(world(registered("finance")))

    with pytest.raises(BackupError, match="It protects no file share at all"):
        list_recovery_points(run_of(empty), CONTOSO, WantedPoints("finance", Window(), "any"))


@pytest.mark.parametrize("deletion", ["stop", "delete"])
def test_a_stopped_and_a_soft_deleted_share_are_listed(simulators: Simulators, deletion: str) -> None:
    simulator = simulators.start(world(account(protected("finance", recovery_points=3))))
    run = run_of(simulator)
    address = run.vault.protected_items()[0].address
    if deletion == "stop":
        run.waiter.operation(run.vault.stop("Stopping", address, "ProtectionStopped"))
    else:
        run.waiter.operation(run.vault.delete("Deleting", address))

    assert len(points_of(simulator, "finance")) == 3


def test_a_share_made_anew_is_the_living_one(simulators: Simulators) -> None:
    """A deleted share and its namesake are two items of the vault."""
    simulator = simulators.start(world(account(protected("finance", recovery_points=2))))
    run = run_of(simulator)
    run.waiter.operation(run.vault.delete("Deleting", run.vault.protected_items()[0].address))
    simulator.change_share("contosofiles", "finance", "purge")
    simulator.change_share("contosofiles", "finance", "create")
    container = run.vault.containers()[0]
    run.waiter.operation(run.vault.inquire(container.name, "contosofiles"))
    offer = run.vault.protectable_items()[0]
    run.waiter.operation(run.vault.protect("Protecting", offer.address, run.vault.policies()[0].id))

    items = run.vault.protected_items()
    assert [item.share for item in items] == ["finance", "finance"]
    assert points_of(simulator, "finance") == []
    assert len({share_among(order, "The vault", CONTOSO, "finance").id for order in (items, items[::-1])}) == 1
