# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of HTTP: what goes wrong between the modules and the resource manager."""

from __future__ import annotations

from ansible_collections.azurefiles.backup.tests.faults.support.lab import Lab
from ansible_collections.azurefiles.backup.tests.faults.support.worlds import account, world


def test_first(lab: Lab) -> None:
    bench = lab.bench(world(account("finance", "hr", "legal")))
    print(bench.register())
    print(bench.protect())
    print(bench.back_up())
    assert bench.jobs() == ["finance", "hr", "legal"]
