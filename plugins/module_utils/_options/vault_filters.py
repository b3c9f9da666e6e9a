# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the vaults that are found are meant: expressions of Jinja, as Ansible's inventories have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError

Variables = Mapping[str, Any]
# What an expression can speak of. The first four are host variables of the inventory too.
VARIABLES = (
    "afs_vault_name",
    "afs_vault_resource_group",
    "afs_vault_subscription_id",
    "afs_vault_id",
    "afs_vault_location",
    "afs_vault_tags",
)


@dataclass(frozen=True)
class VaultFilters:
    """All of them have to hold. One that fails, as on a tag that a vault does not have, does not hold."""

    conditions: tuple[Callable[[Variables], bool], ...] = ()

    @classmethod
    def parse(cls, given: Iterable[str]) -> VaultFilters:
        """Raises BackupError for what is no expression, or speaks of what vaults do not have.

        Jinja comes with Ansible itself; where a module runs without it, this raises ImportError.
        """
        return cls(tuple(_condition(text) for text in given if text.strip()))

    def hold(self, variables: Variables) -> bool:
        return all(condition(variables) for condition in self.conditions)


def _condition(text: str) -> Callable[[Variables], bool]:
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(undefined=StrictUndefined)
    # Two of Ansible's own tests, by which names are compared with patterns.
    environment.tests |= {"match": _tested(re.match), "search": _tested(re.search)}
    try:
        expression = environment.compile_expression(text, undefined_to_none=False)
        unknown = meta.find_undeclared_variables(environment.parse(f"{{{{ {text} }}}}")) - set(VARIABLES)
    except TemplateSyntaxError as problem:
        raise BackupError(f"vault_filters: '{text}' is not an expression of Jinja: {problem.message}.") from problem
    if unknown:
        raise BackupError(
            f"vault_filters: '{text}' speaks of {', '.join(sorted(unknown))}, but of a vault is known only "
            f"{', '.join(VARIABLES)}."
        )

    def holds(variables: Variables) -> bool:
        try:
            return bool(expression(**variables))
        except (TemplateError, TypeError, ValueError, re.error):
            return False

    return holds


def _tested(find: Callable[[str, str], object]) -> Callable[[str, str], bool]:
    return lambda value, pattern: bool(find(pattern, value))
