# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that set a controller up fit the collection's playbook, and the execution environment can be prepared."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import playbook_pages
import pytest
import yaml
from blocks import in_rst
from workplace import COLLECTION

AWX = COLLECTION / "docs" / "awx"
GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_awx.rst"
# What the controller accepts of a question (its API's survey_spec).
QUESTION = {"question_name", "question_description", "required", "type", "variable", "min", "max", "default", "choices"}
TYPES = {"text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"}


# Which playbook each survey asks for.
SURVEYS = {
    "survey.json": "protect_account",
    "restore_survey.json": "restore_share",
    "drill_survey.json": "restore_drill",
}
# What the schedules answer, and which survey.
NIGHTLY = {"nightly": "survey.json", "nightly_drill": "drill_survey.json"}


def survey(file: str = "survey.json") -> list[dict[str, Any]]:
    spec: list[dict[str, Any]] = json.loads((AWX / file).read_text(encoding="utf-8"))["spec"]
    return spec


def tasks() -> dict[str, Any]:
    """The arguments of the first task with each module that sets the controller up, by the module's name."""
    plays = yaml.safe_load((AWX / "configure.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for task in plays[0]["tasks"]:
        for name in task:
            if name.startswith("awx.awx."):
                found.setdefault(name, task[name])
    return found


@pytest.mark.parametrize(
    ("name", "playbook"),
    [("Restore an Azure file share", "restore_share"), ("Prove that backups restore", "restore_drill")],
)
def test_the_templates_of_other_playbooks_have_their_files(name: str, playbook: str) -> None:
    play = yaml.safe_load((AWX / "configure.yml").read_text(encoding="utf-8"))[0]
    templates = [task["awx.awx.job_template"] for task in play["tasks"] if "awx.awx.job_template" in task]
    template = next(template for template in templates if template["name"] == name)
    assert template["playbook"] == f"{playbook}.yml"
    assert (AWX / template["playbook"]).exists()
    (file,) = re.findall(r"'(\w+\.json)'", template["survey_spec"])
    assert SURVEYS[file] == playbook


def test_one_drill_runs_at_a_time() -> None:
    play = yaml.safe_load((AWX / "configure.yml").read_text(encoding="utf-8"))[0]
    templates = [task["awx.awx.job_template"] for task in play["tasks"] if "awx.awx.job_template" in task]
    assert [each["name"] for each in templates if each["allow_simultaneous"] is False] == ["Prove that backups restore"]


@pytest.mark.parametrize("file", SURVEYS)
def test_questions_are_well_formed(file: str) -> None:
    for question in survey(file):
        assert question.keys() <= QUESTION
        assert question["type"] in TYPES
        if question["type"] == "multiplechoice":
            assert question["default"] in question["choices"]
        if question["type"] == "integer" and question["default"] != "":
            assert question["min"] <= question["default"] <= question["max"]


@pytest.mark.parametrize("file", SURVEYS)
def test_questions_are_variables_of_the_playbook(file: str) -> None:
    """What the playbook demands is asked for, as required; the rest has the playbook's choices and defaults."""
    options = playbook_pages.specification(SURVEYS[file])["options"]
    required = {question["variable"] for question in survey(file) if question["required"]}
    assert required == {name for name, option in options.items() if option.get("required")}
    for question in survey(file):
        option = options[question["variable"]]
        choices, default = option.get("choices"), option.get("default", "")
        if option["type"] == "bool":  # a controller has no question for yes or no
            choices, default = ["false", "true"], str(default).lower()
        assert question.get("choices") == choices
        if not question["required"]:
            assert question["default"] == default


def test_the_playbook_and_the_role_take_the_same() -> None:
    file = COLLECTION / "roles" / "protect_account" / "meta" / "argument_specs.yml"
    role = yaml.safe_load(file.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    playbook = playbook_pages.specification("protect_account")["options"]
    assert list(role) == [f"protect_account_{name}" for name in playbook]
    for name, option in playbook.items():
        of_role = role[f"protect_account_{name}"]
        assert option | {"description": ""} == of_role | {"description": ""}


@pytest.mark.parametrize("nightly", NIGHTLY)
def test_schedules_answer_their_surveys(nightly: str) -> None:
    play = yaml.safe_load((AWX / "configure.yml").read_text(encoding="utf-8"))[0]
    answers, questions = play["vars"][nightly].keys(), survey(NIGHTLY[nightly])
    assert {question["variable"] for question in questions if question["required"]} <= answers
    assert answers <= {question["variable"] for question in questions}
    schedules = [task["awx.awx.schedule"] for task in play["tasks"] if "awx.awx.schedule" in task]
    assert f"{{{{ {nightly} }}}}" in [each["extra_data"] for each in schedules]


def test_schedule_names_its_organization() -> None:
    assert tasks()["awx.awx.schedule"]["organization"] == tasks()["awx.awx.project"]["organization"]


def test_a_renewed_secret_gets_in() -> None:
    assert tasks()["awx.awx.credential"]["update_secrets"] is True


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_an_empty_login_is_refused_before_anything_is_created(tmp_path: Path, value: str | None) -> None:
    """By the play's first task; it looks at each variable in turn, and tells all that are wrong."""
    play = yaml.safe_load((AWX / "configure.yml").read_text(encoding="utf-8"))[0]
    first, second = play["tasks"][:2]
    assert "awx.awx.project" in second
    file = tmp_path / "first.yml"
    file.write_text(yaml.safe_dump([{**play, "tasks": [first]}]), encoding="utf-8")
    names = {f"AZURE_{part}" for part in ("SUBSCRIPTION_ID", "TENANT", "CLIENT_ID", "SECRET")}
    environment = {key: text for key, text in os.environ.items() if not key.startswith("AZURE_")}
    login = {} if value is None else dict.fromkeys(names, value)

    done = subprocess.run(
        ["ansible-playbook", "-i", "localhost,", str(file)],
        env=environment | login,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    said = re.findall(
        r"(\w+) is empty or missing in the environment; nothing has been created\.", done.stdout + done.stderr
    )
    assert set(said) == names


def test_job_template() -> None:
    template = json.loads((AWX / "job_template.json").read_text(encoding="utf-8"))
    assert (AWX / template["playbook"]).exists()
    created = tasks()["awx.awx.job_template"]
    for field, value in template.items():
        assert created[field] == f"{{{{ template.{field} }}}}", field
        assert value is not None


@pytest.fixture
def context(tmp_path: Path) -> Path:
    """What ansible-builder prepares from the example, with this collection in place of a released one."""
    definition = yaml.safe_load((AWX / "execution-environment.yml").read_text(encoding="utf-8"))
    assert definition["dependencies"]["galaxy"]["collections"][0]["name"] == "azurefiles.backup"
    file = tmp_path / "execution-environment.yml"
    shutil.copy(AWX / "execution-environment.yml", file)
    command = ["ansible-builder", "create", "-f", str(file), "-c", str(tmp_path / "context")]
    command += ["--output-filename", "Containerfile"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path / "context"


def test_execution_environment(context: Path) -> None:
    recipe = (context / "Containerfile").read_text(encoding="utf-8")
    assert "python:3.13-slim-trixie" in recipe
    assert "ansible-galaxy collection install" in recipe
    wanted = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert wanted["collections"][0]["name"] == "azurefiles.backup"


def test_what_the_image_gets_of_python(tmp_path: Path) -> None:
    """ansible-builder reads the collection's own metadata; only what the modules need gets in."""
    place = tmp_path / "ansible_collections" / "azurefiles"
    place.mkdir(parents=True)
    (place / "backup").symlink_to(COLLECTION)
    command = ["ansible-builder", "introspect", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = yaml.safe_load(done.stdout)
    lines = [re.split(r"[<>=~ ]", line)[0] for line in found["python"]]
    assert lines == ["azure-core", "azure-identity", "requests"]
    assert not found.get("system")


def test_the_guide_shows_these_files() -> None:
    shown = {block.options.get("caption"): block.text for block in in_rst(GUIDE)}
    for name in ("execution-environment.yml", "protect_account.yml", "collections/requirements.yml"):
        assert shown[name] == (AWX / name).read_text(encoding="utf-8").split("---\n", 1)[1]
