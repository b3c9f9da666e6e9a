# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain data (YAML, JSON) into dataclasses, with messages that name the place of a mistake."""

import dataclasses
import types
import typing
from typing import Any, TypeVar, cast

T = TypeVar("T")


class BadData(ValueError):
    """The data does not fit; the message says where and why."""


def build(kind: type[T], data: Any, where: str) -> T:
    """Build the dataclass ``kind``. A class with ``from_name`` may also be written as its name alone."""
    from_name = getattr(kind, "from_name", None)
    if isinstance(data, str) and from_name:
        return cast(T, from_name(data))
    if not isinstance(data, dict):
        raise BadData(f"{where} must be a mapping, not {_kind_of(data)}")
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(cast(Any, kind))}
    for key in data:
        if key not in fields:
            raise BadData(f"{where}: unknown key '{key}' (known: {', '.join(sorted(fields))})")
    for name, field in fields.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in data:
            raise BadData(f"{where}: '{name}' is missing")
    values = {key: _convert(hints[key], value, f"{where}.{key}") for key, value in data.items()}
    try:
        return kind(**values)
    except ValueError as problem:
        raise BadData(f"{where}: {problem}") from None


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _convert_union(arguments, value, where)
    if origin is list:
        if not isinstance(value, list):
            raise BadData(f"{where} must be a list, not {_kind_of(value)}")
        return [_convert(arguments[0], entry, f"{where}[{index}]") for index, entry in enumerate(value)]
    if origin is dict:
        if not isinstance(value, dict):
            raise BadData(f"{where} must be a mapping, not {_kind_of(value)}")
        return {str(key): _convert(arguments[1], entry, f"{where}.{key}") for key, entry in value.items()}
    if dataclasses.is_dataclass(hint):
        return build(cast(type, hint), value, where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, hint) and not (hint is int and isinstance(value, bool)):
        return value
    raise BadData(f"{where} must be {_name_of(hint)}, not {_kind_of(value)}")


def _convert_union(options: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in options:
        return None
    options = tuple(option for option in options if option is not type(None))
    if len(options) == 1:
        return _convert(options[0], value, where)
    for option in options:
        wanted = dict if dataclasses.is_dataclass(option) else option
        if isinstance(value, wanted):
            return _convert(option, value, where)
    raise BadData(f"{where} must be {' or '.join(_name_of(option) for option in options)}")


def _name_of(hint: Any) -> str:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _kind_of(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
