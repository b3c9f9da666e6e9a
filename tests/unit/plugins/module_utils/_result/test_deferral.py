# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.azurefiles.backup.plugins.module_utils._azure.errors import AzureFault, BackupError
from ansible_collections.azurefiles.backup.plugins.module_utils._result.deferral import over_budget

CODE = "UserErrorProtectionLimitReached"
WORDS = "The limit of 200 shares protected a day for a vault is reached."


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (AzureFault(CODE, http_status=400), True),
        (AzureFault(f"BMS{CODE}", http_status=400), True),
        (AzureFault("BadRequest", WORDS, http_status=400), True),
        (AzureFault(message=WORDS), True),
        (AzureFault("BadRequest", "The limit of 63 characters is exceeded.", http_status=400), False),
        (AzureFault("TooManyRequests", WORDS, http_status=429), False),
        (AzureFault(CODE, http_status=429), False),
    ],
)
def test_a_used_up_budget_is_known_by_its_code_or_its_words(fault: AzureFault, expected: bool) -> None:
    """What is throttled is another matter: that passes in seconds."""
    assert over_budget(BackupError("No.", fault)) is expected
