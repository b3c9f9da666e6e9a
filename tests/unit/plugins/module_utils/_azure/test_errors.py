# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import (
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


def test_statuses_with_a_meaning() -> None:
    assert ServiceError("", AzureFault(http_status=404)).not_found
    assert ServiceError("", AzureFault(http_status=403)).forbidden
    assert not ServiceError("", AzureFault(http_status=409)).not_found
    assert not ServiceError("", AzureFault(http_status=409)).forbidden
