# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One block of ``module_defaults``, under an anchor, serves this collection and azure.azcollection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.azurefiles.backup.tests.unit.support.modules import OPTIONS
from ansible_collections.azurefiles.backup.tests.unit.support.programs import Programs
from ansible_collections.azurefiles.backup.tests.unit.support.simulator import Simulator, Simulators
from ansible_collections.azurefiles.backup.tests.unit.support.worlds import protected, registered, world
from workplace import COLLECTIONS

# The options that all modules of azure.azcollection 3.21.0 have.
OTHERS = (
    *("auth_source", "profile", "subscription_id", "client_id", "secret", "tenant", "ad_user", "password"),
    *("cloud_environment", "cert_validation_mode", "api_profile", "adfs_authority_url", "log_mode", "log_path"),
    *("x509_certificate_path", "thumbprint", "disable_instance_discovery", "oidc_token", "oidc_token_file_path"),
)
# All modules take the same login, and the group has all of them: tests of single files hold that.
SOME = ("afs_protected_item_info", "afs_protection")
NEIGHBOUR = f"""\
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule({{name: {{"no_log": False}} for name in {OTHERS!r}}})
module.exit_json(client=module.params["client_id"])
"""


@pytest.fixture
def neighbour(tmp_path: Path) -> Path:
    """A collection in the place of azure.azcollection, with one module; the folder of collections."""
    place = tmp_path / "ansible_collections" / "azure" / "azcollection"
    (place / "meta").mkdir(parents=True)
    (place / "meta" / "runtime.yml").write_text("action_groups: {all: [azure_rm_neighbour]}", encoding="utf-8")
    (place / "plugins" / "modules").mkdir(parents=True)
    (place / "plugins" / "modules" / "azure_rm_neighbour.py").write_text(NEIGHBOUR, encoding="utf-8")
    return tmp_path


@pytest.fixture
def simulator(simulators: Simulators) -> Simulator:
    return simulators.start(world(registered(protected("finance", recovery_points=1))))


def tasks() -> list[dict[str, Any]]:
    """The vault stands in each, for the other collection has no such options."""
    vault = {"resource_group": "backup-rg", "vault_name": "backup-vault"}
    return [{"name": name, f"azurefiles.backup.{name}": OPTIONS[name] | vault} for name in SOME]


def test_one_block_serves_both_collections(simulator: Simulator, neighbour: Path, tmp_path: Path) -> None:
    login = {
        "auth_source": "auto",
        "cert_validation_mode": "validate",
        "client_id": simulator.client_id,
        "cloud_environment": simulator.url,
        "disable_instance_discovery": True,
        "secret": simulator.client_secret,
        "subscription_id": simulator.subscription_id,
        "tenant": simulator.tenant,
    }
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {
            "group/azurefiles.backup.all": login,
            "group/azure.azcollection.all": login,
            "azurefiles.backup.afs_protection": {"parallel": 7},  # another module would refuse it
        },
        "tasks": [
            *tasks(),
            {"name": "Neighbour", "azure.azcollection.azure_rm_neighbour": {}, "register": "neighbour"},
            {"name": "Login", "ansible.builtin.assert": {"that": f"neighbour.client == '{simulator.client_id}'"}},
        ],
    }
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    assert "group/azure.azcollection.all: *id001" in playbook.read_text(encoding="utf-8")

    ended = Programs(tmp_path).run(
        "ansible-playbook", "-i", "localhost,", playbook, ANSIBLE_COLLECTIONS_PATH=f"{COLLECTIONS}:{neighbour}"
    )

    assert ended.code == 0, ended.output
    assert f"ok={len(SOME) + 2} " in ended.output
