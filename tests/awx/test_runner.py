# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job template's playbook, run by ansible-runner in the environment that AWX's credential for Azure gives."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import requests
from workplace import COLLECTION, Azure, World

SURVEY = {
    "resource_group": "backup-rg",
    "vault_name": "backup-vault",
    "storage_account": "contosofiles",
    "policy": "daily-30",
    "initial_backup": "if_missing",
    "retention_days": 30,
    "wait_timeout": 14400,
}


@dataclass(frozen=True)
class Credential:
    """The fields of the credential type "Microsoft Azure Resource Manager", of which AWX keeps empty ones as ''."""

    subscription: str = ""
    client: str = ""
    tenant: str = ""
    secret: str = ""
    username: str = ""
    password: str = ""
    cloud_environment: str = ""

    def injected(self) -> dict[str, str]:
        """The variables, as AWX sets them from these fields."""
        if self.client and self.tenant:
            login = {"AZURE_CLIENT_ID": self.client, "AZURE_TENANT": self.tenant, "AZURE_SECRET": self.secret}
        else:
            login = {"AZURE_AD_USER": self.username, "AZURE_PASSWORD": self.password}
        cloud = {"AZURE_CLOUD_ENVIRONMENT": self.cloud_environment} if self.cloud_environment else {}
        return {"AZURE_SUBSCRIPTION_ID": self.subscription} | login | cloud


@dataclass(frozen=True)
class Job:
    """A run, as AWX knows it: from the events."""

    status: str
    events: list[dict[str, Any]]

    def named(self, event: str) -> list[dict[str, Any]]:
        return [each["event_data"] for each in self.events if each["event"] == event]

    @property
    def artifacts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.named("playbook_on_stats")[0].get("artifact_data", {})
        return found

    @property
    def output(self) -> str:
        return "\n".join(each["stdout"] for each in self.events)


def run(
    azure: Azure,
    credential: Credential,
    monkeypatch: pytest.MonkeyPatch,
    *options: str,
    see: Callable[[dict[str, Any]], bool] | None = None,
) -> Job:
    """Run the job in a folder as AWX prepares it; beside the credential stands the simulator's authority.

    ``see`` is told each event as it comes.
    """
    place = azure.work / f"job-{len(list(azure.work.iterdir()))}"
    shutil.copytree(COLLECTION / "docs" / "awx", place / "project")
    around: Mapping[str, str] = {name: value for name, value in azure.environment.items() if name not in azure.login}
    for name in list(azure.environment):
        if name in azure.login:
            monkeypatch.delenv(name, raising=False)
    job = ansible_runner.run(
        private_data_dir=str(place),
        playbook="protect_account.yml",
        inventory="localhost ansible_connection=local",
        envvars={**around, **credential.injected()},
        extravars=dict(SURVEY),
        cmdline=" ".join(options) or None,
        event_handler=see,
        quiet=True,
    )
    return Job(job.status, list(job.events))


def of_the_simulator(azure: Azure, **other: str) -> Credential:
    login = azure.login
    fields = {
        "subscription": login["AZURE_SUBSCRIPTION_ID"],
        "client": login["AZURE_CLIENT_ID"],
        "tenant": login["AZURE_TENANT"],
        "secret": login["AZURE_SECRET"],
        "cloud_environment": azure.environment["AZURE_CLOUD_ENVIRONMENT"],
    }
    return Credential(**(fields | other))


def tasks(job: Job) -> dict[str, dict[str, Any]]:
    """The results of the tasks that called a module of the collection."""
    ended = job.named("runner_on_ok") + job.named("runner_on_failed")
    return {each["task"]: each["res"] for each in ended if each["task_action"].startswith("azurefiles.backup.")}


