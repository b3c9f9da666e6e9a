# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.protection import ensure_protection
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.accounts import AccountRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.policies import PolicyRef
from ansible_collections.azurefiles.backup.plugins.module_utils._options.protection import Desired
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import Selection
from ansible_collections.azurefiles.backup.plugins.module_utils._plan.protection import LOOKED_FOR_DAILY
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protectable_item import ProtectableItem
from ansible_collections.azurefiles.backup.plugins.module_utils._records.protected_item import ProtectedItem
from ansible_collections.azurefiles.backup.plugins.module_utils._run.deadline import Deadline
from ansible_collections.azurefiles.backup.tests.unit.support.room import PATIENCE, Room
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, VirtualTime, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import VAULT, account, protected, registered, world

NFS = {"name": "unix-home", "protocol": "NFS"}
DELETED = {"name": "old", "deleted": True}
CONFIGURING = "BMSUserErrorConflictingProtectionOperation"


def ensure(
    run: Run,
    *shares: str,
    state: str = "present",
    policy: str = "daily-30",
    of: str = "contosofiles",
    include: Sequence[str] = ("*",),
    exclude: Sequence[str] = (),
    parallel: int = 20,
) -> Run:
    """Bring these shares, or without names all shares, to a state."""
    selection = Selection.parse(shares or None, not shares, include, exclude)
    desired = Desired.of(state, selection, PolicyRef(policy) if state == "present" else None)
    ensure_protection(run, AccountRef.parse(of, None), desired, parallel)
    return run


def actions(run: Run) -> dict[str, str]:
    return {name: share["action"] for name, share in run.shares().items()}


def error_of(run: Run, share: str) -> dict[str, Any]:
    error = run.shares()[share]["error"]
    assert isinstance(error, dict), f"{share} has not failed"
    return error


def failure_of(run: Run) -> str:
    assert run.outcome.failure is not None
    return run.outcome.failure.message


def states(simulator: Simulator, of: str = "contosofiles") -> dict[str, tuple[str, str | None]]:
    """State and policy of the account's shares in the vault, as the simulator itself sees them."""
    return {
        share: ("SoftDeleted" if item["soft_deleted"] else item["state"], item["policy"])
        for (name, share), item in simulator.items().items()
        if name == of
    }


def begin(run: Run, share: str, policy: str = "daily-30", stop: bool = False) -> Operation | None:
    """Somebody else's operation on a share, not waited for."""
    vault = run.vault
    items: list[ProtectedItem | ProtectableItem] = [*vault.protected_items(), *vault.protectable_items()]
    address = next(item.address for item in items if item.share == share)
    if stop:
        return vault.stop("Stopping", address, "ProtectionStopped")
    return vault.protect("Protecting", address, next(each.id for each in vault.policies() if each.name == policy))


# What it costs


@pytest.fixture(scope="module")
def converged(shared_simulators: Simulators) -> Simulator:
    """Worlds that are as they should be; for tests that change nothing."""
    shares = [protected(f"share-{number:02d}") for number in range(1, 31)]
    mixed = ("finance", protected("legal"), protected("stopped"), NFS, DELETED)
    return shared_simulators.start(
        world(registered(*shares), registered(*mixed, name="mixedfiles"), account("finance", name="newfiles"))
    )


@pytest.fixture
def unchanged(converged: Simulator) -> Simulator:
    converged.clear_faults()
    converged.forget()
    return converged


def test_a_converged_account_costs_two_reads_for_all_shares(unchanged: Simulator) -> None:
    run = ensure(run_of(unchanged))

    assert not run.outcome.changed
    assert run.outcome.failure is None
    assert unchanged.tally() == {"GET backupProtectedItems": 1, "GET shares": 1}
    assert len(run.values["shares"]) == 30


def test_an_account_with_an_unsupported_share_costs_no_more(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), NFS)))

    assert not ensure(run_of(simulator)).outcome.changed

    assert simulator.tally() == {"GET backupProtectedItems": 1, "GET shares": 1}


def test_converged_shares_cost_two_reads_when_they_are_named(unchanged: Simulator) -> None:
    """The vault's list, and the account: the vault goes on listing one that is gone."""
    run = ensure(run_of(unchanged), "share-07", "share-01")

    assert [share["share"] for share in run.values["shares"]] == ["share-07", "share-01"]
    assert unchanged.tally() == {"GET backupProtectedItems": 1, "GET storageAccounts/*": 1}


