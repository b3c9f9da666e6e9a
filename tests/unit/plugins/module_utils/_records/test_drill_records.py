# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.ids import VaultId
from ansible_collections.azurefiles.backup.plugins.module_utils._options.shares import share_name
from ansible_collections.azurefiles.backup.plugins.module_utils._records.drill import Mark, PastDrill
from ansible_collections.azurefiles.backup.plugins.module_utils._records.recovery_point import RecoveryPoint
from ansible_collections.azurefiles.backup.tests.unit.support.records import SUBSCRIPTION, account_id, item

VAULT = VaultId(SUBSCRIPTION, "Gr\u00fcne-RG", "backup-vault")
STARTED = datetime(2026, 11, 22, 7, 0, 12, tzinfo=timezone.utc)
POINT = RecoveryPoint("id", "1847532043816240297", datetime(2026, 11, 21, tzinfo=timezone.utc), None, None, None, None)


def mark(share: str = "finance", account: str = "contosofiles", started: datetime = STARTED) -> Mark:
    return Mark.of(VAULT, item(share, account=account), POINT, started)


def test_a_mark_survives_as_metadata() -> None:
    metadata = mark().to_metadata()

    assert all(text.isascii() for pair in metadata.items() for text in pair)
    assert all(name.replace("_", "a").isalnum() for name in metadata)
    assert Mark.read(metadata, VAULT) == mark()
    assert Mark.read(replace(mark(), kept=True).to_metadata(), VAULT) == replace(mark(), kept=True)


def test_only_the_drills_of_the_same_vault_are_known() -> None:
    metadata = mark().to_metadata()

    assert Mark.read(metadata, VaultId(SUBSCRIPTION, "gr\u00fcne-rg", "Backup-Vault"))
    assert Mark.read(metadata, VaultId(SUBSCRIPTION, "Gr\u00fcne-RG", "backup-vault-2")) is None
    assert Mark.read({"owner": "me"}, VAULT) is None
    assert Mark.read({}, VAULT) is None


def test_the_share_of_a_drill_has_a_name_of_its_own() -> None:
    names = {
        mark().share_name,
        mark(account="fabrikamfiles").share_name,
        mark(started=STARTED.replace(second=13)).share_name,
        mark("Finance-2").share_name,
        mark("x" * 63).share_name,
        mark("a" * 39 + "-" + "b" * 20).share_name,
    }

    assert len(names) == 6
    for name in names:
        assert name.startswith("drill-")
        assert share_name(name) == name.lower() == name


def test_an_earlier_drill_is_read_from_its_report() -> None:
    entry = {"storage_account_id": account_id(), "share": "Finance", "started_at": "2026-11-22T07:00:12Z"}
    past = PastDrill.from_report(entry | {"job_id": "17", "outcome": "failed", "restored_files": 4, "later": {}})

    assert past.key == (account_id().lower(), "finance")
    assert (past.started, past.job_id, past.told, past.restored_files) == (STARTED, "17", True, 4)
    assert not PastDrill.from_report(entry).told


@pytest.mark.parametrize(
    "entry", [{}, None, "x", {"storage_account_id": account_id(), "share": "a", "started_at": "soon"}]
)
def test_what_is_no_drill_is_refused(entry: Any) -> None:
    with pytest.raises(BackupError, match="no drill of a report"):
        PastDrill.from_report(entry)
