# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Watching every output of the tests' runs for secrets."""

from __future__ import annotations

import json
import logging
import re
from types import TracebackType

# A bearer token is a JSON web token; no module has a reason to write one.
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}")


def shown(output: str) -> str:
    """What Ansible shows of a module's output: since 2.22, it masks the secrets that the module names to it."""
    lines, named = output.splitlines(), list[str]()
    for number, line in enumerate(lines):
        if '"_ansible_new_secrets"' in line:
            result = json.loads(line)
            named += result.pop("_ansible_new_secrets")
            lines[number] = json.dumps(result)
    text = "\n".join(lines)
    for secret in sorted(named, key=len, reverse=True):
        text = text.replace(secret, "*" * 8)
    return text


class Watch(logging.Handler):
    """Takes part in all logging, down to the lowest level, as -vvvv and a curious library would have it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._secrets: set[str] = set()
        self._found: list[str] = []
        self._levels: dict[str, int] = {}

    def add_secret(self, secret: str) -> None:
        self._secrets.add(secret)

    def look_at(self, output: str) -> None:
        """Raises AssertionError for an output of which Ansible would show a secret or a token."""
        output = shown(output)
        for secret in self._secrets:
            assert secret not in output, f"a secret is in: {output}"
        assert not TOKEN.search(output), f"a token is in: {output}"

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.look_at(record.getMessage())
        except AssertionError as problem:
            self._found.append(f"{record.name}: {problem}")

    def __enter__(self) -> Watch:
        root = logging.getLogger()
        root.addHandler(self)
        for name in ("azure", "msal", "urllib3", "requests"):
            self._levels[name] = logging.getLogger(name).level
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _at: TracebackType | None
    ) -> None:
        logging.getLogger().removeHandler(self)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        found, self._found = self._found, []
        assert not found, found