def test_a_converged_account_costs_three_reads_where_its_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), storage_read=False))

    run = ensure(run_of(simulator))

    assert not run.outcome.changed
    assert simulator.tally() == {"GET backupProtectedItems": 1, "GET shares": 1, "GET backupProtectableItems": 1}
    assert "list of shares cannot be read" in run.warnings[0]


@pytest.mark.parametrize("state", ["stopped", "absent"])
def test_ending_what_has_ended_costs_one_read(simulators: Simulators, state: str) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    ensure(run_of(simulator), "finance", state=state)
    simulator.forget()

    assert not ensure(run_of(simulator), "finance", state=state).outcome.changed

    assert simulator.tally() == {"GET backupProtectedItems": 1}


def test_a_known_share_costs_no_inquiry(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", "hiring", protected("legal"))))

    run = ensure(run_of(simulator))

    tally = simulator.tally()
    assert tally.pop("GET backupOperations/*") >= 2
    assert tally == {
        "GET backupProtectedItems": 2,
        "GET shares": 1,
        "GET backupProtectableItems": 1,
        "GET backupPolicies": 1,
        "PUT protectedItems/*": 2,
    }
    assert actions(run) == {"finance": "protect", "hiring": "protect", "legal": "none"}


def test_a_fresh_account_of_twenty_shares_costs_one_inquiry(simulators: Simulators) -> None:
    simulator = simulators.start(world(account({"name": "share", "count": 20}, discovered=True), latency=0.01))
    run = run_of(simulator)
    (discovered,) = run.vault.protectable_accounts()
    assert discovered.account
    run.waiter.operation(run.vault.register(discovered.name, discovered.account, lock=True, access=None))
    simulator.forget()

    run = ensure(run_of(simulator))

    assert run.outcome.failure is None
    assert simulator.writes() == {"POST inquire": 1, "PUT protectedItems/*": 20}
    assert {state for state, _policy in states(simulator).values()} == {"IRPending"}


def test_the_puts_run_side_by_side(simulators: Simulators) -> None:
    run = run_of(simulators.start(world(registered({"name": "share", "count": 8}))))
    room, send = Room(4), run.vault.protect

    def send_in_room(*arguments: Any) -> Operation | None:
        room.enter()
        return send(*arguments)

    run.vault.protect = send_in_room  # type: ignore[assignment, method-assign]
    ensure(run, parallel=4)

    assert run.outcome.failure is None
    assert room.most == 4


def test_lists_are_read_over_all_pages(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered("new1", "new2", "new3", protected("old1"), protected("old2")), page_size=2)
    )

    run = ensure(run_of(simulator))

    assert actions(run) == {"new1": "protect", "new2": "protect", "new3": "protect", "old1": "none", "old2": "none"}
    again = ensure(run_of(simulator))
    assert not again.outcome.changed


# What is returned


def test_a_protected_share_is_returned_as_it_was_read_back(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))

    run = ensure(run_of(simulator), "Finance")

    (share,) = run.values["shares"]
    item = simulator.items()["contosofiles", "finance"]
    container = "StorageContainer;storage;files-rg;contosofiles"
    assert share == {
        "share": "Finance",
        "changed": True,
        "action": "protect",
        "change": "protected by daily-30",
        "state_before": "NotProtected",
        "state_after": "IRPending",
        "policy": "daily-30",
        "policy_before": None,
        "left": False,
        "guarded": False,
        "job_id": simulator.jobs()[0]["id"],
        "item_name": item["name"],
        "container_name": container,
        "id": f"/subscriptions/{simulator.subscription_id}/resourceGroups/backup-rg/providers/"
        "Microsoft.RecoveryServices/vaults/backup-vault/backupFabrics/Azure/"
        f"protectionContainers/{container}/protectedItems/{item['name']}",
        "error": None,
    }
    assert run.outcome.before == {"shares": {"Finance": "not protected"}}
    then = "policy daily-30, waiting for its first backup (IRPending)"
    assert run.outcome.after == {"shares": {"Finance": then}}


def test_what_was_left_out_is_returned(unchanged: Simulator) -> None:
    run = ensure(run_of(unchanged, check_mode=True), of="mixedfiles", exclude=["fin*"])

    assert [share["share"] for share in run.values["shares"]] == ["legal", "stopped"]
    assert run.values["excluded"] == ["finance"]
    assert run.values["skipped_shares"] == [
        {"share": "old", "reason": "the share is deleted"},
        {"share": "unix-home", "reason": "NFS shares are not supported by Azure Backup"},
    ]


