# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole vault by rules, against the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._act.vault_protection import protect_vault
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.times import now
from ansible_collections.azurefiles.backup.plugins.module_utils._options.vault_protection import WantedVault
from ansible_collections.azurefiles.backup.plugins.module_utils._records.operation import Operation
from ansible_collections.azurefiles.backup.tests.unit.support.runs import Run, run_of
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

DAILY: dict[str, Any] = {"policy": "daily-30"}
DEFAULTS = {
    "accounts": ["registered", "discoverable"],
    "storage_accounts": None,
    "stopped": "leave",
    "initial_backup": "never",
    "retention_days": 30,
    "parallel": 20,
}
EVERYWHERE = ["registered", "discoverable", "undiscovered"]


def protect(simulator: Simulator, *rules: dict[str, Any], check_mode: bool = False, **options: Any) -> Run:
    return carry_out(run_of(simulator, check_mode=check_mode), *rules, **options)


def carry_out(run: Run, *rules: dict[str, Any], **options: Any) -> Run:
    wanted = WantedVault.parse(DEFAULTS | {"rules": list(rules) or [DAILY]} | options, now())
    protect_vault(run, wanted)
    return run


def accounts(run: Run) -> dict[str, dict[str, Any]]:
    return {each["storage_account"]: each for each in run.values["accounts"]}


def actions(run: Run) -> dict[str, dict[str, str]]:
    return {name: {share["share"]: share["action"] for share in each["shares"]} for name, each in accounts(run).items()}


def summary(run: Run, *names: str) -> list[int]:
    return [run.values["summary"][name] for name in names]


def state(simulator: Simulator) -> dict[tuple[str, str], tuple[str, str]]:
    return {key: (each["state"], each["policy"]) for key, each in simulator.items().items()}


# What is done, and what it costs


def test_all_accounts_are_registered_and_protected_by_their_rules(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance", "hourly-7"), "hiring", name="onefiles"),
            account("finance", "scratch1", name="twofiles", discovered=True, tags={"environment": "production"}),
            account("finance", {"name": "unix", "protocol": "NFS"}, name="threefiles", discovered=True),
        )
    )
    rules: list[dict[str, Any]] = [
        {"include": ["scratch*"]},
        {"tags": {"environment": "prod*"}, "policy": "hourly-7"},
        DAILY,
    ]

    plan = protect(simulator, *rules, check_mode=True)
    assert simulator.writes() == {}
    first = protect(simulator, *rules)

    assert (
        actions(first)
        == actions(plan)
        == {
            "onefiles": {"finance": "change_policy", "hiring": "protect"},
            "threefiles": {"finance": "protect"},
            "twofiles": {"finance": "protect"},
        }
    )
    assert first.values["summary"] == plan.values["summary"]
    assert first.outcome.after["accounts"].keys() == plan.outcome.after["accounts"].keys()
    assert summary(first, "accounts", "accounts_changed", "total", "protected", "excluded", "skipped") == [
        3,
        3,
        6,
        4,
        1,
        1,
    ]
    assert accounts(first)["twofiles"]["excluded"] == ["scratch1"]
    assert [share["rule"] for share in accounts(first)["onefiles"]["shares"]] == [2, 2]
    assert state(simulator) == {
        ("onefiles", "finance"): ("IRPending", "daily-30"),
        ("onefiles", "hiring"): ("IRPending", "daily-30"),
        ("twofiles", "finance"): ("IRPending", "hourly-7"),
        ("threefiles", "finance"): ("IRPending", "daily-30"),
    }
    writes = simulator.writes()
    assert writes.get("POST refreshContainers", 0) == 0
    assert first.calls["inquiries"] == 2, "the registered account was inquired before"

    simulator.forget()
    second = protect(simulator, *rules)
    assert not second.outcome.changed
    assert simulator.writes() == {}
    assert second.outcome.before == second.outcome.after
    assert second.calls["reads"] == 3 + 3 + 1, "containers, items, accounts to register; each one's shares; tags"


def test_many_accounts_cost_one_read_each(simulators: Simulators) -> None:
    shares = {"name": "share", "count": 40, "protected_by": "daily-30"}
    simulator = simulators.start(world(*[registered(shares, name=f"files{number:02d}") for number in range(50)]))

    run = protect(simulator, {"storage_accounts": ["files*"], "policy": "daily-30"})

    assert summary(run, "accounts", "protected", "changed") == [50, 2000, 0]
    pages = 2000 // 200
    assert run.calls["reads"] == 50 + pages + 2


