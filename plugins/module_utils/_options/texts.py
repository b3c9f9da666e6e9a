# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts as people have them, from files, surveys and the clipboard, and what they mean.

What surrounds a value by accident is taken away: blanks, line ends, a byte-order mark. What cannot be part of it, such
as quotes around it, is refused by the name of the place it came from, and never guessed away.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

from .._azure.errors import BackupError

Options = Mapping[str, Mapping[str, Any]]

# Beside what Python strips: marks that editors and web pages leave, which nobody sees.
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
_BLANKS = string.whitespace + "\x1c\x1d\x1e\x1f\x85\xa0\u2002\u2003\u2007\u2009\u2028\u2029\u202f\u3000" + _INVISIBLE
_LINE_ENDS = "\r\n\ufeff"
_QUOTES = ('""', "''", "``", "\u201c\u201d", "\u201e\u201c", "\u201e\u201d", "\u2018\u2019", "«»")
# No name has a comma, a line end or a tab. A blank divides nothing: [scratch *] would leave out everything.
_BETWEEN_NAMES = re.compile(r"[,\t\r\n\v\f\x85\u2028\u2029]")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_SUBSCRIPTION = re.compile(r"/?subscriptions/([^/]+)/?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*", re.IGNORECASE | re.ASCII)
# The tenants of Entra ID that are words.
ANY_TENANT = ("common", "consumers", "organizations")
# Options that are paths in a share: a folder may begin with a blank, and no name in a share has a line end.
_SHARE_PATHS = ("folder", "path")
# Options that say which of a user's data are meant: a blank is refused there, and does not stand for the default.
_NEVER_GUESSED = ("recovery_point",)
# Options that are lists of expressions, in which commas and line ends divide nothing.
_EXPRESSIONS = ("vault_filters",)


def stripped(text: str) -> str:
    """Without what surrounds it; an empty text counts as unset."""
    return text.strip(_BLANKS)


def stripped_path(text: str) -> str:
    """A path without line ends around it; one of blanks only is empty."""
    return text.strip(_LINE_ENDS) if stripped(text) else ""


def plain(name: str, text: str, *, secret: bool = False) -> str:
    """``text`` again. Raises BackupError that names it for quotes around it, and for more than one line."""
    shown = "" if secret else f" {text[:100]}"
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        raise BackupError(f"{name}{shown} is in quotes, which would be taken for a part of it: leave them out.")
    if len(text.splitlines()) > 1 or "\0" in text:
        raise BackupError(f"{name} cannot be right: it has several lines, or characters that no value has.")
    return text


def names(option: str, given: Iterable[str]) -> tuple[str, ...]:
    """The names in an option that is a list, as a survey or a file gives them: one a line, or with commas between."""
    pieces = (stripped(piece) for text in given for piece in _BETWEEN_NAMES.split(text))
    return tuple(plain(option, piece) for piece in pieces if piece)


def subscription_id(name: str, text: str) -> str:
    """The id of a subscription, which may be given as ``/subscriptions/<id>``; raises BackupError for anything else."""
    match = _SUBSCRIPTION.fullmatch(plain(name, text))
    found = stripped(match[1]) if match else text
    if not _GUID.fullmatch(found):
        raise BackupError(
            f"{name} '{text[:100]}' is not the id of a subscription: it has to look like "
            "00000000-0000-0000-0000-000000000000. Names are not known here; 'az account list' shows the ids."
        )
    return found


def tenant(name: str, text: str) -> str:
    """A tenant of Entra ID: an id or a domain name; raises BackupError for anything else."""
    if not (_GUID.fullmatch(plain(name, text)) or _DOMAIN.fullmatch(text) or text.lower() in ANY_TENANT):
        raise BackupError(
            f"{name} '{text[:100]}' cannot be a tenant: it has to be an id such as "
            "00000000-0000-0000-0000-000000000000, or a domain name such as contoso.onmicrosoft.com."
        )
    return text


def client_id(name: str, text: str) -> str:
    """An application's id; raises BackupError for what no id has in it."""
    if re.search("[\\s\"'`\u201c\u201d]", plain(name, text)):
        raise BackupError(f"{name} '{text[:100]}' cannot be an application's id, which has no blanks and no quotes.")
    return text


def tidied(options: Options, params: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
    """The values of these options as they are meant; a blank one counts as unset.

    ``inside`` names the option whose suboptions these are. Raises BackupError for what cannot be right.
    """
    tidy = dict(params)
    for name, option in options.items():
        value = params.get(name)
        where = f"{name} in {inside}" if inside else name
        if isinstance(value, str):
            tidy[name] = _tidied_text(where, name, option, value)
        elif isinstance(value, list) and name in _EXPRESSIONS:
            tidy[name] = [text for text in map(stripped, map(str, value)) if text]
        elif isinstance(value, list) and option.get("elements") == "str" and not option.get("choices"):
            tidy[name] = _tidied_list(where, option, value)
        elif isinstance(value, list) and "options" in option:
            tidy[name] = [
                _with_blanks(tidied(option["options"], each, where), each) if isinstance(each, Mapping) else each
                for each in value
            ]
        elif isinstance(value, Mapping) and "options" in option:
            tidy[name] = tidied(option["options"], value, where)
    return tidy


def _with_blanks(tidy: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """One entry of a list, which no survey fills in: what is blank in it was written so, and is not unset."""
    blank = [name for name, value in tidy.items() if value is None and given[name] is not None]
    return tidy | {name: "" if isinstance(given[name], str) else [] for name in blank}


def _tidied_text(where: str, name: str, option: Mapping[str, Any], value: str) -> str | None:
    is_path = name in _SHARE_PATHS or option.get("type") == "path"
    text = stripped_path(value) if is_path else plain(where, stripped(value))
    if not text:
        return "" if option.get("required") or name in _NEVER_GUESSED else option.get("default")
    return subscription_id(where, text) if name == "subscription_id" else text


def _tidied_list(where: str, option: Mapping[str, Any], given: list[Any]) -> list[str] | None:
    """An empty list stays one: to name nothing is not to leave an option out."""
    found = names(where, [str(each) for each in given if each is not None])
    return list(found) if found or not given else option.get("default")
