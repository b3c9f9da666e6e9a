# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that start quickly, for the tests: no source is compiled twice, no library loaded twice."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

HERE = Path(__file__).parent
NAMES = ("ansible-inventory", "ansible-playbook", "python")
PROGRAMS = Path(sys.executable).parent


def compiled_once(folder: Path) -> dict[str, str]:
    """The environment in which Python keeps in the folder what it has compiled."""
    path = [str(HERE / "startup"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(path), "COMPILED": str(folder)}


@dataclass
class Server:
    """Runs programs for those that stand in its folder. It is started when the first of them is asked for."""

    folder: Path
    listener: socket.socket
    process: subprocess.Popen[bytes] | None = None

    def program(self, name: str) -> Path:
        if not self.process:
            command = [sys.executable, str(HERE / "server.py"), str(self.listener.fileno())]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[self.listener.fileno()])
        return self.folder / name


_running: Server | None = None


@contextmanager
def programs(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which programs are run by a server. Only Linux has what that needs."""
    global _running
    if sys.platform != "linux":
        yield {}
        return
    client = (HERE / "client.py").read_text("utf-8")
    for name in NAMES:
        file = folder / name
        file.write_text(f"#!{sys.executable} -IS\n{client}", encoding="utf-8")
        file.chmod(0o755)
    address = f"azurefiles-backup-tests-{uuid4()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(f"\0{address}")
        listener.listen()
        _running = server = Server(folder, listener)
        try:
            yield {"WARM": str(folder), "WARM_SERVER": address, "WARM_PROGRAMS": str(PROGRAMS)}
        finally:
            _running = None
            if server.process:
                server.process.communicate()


def program(name: str) -> Path:
    """The one that runs quickly, if there is such a one."""
    return _running.program(name) if _running and name in NAMES else PROGRAMS / name
