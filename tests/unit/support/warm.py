# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-inventory``, started from a process that has loaded it already.

Loading Ansible takes half the time of such a run. One process does it, without any code of the collection, and forks
itself for each run: what a run changes in its memory, its environment or its folder ends with it. (A run of
``ansible-playbook`` gains next to nothing: most of its time is that of the modules' own processes.)
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import ansible

PROGRAM = "ansible-inventory"
LIBRARIES = ("cryptography.x509", "msal", "requests")

_running: dict[str, Warm] = {}


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of PROGRAM."""
    # Ansible reads its settings while it is loaded, so that each set of them takes a process of its own.
    settings = {name: value for name, value in environment.items() if name.startswith("ANSIBLE_") or name == "HOME"}
    settings.pop("ANSIBLE_LOCAL_TEMP", None)
    key = json.dumps(settings, sort_keys=True)
    if key not in _running:
        _running[key] = Warm(environment)
    return _running[key].run(command, folder, environment)


class Warm:
    """The process that waits for runs; it ends with this one."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="warm-")
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=self._temporary.name,
            env=dict(environment) | {"ANSIBLE_LOCAL_TEMP": self._temporary.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._end)

    def run(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            request = {"command": command, "folder": str(folder), "environment": dict(environment)}
            self._process.stdin.write(f"{json.dumps(request)}\n")
            self._process.stdin.flush()
            code, stdout, stderr = json.loads(self._process.stdout.readline())
        return code, stdout, stderr

    def _end(self) -> None:
        self._process.communicate()
        self._temporary.cleanup()


def _serve() -> None:
    from ansible.cli.inventory import InventoryCLI
    from ansible.utils.collection_loader import _collection_finder

    for library in LIBRARIES:
        import_module(library)
    # Ansible lets this be replaced by what remembers answers: its own routes are long to read.
    read = cache(_collection_finder._meta_yml_to_dict)
    _collection_finder._meta_yml_to_dict = read
    routes = Path(ansible.__file__).parent / "config" / "ansible_builtin_runtime.yml"
    read(routes.read_bytes(), ("ansible.builtin", "runtime.yml"))
    for line in sys.stdin:
        print(json.dumps(_one(InventoryCLI, json.loads(line))), flush=True)


def _one(cli: Any, request: dict[str, Any]) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if not child:
            with Path(os.devnull).open("rb") as nothing:
                for file, number in ((nothing, 0), (stdout, 1), (stderr, 2)):
                    os.dup2(file.fileno(), number)
            _become(cli, request)
        _child, status = os.waitpid(child, 0)
        texts = []
        for file in (stdout, stderr):
            file.seek(0)
            texts.append(file.read().decode())
        return os.waitstatus_to_exitcode(status), texts[0], texts[1]


def _become(cli: Any, request: dict[str, Any]) -> None:
    code: Any = 1  # also where something fails that the program does not catch
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = request["command"]
        cli.cli_executor(request["command"])
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    # This folder has modules that are named as others are.
    sys.path.pop(0)
    _serve()