def test_a_state_that_differs_from_the_plan_is_returned_as_it_is(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    ensure(run_of(simulator), "finance", state="stopped")
    simulator.plan({"method": "PUT", "path": "protectedItems", "status": 200, "body": {}})

    run = ensure(run_of(simulator), "finance")

    assert run.shares()["finance"]["state_after"] == "ProtectionStopped"
    assert run.shares()["finance"]["policy"] is None


# From state to state


def test_a_share_goes_through_all_states(simulators: Simulators) -> None:
    # In a vault that is not immutable, Azure has refused to suspend virtual machines' backups (reported).
    place = registered(protected("finance", recovery_points=1), "hiring")
    simulator = simulators.start(world(place, suspends_anywhere=True))
    steps = [
        ("stopped", "stop", "ProtectionStopped", None),
        ("present", "resume", "IRPending", "daily-30"),
        ("suspended", "suspend", "BackupsSuspended", "daily-30"),
        ("present", "resume", "IRPending", "daily-30"),
        ("absent", "delete", "SoftDeleted", None),
        ("stopped", "undelete", "ProtectionStopped", None),
        ("absent", "delete", "SoftDeleted", None),
        ("present", "undelete", "IRPending", "daily-30"),
    ]
    for state, action, after, policy in steps:
        run = ensure(run_of(simulator), "finance", state=state)
        again = ensure(run_of(simulator), "finance", state=state)

        share = run.shares()["finance"]
        assert (share["action"], share["state_after"], share["policy"]) == (action, after, policy)
        assert share["changed"]
        assert states(simulator)["finance"] == (after, policy)
        assert not again.outcome.changed


TIERS = VAULT | {"policies": [*VAULT["policies"], {"name": "tiered", "days": 5, "vault_days": 60}]}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("shares", [(), ("finance", "hiring")], ids=["all", "named"])
def test_no_share_is_taken_back_from_the_vault_tier(
    simulators: Simulators, check_mode: bool, shares: tuple[str, ...]
) -> None:
    """Microsoft's clients refuse it themselves, so that what Azure says is not recorded. Other shares go on."""
    place = registered(protected("finance", "tiered"), protected("hiring", "hourly-7"))
    simulator = simulators.start(world(place, vaults=[TIERS]))

    run = ensure(run_of(simulator, check_mode=check_mode), *shares, policy="daily-30")

    assert (
        "'finance' is in the vault tier by its policy 'tiered', and 'daily-30'" in error_of(run, "finance")["message"]
    )
    assert actions(run) == {"finance": "none", "hiring": "change_policy"}
    assert run.shares()["finance"]["policy"] == "tiered"
    assert simulator.writes() == ({} if check_mode else {"PUT protectedItems/*": 1})


def test_a_share_gets_into_the_vault_tier_and_from_one_policy_of_it_to_another(simulators: Simulators) -> None:
    policies = [*TIERS["policies"], {"name": "tiered-90", "days": 5, "vault_days": 90}]
    place = registered(protected("finance", "tiered"), protected("hiring", "daily-30"))
    simulator = simulators.start(world(place, vaults=[VAULT | {"policies": policies}]))

    assert actions(ensure(run_of(simulator), policy="tiered-90")) == dict.fromkeys(
        ("finance", "hiring"), "change_policy"
    )


def test_a_suspended_share_is_not_taken_back_from_the_vault_tier_either(simulators: Simulators) -> None:
    place = registered(protected("finance", "tiered"))
    simulator = simulators.start(world(place, vaults=[TIERS], suspends_anywhere=True))
    ensure(run_of(simulator), "finance", state="suspended")

    assert "vault tier" in error_of(ensure(run_of(simulator), "finance", policy="daily-30"), "finance")["message"]
    assert actions(ensure(run_of(simulator), "finance", policy="tiered")) == {"finance": "resume"}


@pytest.mark.parametrize("policy", ["hourly-7", "HOURLY-7", "id"])
def test_a_policy_is_changed(simulators: Simulators, policy: str) -> None:
    simulator = simulators.start(world(registered(protected("finance", "daily-30"))))
    run = run_of(simulator)
    if policy == "id":
        policy = next(each.id for each in run.vault.policies() if each.name == "hourly-7")

    ensure(run, "finance", policy=policy)

    assert actions(run) == {"finance": "change_policy"}
    assert states(simulator) == {"finance": ("IRPending", "hourly-7")}
    assert run.shares()["finance"]["policy"] == "hourly-7"


def test_without_soft_delete_a_deleted_share_is_gone(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring")), soft_delete=False))

    run = ensure(run_of(simulator), "finance", state="absent")
    again = ensure(run_of(simulator), "finance", state="absent")

    assert run.shares()["finance"]["state_after"] == "NotProtected"
    assert set(states(simulator)) == {"hiring"}
    assert not again.outcome.changed


def test_two_accounts_with_the_same_shares_never_mix(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered("finance", protected("hiring", "hourly-7")),
            registered(protected("finance", "hourly-7"), "hiring", name="fabrikamfiles", resource_group="Fabrikam-RG"),
        )
    )

    run = ensure(run_of(simulator), "finance", "hiring")

    assert actions(run) == {"finance": "protect", "hiring": "change_policy"}
    assert states(simulator) == {"finance": ("IRPending", "daily-30"), "hiring": ("IRPending", "daily-30")}
    assert states(simulator, "fabrikamfiles") == {"finance": ("IRPending", "hourly-7")}
    assert {share["container_name"] for share in run.values["shares"]} == {
        "StorageContainer;storage;files-rg;contosofiles"
    }


def test_all_shares_are_stopped_but_the_soft_deleted_and_excluded_ones(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered(protected("finance"), protected("hiring"), protected("legal"), "media"))
    )
    ensure(run_of(simulator), "hiring", state="absent")

    run = ensure(run_of(simulator), state="stopped", exclude=["legal"])

    assert actions(run) == {"finance": "stop"}
    assert {share: state for share, (state, _policy) in states(simulator).items()} == {
        "finance": "ProtectionStopped",
        "hiring": "SoftDeleted",
        "legal": "IRPending",
    }


