# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    AzureFault,
    BackupError,
    WaitTimeout,
)
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
    error = failed_shares([(f"share-{number}", BackupError(f"No {number}.")) for number in range(8)])

    assert error is not None
    assert error.message.startswith("8 of 8 shares failed: share-0: No 0; ")
    assert "share-4" in error.message
    assert "share-5" not in error.message
    assert error.message.endswith("; and 3 more")


def test_what_several_shares_failed_by_is_told_once() -> None:
    error = failed_shares(
        [
            ("finance", BackupError("Protecting the share 'finance' ended as Failed.")),
            ("hiring", BackupError("It is locked.")),
            ("legal", BackupError("Protecting the share 'legal' ended as Failed.")),
        ]
    )

    assert error is not None
    assert error.message == (
        "3 of 3 shares failed: finance, legal: Protecting the share ended as Failed; hiring: It is locked."
    )


def test_what_azure_says_of_several_shares_is_told_once_also_where_different_things_were_tried() -> None:
    fault = AzureFault("UnreachableShare", "It is away.")
    error = failed_shares(
        [
            ("finance", BackupError("Protecting the share 'finance' ended: It is away.", fault, advice="Call it.")),
            ("legal", BackupError("Resuming the share 'legal' ended: It is away.", fault, advice="Call it.")),
        ]
    )

    assert error is not None
    assert error.message == "2 of 2 shares failed: finance, legal: UnreachableShare: It is away. Call it."


def test_a_long_list_of_shares_that_failed_by_the_same_is_cut() -> None:
    error = failed_shares([(f"share-{number}", BackupError("no")) for number in range(8)])

    assert error is not None
    assert error.message == "8 of 8 shares failed: share-0, share-1, share-2, share-3, share-4 and 3 more: no"


def unfinished(share: str, job: str) -> WaitTimeout:
    words = f"The backup of the share '{share}' (job {job}) was still InProgress after 60 seconds."
    return WaitTimeout(words, AzureFault("WaitTimeout"), in_doubt=True, advice="Azure goes on with it; run again.")


def test_what_is_not_finished_is_not_failed() -> None:
    late = WaitTimeout("The time was over before this was begun.", AzureFault("WaitTimeout"), advice="Run again.")
    error = failed_shares(
        [("finance", unfinished("finance", "1")), ("hiring", late), ("legal", unfinished("legal", "2")), ("new", None)]
    )

    assert isinstance(error, WaitTimeout)
    assert error.in_doubt
    assert error.message == (
        "3 of 4 shares are not finished: finance, legal: The backup of the share was still InProgress after 60 "
        "seconds; hiring: The time was over before this was begun. Azure goes on with it; run again."
    )


def test_what_failed_is_told_before_what_is_not_finished() -> None:
    error = failed_shares(
        [("finance", unfinished("finance", "1")), ("hiring", BackupError("It is locked.", AzureFault("Locked")))]
    )

    assert error is not None
    assert error.fault.code == "Locked"
    assert error.message == (
        "1 of 2 shares failed: hiring: It is locked. 1 of 2 shares is not finished: finance: The backup of the share "
        "'finance' (job 1) was still InProgress after 60 seconds. Azure goes on with it; run again."
    )
