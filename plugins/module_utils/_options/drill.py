# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The drill that a user asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._azure.errors import BackupError
from .._azure.ids import same
from .._records.drill import PastDrill
from .accounts import AccountRef
from .secondary import WantedRegion
from .shares import share_name
from .texts import names

MOST_RESTORES = 200  # a day; Azure itself allows each share 20


@dataclass(frozen=True)
class DrillLimits:
    """``size_gb`` is the largest share that is drilled. The others are what a drill has to keep; None is no limit."""

    size_gb: float | None
    rpo_hours: float | None
    rto_minutes: float | None

    def to_result(self) -> dict[str, Any]:
        return {
            "max_size_gb": self.size_gb,
            "max_rpo_hours": self.rpo_hours,
            "max_rto_minutes": self.rto_minutes,
        }


@dataclass(frozen=True)
class WantedDrill:
    """Which shares are drilled, and where. Without ``account`` they are all of the vault, without ``shares`` all of it.

    ``sample`` is how many of them this run drills; ``restores`` is how many restores the drills may begin in a day.
    ``region`` is the vault's other one, where it is asked for.
    """

    account: AccountRef | None
    shares: tuple[str, ...]
    sample: int
    target: AccountRef
    limits: DrillLimits
    restores: int
    keep: bool
    history: tuple[PastDrill, ...]
    region: WantedRegion | None = None

    @classmethod
    def parse(cls, params: Mapping[str, Any]) -> WantedDrill:
        """Raises BackupError for whatever no vault could make right."""
        account, shares = _source(params)
        target = _account(params, "target_storage_account")
        if target is None:
            raise BackupError("target_storage_account is empty: name the account that the drill may restore to.")
        sample = params["sample"]
        if sample is None and not shares:
            raise BackupError("Which shares? Name them in shares, or say in sample how many of the vault to drill.")
        if account and same(account.name, target.name):
            raise own_account(target.name)
        for name in ("sample", "restores"):
            if params[name] is not None and not 1 <= params[name] <= MOST_RESTORES:
                raise BackupError(f"{name} is {params[name]}, but it has to be from 1 to {MOST_RESTORES}.")
        for name in ("max_size_gb", "max_rpo_hours", "max_rto_minutes"):
            if params[name] is not None and not params[name] > 0:
                raise BackupError(f"{name} is {params[name]}, but it has to be more than 0.")
        return cls(
            account=account,
            shares=shares,
            sample=sample or len(shares),
            target=target,
            limits=DrillLimits(params["max_size_gb"], params["max_rpo_hours"], params["max_rto_minutes"]),
            restores=params["restores"],
            keep=params["keep"],
            history=tuple(PastDrill.from_report(entry) for entry in params["history"] or ()),
            region=WantedRegion.parse(params),
        )


def own_account(name: str) -> BackupError:
    """Why nothing is restored into an account that holds shares to be drilled."""
    return BackupError(
        f"The storage account '{name}' holds the shares that are to be drilled: a drill restores to another one, so "
        "that it cannot touch what it proves. Name an account for drills in target_storage_account."
    )


def _source(params: Mapping[str, Any]) -> tuple[AccountRef | None, tuple[str, ...]]:
    account = _account(params, "storage_account")
    found = tuple(share_name(name) for name in names("shares", params["shares"] or ()))
    if params["shares"] is not None and not found:
        raise BackupError("shares is empty: name shares, or leave it out and say in sample how many to drill.")
    if found and account is None:
        raise BackupError("shares names shares of one storage account: name it in storage_account.")
    unique = {name.lower(): name for name in reversed(found)}
    return account, tuple(unique[key] for key in dict.fromkeys(name.lower() for name in found))


def _account(params: Mapping[str, Any], option: str) -> AccountRef | None:
    name = params[option]
    return AccountRef.parse(name, params[f"{option}_resource_group"]) if name else None