def test_job(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    running = azure(World.of("runner"))
    credential = of_the_simulator(running)

    first = run(running, credential, monkeypatch)
    assert first.status == "successful", first.output
    result = first.artifacts["protect_account_result"]
    summary = {"total": 3, "protected": 2, "changed": 2, "protected_anew": 2, "failed": 0, "excluded": 1, "left": 0}
    assert result["summary"] == result["summary"] | summary
    assert [backup["status"] for backup in result["backups"]] == ["Completed", "Completed"]
    assert all(each["changed"] for each in tasks(first).values())
    assert len(tasks(first)) == 2
    assert running.login["AZURE_SECRET"] not in json.dumps(first.events)

    second = run(running, credential, monkeypatch)
    assert second.status == "successful", second.output
    assert second.artifacts["protect_account_result"]["summary"]["changed"] == 0
    assert not any(each["changed"] for each in tasks(second).values())


def test_a_person_sees_how_far_a_job_is(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are in the job's output as AWX shows it, between those of the task and of the next one."""
    world = World.of("runner")
    world.scenario["durations"]["protect"] = 3600
    running = azure(world)

    def end_what_runs(event: dict[str, Any]) -> bool:
        """Azure needs just as long as it takes for the first line to be seen."""
        if event["stdout"].startswith("[contosofiles] 0/2 protected"):
            clock = f"{running.environment['AZURE_CLOUD_ENVIRONMENT']}/_simulator/clock"
            trusted = running.environment["REQUESTS_CA_BUNDLE"]
            requests.post(clock, json={"advance": 3600}, verify=trusted, timeout=60).raise_for_status()
        return True

    job = run(running, of_the_simulator(running), monkeypatch, see=end_what_runs)

    assert job.status == "successful", job.output
    lines = [(each["event"], each["stdout"]) for each in job.events if each["stdout"].startswith("[contosofiles]")]
    assert {event for event, _line in lines} == {"verbose"}
    (_event, first), *_between, (_event, last) = lines
    assert re.fullmatch(r"\[contosofiles\] 0/2 protected(, [12] running)?, 0:\d\d:\d\d", first)
    assert re.fullmatch(r"\[contosofiles\] 2/2 protected, 0:\d\d:\d\d", last)
    order = [
        job.output.index(words)
        for words in (
            "Register the storage account and protect its shares",
            first,
            last,
            "Back up the protected shares",
        )
    ]
    assert order == sorted(order)


def test_check_mode(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the job template does with the job type "check"."""
    running = azure(World.of("runner"))
    job = run(running, of_the_simulator(running), monkeypatch, "--check", "--diff")
    assert job.status == "successful", job.output
    assert (
        tasks(job)["Register the storage account and protect its shares"]["diff"]["after"]
        != tasks(job)["Register the storage account and protect its shares"]["diff"]["before"]
    )
    assert tasks(job)["Register the storage account and protect its shares"]["api_calls"]["writes"] == 0


@pytest.mark.parametrize("missing", [("client",), ("tenant",), ("client", "tenant", "secret")], ids="+".join)
def test_half_a_login_is_set_like_none(missing: tuple[str, ...]) -> None:
    """Such a credential comes with an empty user and password."""
    fields = {name: "x" for name in ("client", "tenant", "secret") if name not in missing}
    injected = Credential(subscription="s", **fields).injected()
    assert injected == {"AZURE_SUBSCRIPTION_ID": "s", "AZURE_AD_USER": "", "AZURE_PASSWORD": ""}


def test_subscription_only(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's managed identity is used."""
    running = azure(World.of("runner"))
    job = run(running, of_the_simulator(running, client="", tenant="", secret=""), monkeypatch, "--check")
    assert job.status == "successful", job.output


def test_no_login_at_all(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a managed identity, and without the az command, the message says what is missing."""
    running = azure(World.of("runner"))
    del running.environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"]
    running.environment["PATH"] = path_without_az(running)
    job = run(running, of_the_simulator(running, client="", tenant="", secret=""), monkeypatch)
    assert job.status == "failed"
    message = tasks(job)["Register the storage account and protect its shares"]["msg"]
    assert "this machine has no managed identity and no az command" in message
    assert "ad_user" not in message


def path_without_az(azure: Azure) -> str:
    folders = azure.environment["PATH"].split(":")
    return ":".join(folder for folder in folders if not Path(folder, "az").exists())


def test_no_subscription(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    """AWX sets AZURE_SUBSCRIPTION_ID even where the credential has none; empty counts as unset."""
    running = azure(World.of("runner"))
    job = run(running, of_the_simulator(running, subscription=""), monkeypatch)
    assert job.status == "failed"
    assert "subscription_id" in tasks(job)["Register the storage account and protect its shares"]["msg"]


def test_wrong_secret(azure: Callable[[World], Azure], monkeypatch: pytest.MonkeyPatch) -> None:
    running = azure(World.of("runner"))
    job = run(running, of_the_simulator(running, secret="not-the-secret"), monkeypatch)
    assert job.status == "failed"
    result = tasks(job)["Register the storage account and protect its shares"]
    assert result["error"]["code"] == "AADSTS7000215"
    assert "not-the-secret" not in json.dumps(job.events)
