# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Use every module on a real vault, if the environment names one. Run by ``make test-live``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WANTED = {
    "AFS_LIVE_RESOURCE_GROUP": "the resource group of a Recovery Services vault",
    "AFS_LIVE_VAULT": "the vault",
    "AFS_LIVE_STORAGE_ACCOUNT": "a storage account of the vault's region and subscription",
    "AFS_LIVE_SHARE": "an SMB share of that account, which no vault protects, and whose backups may be deleted",
    "AFS_LIVE_POLICY": "a backup policy of the vault, for file shares",
}


def main() -> int:
    missing = [name for name in WANTED if not os.environ.get(name)]
    if missing:
        print("Nothing was tested: this needs a vault and a share to try things on. Set")
        for name in WANTED:
            print(f"  {name:<26}{WANTED[name]}{'' if name in missing else ' (is set)'}")
        print("and the login, as for any run: AZURE_SUBSCRIPTION_ID, AZURE_TENANT, AZURE_CLIENT_ID, AZURE_SECRET.")
        print("It takes about ten minutes, one refresh, two inquiries and one backup of the daily budgets.")
        return 0
    quiet = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
    command = ["ansible-playbook", str(Path(__file__).with_name("live.yml"))]
    return subprocess.run(command, env=os.environ | quiet, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