# Check mode


def test_check_mode_only_reads_and_foretells(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered("finance", protected("hiring", "hourly-7"), protected("legal"), protected("media"), NFS))
    )
    ensure(run_of(simulator), "media", state="stopped")
    simulator.change_share("contosofiles", "new", "create")
    simulator.forget()

    plan = ensure(run_of(simulator, check_mode=True))

    assert simulator.writes() == {}
    done = ensure(run_of(simulator))
    assert actions(plan) == {
        "finance": "protect",
        "hiring": "change_policy",
        "legal": "none",
        "media": "resume",
        "new": "protect",
    }
    for key in ("share", "changed", "action", "state_before", "state_after", "policy"):
        assert [share[key] for share in plan.values["shares"]] == [share[key] for share in done.values["shares"]]
    assert plan.values["skipped_shares"] == done.values["skipped_shares"]
    assert (plan.outcome.before, plan.outcome.after) == (done.outcome.before, done.outcome.after)
    assert plan.outcome.changed


@pytest.mark.parametrize("discovered", [True, False])
def test_check_mode_foretells_before_the_account_is_registered(simulators: Simulators, discovered: bool) -> None:
    simulator = simulators.start(world(account("finance", "hiring", NFS, DELETED, discovered=discovered)))

    plan = ensure(run_of(simulator, check_mode=True), exclude=["hiring"])

    assert simulator.writes() == {}
    assert actions(plan) == {"finance": "protect"}
    assert plan.values["excluded"] == ["hiring"]
    assert {each["share"] for each in plan.values["skipped_shares"]} == {"old", "unix-home"}
    assert plan.outcome.failure is None
    assert "The plan takes it as registered" in plan.warnings[0]


