# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the accounts of a vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from .._azure.errors import BackupError, WaitTimeout
from .._azure.ids import AccountId
from .._plan.day import PROTECTIONS, REGISTRATIONS
from .._plan.protection import Skipped
from .._records.protected_item import ACTIVE_STATES
from .backups import BackupResult, BackupsResult
from .container import ContainerResult
from .deferral import deferred, over_budget
from .failed_shares import failed_shares, failures
from .protection import ProtectionResult, ShareResult
from .result import Result

# The changes that are counted by themselves.
CHANGES = {
    "protected_anew": "protect",
    "policy_changed": "change_policy",
    "resumed": "resume",
    "undeleted": "undelete",
}


@dataclass
class AccountResult:
    """What became of one account. ``state`` is how it stood with the vault at first, None where it is nowhere."""

    name: str
    account: AccountId | None
    state: str | None
    container: ContainerResult = field(default_factory=ContainerResult)
    shares: Sequence[ShareResult] = ()
    backups: Sequence[BackupResult] = ()
    skipped: Sequence[Skipped] = ()
    excluded: Sequence[str] = ()
    error: BackupError | None = None

    @property
    def changed(self) -> bool:
        return self.container.changed or bool(self.changed_shares)

    @property
    def changed_shares(self) -> set[str]:
        return {each.step.share for each in self._results if each.changed}

    @property
    def failure(self) -> BackupError | None:
        """Why the account is not as it should be."""
        return self.error or failed_shares(
            [(each.step.share, each.error) for each in self.shares]
            + [(each.step.share, each.error) for each in self.backups if each.error]
        )

    @property
    def failed_shares(self) -> set[str]:
        """Those that failed; what a daily budget holds up is none of them."""
        return {each.step.share for each in self._results if each.error and not over_budget(each.error)}

    @property
    def deferred(self) -> list[dict[str, Any]]:
        late: list[tuple[str | None, BackupError | None]] = [(None, self.error)]
        late += [(each.step.share, each.error) for each in self.shares]
        late += [(each.step.share, each.error) for each in self.backups]
        return deferred(late)

    @property
    def _results(self) -> list[ShareResult | BackupResult]:
        return [*self.shares, *self.backups]

    @property
    def counts(self) -> dict[str, int]:
        good = [each for each in self.shares if not each.error and each.state_after in ACTIVE_STATES]
        return {
            "total": len(self.shares) + len(self.skipped) + len(self.excluded),
            "protected": len(good),
            "changed": len(self.changed_shares),
            **{name: len(self._changed_by(action)) for name, action in CHANGES.items()},
            "backed_up": sum(each.changed and not each.error for each in self.backups),
            "failed": len(self.failed_shares),
            "unfinished": len({each.step.share for each in self._results if isinstance(each.error, WaitTimeout)}),
            "excluded": len(self.excluded),
            "skipped": len(self.skipped),
            "left": sum(each.step.left for each in self.shares),
            "deferred": len(self.deferred),
        }

    def _changed_by(self, action: str) -> list[ShareResult]:
        return [each for each in self.shares if each.changed and not each.error and each.step.action == action]

    @property
    def _parts(self) -> tuple[Result, ...]:
        protection = ProtectionResult(self.shares, self.skipped, self.excluded)
        return self.container, protection, BackupsResult(self.backups)

    @property
    def before(self) -> dict[str, Any]:
        return {key: value for part in self._parts for key, value in part.before.items()}

    @property
    def after(self) -> dict[str, Any]:
        return {key: value for part in self._parts for key, value in part.after.items()}

    def to_result(self) -> dict[str, Any]:
        protection = ProtectionResult(self.shares, self.skipped, self.excluded).to_result()
        return {
            "storage_account": self.name,
            "storage_account_id": str(self.account) if self.account else None,
            "state": self.state,
            "action": "register" if self.container.changed else "none",
            "changed": self.changed,
            "container": self.container.to_result()["container"],
            "shares": [each.to_result() | {"rule": each.rule} for each in self.shares],
            "backups": [each.to_result() for each in self.backups],
            "skipped_shares": protection["skipped_shares"],
            "excluded": protection["excluded"],
            "deferred": self.deferred,
            "error": self.error.to_result() if self.error else None,
            "msg": self.failure.message if self.failure else None,
            "summary": self.counts,
        }


@dataclass
class VaultResult(Result):
    accounts: Sequence[AccountResult]

    @property
    def changed(self) -> bool:
        return any(account.changed for account in self.accounts)

    @property
    def failure(self) -> BackupError | None:
        return failures([(account.name, account.failure) for account in self.accounts], "account")

    @property
    def before(self) -> dict[str, Any]:
        return {"accounts": {self._key(each): each.before for each in self.accounts}}

    @property
    def after(self) -> dict[str, Any]:
        return {"accounts": {self._key(each): each.after for each in self.accounts}}

    def _key(self, account: AccountResult) -> str:
        """Its name, or its id where several have that name."""
        namesakes = sum(each.name.lower() == account.name.lower() for each in self.accounts)
        return str(account.account) if namesakes > 1 and account.account else account.name

    @property
    def summary(self) -> dict[str, int]:
        numbers: dict[str, int] = {
            "accounts": len(self.accounts),
            "accounts_changed": sum(account.changed for account in self.accounts),
            "accounts_failed": sum(account.failure is not None for account in self.accounts),
        }
        for account in self.accounts:
            for name, count in account.counts.items():
                numbers[name] = numbers.get(name, 0) + count
        return dict.fromkeys(AccountResult("", None, None).counts, 0) | numbers | {"days": self.days}

    @property
    def days(self) -> int:
        """On how many days it takes a run to have all done, this one included; 1 where nothing is put off."""
        late = [each["share"] for account in self.accounts for each in account.deferred]
        accounts = late.count(None)
        return 1 + max(ceil(accounts / REGISTRATIONS), ceil((len(late) - accounts) / PROTECTIONS))

    def to_result(self) -> dict[str, Any]:
        return {"accounts": [account.to_result() for account in self.accounts], "summary": self.summary}
