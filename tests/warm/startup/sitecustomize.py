# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read by Python when it starts in a program of the tests, so that no source is compiled twice.

Ansible sends its modules as archives of sources, and reads the plugins of collections as sources: each task compiles
hundreds of files that are what they were at the task before. What comes of a source is kept in the folder COMPILED.
"""

from __future__ import annotations

import builtins
import hashlib
import marshal
import os
from contextlib import suppress
from typing import Any

_compile = builtins.compile
_folder = os.environ.get("COMPILED")


def _kept(
    source: Any,
    filename: Any,
    mode: str,
    flags: int = 0,
    dont_inherit: bool = False,
    optimize: int = -1,
    **more: Any,
) -> Any:
    """As the built-in compile()."""
    if not isinstance(source, (str, bytes)) or (mode, flags, dont_inherit, optimize) != ("exec", 0, True, -1):
        return _compile(source, filename, mode, flags, dont_inherit, optimize, **more)
    content = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    file = f"{_folder}/{hashlib.sha256(content).hexdigest()}"
    with suppress(OSError), open(file, "rb") as known:
        return marshal.load(known)
    code = _compile(source, filename, mode, dont_inherit=True)
    with open(f"{file}.{os.getpid()}", "wb") as made:
        marshal.dump(code, made)
    os.replace(made.name, file)
    return code


if _folder:
    builtins.compile = _kept
