# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request and its answer, free of any web framework."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True)
class Request:
    method: str
    raw_path: str
    raw_query: str
    headers: dict[str, str]
    """Names in lower case."""
    content: bytes
    base_url: str
    """Scheme and authority under which the client knows the server, no trailing slash."""

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The path split at ``/`` and only then decoded: ``%3B`` is ``;`` and ``%2F`` does not split."""
        return tuple(unquote(segment) for segment in self.raw_path.split("/") if segment)

    @cached_property
    def path(self) -> str:
        return "/" + "/".join(self.segments)

    @cached_property
    def query(self) -> dict[str, str]:
        """By name in lower case: ARM does not care for the case of parameter names."""
        return {name.lower(): value for name, value in parse_qsl(self.raw_query, keep_blank_values=True)}


@dataclass
class Answer:
    status: int
    body: Any = None
    """JSON to be; None is an empty body, text goes out as it is."""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    """Not told of an empty body. Of 2024 and later; it was without a charset before."""