def test_check_mode_finds_wrong_names_before_the_account_is_registered(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance")))

    plan = ensure(run_of(simulator, check_mode=True), "finance", "finanz")

    assert actions(plan) == {"finance": "protect", "finanz": "none"}
    assert "Did you mean finance?" in error_of(plan, "finanz")["message"]


def test_check_mode_does_not_hide_an_unknown_policy(unchanged: Simulator) -> None:
    with pytest.raises(BackupError, match="no policy 'dayly-30'"):
        ensure(run_of(unchanged, check_mode=True), policy="dayly-30")


# Wrong input


def test_an_unknown_policy_is_found_before_anything_is_changed(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", registered=True)))
    simulator.change_share("contosofiles", "hiring", "create")

    with pytest.raises(BackupError) as caught:
        ensure(run_of(simulator), policy="dayly-30")

    assert "Did you mean 'daily-30'? It has: daily-30, hourly-7." in caught.value.message
    assert simulator.writes() == {}


def test_a_policy_of_another_vault_is_refused_unasked(unchanged: Simulator) -> None:
    policy = (
        f"/subscriptions/{unchanged.subscription_id}/resourceGroups/backup-rg/providers/"
        "Microsoft.RecoveryServices/vaults/other-vault/backupPolicies/daily-30"
    )

    with pytest.raises(BackupError, match="belongs to another vault"):
        ensure(run_of(unchanged), policy=policy)

    assert unchanged.journal() == []


def test_an_account_that_is_not_registered_is_told_what_to_do(unchanged: Simulator) -> None:
    with pytest.raises(BackupError, match=r"'newfiles' is not registered with the vault 'backup-vault'\. Register it"):
        ensure(run_of(unchanged), of="newfiles")

    assert unchanged.writes() == {}


def test_a_share_that_does_not_exist_is_its_own_error(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", "hiring")))

    run = ensure(run_of(simulator), "finanz", "hiring")

    assert failure_of(run).startswith("1 of 2 shares failed: finanz: There is no share 'finanz'")
    assert "Did you mean finance?" in error_of(run, "finanz")["message"]
    assert run.shares()["hiring"]["changed"]
    assert simulator.writes() == {"PUT protectedItems/*": 1}


@pytest.mark.parametrize(("share", "words"), [("unix-home", "NFS shares are not supported"), ("old", "is deleted")])
def test_a_named_share_that_cannot_be_protected_costs_nothing(unchanged: Simulator, share: str, words: str) -> None:
    run = ensure(run_of(unchanged), share, of="mixedfiles")

    assert words in error_of(run, share)["message"]
    assert unchanged.writes() == {}


@pytest.mark.parametrize("state", ["stopped", "suspended"])
def test_a_share_that_is_not_protected_cannot_be_stopped(unchanged: Simulator, state: str) -> None:
    run = ensure(run_of(unchanged), "finance", of="mixedfiles", state=state)

    assert f"cannot be {state}" in error_of(run, "finance")["message"]
    assert unchanged.writes() == {}


def test_a_vault_that_is_not_there(unchanged: Simulator) -> None:
    with pytest.raises(BackupError, match="There is no Recovery Services vault 'nobody'"):
        ensure(run_of(unchanged, vault="nobody"))


# New shares, and lists that may not be read


def test_a_new_share_costs_one_inquiry(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    simulator.change_share("contosofiles", "hiring", "create")

    run = ensure(run_of(simulator))

    assert actions(run) == {"finance": "none", "hiring": "protect"}
    assert simulator.writes() == {"POST inquire": 1, "PUT protectedItems/*": 1}
    assert run.calls["inquiries"] == 1


def test_new_shares_that_are_excluded_or_unsupported_cost_no_inquiry(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    simulator.change_share("contosofiles", "scratch", "create")
    simulator.change_share("contosofiles", "unix-home", "create", "NFS")

    run = ensure(run_of(simulator), exclude=["scratch"])

    assert not run.outcome.changed
    assert simulator.writes() == {}


def test_a_share_that_is_gone_is_skipped_and_stays_in_the_vault(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("hiring"))))
    simulator.change_share("contosofiles", "hiring", "delete")

    run = ensure(run_of(simulator))

    assert actions(run) == {"finance": "none"}
    assert run.values["skipped_shares"] == [
        {"share": "hiring", "reason": "the share is deleted; the vault keeps its recovery points"}
    ]
    assert simulator.writes() == {}


def test_a_share_that_the_vault_does_not_offer_is_skipped_with_a_warning(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", protected("hiring"))))
    simulator.plan({"path": "backupProtectableItems", "times": None, "status": 200, "body": {"value": []}})

    run = ensure(run_of(simulator))

    assert run.outcome.failure is None
    assert run.values["skipped_shares"] == [{"share": "finance", "reason": LOOKED_FOR_DAILY}]
    assert simulator.writes() == {"POST inquire": 1}
    assert "'finance' is skipped" in run.warnings[0]
    assert "exclude" in run.warnings[0]


def test_a_named_share_is_found_by_an_inquiry_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), storage_read=False))
    simulator.change_share("contosofiles", "hiring", "create")

    run = ensure(run_of(simulator), "hiring")

    assert actions(run) == {"hiring": "protect"}
    assert simulator.writes() == {"POST inquire": 1, "PUT protectedItems/*": 1}


def test_a_wrong_name_is_found_by_an_inquiry_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), storage_read=False))

    run = ensure(run_of(simulator), "finanz")

    assert "Did you mean finance?" in error_of(run, "finanz")["message"]
    assert simulator.writes() == {"POST inquire": 1}


