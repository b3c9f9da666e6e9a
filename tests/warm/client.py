# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in the place of a program, under its name, and has the server run it.

What the server cannot run as the program would, the program runs itself: Ansible with a file of settings, and Python
where it is to run something else than a file.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys

NAME = os.path.basename(sys.argv[0])
ARGUMENTS = sys.argv[1:]
SETTINGS = ("ansible.cfg", "~/.ansible.cfg")


def can_be_served() -> bool:
    if NAME == "python":
        return bool(ARGUMENTS) and ARGUMENTS[0].endswith(".py")
    return "ANSIBLE_CONFIG" not in os.environ and not any(os.path.exists(os.path.expanduser(each)) for each in SETTINGS)


def serve() -> int:
    request = {"name": NAME, "arguments": ARGUMENTS, "folder": os.getcwd(), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.connect(f"\0{os.environ['WARM_SERVER']}")
        socket.send_fds(server, [json.dumps(request).encode()], [0, 1, 2])
        process = int(server.recv(16))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: os.kill(process, number))
        return int(server.recv(16))


def main() -> int:
    if not can_be_served():
        program = os.path.join(os.environ["WARM_PROGRAMS"], NAME)
        os.execv(program, [program, *ARGUMENTS])
    code = serve()
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