def test_a_fresh_vault_costs_one_refresh_and_one_inquiry_an_account(simulators: Simulators) -> None:
    simulator = simulators.start(world(*[account("finance", "legal", name=f"files{number}") for number in range(6)]))

    plan = protect(simulator, check_mode=True, accounts=EVERYWHERE)
    assert simulator.writes() == {}
    run = protect(simulator, accounts=EVERYWHERE)

    assert actions(run) == actions(plan) == {f"files{n}": {"finance": "protect", "legal": "protect"} for n in range(6)}
    assert {name: each["action"] for name, each in accounts(plan).items()} == {
        f"files{n}": "register" for n in range(6)
    }
    assert (run.calls["refreshes"], run.calls["inquiries"]) == (1, 6)
    assert run.outcome.failure is None
    assert set(state(simulator).values()) == {("IRPending", "daily-30")}


def test_shares_are_backed_up_as_their_rules_say(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered(protected("finance", recovery_points=1), protected("hiring"), name="onefiles"),
            registered(protected("finance", recovery_points=1), "legal", name="twofiles"),
        )
    )
    rules: list[dict[str, Any]] = [
        {"storage_accounts": ["one*"], "policy": "daily-30", "initial_backup": "if_missing"},
        {"include": ["legal"], "policy": "daily-30", "initial_backup": "always"},
        DAILY,
    ]

    plan = protect(simulator, *rules, check_mode=True)
    run = protect(simulator, *rules)

    for each in (plan, run):
        assert {
            name: {backup["share"]: backup["action"] for backup in entry["backups"]}
            for name, entry in accounts(each).items()
        } == {"onefiles": {"finance": "fresh", "hiring": "triggered"}, "twofiles": {"legal": "triggered"}}
    assert {key: each["recovery_points"] for key, each in simulator.items().items()} == {
        ("onefiles", "finance"): 1,
        ("onefiles", "hiring"): 1,
        ("twofiles", "finance"): 1,
        ("twofiles", "legal"): 1,
    }


# What is left alone


def test_an_account_is_registered_only_where_a_share_gets_a_policy(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            account(name="emptyfiles", discovered=True),
            account("scratch1", name="scratchfiles", discovered=True),
            account("finance", name="otherfiles", discovered=True),
        )
    )

    run = protect(simulator, {"include": ["scratch*"]}, {"storage_accounts": ["empty*", "scratch*"], **DAILY})

    assert simulator.writes() == {}
    assert {name: each["action"] for name, each in accounts(run).items()} == {
        "emptyfiles": "none",
        "otherfiles": "none",
        "scratchfiles": "none",
    }
    assert accounts(run)["scratchfiles"]["excluded"] == ["scratch1"]
    assert not any("/otherfiles/" in entry.path for entry in simulator.journal()), "no rule wants it, so it is not read"


def test_what_somebody_stopped_is_left(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"), protected("legal"))))
    run = run_of(simulator)
    for item in run.vault.protected_items():
        run.waiter.operation(run.vault.stop("Stopping", item.address, "ProtectionStopped"))
    simulator.forget()

    left = protect(simulator)
    assert simulator.writes() == {}
    assert summary(left, "left", "protected", "changed") == [2, 0, 0]
    assert {share["left"] for share in accounts(left)["contosofiles"]["shares"]} == {True}

    resumed = protect(simulator, DAILY | {"stopped": "resume", "include": ["legal"]}, DAILY)
    assert actions(resumed) == {"contosofiles": {"finance": "none", "legal": "resume"}}
    assert summary(resumed, "left", "protected", "changed") == [1, 1, 1]


@pytest.mark.parametrize("check_mode", [False, True])
def test_no_share_is_taken_back_from_the_vault_tier(simulators: Simulators, check_mode: bool) -> None:
    tiers = VAULT | {"policies": [*VAULT["policies"], {"name": "tiered", "days": 5, "vault_days": 60}]}
    place = registered(protected("finance", "tiered"), protected("hiring"))
    simulator = simulators.start(world(place, vaults=[tiers]))

    run = protect(simulator, {"policy": "daily-30"}, check_mode=check_mode)

    account = accounts(run)["contosofiles"]
    assert "'finance' is in the vault tier by its policy 'tiered'" in account["shares"][0]["error"]["message"]
    assert run.outcome.failure
    assert simulator.writes() == {}


def test_a_vault_without_accounts(simulators: Simulators) -> None:
    simulator = simulators.start(world())

    run = protect(simulator)

    assert run.values["accounts"] == []
    assert run.values["summary"] == dict.fromkeys(run.values["summary"], 0) | {"days": 1}
    assert run.warnings == ["rules[0] (policy daily-30) decides on no share: it matches none."]
    assert run.outcome.failure is None


def test_a_rule_that_matches_nothing_is_warned_of_by_its_number(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered(protected("finance"))))

    run = protect(simulator, DAILY, {"storage_accounts": ["fabrikam*"], "policy": "hourly-7"})

    assert run.warnings == ["rules[1] (policy hourly-7) decides on no share: it matches none."]


