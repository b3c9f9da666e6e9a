# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare a home folder in which ansible-test can install what it needs: ``prepare.py HOME``.

ansible-test passes no environment on to pip, so the user's settings of pip go to a file in that folder. And where the
host of its get-pip cannot be reached, a stand-in takes the place of the download.
"""

from __future__ import annotations

import ast
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import ansible_test
import requests

STAND_IN = Path(__file__).parent / "get_pip.py"
HOST = "https://ci-files.testing.ansible.com/"
TIMEOUT = 5  # seconds


def main(home: Path) -> None:
    write_pip_settings(home / ".config" / "pip" / "pip.conf")
    version = pip_version(Path(next(iter(ansible_test.__path__))))
    downloaded = home / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
    if not can_reach(f"{HOST}ansible-test/get-pip-{version}.py"):
        downloaded.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STAND_IN, downloaded)


def write_pip_settings(file: Path) -> None:
    """What pip goes by here, from its files and from the environment."""
    settings = configparser.RawConfigParser()
    settings["global"] = {"cache-dir": pip("cache", "dir").strip()}
    for line in pip("config", "list").splitlines():
        name, value = line.split("=", maxsplit=1)
        section, key = name.rsplit(".", maxsplit=1)
        section = section.replace(":env:", "global")
        if not settings.has_section(section):
            settings.add_section(section)
        settings[section][key] = str(ast.literal_eval(value))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as stream:
        settings.write(stream)


def pip(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pip", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def pip_version(package: Path) -> str:
    """The version of pip whose get-pip this ansible-test wants."""
    source = (package / "_internal" / "python_requirements.py").read_text(encoding="utf-8")
    found = re.search(r"\bpip='([\d.]+)'", source)
    if not found:
        sys.exit("This version of ansible-test does not say which version of pip it installs.")
    return found[1]


def can_reach(url: str) -> bool:
    try:
        return requests.head(url, timeout=TIMEOUT).ok
    except requests.RequestException:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
