# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the collection as a whole."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from ansible_collections.azurefiles.backup.plugins.doc_fragments.azure import ModuleDocFragment
from ansible_collections.azurefiles.backup.plugins.module_utils._arm.pipeline import VERSION
from ansible_collections.azurefiles.backup.plugins.module_utils._options.argspec import API_VERSION, AUTHENTICATION
from ansible_collections.azurefiles.backup.plugins.module_utils._options.settings import ENVIRONMENT
from ansible_collections.azurefiles.backup.tests.unit.support.modules import COLLECTION, NAMES, documentation

PLUGINS = COLLECTION / "plugins"
THIRD_PARTY = ("azure", "requests", "urllib3", "msal", "cryptography", "yaml", "jwt")


def metadata(file: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((COLLECTION / file).read_text(encoding="utf-8"))
    return read


def test_one_group_of_defaults_holds_every_module() -> None:
    assert sorted(metadata("meta/runtime.yml")["action_groups"]["all"]) == NAMES


def test_the_service_is_told_the_version_of_the_collection() -> None:
    assert metadata("galaxy.yml")["version"] == VERSION


def test_third_party_libraries_are_imported_only_where_they_are_used() -> None:
    names = [
        ".".join(("ansible_collections.azurefiles.backup.plugins", *file.relative_to(PLUGINS).with_suffix("").parts))
        for folder in ("module_utils", "modules", "doc_fragments")
        for file in sorted((PLUGINS / folder).rglob("*.py"))
    ]
    program = f"""
import sys, importlib
class Hider:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {THIRD_PARTY!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hider())
sys.path[:0] = {sys.path!r}
for name in {names!r}:
    importlib.import_module(name)
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert answer.returncode == 0, answer.stderr
    assert len(names) > 60


@pytest.mark.parametrize("name", NAMES)
def test_what_every_module_returns_is_documented(name: str) -> None:
    returned = documentation(name)

    assert set(returned["api_calls"]["contains"]) == {
        "reads",
        "writes",
        "total",
        "refreshes",
        "inquiries",
        "throttled",
        "retried",
    }
    assert set(returned["error"]["contains"]) == {"code", "message", "http_status", "request_id"}


@pytest.mark.parametrize("name", NAMES)
def test_every_module_documents_the_login_and_the_vault(name: str) -> None:
    fragments = documentation(name, "DOCUMENTATION")["extends_documentation_fragment"]

    assert "azurefiles.backup.azure" in fragments
    assert "azurefiles.backup.vault" in fragments or name == "afs_coverage_info"


def test_every_option_of_the_login_is_documented_with_its_variables() -> None:
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]

    assert set(documented) == set(AUTHENTICATION)
    for option, variables in ENVIRONMENT.items():
        if option not in ("ad_user", "password"):
            text = " ".join(documented[option]["description"])
            assert all(f"E({variable})" in text for variable in variables), option


@pytest.mark.parametrize(
    "file", ["doc_fragments/vault.py", "inventory/afs_accounts.py", "modules/afs_coverage_info.py"]
)
def test_the_documented_version_of_the_api_is_the_one_that_is_used(file: str) -> None:
    text = (PLUGINS / file).read_text(encoding="utf-8").split('DOCUMENTATION = r"""')[1].split('"""')[0]

    assert yaml.safe_load(text)["options"]["api_version"]["default"] == API_VERSION


def test_only_secrets_are_kept_from_the_output() -> None:
    assert {name for name, option in AUTHENTICATION.items() if option.get("no_log")} == {
        "secret",
        "oidc_token",
        "password",
    }
