# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a built archive as Ansible Galaxy does when it is published: ``galaxy_check.py ARCHIVE``.

An error or a warning fails. Run by ``make galaxy-check``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SETTINGS = """[galaxy-importer]
CHECK_REQUIRED_TAGS = True
RUN_ANSIBLE_DOC = True
RUN_ANSIBLE_LINT = True
RUN_ANSIBLE_TEST = False
"""
SUSPECT = re.compile(r"^(WARNING|ERROR|CRITICAL|Traceback)|: error|Error:")


def main(archive: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "galaxy-importer.cfg")
        settings.write_text(SETTINGS, encoding="utf-8")
        done = subprocess.run(
            ["python", "-m", "galaxy_importer.main", str(Path(archive).resolve())],
            cwd=folder,  # where the importer leaves its own result
            env=os.environ | {"GALAXY_IMPORTER_CONFIG": str(settings)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    print(done.stdout)
    said = [line for line in done.stdout.splitlines() if SUSPECT.search(line)]
    if "Importer processing completed successfully" not in done.stdout:
        said.append("The importer did not come to its end.")
    for line in said:
        print(f"Not expected: {line}")
    return 1 if done.returncode or said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
