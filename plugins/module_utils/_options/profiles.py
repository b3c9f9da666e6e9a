# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file ~/.azure/credentials, which keeps logins under names."""

from __future__ import annotations

import configparser
from pathlib import Path

from .._azure.errors import BackupError
from .texts import stripped


def read_profile(home: Path, name: str | None, required: bool) -> tuple[str, dict[str, str]]:
    """Where a profile stands, in words, and its keys and values as they are written; ``default`` where none is named.

    Raises BackupError for a file that is no credentials file, and for a profile that is required and not there. Nothing
    that stands in the file is repeated: any line of it may hold a secret.
    """
    file = home / ".azure" / "credentials"
    section = name or "default"
    text = _text_of(file)
    parser = _parsed(file, text or "")
    for written in [*parser.sections(), parser.default_section]:
        if stripped(written) == section and (written in parser.sections() or parser.defaults()):
            return f"[{section}] in {file}", dict(parser[written].items())
    if required:
        state = f"has no section [{section}]" if text is not None else "does not exist or cannot be read"
        raise BackupError(f"The profile '{section}' is asked for, but {file} {state}.")
    return "", {}


def _text_of(file: Path) -> str | None:
    """None for a file that does not exist or may not be read."""
    try:
        content = file.read_bytes()
    except (OSError, ValueError):
        return None
    # What editors of Windows call Unicode.
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise BackupError(
            f"{file} cannot be read as a credentials file: it is not a text in UTF-8. Save it as one."
        ) from None


def _parsed(file: Path, text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string("\n".join(text.splitlines()))
    except configparser.Error as problem:
        words = f"{file} cannot be read as a credentials file: {_reason(problem)}."
    else:
        return parser
    raise BackupError(words)


def _reason(problem: configparser.Error) -> str:
    """The parser's own words would repeat lines of the file."""
    if isinstance(problem, configparser.MissingSectionHeaderError):
        return f"it is not in INI form, since there is no section such as [default] before line {problem.lineno}"
    if isinstance(problem, configparser.DuplicateSectionError):
        return f"it has a section twice, for the second time in line {problem.lineno}"
    if isinstance(problem, configparser.DuplicateOptionError):
        return f"it has a key twice in one section, for the second time in line {problem.lineno}"
    lines = [str(number) for number, _line in getattr(problem, "errors", [])]
    where = f", in line {', '.join(lines[:5])}" if lines else ""
    return f"it is not in INI form{where}: a section is written [name], and a value name=value"
