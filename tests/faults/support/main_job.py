# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, as fast as it can be started again and again: modules in a child of a server process.

The server has loaded everything once; each child is a process group of its own, which can be killed.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

MODULES = "ansible_collections.azurefiles.backup.plugins.modules"


def serve() -> None:
    """Read a list of [module, options] on each line, fork, and answer with the child's process id."""
    from ansible.module_utils.testing import patch_module_args

    for module in ("afs_container_registration", "afs_protection", "afs_backup_trigger", "afs_vault_protection"):
        importlib.import_module(f"{MODULES}.{module}")
    for library in ("azure.identity", "azure.core.pipeline.policies", "azure.core.pipeline.transport", "requests"):
        importlib.import_module(library)

    def run(steps: list[tuple[str, dict[str, Any]]], file: str) -> None:
        results = []
        for module, options in steps:
            output = io.StringIO()
            with (
                patch_module_args(options),
                contextlib.redirect_stdout(output),
                contextlib.suppress(SystemExit),
            ):
                importlib.import_module(f"{MODULES}.{module}").main()
            results.append(output.getvalue())
            if json.loads(output.getvalue()).get("failed"):
                break
        draft = Path(f"{file}.draft")
        draft.write_text(json.dumps(results), encoding="utf-8")
        draft.rename(file)

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        steps, file = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                run(steps, file)
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    serve()
