# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The latest recovery points of shares whose newest backup has failed, which the vault's list keeps to itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .._records.protected_item import ItemDetails, ProtectedItem
from .._run.parallel import side_by_side
from .._vault.vault import Vault

AT_ONCE = 10  # items that are read one by one


def with_latest_points(vault: Vault, items: Sequence[ProtectedItem]) -> list[ProtectedItem]:
    """The same items: one read for each that hides its point. What cannot be read stays unknown."""
    hidden = [item for item in items if item.hides_its_point]
    answers = side_by_side(lambda item: vault.details(item.address), hidden, AT_ONCE)
    latest = {
        item.id: answer.latest for item, answer in zip(hidden, answers, strict=True) if isinstance(answer, ItemDetails)
    }
    return [replace(item, latest_recovery_point=latest[item.id]) if item.id in latest else item for item in items]
