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
from pathlib import Path
from uuid import uuid4

HERE = Path(__file__).parent
NAMES = ("ansible-inventory", "ansible-playbook", "python")
PROGRAMS = Path(sys.executable).parent


def compiled_once(folder: Path) -> dict[str, str]:
    """The environment in which Python keeps in the folder what it has compiled."""
    path = [str(HERE / "startup"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PYTHONPATH": os.pathsep.join(path), "COMPILED": str(folder)}


@contextmanager
def programs(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which those that stand in the folder are run by a server. Only Linux has what that needs."""
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
        command = [sys.executable, str(HERE / "server.py"), str(listener.fileno())]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[listener.fileno()])
    try:
        yield {"WARM": str(folder), "WARM_SERVER": address, "WARM_PROGRAMS": str(PROGRAMS)}
    finally:
        server.communicate()


def program(name: str) -> Path:
    """The one that runs quickly, if there is such a one."""
    warm = Path(os.environ.get("WARM", PROGRAMS), name)
    return warm if warm.exists() else PROGRAMS / name