def test_all_shares_are_those_of_the_last_inquiry_where_the_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", protected("hiring")), storage_read=False))
    simulator.change_share("contosofiles", "new", "create")

    run = ensure(run_of(simulator))

    assert actions(run) == {"finance": "protect", "hiring": "none"}
    assert simulator.writes() == {"PUT protectedItems/*": 1}
    assert "shares created since the last inquiry are not seen" in run.warnings[0]


def test_an_account_that_was_never_inquired_is_where_its_list_may_not_be_read(simulators: Simulators) -> None:
    simulator = simulators.start(world(account("finance", discovered=True), storage_read=False))
    run = run_of(simulator)
    (discovered,) = run.vault.protectable_accounts()
    assert discovered.account
    run.waiter.operation(run.vault.register(discovered.name, discovered.account, lock=True, access=None))
    simulator.forget()

    run = ensure(run_of(simulator))

    assert actions(run) == {"finance": "protect"}
    assert simulator.writes() == {"POST inquire": 1, "PUT protectedItems/*": 1}


# Failures


def test_a_share_that_fails_does_not_stop_the_others(simulators: Simulators) -> None:
    fault = {
        "operation": "protect",
        "share": "hiring",
        "code": "UserErrorStorageAccountIsLocked",
        "message": "It is locked.",
    }
    simulator = simulators.start(world(registered("finance", "hiring", "legal"), faults=[fault]))

    run = ensure(run_of(simulator))

    assert failure_of(run) == (
        "1 of 3 shares failed: hiring: Protecting the share 'hiring' ended as Failed: UserErrorStorageAccountIsLocked: "
        "It is locked. Remove the read-only lock from the storage account."
    )
    assert run.outcome.failure
    assert run.outcome.failure.fault.code == "UserErrorStorageAccountIsLocked"
    assert run.outcome.changed
    assert {name: share["changed"] for name, share in run.shares().items()} == {
        "finance": True,
        "hiring": False,
        "legal": True,
    }
    failed = run.shares()["hiring"]
    assert failed["error"]["code"] == "UserErrorStorageAccountIsLocked"
    assert failed["error"]["message"] == "It is locked."
    assert (failed["state_after"], failed["policy"]) == ("NotProtected", None)
    assert failed["job_id"] in {job["id"] for job in simulator.jobs()}


def test_a_run_in_which_all_shares_fail_has_changed_nothing(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered("finance", "hiring"), faults=[{"operation": "protect", "times": None}])
    )

    run = ensure(run_of(simulator))

    assert failure_of(run).startswith("2 of 2 shares failed: ")
    assert not run.outcome.changed
    assert run.outcome.before == run.outcome.after


def test_a_share_that_is_refused_is_told_which_role_is_missing(simulators: Simulators) -> None:
    denied = [{"action": "Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems/write"}]
    simulator = simulators.start(world(registered("finance", protected("hiring")), denied=denied))

    run = ensure(run_of(simulator))

    error = error_of(run, "finance")
    assert (error["code"], error["http_status"]) == ("AuthorizationFailed", 403)
    assert error["request_id"]
    assert "'Backup Contributor' on the vault is missing" in failure_of(run)
    assert not run.outcome.changed


def test_an_undelete_that_is_done_counts_although_the_resumption_fails(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))
    ensure(run_of(simulator), "finance", state="absent")
    simulator.plan({"operation": "protect", "code": "FileShareNotFound", "message": "Gone."})

    run = ensure(run_of(simulator), "finance")

    share = run.shares()["finance"]
    assert share["error"]["code"] == "FileShareNotFound"
    assert share["changed"]
    assert share["state_after"] == "ProtectionStopped"


@pytest.mark.parametrize("after", range(3, 7))
def test_a_login_that_breaks_under_way_is_not_taken_for_success(simulators: Simulators, after: int) -> None:
    simulator = simulators.start(world(registered("finance", "hiring"), token_lifetime=200))
    refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: The secret has expired."}
    simulator.plan({"path": "/oauth2/v2.0/token", "after": after, "status": 401, "body": refusal})
    run = run_of(simulator)

    with suppress(BackupError):
        ensure(run, "finance")
        assert run.outcome.failure or run.warnings or run.shares()["finance"]["state_after"] == "IRPending"
    assert 401 in [asked.status for asked in simulator.journal("token")]


