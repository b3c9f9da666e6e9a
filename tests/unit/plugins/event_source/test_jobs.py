# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source, run as the rule engine runs it, over simulated weeks."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.azurefiles.backup.plugins.module_utils import _watch
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._options.argspec import AUTHENTICATION
from ansible_collections.azurefiles.backup.plugins.module_utils._options.watching import WATCHING
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world
from workplace import COLLECTIONS

SOURCE = Path(__file__).parents[4] / "extensions" / "eda" / "plugins" / "event_source" / "jobs.py"
HOUR = 3600
DAY = 24 * HOUR
LOGIN = {
    "tenant": "t.example",
    "client_id": "5a3c9d5e-0f4e-4c1b-9a57-b0f0f1e5a009",
    "secret": "s",
    "subscription_id": "5a3c9d5e-0f4e-4c1b-9a57-b0f0f1e5a001",
}
VAULT = {"resource_group": "backup-rg", "vault_name": "backup-vault"}

Event = dict[str, Any]


def source() -> Any:
    """The file, loaded by its path as the rule engine does."""
    spec = importlib.util.spec_from_file_location("azurefiles_backup_jobs", SOURCE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Engine:
    """A rule engine with a clock that the source's sleep moves. ``feedback`` confirms so many events, then no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> None:
        self._simulator = simulator
        self._now = datetime.now(timezone.utc)
        simulator.stop_clock()
        for name, value in simulator.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(_watch, "now", lambda: self._now)

    def run(
        self, rounds: int = 1, before: Callable[[int], None] | None = None, feedback: int | None = None, **args: Any
    ) -> list[Event]:
        """What the source tells in so many looks; ``before`` is called ahead of each but the first."""
        events: list[Event] = []
        confirmed: asyncio.Queue[Any] | None = None if feedback is None else asyncio.Queue()
        left = rounds

        class Told(asyncio.Queue[Any]):
            async def put(self, event: Any) -> None:
                events.append(json.loads(json.dumps(event)))
                if confirmed is not None and len(events) <= (feedback or 0):
                    await confirmed.put(event)

        async def sleep(seconds: float) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise asyncio.CancelledError
            self._simulator.pass_time(seconds)
            self._now += timedelta(seconds=seconds)
            if before:
                before(rounds - left)

        jobs = source()
        jobs.pause = sleep
        given = VAULT | args | ({"eda_feedback_queue": confirmed, "feedback": True} if confirmed is not None else {})
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(jobs.main(Told(), given))
        return events


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, simulators: Simulators) -> Callable[..., Engine]:
    return lambda *accounts, **settings: Engine(monkeypatch, simulators.start(world(*accounts, **settings)))


@pytest.fixture(autouse=True)
def others_log_again() -> Iterator[None]:
    """The source quietens its libraries for as long as its process lives, which with it is one rulebook."""
    yield
    for name in source().TALKATIVE:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def daily(engine: Callable[..., Engine]) -> Engine:
    """Two shares that are backed up each day."""
    return engine(registered(protected("finance"), protected("hiring")), scheduled_backups=True)


def told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["share"], (each.get("job") or {}).get("status", "")) for each in events]


def test_each_backup_of_three_weeks_is_told_once(daily: Engine) -> None:
    events = daily.run(rounds=22, interval=DAY)
    assert sorted(told(events)) == [
        ("job", share, "Completed") for share in ("finance", "hiring") for _day in range(21)
    ]
    assert len({each["job"]["job_id"] for each in events}) == 42
    first = events[0]
    assert first["vault_name"] == "backup-vault"
    assert first["storage_account"] == "contosofiles"
    assert first["job"]["operation"] == "Backup"


def test_a_look_at_the_jobs_is_one_read(daily: Engine) -> None:
    daily.run(rounds=4)
    assert daily._simulator.tally() == {"GET backupJobs": 4}


def test_a_restart_neither_loses_nor_repeats(daily: Engine, tmp_path: Path) -> None:
    kept = str(tmp_path / "state" / "vault.json")
    ids = [
        each["job"]["job_id"] for _start in range(4) for each in daily.run(rounds=3, interval=DAY // 2, state_file=kept)
    ]
    assert len(ids) == len(set(ids))
    assert len(ids) == sum(job["operation"] == "Backup" for job in daily._simulator.jobs())


def test_what_the_engine_did_not_take_in_is_told_again(daily: Engine, tmp_path: Path) -> None:
    kept = str(tmp_path / "vault.json")
    daily.run(state_file=kept)
    daily._simulator.pass_time(DAY)
    daily._now += timedelta(days=1)
    with pytest.raises(TimeoutError):
        daily.run(state_file=kept, feedback=1, feedback_timeout=1)
    events = daily.run(state_file=kept, feedback=9)
    assert len(events) == 1


def test_an_hour_without_azure_loses_nothing(daily: Engine, caplog: pytest.LogCaptureFixture) -> None:
    def spoil(looked: int) -> None:
        if looked == 2:
            daily._simulator.plan({"path": "/backupJobs", "status": 403, "times": 3, "code": "AuthorizationFailed"})

    events = daily.run(rounds=9, before=spoil, interval=DAY // 2)
    assert sorted(told(events)) == sorted([("job", share, "Completed") for share in ("finance", "hiring")] * 4)
    assert [record.levelname for record in caplog.records if record.name == "azurefiles.backup.jobs"] == ["WARNING"] * 3


def test_filters_leave_out(daily: Engine) -> None:
    events = daily.run(rounds=4, interval=DAY, shares=["fin*"], operations="Backup\nRestore")
    assert {each["share"] for each in events} == {"finance"}
    assert daily.run(rounds=4, interval=DAY, statuses=["Failed"]) == []
    assert daily.run(rounds=2, interval=DAY, storage_account="otherfiles") == []


def test_gaps_and_overdue_recovery_points(engine: Callable[..., Engine]) -> None:
    rig = engine(registered(protected("finance", recovery_points=1), "hiring"))

    def change(looked: int) -> None:
        if looked == 2:
            rig._simulator.change_share("contosofiles", "legal", "create")

    events = rig.run(rounds=7, before=change, events=["gap", "overdue"], interval=DAY // 2)
    assert sorted((each["kind"], each["share"]) for each in events) == [
        ("gap", "hiring"),
        ("gap", "legal"),
        ("overdue", "finance"),
    ]
    assert events[0]["coverage"]["coverage"] == "unprotected"


def test_the_shares_are_looked_at_less_often(engine: Callable[..., Engine]) -> None:
    rig = engine(registered("hiring"))
    rig.run(rounds=13, events=["job", "gap"])
    assert rig._simulator.tally()["GET backupProtectedItems"] == 2


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no vault": ({"vault_name": None}, "missing required arguments: vault_name"),
    "a word for a number": ({"interval": "often"}, "interval"),
    "no time": ({"interval": 0}, "interval is 0, but it has to be more than 0."),
    "an unknown kind": ({"events": ["backup"]}, "value of events must be one or more of: job, gap, overdue"),
    "an unknown option": ({"vaultname": "x"}, "unknown arguments: vaultname. Supported parameters include"),
    "a vault that cannot be": ({"vault_name": "back up"}, "vault_name 'back up' cannot be right"),
    "an age that is none": ({"max_age_hours": -1}, "max_age_hours is -1.0, but it has to be more than 0."),
    "nothing to tell": ({"events": []}, "events is empty"),
}


@pytest.mark.parametrize("args,message", WRONG.values(), ids=WRONG)
def test_what_cannot_be_right_is_refused(args: Event, message: str) -> None:
    given = {name: value for name, value in (VAULT | args).items() if value is not None}
    with pytest.raises(BackupError) as refused:
        _watch.Watcher(given)
    assert message in refused.value.message


def test_a_state_file_of_another_kind_is_not_overwritten(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    for content in ("[]", "not json"):
        notes.write_text(content, encoding="utf-8")
        with pytest.raises(BackupError) as refused:
            _watch.Watcher(VAULT | {"state_file": str(notes)} | LOGIN)
        assert refused.value.message.startswith(f"state_file '{notes}' ")
        assert notes.read_text(encoding="utf-8") == content


@pytest.mark.usefixtures("daily")
def test_it_finds_the_collection_that_it_is_in() -> None:
    """Nobody else's Python knows the folder of the collections, so the environment that tells it here is left out."""
    installed = COLLECTIONS / "ansible_collections" / "azurefiles" / "backup" / SOURCE.relative_to(SOURCE.parents[4])
    alone = subprocess.run(
        [sys.executable, "-I", installed, json.dumps({"vault_name": "backup-vault"})],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (alone.returncode, alone.stderr) == (1, "missing required arguments: resource_group.\n")


def test_a_wrong_login_ends_the_source_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AZURE_SECRET", "not-the-right-one")
    with caplog.at_level(logging.DEBUG), pytest.raises(BackupError) as refused:
        asyncio.run(source().main(asyncio.Queue(), dict(VAULT)))
    assert "not-the-right-one" not in refused.value.message + caplog.text


def test_a_service_that_repeats_the_secret_does_not_show_it(
    monkeypatch: pytest.MonkeyPatch, simulators: Simulators
) -> None:
    simulator = simulators.start(world(registered("finance")))
    for name, value in simulator.environment.items():
        monkeypatch.setenv(name, value)
    words = f"You sent {simulator.client_secret}, I say."
    simulator.plan({"path": "/backupJobs$", "status": 400, "body": {"error": {"code": "Echo", "message": words}}})

    with pytest.raises(BackupError) as refused:
        list(_watch.Watcher(VAULT).look())

    assert f"Echo: You sent {_watch.MASK}, I say." in refused.value.message


def test_documentation_and_schema_tell_the_same_options() -> None:
    documented = yaml.safe_load(source().DOCUMENTATION)["options"]
    assert set(documented) == set(WATCHING)
    schema = json.loads((SOURCE.parent / "schemas" / "jobs.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(WATCHING) | set(AUTHENTICATION)
    assert schema["required"] == ["resource_group", "vault_name"]
    for name, option in WATCHING.items():
        assert documented[name].get("default") == option.get("default"), name
        assert documented[name]["type"] == option["type"], name
        assert documented[name].get("choices") == option.get("choices"), name
        assert schema["properties"][name].get("default") == option.get("default"), name
