# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the unit and integration tests with every version of ansible-core that this machine's Pythons can run.

Each version gets a copy of the tracked and new files and an environment of its own in .build/matrix. Run by
``make test-matrix``; ``matrix.py 2.21 unit`` takes some versions, or some targets, only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from contained import Interrupted, call, containment

# Each version of ansible-core, and the Pythons it is tried with: one of those it supports on a controller.
VERSIONS = {"2.19": ("3.11", "3.12", "3.13"), "2.20": ("3.12", "3.13"), "2.21": ("3.13", "3.12"), "2.22": ("3.13",)}
TARGETS = ("unit", "integration")
PLACE = Path(".build/matrix")


def pythons() -> dict[str, str]:
    """Programs that can make environments, by version, from PATH and pyenv."""
    found = {}
    for version in sorted({each for some in VERSIONS.values() for each in some}):
        kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
        for program in [shutil.which(f"python{version}"), *map(str, reversed(kept))]:
            if (
                program
                and subprocess.run([program, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0
            ):
                found[version] = program
                break
    return found


def pairs(found: dict[str, str]) -> list[tuple[str, str]]:
    """The oldest Python with the oldest version, and each other version with one Python."""
    chosen = []
    for core, supported in VERSIONS.items():
        usable = [python for python in supported if python in found]
        if usable:
            chosen.append((core, usable[0]))
        else:
            print(f"ansible-core {core} needs Python {' or '.join(supported)}, which is not here", flush=True)
    return chosen


def copy(target: Path) -> None:
    """The files as they are now, those that git ignores left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True
    )
    for old in target.glob("*"):
        if old.name != ".build":
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for name in filter(None, listed.stdout.decode().split("\0")):
        if Path(name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(name, target / name, follow_symlinks=False)
    # ansible-test takes its list of files from git.
    if not (target / ".git").exists():
        subprocess.run(["git", "init", "--quiet", str(target)], check=True)
    subprocess.run(["git", "-C", str(target), "add", "--all"], check=True)


def try_out(core: str, python: str, program: str, targets: list[str]) -> tuple[str, bool]:
    target = PLACE / f"core-{core}-python-{python}"
    target.mkdir(parents=True, exist_ok=True)
    copy(target)
    begin = time.monotonic()
    # A release candidate is taken only where there is no release yet.
    wanted = f"ansible-core~={core}.0rc1" if core == "2.22" else f"ansible-core~={core}.0"
    make = [os.environ.get("MAKE", "make"), "--no-print-directory", "-C", str(target)]
    code = call([*make, f"PYTHON={program}", f"ANSIBLE_CORE={wanted}", *targets])
    version = subprocess.run([str(target / ".build/venv/bin/ansible"), "--version"], capture_output=True, text=True)
    exact = re.search(r"core ([^\]]+)", version.stdout) if version.returncode == 0 else None
    right = code == 0 and exact is not None and exact[1].startswith(f"{core}.")
    name = f"ansible-core {exact[1] if exact else core}, Python {python}"
    return f"{name:<36}{'passed' if right else 'FAILED'} in {time.monotonic() - begin:.0f} s", right


def main(words: list[str]) -> int:
    cores = [word for word in words if word in VERSIONS]
    targets = [word for word in words if word not in VERSIONS] or list(TARGETS)
    found = pythons()
    verdicts = []
    try:
        with containment():
            for core, python in pairs(found):
                if not cores or core in cores:
                    print(f"===== ansible-core {core}, Python {python} =====", flush=True)
                    verdicts.append(try_out(core, python, found[python], targets))
                    print(verdicts[-1][0], flush=True)
    except Interrupted as interrupted:
        return interrupted.code
    print("\n===== All versions =====")
    print("\n".join(text for text, _right in verdicts))
    return 0 if verdicts and all(right for _text, right in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