def test_what_cannot_be_read_back_is_warned_about(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "backupProtectedItems", "after": 1, "times": None, "status": 409})

    run = ensure(run_of(simulator), "finance")

    assert run.outcome.changed
    assert run.outcome.failure is None
    assert "could not be read back" in run.warnings[0]
    assert run.shares()["finance"]["state_after"] != "NotProtected"


def test_of_what_was_refused_and_cannot_be_read_back_nothing_is_claimed(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan(
        {"method": "PUT", "path": "protectedItems/", "status": 400},
        {"path": "backupProtectedItems", "after": 1, "times": None, "status": 409},
    )

    share = ensure(run_of(simulator), "finance").shares()["finance"]

    assert (share["changed"], share["state_after"], share["policy"]) == (False, "NotProtected", None)


def test_an_item_that_never_shows_is_no_success(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "backupProtectedItems", "after": 1, "times": None, "status": 200, "body": {"value": []}})

    run = ensure(run_of(simulator, deadline=VirtualTime(simulator).deadline()), "finance")

    assert "does not list it yet" in error_of(run, "finance")["message"]
    assert run.shares()["finance"]["changed"]


def test_an_item_that_shows_late_is_waited_for(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))
    simulator.plan({"path": "backupProtectedItems", "after": 1, "times": 3, "status": 200, "body": {"value": []}})

    run = ensure(run_of(simulator), "finance")

    assert run.shares()["finance"]["state_after"] == "IRPending"
    assert simulator.tally()["GET backupProtectedItems"] == 5


# Others at work on the same share


def test_somebody_who_wants_the_same_is_waited_for(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), durations={"protect": 40}))
    begin(run_of(simulator), "finance")
    time = VirtualTime(simulator)

    run = ensure(run_of(simulator, deadline=time.deadline(), poll_interval=5), "finance")

    assert run.outcome.failure is None
    assert states(simulator) == {"finance": ("IRPending", "daily-30")}
    assert run.shares()["finance"]["state_after"] == "IRPending"
    conflicts = [job for job in simulator.jobs() if job["error"] == CONFIGURING]
    assert len(conflicts) <= 2


@pytest.mark.parametrize("stop", [False, True], ids=["another policy", "a stop"])
def test_somebody_who_wants_something_else_is_followed_by_a_try_of_ours(simulators: Simulators, stop: bool) -> None:
    durations = {"protect": 40.0, "stop": 40.0}
    simulator = simulators.start(world(registered(protected("finance", "hourly-7")), durations=durations))
    begin(run_of(simulator), "finance", "hourly-7", stop)

    run = ensure(run_of(simulator, deadline=VirtualTime(simulator).deadline(), poll_interval=5), "finance")

    assert run.outcome.failure is None
    assert run.shares()["finance"]["changed"]
    assert states(simulator) == {"finance": ("IRPending", "daily-30")}


def test_somebody_who_does_not_end_is_told_at_the_end_of_the_time(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance", "hourly-7")), durations={"stop": 10000}))
    begin(run_of(simulator), "finance", stop=True)

    run = ensure(run_of(simulator, deadline=VirtualTime(simulator).deadline(60), poll_interval=5), "finance")

    assert error_of(run, "finance")["code"] == CONFIGURING
    assert not run.outcome.changed


# Shares that are deleted, and made anew


def anew(simulators: Simulators, state: str) -> Simulator:
    """The share finance was made anew, while the vault keeps a stopped or soft-deleted item of the old one."""
    simulator = simulators.start(world(registered(protected("finance", recovery_points=2), "hiring")))
    ensure(run_of(simulator), "finance", state=state)
    for action in ("delete", "purge", "create"):
        simulator.change_share("contosofiles", "finance", action)
    return simulator


@pytest.mark.parametrize("state", ["stopped", "absent"])
@pytest.mark.parametrize("shares", [("finance",), ()])
def test_a_share_that_was_made_anew_is_protected(simulators: Simulators, state: str, shares: tuple[str, ...]) -> None:
    simulator = anew(simulators, state)

    run = ensure(run_of(simulator), *shares)

    assert run.outcome.failure is None
    assert run.shares()["finance"]["action"] == "protect"
    assert run.shares()["finance"]["state_after"] == "IRPending"
    again = ensure(run_of(simulator), *shares)
    assert not again.outcome.changed
    assert again.outcome.failure is None


def test_a_share_that_was_made_anew_is_found_without_its_accounts_list(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), storage_read=False))
    ensure(run_of(simulator), "finance", state="absent")
    for action in ("delete", "purge", "create"):
        simulator.change_share("contosofiles", "finance", action)
    run = run_of(simulator)
    run.waiter.operation(run.vault.inquire(run.vault.containers()[0].name, "contosofiles"))

    assert ensure(run, "finance").shares()["finance"]["action"] == "protect"


