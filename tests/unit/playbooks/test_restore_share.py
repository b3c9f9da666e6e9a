# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Ended, Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import (
    VAULT,
    account,
    protected,
    registered,
    world,
)

PLAYBOOK = "azurefiles.backup.restore_share"
EMPTY = (
    *("storage_account_resource_group", "recovery_point", "files", "target_storage_account"),
    *("target_storage_account_resource_group", "target_share", "in_place", "conflict", "wait_timeout"),
    *("target_subscription_id", "use_secondary_region", "secondary_region"),
)


def play(programs: Programs, answers: dict[str, Any], *arguments: str) -> Ended:
    """With the answers as a controller hands those of a survey over."""
    given = {"resource_group": "backup-rg", "vault_name": "backup-vault", "storage_account": "contosofiles"}
    file = programs.folder / "answers.json"
    file.write_text(json.dumps(given | answers), encoding="utf-8")
    return programs.run("ansible-playbook", PLAYBOOK, "-e", f"@{file}", *arguments, ANSIBLE_SHOW_CUSTOM_STATS="true")


def test_empty_answers_mean_the_defaults(simulators: Simulators, tmp_path: Path) -> None:
    """What an earlier step has handed over is not told again."""
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1))))
    answers = dict.fromkeys(EMPTY, "") | {"share": "finance", "target_folder": "beside"}
    earlier = {"restore_share_result": {"job_id": "an-earlier-one"}}

    ended = play(Programs(tmp_path, simulator), answers | earlier, "--check")

    assert ended.code == 0, ended.output
    assert "contosofiles/finance: the full share would be restored to contosofiles/finance/beside" in ended.output
    assert ended.stats["restore_share_result"]["job_id"] is None
    assert "deprecated" not in ended.output.lower()


@pytest.mark.parametrize(
    "files",
    ["a, b.txt\r\n reports/\n\n", ["a, b.txt", {"path": " reports", "type": "directory"}]],
    ids=["text", "list"],
)
def test_files_may_be_plain_paths(simulators: Simulators, tmp_path: Path, files: str | list[Any]) -> None:
    """As an answer of a survey, one on each line, or in a list."""
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1))))
    answers = {"share": "finance", "target_folder": "beside", "files": files}

    ended = play(Programs(tmp_path, simulator), answers)

    assert ended.code == 0, ended.output
    sent = [request for request in simulator.journal() if request.path.endswith("/restore")]
    assert len(sent) == 1
    assert ended.stats["restore_share_result"]["restored_files"] is not None


def test_a_list_that_names_no_file_restores_none(simulators: Simulators, tmp_path: Path) -> None:
    simulator = simulators.start(world(registered(protected("finance", recovery_points=1))))

    ended = play(Programs(tmp_path, simulator), {"share": "finance", "files": []})

    assert ended.code != 0
    assert "files is empty" in ended.output
    assert [request for request in simulator.journal() if request.method == "POST"] == []


def test_a_share_is_restored_from_the_other_region_into_another_subscription(
    simulators: Simulators, tmp_path: Path
) -> None:
    """The token that it takes is in no output, however much of that there is."""
    abroad = "8b5e0f7a-3d35-4f0c-9d43-9c0f6d1e2004"
    vault = VAULT | {"policies": [{"name": "tiered", "days": 3, "vault_days": 30}], "cross_region_restore": True}
    refuge = account("finance", name="refuge", location="northeurope", subscription_id=abroad)
    simulator = simulators.start(
        world(
            account(protected("finance", "tiered", recovery_points=1)),
            refuge,
            durations={"secondary_restore_start": 0.0, "secondary_restore": 0.0},
            vaults=[vault],
        )
    )
    answers = {
        "share": "finance",
        "target_folder": "from-there",
        "target_storage_account": "refuge",
        "target_subscription_id": abroad,
        "use_secondary_region": "true",
    }

    ended = play(Programs(tmp_path, simulator), answers, "-vvv")

    assert ended.code == 0, ended.output
    result = ended.stats["restore_share_result"]
    assert (result["status"], result["region"], result["target"]["subscription_id"]) == (
        "Completed",
        "northeurope",
        abroad,
    )
    assert "contosofiles/finance: restored to refuge/finance/from-there" in ended.output
    (token,) = simulator.point_tokens()
    assert token not in ended.output
