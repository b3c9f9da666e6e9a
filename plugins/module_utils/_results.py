# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of many shares, brought together. Private to the collection."""

from __future__ import annotations

from collections.abc import Sequence

from ._errors import BackupError

NAMED = 5  # how many failures a message tells in full


def failed_shares(results: Sequence[tuple[str, BackupError | None]]) -> BackupError | None:
    """One error for all the shares that failed, with the first one's words of Azure; None where none did."""
    failures = [(share, error) for share, error in results if error]
    if not failures:
        return None
    told = "; ".join(f"{share}: {error.message}" for share, error in failures[:NAMED])
    rest = f"; and {len(failures) - NAMED} more" if len(failures) > NAMED else ""
    noun = "share" if len(results) == 1 else "shares"
    return BackupError(f"{len(failures)} of {len(results)} {noun} failed: {told}{rest}", failures[0][1].fault)