# Which accounts


def test_only_some_accounts_each_of_them_once(simulators: Simulators) -> None:
    simulator = simulators.start(world(*[registered("finance", name=f"{name}files") for name in ("one", "two")]))
    (twice,) = [each for each in run_of(simulator).vault.containers() if each.friendly_name == "onefiles"]

    run = protect(simulator, storage_accounts=["onefiles", "ONEFILES", str(twice.account)])

    assert list(accounts(run)) == ["onefiles"]
    assert len(run.values["accounts"]) == 1
    assert list(state(simulator)) == [("onefiles", "finance")]
    assert run.warnings == []


def test_an_account_that_is_not_there_has_failed(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), account("finance", name="newfiles")))

    run = protect(simulator, storage_accounts=["contosofiles", "newfiles", "nofiles"])

    assert run.outcome.failure
    assert run.outcome.failure.message.startswith("2 of 3 accounts failed: newfiles: The storage account 'newfiles' is")
    assert "accounts: [registered, discoverable, undiscovered] lets the vault look" in run.outcome.failure.message
    assert accounts(run)["nofiles"]["state"] is None
    assert actions(run)["contosofiles"] == {"finance": "protect"}
    assert summary(run, "accounts_failed", "failed") == [2, 0]


def test_another_run_may_register_an_account_meanwhile(simulators: Simulators) -> None:
    """It is no longer among those that the vault offers then, and protected like any other."""
    simulator = simulators.start(world(account("finance", name="newfiles"), account("legal", name="twofiles")))
    run = run_of(simulator)
    refresh = run.vault.refresh

    def overtaken() -> Operation | None:
        protect(simulator, accounts=EVERYWHERE, storage_accounts=["newfiles"])
        return refresh()

    run.vault.refresh = overtaken  # type: ignore[method-assign]
    carry_out(run, accounts=EVERYWHERE)

    assert run.outcome.failure is None
    assert run.warnings == []
    assert state(simulator).keys() == {("newfiles", "finance"), ("twofiles", "legal")}
    assert len([seen for seen in simulator.journal() if seen.label == "PUT protectionContainers/*"]) == 2


def test_an_account_of_another_vault_is_skipped_and_fails_only_if_it_is_named(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            account("finance", name="newfiles"),
            registered("finance", name="alienfiles", vault="vault-two"),
            vaults=[VAULT, VAULT | {"name": "vault-two"}],
        )
    )

    run = protect(simulator, accounts=EVERYWHERE)
    assert run.outcome.failure is None
    assert "The storage account 'alienfiles' is skipped: The vault 'backup-vault' does not offer it" in run.warnings[0]
    assert accounts(run)["alienfiles"]["skipped_shares"] == [
        {"share": "finance", "reason": "the vault does not offer the storage account"}
    ]
    assert actions(run) == {"alienfiles": {}, "newfiles": {"finance": "protect"}}
    assert run.calls["refreshes"] == 1

    named = protect(simulator, accounts=EVERYWHERE, storage_accounts=["alienfiles"])
    assert named.outcome.failure
    assert "registered with another vault" in named.outcome.failure.message


def test_an_account_of_another_subscription_is_told_of_at_once(simulators: Simulators) -> None:
    other = "6b4d0e6f-1a5f-4d2c-8b68-c1a1a2b6c777"
    simulator = simulators.start(
        world(registered("finance"), account("finance", name="otherfiles", subscription_id=other))
    )
    alien = f"/subscriptions/{other}/resourceGroups/Files-RG/providers/Microsoft.Storage/storageAccounts/otherfiles"

    for accounts_wanted in (["registered"], EVERYWHERE):
        run = protect(simulator, accounts=accounts_wanted, storage_accounts=["contosofiles", alien])
        assert run.outcome.failure
        assert "Azure Backup protects only accounts of the vault's own subscription" in run.outcome.failure.message
        assert (accounts(run)["otherfiles"]["state"], actions(run)["otherfiles"]) == (None, {})
        assert list(state(simulator)) == [("contosofiles", "finance")]

    assert protect(simulator, accounts=EVERYWHERE).outcome.failure is None, "nobody asked for it"
    assert simulator.writes().get("POST refreshContainers", 0) == 0
    assert {share["share"] for share in accounts(run)["contosofiles"]["shares"]} == {"finance"}


# What goes wrong


