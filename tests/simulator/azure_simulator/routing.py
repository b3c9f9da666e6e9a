# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Path templates of ARM, matched segment by segment and without regard to case."""

from collections.abc import Callable
from typing import Generic, TypeVar

Handler = TypeVar("Handler")


class MethodNotAllowed(LookupError):
    """The path is known, the method is not."""


class Routes(Generic[Handler]):
    """A table of ``(method, template) -> handler``; ``{name}`` in a template binds one decoded segment."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._table: list[tuple[str, tuple[str, ...], Handler]] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        def remember(handler: Handler) -> Handler:
            self._table.append((method, _split(self._prefix + template), handler))
            return handler

        return remember

    def include(self, other: "Routes[Handler]") -> None:
        self._table += other._table

    def find(self, method: str, segments: tuple[str, ...]) -> tuple[Handler, dict[str, str]]:
        """Raises LookupError for an unknown path and its subclass MethodNotAllowed for a known one."""
        known = False
        for candidate, template, handler in self._table:
            bound = _match(template, segments)
            if bound is not None:
                if candidate == method:
                    return handler, bound
                known = True
        raise MethodNotAllowed if known else LookupError


def _split(template: str) -> tuple[str, ...]:
    return tuple(segment for segment in template.split("/") if segment)


def _match(template: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(template) != len(segments):
        return None
    bound = {}
    for pattern, segment in zip(template, segments, strict=True):
        if pattern.startswith("{"):
            bound[pattern[1:-1]] = segment
        elif pattern.lower() != segment.lower():
            return None
    return bound
