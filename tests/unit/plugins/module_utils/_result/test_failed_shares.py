# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault, BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._result.failed_shares import failed_shares


def test_no_failure_makes_no_error() -> None:
    assert failed_shares([("finance", None), ("hiring", None)]) is None


def test_failures_are_counted_and_told() -> None:
    error = failed_shares([("finance", None), ("hiring", BackupError("It is locked.")), ("legal", None)])

    assert error is not None
    assert error.message == "1 of 3 shares failed: hiring: It is locked."


def test_only_the_last_failure_keeps_its_full_stop() -> None:
    error = failed_shares([("finance", BackupError("It is gone.")), ("hiring", BackupError("It is locked."))])

    assert error is not None
    assert error.message == "2 of 2 shares failed: finance: It is gone; hiring: It is locked."


def test_a_single_share_is_one_share() -> None:
    error = failed_shares([("hiring", BackupError("It is locked."))])

    assert error is not None
    assert error.message.startswith("1 of 1 share failed: ")


def test_the_first_failure_lends_its_fault() -> None:
    error = failed_shares(
        [
            ("finance", None),
            ("hiring", BackupError("one", AzureFault(code="First"))),
            ("legal", BackupError("two", AzureFault(code="Second"))),
        ]
    )

    assert error is not None
    assert error.fault.code == "First"


def test_a_long_list_of_failures_is_cut() -> None:
    error = failed_shares([(f"share-{number}", BackupError("no")) for number in range(8)])

    assert error is not None
    assert error.message.startswith("8 of 8 shares failed: share-0: no; ")
    assert "share-4" in error.message
    assert "share-5" not in error.message
    assert error.message.endswith("; and 3 more")