@pytest.mark.parametrize("state", ["stopped", "absent"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_a_deleted_share_is_not_brought_back_to_the_vault(simulators: Simulators, state: str, is_listed: bool) -> None:
    simulator = simulators.start(world(registered(protected("finance"), "hiring"), storage_read=is_listed))
    ensure(run_of(simulator), "finance", state=state)
    before = states(simulator)["finance"]
    simulator.change_share("contosofiles", "finance", "delete")

    everything = ensure(run_of(simulator))
    named = ensure(run_of(simulator), "finance")

    assert everything.outcome.failure is None
    assert everything.values["skipped_shares"][0]["share"] == "finance"
    assert error_of(named, "finance")["message"] == "the share is deleted; the vault keeps its recovery points"
    assert states(simulator)["finance"] == before


# Time and waiting


def test_shares_that_do_not_end_in_time_are_told_each(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", "hiring"), durations={"protect": 1000}))
    time = VirtualTime(simulator)

    run = ensure(run_of(simulator, deadline=time.deadline(60), poll_interval=5), parallel=1)

    for share in ("finance", "hiring"):
        error = error_of(run, share)
        assert f"Protecting the share '{share}' was still InProgress after 60 seconds" in error["message"]
        assert error["code"] == "WaitTimeout"
    assert [share["changed"] for share in run.shares().values()] == [True, True]
    assert run.outcome.changed


def test_shares_beyond_the_deadline_are_not_begun(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance", "hiring")))
    time = VirtualTime(simulator)
    run = run_of(simulator, deadline=time.deadline(60), poll_interval=5)
    send = run.vault.protect

    def slowly(*arguments: Any) -> Operation | None:
        try:
            return send(*arguments)
        finally:
            time.sleep(61)

    run.vault.protect = slowly  # type: ignore[assignment, method-assign]
    ensure(run, parallel=1)

    assert "before this was begun" in error_of(run, "hiring")["message"]
    assert [share["changed"] for share in run.shares().values()] == [True, False]


def test_waiting_takes_no_turn(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered({"name": "share", "count": 30}), durations={"protect": 3600}))
    all_wait = threading.Barrier(30, lambda: simulator.pass_time(3600), PATIENCE)
    mine = threading.local()

    def sleep(_seconds: float) -> None:
        if not hasattr(mine, "waits"):
            mine.waits = True
            all_wait.wait()

    run = ensure(run_of(simulator, deadline=Deadline(36000, sleep=sleep)), parallel=1)

    assert run.outcome.failure is None
    assert simulator.tally()["PUT protectedItems/*"] == 30


def test_a_later_run_picks_up_what_goes_on(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), durations={"protect": 100}))
    ensure(run_of(simulator, deadline=VirtualTime(simulator).deadline(30), poll_interval=5), "finance")

    run = ensure(run_of(simulator, deadline=VirtualTime(simulator).deadline(300), poll_interval=5), "finance")

    assert run.outcome.failure is None
    assert run.shares()["finance"]["state_after"] == "IRPending"


def test_without_waiting_the_work_goes_on(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered("finance", protected("hiring")), durations={"protect": 100, "stop": 100})
    )

    started = ensure(run_of(simulator, wait=False), "finance")
    stopping = ensure(run_of(simulator, wait=False), "hiring", state="stopped")

    assert "GET backupOperations/*" not in simulator.tally()
    assert started.outcome.changed
    assert stopping.outcome.changed
    simulator.pass_time(101)
    assert states(simulator) == {"finance": ("IRPending", "daily-30"), "hiring": ("ProtectionStopped", None)}


def test_without_waiting_an_undelete_is_still_followed_by_the_resumption(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance")), durations={"undelete": 0.2, "protect": 100}))
    ensure(run_of(simulator), "finance", state="absent")
    simulator.forget()

    ensure(run_of(simulator, wait=False), "finance")

    assert simulator.writes() == {"PUT protectedItems/*": 2}, "the undelete has ended before the other is asked for"
    simulator.pass_time(101)
    assert states(simulator) == {"finance": ("IRPending", "daily-30")}
