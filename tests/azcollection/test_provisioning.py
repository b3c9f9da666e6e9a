# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide on provisioning, carried out with the real azure.azcollection at a simulated Azure.

Run by ``make test-azcollection``, which installs that collection with what it requires and says where.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure_simulator.thread import Thread
from blocks import in_rst
from test_guides import COMMANDS, FILES, missing, session, write
from workplace import COLLECTION, Azure, World

GUIDE = COLLECTION / "docs" / "docsite" / "rst" / "guide_provisioning.rst"
PATIENCE = 1800  # seconds: each module of azure.azcollection loads half a hundred of Microsoft's libraries
APPLICATION = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def azure(tmp_path: Path, thread: Thread) -> Iterator[Azure]:
    with Azure(World.of(GUIDE.stem), tmp_path, thread, PATIENCE) as azure:
        known = azure.environment
        url = known["AZURE_CLOUD_ENVIRONMENT"]
        azure.environment |= {
            "PATH": f"{os.environ['AZCOLLECTION']}:{known['PATH']}",
            # azure.azcollection reads what a cloud is from here, and keeps it in the folder of the az command.
            "ARM_CLOUD_METADATA_URL": f"{url}/metadata/endpoints?api-version=2019-05-01",
            "AZURE_CONFIG_DIR": str(tmp_path / "az"),
            "AZURE_DISABLE_INSTANCE_DISCOVERY": "true",
            "SSL_CERT_FILE": known["REQUESTS_CA_BUNDLE"],
        }
        yield azure


def recap(output: str) -> dict[str, int]:
    """The numbers of the play's last line."""
    return {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", output.split("PLAY RECAP")[1])}


def written(azure: Azure) -> list[str]:
    """What was asked of the resource manager that is no read."""
    return [
        f"{entry['method']} {entry['path']}"
        for entry in azure.simulated.entries()
        if entry["method"] not in ("GET", "HEAD")
        and not entry["path"].endswith(("/listKeys", "/checkNameAvailability"))
    ]


def test_the_guide_makes_and_protects_everything_and_a_second_run_nothing(azure: Azure) -> None:
    outputs: list[str] = []
    command = ""
    for block in in_rst(GUIDE):
        block.text = block.text.replace("application_object_id=…", f"application_object_id={APPLICATION}")
        kind = block.options.get("class")
        if kind == "beside" and block.language in COMMANDS:
            azure.simulated.forget()
            command = block.text
            outputs.append(session(azure, block))
            if "--check" in command:
                assert written(azure) == []
        elif kind == "beside" and block.language in FILES:
            write(azure, block)
        elif kind == "shows":
            assert not missing(block, outputs[-1]), (
                f"{block.place}: {missing(block, outputs[-1])} not in\n{outputs[-1]}"
            )
    assert len(outputs) == 2

    state = azure.simulated.state()
    (vault,) = state["vaults"]
    assert {(item["share"], item["policy"]) for item in vault["items"]} == {
        ("finance", "daily-30"),
        ("hiring", "daily-30"),
    }
    roles = [path for path in written(azure) if "/roleAssignments/" in path]
    assert len(roles) == 3

    azure.simulated.forget()
    again = azure.run(["bash", "-c", command])
    assert written(azure) == []
    assert recap(again)["failed"] == 0
