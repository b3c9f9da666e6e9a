# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls about backup policies: one method each, and no decisions."""

from __future__ import annotations

from .._azure.errors import ServiceError
from .._azure.ids import path
from .._records.operation import Operation
from .._records.policy import Policy, Terms
from .._records.safeguards import Approval
from .wire import STORAGE, VAULT_NOT_FOUND, VaultWire, named


class PolicyCalls(VaultWire):
    def policies(self) -> list[Policy]:
        """The policies for file shares; the vault's policies for virtual machines are not among them."""
        return [Policy.from_api(each) for each in self.elements("/backupPolicies", STORAGE)]

    def policy(self, name: str) -> Policy | None:
        """A policy by its name, whatever it is for; None where the vault has none of that name."""
        try:
            answer = self._allowed(lambda: self.client.get(self._policy_path(name), self._api))
        except ServiceError as error:
            if not error.not_found:
                raise
            if error.fault.code in VAULT_NOT_FOUND:
                # It may be the vault that is not there, and then this raises.
                self.policies()
            return None
        return Policy.from_api(answer.object)

    def put_policy(
        self, title: str, name: str, terms: Terms, approval: Approval | None = None
    ) -> tuple[Policy | None, Operation | None]:
        """Make or change a policy, one of 50 times a day: done at once, or by an operation where shares use it."""
        where = self._policy_path(name)
        answer = self.send("PUT", where, body={"properties": terms.to_api() | named(approval)}, approval=approval)
        operation = self.operation(answer, title, f"{where}/operationResults", True)
        return (None, operation) if operation else (Policy.from_api(answer.object), None)

    def delete_policy(self, title: str, name: str) -> Operation | None:
        where = self._policy_path(name)
        return self.operation(self.send("DELETE", where), title, f"{where}/operationResults", True)

    def policy_id(self, name: str) -> str:
        """The id that a policy has, or will have."""
        return f"{self.id}/backupPolicies/{name}"

    def _policy_path(self, name: str) -> str:
        return self.root + path("backupPolicies", name)
