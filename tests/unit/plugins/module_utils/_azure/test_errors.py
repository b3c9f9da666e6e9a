# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
    INTERNAL,
    AzureFault,
    BackupError,
    ServiceError,
)


def test_an_error_returns_azures_own_words() -> None:
    fault = AzureFault(code="FileShareNotFound", message="It isn't found", http_status=404, request_id="r-1")

    assert BackupError("The share is gone.", fault).to_result() == {
        "code": "FileShareNotFound",
        "message": "It isn't found",
        "http_status": 404,
        "request_id": "r-1",
    }


def test_an_error_that_is_not_azures_returns_its_own_words() -> None:
    assert BackupError("policy is required.").to_result() == {
        "code": None,
        "message": "policy is required.",
        "http_status": None,
        "request_id": None,
    }


@pytest.mark.parametrize(("status", "busy"), [(400, True), (409, True), (412, True), (403, False), (500, False)])
def test_words_alone_tell_of_something_in_the_way_only_in_a_refusal(status: int, busy: bool) -> None:
    assert AzureFault(message="Registration is already in progress.", http_status=status).busy is busy


@pytest.mark.parametrize("in_doubt", [False, True])
def test_an_internal_error_is_none_to_try_again_after_where_it_is_in_doubt(in_doubt: bool) -> None:
    assert BackupError("", AzureFault(code=INTERNAL), in_doubt).internal is not in_doubt


def test_statuses_with_a_meaning() -> None:
    assert ServiceError("", AzureFault(http_status=404)).not_found
    assert ServiceError("", AzureFault(http_status=403)).forbidden
    assert not ServiceError("", AzureFault(http_status=409)).not_found
    assert not ServiceError("", AzureFault(http_status=409)).forbidden
