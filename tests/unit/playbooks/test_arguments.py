# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook says that it takes is what it uses."""

from __future__ import annotations

import re
from pathlib import Path

import playbook_pages
import pytest
import yaml

COLLECTION = Path(__file__).resolve().parents[3]
PLAYBOOKS = COLLECTION / "playbooks"
# Of each account, so that protect_vault reads them from the variables of its host.
OF_HOSTS = {"policy", "include", "exclude", "initial_backup", "retention_days", "stopped"}


@pytest.mark.parametrize("name", playbook_pages.names())
def test_a_playbook_uses_what_it_takes(name: str) -> None:
    files = [PLAYBOOKS / f"{name}.yml", *(PLAYBOOKS / "templates").glob(f"{name}_*")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert f"arguments_of: {name}\n" in text
    used = set(re.findall(r"__given\.(\w+)", text))
    assert used == set(playbook_pages.specification(name)["options"])


def test_the_defaults_of_the_role_are_those_that_it_documents() -> None:
    role = COLLECTION / "roles" / "protect_account"
    spec = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = spec["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert yaml.safe_load((role / "defaults" / "main.yml").read_text(encoding="utf-8")) == documented


def test_what_accounts_have_of_their_own_is_read_from_their_hosts() -> None:
    rules = (PLAYBOOKS / "templates" / "protect_vault_rules.json.j2").read_text(encoding="utf-8")
    assert set(re.findall(r"host\.(\w+)", rules)) - {"afs_storage_account_id"} == OF_HOSTS
    assert set(re.findall(r"options\.(\w+)\.default", rules)) == OF_HOSTS - {"policy"}