def test_the_failure_of_one_account_stops_no_other(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(*[account("finance", name=f"{name}files", discovered=True) for name in ("one", "two", "three", "four")])
    )
    simulator.plan(
        {
            "operation": "register",
            "account": "onefiles",
            "code": "UserErrorStorageAccountIsLocked",
            "message": "Locked.",
        },
        {"operation": "protect", "account": "twofiles", "code": "FileShareNotFound", "message": "Gone."},
    )

    run = protect(
        simulator, {"storage_accounts": ["three*"], "policy": "no-policy"}, DAILY | {"initial_backup": "always"}
    )

    assert run.outcome.failure
    assert run.outcome.failure.message.startswith("3 of 4 accounts failed: onefiles: ")
    assert accounts(run)["onefiles"]["error"]["code"] == "UserErrorStorageAccountIsLocked"
    assert "has no policy 'no-policy'" in accounts(run)["threefiles"]["error"]["message"]
    assert accounts(run)["threefiles"]["action"] == "none"
    assert accounts(run)["twofiles"]["error"] is None
    assert accounts(run)["twofiles"]["shares"][0]["error"]["code"] == "FileShareNotFound"
    assert [backup["action"] for backup in accounts(run)["fourfiles"]["backups"]] == ["triggered"]
    assert summary(run, "accounts_failed", "accounts_changed", "failed", "protected") == [3, 2, 1, 1]
    assert list(state(simulator)) == [("fourfiles", "finance")]


def test_what_ends_the_work_on_the_vault_is_told_of_each_account(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(registered("finance", name="onefiles"), account("legal", name="twofiles", discovered=True))
    )
    simulator.plan({"path": "backupPolicies", "times": None, "status": 403})
    run = run_of(simulator)

    with pytest.raises(BackupError) as caught:
        protect_vault(run, WantedVault.parse(DEFAULTS | {"rules": [DAILY]}, now()))

    assert {name: each["msg"] for name, each in accounts(run).items()} == dict.fromkeys(
        ("onefiles", "twofiles"), caught.value.message
    )
    assert summary(run, "accounts", "accounts_failed") == [2, 2]


def test_the_tags_have_to_be_readable_where_a_rule_asks_for_them(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance"), storage_read=False))

    with pytest.raises(BackupError, match="the tags that rules ask for are not known"):
        protect(simulator, {"tags": {"tier": "gold"}, "policy": "hourly-7"}, DAILY)

    assert simulator.writes() == {}


def test_the_policy_of_another_vault_is_refused_before_any_request(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered("finance")))

    with pytest.raises(BackupError, match="belongs to another vault than 'backup-vault'"):
        protect(
            simulator,
            {
                "policy": "/subscriptions/1/resourceGroups/backup-rg/providers/Microsoft.RecoveryServices/vaults/other"
                "/backupPolicies/daily-30"
            },
        )

    assert simulator.journal() == []


# Daily limits


def test_what_does_not_fit_into_the_day_is_foreseen_in_the_order_of_the_rules(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(
            registered({"name": "share", "count": 150}, name="afiles"),
            registered({"name": "gold", "count": 20}, {"name": "share", "count": 60}, name="zfiles"),
        )
    )
    rules: list[dict[str, Any]] = [{"include": ["gold*"], "policy": "hourly-7"}, DAILY]

    plan = protect(simulator, *rules, check_mode=True)
    run = protect(simulator, *rules)

    for each in (plan, run):
        assert each.outcome.failure
        assert "1 of 2 accounts is deferred, because a daily budget is used up" in each.outcome.failure.message
        late = accounts(each)["zfiles"]["deferred"]
        assert len(late) == 30
        assert late[0]["share"] == "share-31"
        assert "200 shares protected a day" in late[0]["reason"]
        assert late[0]["retry_after"]
        assert summary(each, "deferred", "failed", "protected") == [30, 0, 200]
    assert len(simulator.items()) == 200
    assert sum(share.startswith("gold") for _account, share in simulator.items()) == 20


def test_what_was_used_of_the_day_before_is_known(simulators: Simulators) -> None:
    simulator = simulators.start(world(registered({"name": "share", "count": 240})))
    protect(simulator, {"include": ["share-00*", "share-01*"], "policy": "daily-30"})

    plan = protect(simulator, check_mode=True)

    assert summary(plan, "protected", "deferred") == [200, 40]


def test_no_more_accounts_are_registered_than_a_day_allows(simulators: Simulators) -> None:
    simulator = simulators.start(
        world(*[account("finance", name=f"files{number:02d}", discovered=True) for number in range(53)])
    )

    run = protect(simulator, {"storage_accounts": ["files52"], "policy": "hourly-7"}, DAILY)

    assert summary(run, "accounts_changed", "accounts_failed", "deferred") == [50, 3, 3]
    assert sorted(name for name, each in accounts(run).items() if each["deferred"]) == ["files49", "files50", "files51"]
    assert accounts(run)["files51"]["deferred"][0]["share"] is None
    assert run.calls["throttled"] == 0
