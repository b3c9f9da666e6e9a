# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading what Azure says of a failure, wherever in its answer the reason stands.

The resource manager and the providers wrap errors into each other: in ``details``, a list, and in ``innerError``. The
names of a policy that forbids something stand in ``additionalInfo`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .errors import AzureFault
from .words import one_line, sentences

DEEPEST = 10  # errors within errors
MOST = 5  # reasons beside the first one


def read_fault(error: Any, http_status: int | None = None, request_id: str | None = None) -> AzureFault:
    """What an ``error`` says; without code and message where it is none."""
    chain, others = _chain(error)
    *around, reason = chain
    code, message = _code(reason), _message(reason)
    context: list[str] = []
    outer: list[str] = []
    for each in reversed(around):
        its_code, its_message = _code(each), _message(each)
        new = its_message if its_message and not _within(message, its_message) else None
        if code is None or code == its_code:
            code, message = its_code, sentences(new, message) or None
        elif message is None:
            context[:0], outer, message = filter(None, [its_code]), [*outer, *filter(None, [its_code])], its_message
        else:
            context[:0] = filter(None, [": ".join(filter(None, (its_code, new)))])
            outer += filter(None, [its_code])
    more = [": ".join(filter(None, (_code(each), _message(each)))) for each in others[:MOST]]
    more += [name for each in chain for name in _policies(each, message or "")]
    return AzureFault(
        code,
        sentences(message, *more) if any(more) else message,
        http_status,
        request_id,
        sentences(*context),
        tuple(outer),
    )


def _chain(error: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The errors from the outermost one to the reason, and those beside it."""
    chain: list[Mapping[str, Any]] = [error if isinstance(error, Mapping) else {}]
    others: list[Mapping[str, Any]] = []
    while len(chain) < DEEPEST:
        first, *more = [*_inner(chain[-1]), None]
        if first is None:
            break
        chain.append(first)
        others += filter(None, more)
    return chain, others


def _inner(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    details = _member(error, "details")
    each = [*(details if isinstance(details, Sequence) else []), _member(error, "innererror")]
    return (one for one in each if isinstance(one, Mapping))


def _policies(error: Mapping[str, Any], told: str) -> Iterator[str]:
    """The policies of Azure Policy that forbid it, as far as the message does not name them."""
    infos = _member(error, "additionalinfo")
    for each in infos if isinstance(infos, list) else []:
        info = _member(each, "info") if isinstance(each, Mapping) else None
        if not isinstance(info, Mapping):
            continue
        definition = _named(info, "policydefinition")
        assignment = _named(info, "policyassignment")
        if definition and not any(name and name in told for name in (definition, assignment)):
            yield f"It is the policy '{definition}'" + (f", assigned as '{assignment}'." if assignment else ".")


def _named(info: Mapping[str, Any], kind: str) -> str | None:
    return one_line(_member(info, f"{kind}displayname")) or one_line(_member(info, f"{kind}name"))


def _code(error: Mapping[str, Any]) -> str | None:
    return _text(_member(error, "code"))


def _message(error: Mapping[str, Any]) -> str | None:
    return _text(_member(error, "message"))


def _text(value: Any) -> str | None:
    return one_line(value) if isinstance(value, str | int) else None


def _member(mapping: Mapping[str, Any], name: str) -> Any:
    """Providers differ in how they spell the members."""
    return next((value for key, value in mapping.items() if str(key).lower() == name), None)


def _within(part: str | None, whole: str) -> bool:
    return bool(part) and str(part).rstrip(".").lower() in whole.lower()
