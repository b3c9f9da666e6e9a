# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running modules as Ansible runs them, and reading what they say about themselves."""

from __future__ import annotations

import importlib
import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from ansible.module_utils import _internal
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS
from ansible.module_utils.testing import patch_module_args

try:
    from ansible.module_utils import secrets
    from ansible.module_utils._internal._secrets import SecretMasker
except ImportError:  # ansible-core before 2.22
    secrets = None

COLLECTION = Path(__file__).resolve().parents[3]
PACKAGE = "ansible_collections.azurefiles.backup.plugins.modules"
NAMES = sorted(file.stem for file in (COLLECTION / "plugins" / "modules").glob("afs_*.py"))

# Since ansible-core 2.21 a module returns its options only if asked to.
INVOCATION = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
QUICK = {"poll_interval": 0.05}

# Options with which each module has something to do; afs_job also needs a job.
OPTIONS: dict[str, dict[str, Any]] = {
    "afs_backup_trigger": {"storage_account": "contosofiles", "all_shares": True, **QUICK},
    "afs_container_registration": {"storage_account": "contosofiles", **QUICK},
    "afs_coverage_info": {},
    "afs_job": {**QUICK},
    "afs_job_info": {},
    "afs_policy": {"name": "daily-30", "retention": {"days": 30}, **QUICK},
    "afs_policy_info": {},
    "afs_protectable_item_info": {"storage_account": "fabrikamfiles", **QUICK},
    "afs_protected_item_info": {},
    "afs_protection": {"storage_account": "contosofiles", "all_shares": True, "policy": "daily-30", **QUICK},
    "afs_recovery_point_info": {"storage_account": "contosofiles", "share": "finance"},
    "afs_vault_protection": {"rules": [{"storage_accounts": ["contosofiles"], "policy": "daily-30"}], **QUICK},
    "afs_restore": {"storage_account": "contosofiles", "share": "finance", "target": {"folder": "back"}, **QUICK},
    "afs_restore_drill": {"sample": 1, "target_storage_account": "drillfiles", **QUICK},
}


class Result(dict[str, Any]):
    """What a module returned; ``text`` is all that it wrote."""

    text: str = ""


class Modules:
    """Runs modules in this process, as Ansible would with these options."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(
        self, name: str, options: dict[str, Any] | None = None, *, check_mode: bool = False, diff: bool = False
    ) -> Result:
        arguments = {
            "resource_group": "backup-rg",
            "vault_name": "backup-vault",
            **(OPTIONS[name] if options is None else options),
            "_ansible_check_mode": check_mode,
            "_ansible_diff": diff,
            "_ansible_verbosity": 4,
            **INVOCATION,
        }
        module = importlib.import_module(f"{PACKAGE}.{name}")
        self._capsys.readouterr()
        # Ansible keeps them for as long as a process lives, which with it is one module.
        warnings._global_warnings.clear()
        warnings._global_deprecations.clear()
        with own_secrets():
            with (
                patch_module_args(arguments),
                # Another test may have loaded Ansible's own side, which would show the warnings itself.
                patch.object(_internal, "is_controller", False),
                pytest.raises(SystemExit),
            ):
                module.main()
            written = self._capsys.readouterr()
            output = shown(written.out)
        result = Result(json.loads(output))
        result.text = output + written.err
        return result


def own_secrets() -> AbstractContextManager[Any]:
    """The secrets of others are not masked: Ansible keeps them for as long as a process lives, too."""
    return patch.object(secrets, "_secret_masker", SecretMasker()) if secrets else nullcontext()


def shown(text: str) -> str:
    """What Ansible shows of a module's output. Since 2.22 it masks what the module names to it as secrets."""
    result = json.loads(text)
    result.pop("_ansible_new_secrets", None)
    output = json.dumps(result)
    return str(secrets.mask_secrets(output)) if secrets else output


def documentation(name: str, part: str = "RETURN") -> dict[str, Any]:
    """DOCUMENTATION or RETURN of a module, read."""
    module = importlib.import_module(f"{PACKAGE}.{name}")
    text: dict[str, Any] = yaml.safe_load(getattr(module, part))
    return text
