# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs programs in forks of a process that has loaded what takes them long to load: ``server.py LISTENER``.

Libraries are half of a module's time, and Ansible itself, with the archives that it makes of the modules, most of that
of a playbook. Nothing of the collection is loaded here, and what a run changes in its memory, its environment or its
folder ends with it. Ansible reads its settings while it is loaded, so that each set of them has a process of its own.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

LIBRARIES = ("azure.identity", "cryptography.x509", "msal", "requests")
PROGRAMS = {
    "ansible-inventory": ("ansible.cli.inventory", "InventoryCLI"),
    "ansible-playbook": ("ansible.cli.playbook", "PlaybookCLI"),
}
LONGEST = 1 << 20  # bytes of a request

Request = dict[str, Any]
Program = Callable[[Request], None]


class Runs:
    """The processes that run programs. Each client hears which process is its own, and then that one's exit code."""

    def __init__(self) -> None:
        self._clients: dict[int, tuple[int, socket.socket]] = {}
        gc.collect()
        gc.freeze()  # a process that looks for garbage would copy all that it finds

    def wait_for(self, *others: Any) -> list[Any]:
        """Which of the others can be read."""
        while True:
            ready = select.select([*self._clients, *others], [], [])[0]
            for ended in self._clients.keys() & ready:
                self._tell(ended)
            if found := [other for other in others if other in ready]:
                return found

    def _tell(self, ended: int) -> None:
        process, client = self._clients.pop(ended)
        os.close(ended)
        _process, status = os.waitpid(process, 0)
        say(client, os.waitstatus_to_exitcode(status))
        client.close()

    def start(self, request: Request, client: socket.socket, files: list[int], program: Program) -> None:
        process = os.fork()
        if not process:
            for number, file in enumerate(files):
                os.dup2(file, number)
            close(client, files)
            settle(request)
            program(request)
        say(client, process)
        self._clients[os.pidfd_open(process)] = process, client
        for file in files:
            os.close(file)


def say(client: socket.socket, number: int) -> None:
    with suppress(BrokenPipeError):  # it may have been killed
        client.send(str(number).encode())


def close(client: socket.socket, files: list[int]) -> None:
    client.close()
    for file in files:
        os.close(file)


def serve(listener: socket.socket) -> None:
    """Take the clients' requests. It ends with the process that has started it, and so with the standard input."""
    for library in LIBRARIES:
        import_module(library)
    runs = Runs()
    loaded: dict[str, socket.socket] = {}
    while sys.stdin not in runs.wait_for(listener, sys.stdin):
        client, _address = listener.accept()
        packet, files, _flags, _from = socket.recv_fds(client, LONGEST, 3)
        request = json.loads(packet)
        if request["name"] not in PROGRAMS:
            runs.start(request, client, files, run_file)
            continue
        settings = settings_of(request)
        if settings not in loaded:
            known = [each.fileno() for each in (listener, client, *loaded.values())]
            loaded[settings] = with_ansible(request, known + files)
        socket.send_fds(loaded[settings], [packet], [client.fileno(), *files])
        close(client, files)


def settings_of(request: Request) -> str:
    """What Ansible reads while it is loaded, but for the folder of its temporary files, which may be anywhere."""
    known = {name: value for name, value in request["environment"].items() if name.startswith("ANSIBLE_")}
    known.setdefault("ANSIBLE_HOME", request["environment"]["HOME"])
    known.pop("ANSIBLE_LOCAL_TEMP", None)
    return json.dumps(known, sort_keys=True)


def with_ansible(request: Request, not_its: list[int]) -> socket.socket:
    """Load Ansible in a new process, to which requests can be sent. It ends with this one."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        there.close()
        return here
    here.close()
    for file in not_its:
        os.close(file)
    with tempfile.TemporaryDirectory(prefix="warm-") as temporary:
        settle(request | {"environment": request["environment"] | {"ANSIBLE_LOCAL_TEMP": temporary}})
        clis = {name: getattr(import_module(module), cli) for name, (module, cli) in PROGRAMS.items()}
        remember_routes()
        runs = Runs()
        while runs.wait_for(there):
            packet, files, _flags, _from = socket.recv_fds(there, LONGEST, 4)
            if not packet:
                break
            request, client = json.loads(packet), socket.socket(fileno=files[0])
            runs.start(request, client, files[1:], lambda request: run_ansible(clis[request["name"]], request))
    os._exit(0)


def remember_routes() -> None:
    """Ansible lets this be replaced by what remembers answers: its own routes are long to read."""
    import ansible
    from ansible.utils.collection_loader import _collection_finder

    read = cache(_collection_finder._meta_yml_to_dict)
    _collection_finder._meta_yml_to_dict = read
    routes = Path(ansible.__file__).parent / "config" / "ansible_builtin_runtime.yml"
    read(routes.read_bytes(), ("ansible.builtin", "runtime.yml"))


def settle(request: Request) -> None:
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])


def run_file(request: Request) -> NoReturn:
    """As ``python FILE`` does. It ends as any Python does, with all that is to be done at the end."""
    sys.argv = request["arguments"]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    runpy.run_path(sys.argv[0], run_name="__main__")
    sys.exit()


def run_ansible(cli: Any, request: Request) -> NoReturn:
    """What Ansible does at the end would clear away what the next runs need."""
    code: Any = 1  # also where something fails that the program does not catch
    # With this, it runs the modules.
    sys.executable = f"{request['environment']['WARM']}/python"
    sys.argv = [f"{request['environment']['WARM']}/{request['name']}", *request["arguments"]]
    try:
        cli.cli_executor(sys.argv)
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
